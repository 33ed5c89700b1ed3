"""The real series: every file is read, and what was known on a day is what was in the papers."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from core.macro.arithmetic import to_sahm
from core.macro.folder import FolderFeed
from core.macro.series import Known

REAL = Path(__file__).parents[4] / "shared" / "market" / "macro"
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason=f"no real series in {REAL}")
AT = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def macro():
    return FolderFeed(REAL).load(AT)


def test_every_file_is_read(macro):
    assert {name for name, why in macro.problems.items() if "has no file" not in why} == set()
    assert len(macro.series) >= 12
    assert macro.trouble == ""


@pytest.mark.parametrize(("day", "points", "month"), [("2024-08-01", 0.43, "2024-06"), ("2024-08-02", 0.53, "2024-07")])
def test_the_rise_of_unemployment_is_known_with_the_employment_report(macro, day, points, month):
    known = macro.known("SAHMREALTIME", np.datetime64(day))
    assert isinstance(known, Known)
    assert known.last == pytest.approx(points)
    assert str(known.last_day).startswith(month)


@pytest.mark.parametrize(
    ("name", "day", "value", "of"),
    [
        ("BAMLH0A0HYM2", "2020-03-16", 7.31, "2020-03-13"),  # a Monday knows Friday's
        ("T10Y3M", "2024-08-02", -1.38, "2024-08-01"),
        ("UNRATE", "2009-11-06", 10.0, "2009-10-01"),
        ("ICSA", "2026-02-05", 231_000, "2026-01-31"),
    ],
)
def test_what_was_known_on_a_day(macro, name, day, value, of):
    known = macro.known(name, np.datetime64(day))
    assert isinstance(known, Known)
    assert known.last == pytest.approx(value)
    assert str(known.last_day) == of


def test_our_own_rise_of_unemployment_is_near_the_published_one(macro):
    """The published one is of rates as they were then, ours of today's: they differ by revisions alone."""
    published = macro.series["SAHMREALTIME"].known(np.datetime64("2024-10-01"))
    ours = to_sahm(macro.series["UNRATE"].known(np.datetime64("2024-10-01")))
    _, mine, theirs = np.intersect1d(ours.observed, published.observed, return_indices=True)
    apart = np.abs(ours.values[mine] - published.values[theirs])
    assert len(apart) > 600
    assert np.median(apart) < 0.05
    assert np.quantile(apart, 0.99) < 0.4
