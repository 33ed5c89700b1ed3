"""Quiet hours, by the exchange's day and by the clock in New York, in summer and in winter."""

from datetime import UTC, datetime

import pytest

from core.notify.quiet import is_quiet, is_span
from core.snapshot import Phase


@pytest.mark.parametrize(
    ("spans", "at", "quiet"),
    [
        (["22:00-07:00"], "2026-02-26T02:59:59", False),  # 21:59:59 in New York
        (["22:00-07:00"], "2026-02-26T03:00:00", True),
        (["22:00-07:00"], "2026-02-26T11:59:59", True),
        (["22:00-07:00"], "2026-02-26T12:00:00", False),
        (["22:00-07:00"], "2026-07-01T02:00:00", True),  # summer: New York is at UTC-4
        (["09:30-10:00"], "2026-02-26T14:45:00", True),
        (["09:30-10:00"], "2026-02-26T15:00:00", False),
        (["08:00-08:00"], "2026-02-26T13:00:00", False),  # no time at all
        (["post", "closed"], "2026-02-26T14:45:00", False),
        ([], "2026-02-26T03:00:00", False),
    ],
)
def test_spans(spans, at, quiet):
    assert is_quiet(spans, datetime.fromisoformat(at).replace(tzinfo=UTC), Phase.OPEN) == quiet


def test_phases():
    at = datetime(2026, 2, 26, 22, tzinfo=UTC)
    assert is_quiet(["post", "closed"], at, Phase.POST)
    assert not is_quiet(["post", "closed"], at, Phase.PRE)


@pytest.mark.parametrize("text", ["pre", "open", "post", "closed", "00:00-23:59", "22:00-07:00"])
def test_what_can_be_said(text):
    assert is_span(text)


@pytest.mark.parametrize("text", ["", "night", "24:00-07:00", "7:00-8:00", "22:00-07:60", "22:00", "OPEN"])
def test_what_cannot(text):
    assert not is_span(text)
