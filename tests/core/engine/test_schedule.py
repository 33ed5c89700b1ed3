"""When to ask what: worked cases on a clock of plain numbers."""

from datetime import UTC, datetime, timedelta

import pytest
from scripted import make_settings

from core.engine.schedule import Schedule, seconds_to_boundary, to_marker
from core.snapshot import Phase, SessionInfo
from core.sources.base import Problem, ProblemKind

AT = datetime(2026, 2, 25, 15, 0, tzinfo=UTC)
OPENS, CLOSES = datetime(2026, 2, 25, 14, 30, tzinfo=UTC), datetime(2026, 2, 25, 21, 0, tzinfo=UTC)
NEXT = datetime(2026, 2, 26, 14, 30, tzinfo=UTC)
SESSION = SessionInfo(phase=Phase.OPEN, date="2026-02-25", opens=OPENS, closes=CLOSES, next_open=NEXT)
AFTER = SessionInfo(phase=Phase.POST, date="2026-02-25", opens=OPENS, closes=CLOSES, next_open=NEXT)
REFRESH = make_settings(open_seconds=15.0, closed_seconds=300.0, history_pause_seconds=2.5).refresh
SYMBOLS = ("IWM", "SPY")


def make(*, is_live: bool = True, poll_seconds: float | None = None) -> Schedule:
    return Schedule(REFRESH, SYMBOLS, is_live, poll_seconds)


def failure(kind: ProblemKind, retry_in: float | None = None) -> Problem:
    retry_at = AT + timedelta(seconds=retry_in) if retry_in is not None else None
    return Problem(kind=kind, reason="r", at=AT, retry_at=retry_at)


@pytest.mark.parametrize(
    ("session", "at", "wait"),
    [
        (SESSION, AT, 15.0),
        (AFTER, datetime(2026, 2, 25, 23, 0, tzinfo=UTC), 300.0),
        (SESSION, CLOSES - timedelta(seconds=4), 6.0),  # the close, and 2 s to settle
        (AFTER, CLOSES + timedelta(minutes=19), 62.0),  # the closing values are final 20 minutes after
        (AFTER, CLOSES + timedelta(minutes=20), 300.0),
        (AFTER, NEXT - timedelta(seconds=30), 32.0),  # the open
    ],
)
def test_polling_follows_the_session(session: SessionInfo, at: datetime, wait: float) -> None:
    schedule = make()
    assert schedule.is_poll_due(0.0)
    schedule.note_poll(100.0, session, at)
    assert not schedule.is_poll_due(100.0 + wait - 0.01)
    assert schedule.is_poll_due(100.0 + wait)


def test_a_source_with_its_own_pace_keeps_it() -> None:
    schedule = make(is_live=False, poll_seconds=1.0)
    schedule.note_poll(0.0, AFTER, CLOSES + timedelta(minutes=19))
    assert schedule.poll_at == 1.0


def test_histories_come_one_by_one_with_a_pause() -> None:
    schedule = make()
    assert schedule.history_due(0.0, "m") == "IWM"
    schedule.note_history("IWM", 0.0, "m", complete=True)
    assert schedule.history_due(2.4, "m") is None
    assert schedule.history_due(2.5, "m") == "SPY"
    schedule.note_history("SPY", 2.5, "m", complete=True)
    assert schedule.history_due(99.0, "m") is None
    assert schedule.history_due(99.0, "next morning") == "IWM"


def test_no_pause_for_files_and_recordings() -> None:
    schedule = make(is_live=False)
    schedule.note_history("IWM", 0.0, "m", complete=False)
    assert schedule.history_due(0.0, "m") == "SPY"


def test_what_was_never_fetched_comes_before_what_is_fetched_again() -> None:
    schedule = make()
    schedule.checked = {"IWM": "yesterday"}
    assert schedule.history_due(0.0, "m") == "SPY"


def test_failures_are_asked_again_ever_later() -> None:
    schedule = make()
    now, waits = 0.0, []
    for _ in range(8):
        schedule.note_failure("IWM", now, AT, failure(ProblemKind.ERROR))
        schedule.checked["SPY"] = "m"
        waits.append(schedule.seconds_to_history(now, "m"))
        now += 10_000.0
    assert waits == [30, 60, 120, 240, 480, 960, 1800, 1800]
    schedule.note_failure("IWM", now, AT, failure(ProblemKind.MISSING))
    assert schedule.seconds_to_history(now, "m") == 21_600
    schedule.note_failure("IWM", now, AT, failure(ProblemKind.ERROR, retry_in=77))
    assert schedule.seconds_to_history(now, "m") == 77
    assert not schedule.is_waiting("IWM")


def test_a_rate_limit_holds_everything() -> None:
    schedule = make()
    schedule.note_poll(0.0, SESSION, AT, failure(ProblemKind.RATE_LIMITED, retry_in=600))
    for now in (15.0, 599.0):
        assert not schedule.is_poll_due(now)
        assert schedule.history_due(now, "m") is None
        assert schedule.seconds_to_next(now, "m") == 600 - now
    assert schedule.is_poll_due(600.0)
    assert schedule.history_due(600.0, "m") == "IWM"


def test_a_history_refused_by_the_budget_holds_histories_and_no_poll() -> None:
    schedule = make()
    schedule.note_poll(0.0, SESSION, AT)
    schedule.note_failure("IWM", 3.0, AT, failure(ProblemKind.RATE_LIMITED, retry_in=360))
    assert schedule.history_due(362.9, "m") is None
    assert schedule.history_due(363.0, "m") == "IWM"
    assert schedule.is_poll_due(15.0)
    assert schedule.seconds_to_next(3.0, "m") == 12.0


def test_an_incomplete_history_is_asked_again_some_times_and_then_taken() -> None:
    schedule = make()
    schedule.checked["SPY"] = "m"
    now = 0.0
    for _ in range(4):
        schedule.note_history("IWM", now, "m", complete=False)
        assert schedule.history_due(now + 899, "m") is None
        now += 900
        assert schedule.history_due(now, "m") == "IWM"
    schedule.note_history("IWM", now, "m", complete=False)
    assert schedule.history_due(now + 1e6, "m") is None


def test_a_refresh_asked_for_keeps_the_budget() -> None:
    schedule = make()
    schedule.note_poll(100.0, SESSION, AT)
    assert schedule.ask_poll(101.0) == 4.0
    assert not schedule.is_poll_due(104.9)
    assert schedule.is_poll_due(105.0)
    assert schedule.ask_poll(110.0) == 0.0
    free = make(is_live=False, poll_seconds=60.0)
    free.note_poll(100.0, SESSION, AT)
    assert free.ask_poll(100.5) == 0.0


def test_markers_change_at_the_open_and_when_final() -> None:
    assert to_marker("2026-02-25", "2026-02-24") == "2026-02-25 open"
    assert to_marker("2026-02-25", "2026-02-25") == "2026-02-25 final"


def test_no_boundary_where_nothing_is_known() -> None:
    assert seconds_to_boundary(SessionInfo(), AT) is None
    assert seconds_to_boundary(SESSION, AT) == 6 * 3600
