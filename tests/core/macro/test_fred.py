"""The client of FRED against the loopback server: one answer, only if it changed, and every way to fail."""

import numpy as np
import pytest

from core.clock import ManualClock, SystemClock
from core.macro.fred import Fred, FredError, Question
from core.text import clean
from tests.loopback.redirect import redirect
from tests.loopback.server import Loopback

FIRST = np.datetime64("2020-01-01").item()


@pytest.fixture
def server():
    from datetime import UTC, datetime

    with Loopback(ManualClock(datetime(2026, 3, 24, 15, tzinfo=UTC)), hang_seconds=20.0) as made, redirect(made.url):
        yield made.fred


def ask(name="GS10", deadline=5.0, **more):
    return Fred(SystemClock()).fetch(Question(name, FIRST, **more), deadline)


@pytest.mark.parametrize("mode", ["ok", "old-header"])
def test_a_series_from_a_day_on(server, mode):
    server.set(mode)
    rows = ask().rows
    assert rows.observed[0] == np.datetime64("2020-01-01")
    assert rows.observed[-1] == np.datetime64("2026-02-01"), "published on the first of March's weekdays"
    assert len(rows.values) == 74, "a hole is left out"
    assert server.asked[-1] == {"id": "GS10", "cosd": "2020-01-01", "etag": ""}


def test_the_same_again_is_not_sent_again(server):
    first = ask()
    again = ask(etag=first.etag)
    assert again.rows is None
    assert again.etag == first.etag
    server.set("revision")
    assert ask(etag=first.etag).rows is not None


@pytest.mark.parametrize(
    ("mode", "told", "is_series"),
    [
        ("404", "FRED answers 404: there is no such series", True),
        ("429", "FRED asks us to wait (429)", False),
        ("500", "FRED answers 500 Internal Server Error", False),
        ("503", "FRED answers 503 Service Unavailable", False),
        ("nothing", "GS10: the answer is empty", True),
        ("html", "GS10: a web page came in place of the series", True),
        ("wrong", "GS10, line 1: the answer is of XXXX", True),
        ("truncated", "GS10: the answer is cut off in line 76", True),
        ("escape", "GS10, line 76: expected a number", True),
        ("broken", "", False),
    ],
)
def test_what_is_no_answer_says_so(server, mode, told, is_series):
    server.set(mode)
    with pytest.raises(FredError) as caught:
        ask()
    assert str(caught.value).startswith(told)
    assert str(caught.value) == clean(str(caught.value))
    assert caught.value.is_series is is_series
    assert caught.value.retry_after == {"429": 1200.0, "503": 20.0}.get(mode, 0.0)


def test_silence_is_not_waited_for(server):
    server.set("hang")
    with pytest.raises(FredError, match="FRED cannot be reached: "):
        ask(deadline=0.2)


def test_nothing_listens(server):
    with redirect("http://127.0.0.1:9"), pytest.raises(FredError, match="FRED cannot be reached"):
        ask()


def test_an_empty_series_has_no_rows(server):
    server.set("empty")
    assert len(ask().rows.values) == 0
