"""The exchange's calendar against what NYSE published."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from market_makers import EXCHANGE, utc

from core.errors import UsageError
from core.market.sessions import Exchange
from core.snapshot import Phase

# NYSE: "All NYSE markets observe U.S. holidays as listed below", its published lists for 2025 and 2026.
HOLIDAYS = {
    "2025-01-01": "New Year's Day",
    "2025-01-09": "day of mourning for Jimmy Carter",
    "2025-01-20": "Martin Luther King Jr. Day",
    "2025-02-17": "Presidents' Day",
    "2025-04-18": "Good Friday",
    "2025-05-26": "Memorial Day",
    "2025-06-19": "Juneteenth",
    "2025-07-04": "Independence Day",
    "2025-09-01": "Labor Day",
    "2025-11-27": "Thanksgiving Day",
    "2025-12-25": "Christmas Day",
    "2026-04-03": "Good Friday",
    "2026-07-03": "Independence Day",
    "2012-10-29": "Hurricane Sandy",
    "2001-09-11": "attacks of September 11",
}


@pytest.mark.parametrize(("day", "name"), HOLIDAYS.items())
def test_a_holiday_is_closed_and_has_its_name(day: str, name: str) -> None:
    info = EXCHANGE.info(utc(f"{day}T15:00"))
    assert (info.phase, info.reason) == (Phase.CLOSED, name)
    assert not EXCHANGE.is_session(date.fromisoformat(day))


@pytest.mark.parametrize(("year", "count"), [(1987, 253), (2001, 248), (2024, 252), (2025, 250), (2026, 251)])
def test_sessions_of_a_year(year: int, count: int) -> None:
    sessions = EXCHANGE.sessions(date(year, 1, 1), date(year, 12, 31))
    assert len(sessions) == count
    assert sessions.dtype == np.dtype("datetime64[D]")


def test_both_ends_of_a_range_count() -> None:
    found = EXCHANGE.sessions(date(2026, 4, 2), date(2026, 4, 6))  # Good Friday and a weekend between
    assert found.astype(str).tolist() == ["2026-04-02", "2026-04-06"]
    assert len(EXCHANGE.sessions(date(2026, 4, 3), date(2026, 4, 5))) == 0


@pytest.mark.parametrize("day", ["2025-07-03", "2025-11-28", "2025-12-24", "2026-11-27", "2026-12-24"])
def test_half_days_close_at_one(day: str) -> None:
    close = EXCHANGE.closes_at(date.fromisoformat(day))
    summer = day == "2025-07-03"
    assert close == utc(f"{day}T{17 if summer else 18}:00")
    sessions = EXCHANGE.sessions(date.fromisoformat(day), date.fromisoformat(day))
    assert EXCHANGE.half_days(sessions).tolist() == [True]
    assert EXCHANGE.info(close - timedelta(minutes=1)).is_half_day


def test_whole_days_are_not_half() -> None:
    assert not EXCHANGE.half_days(EXCHANGE.sessions(date(2026, 3, 2), date(2026, 3, 31))).any()


# US clocks went forward on Sunday 2026-03-08: 09:30 in New York is 14:30 UTC before and 13:30 after.
@pytest.mark.parametrize(
    ("day", "opens", "closes"),
    [("2026-03-06", "14:30", "21:00"), ("2026-03-09", "13:30", "20:00"), ("2026-11-02", "14:30", "21:00")],
)
def test_daylight_saving(day: str, opens: str, closes: str) -> None:
    assert EXCHANGE.opens_at(date.fromisoformat(day)) == utc(f"{day}T{opens}")
    assert EXCHANGE.closes_at(date.fromisoformat(day)) == utc(f"{day}T{closes}")
    days = np.array([day], dtype="datetime64[D]")
    assert EXCHANGE.closes(days).tolist() == [datetime.fromisoformat(f"{day}T{closes}")]


@pytest.mark.parametrize(
    ("at", "phase", "reason", "day"),
    [
        ("2026-03-24T07:59:59", Phase.CLOSED, "overnight", "2026-03-23"),
        ("2026-03-24T08:00:00", Phase.PRE, "before the open", "2026-03-23"),
        ("2026-03-24T13:29:59", Phase.PRE, "before the open", "2026-03-23"),
        ("2026-03-24T13:30:00", Phase.OPEN, "", "2026-03-24"),
        ("2026-03-24T19:59:59.900", Phase.OPEN, "", "2026-03-24"),
        ("2026-03-24T20:00:00", Phase.POST, "after hours", "2026-03-24"),
        ("2026-03-24T23:59:59", Phase.POST, "after hours", "2026-03-24"),
        ("2026-03-25T00:00:00", Phase.CLOSED, "overnight", "2026-03-24"),
        ("2025-11-28T18:00:00", Phase.POST, "after hours", "2025-11-28"),
        ("2025-11-28T22:00:00", Phase.CLOSED, "overnight", "2025-11-28"),
        ("2026-03-22T15:00:00", Phase.CLOSED, "weekend", "2026-03-20"),
        # Saturday evening in New York although Sunday in UTC.
        ("2026-03-22T02:00:00", Phase.CLOSED, "weekend", "2026-03-20"),
    ],
)
def test_phases(at: str, phase: Phase, reason: str, day: str) -> None:
    info = EXCHANGE.info(utc(at))
    assert (info.phase, info.reason, info.date) == (phase, reason, day)
    running = EXCHANGE.running_session(utc(at))
    assert (running is not None) == (phase is Phase.OPEN)
    assert EXCHANGE.session_at(utc(at)).isoformat() == day


def test_a_session_is_final_twenty_minutes_after_its_close() -> None:
    before, after = utc("2025-11-28T18:19:59"), utc("2025-11-28T18:20:00")
    assert (EXCHANGE.info(before).is_final, EXCHANGE.info(after).is_final) == (False, True)
    assert EXCHANGE.last_complete(before) == date(2025, 11, 26)  # the 27th is Thanksgiving
    assert EXCHANGE.last_complete(after) == date(2025, 11, 28)


def test_info_tells_the_session_and_the_next_open() -> None:
    info = EXCHANGE.info(utc("2026-04-02T19:00"))
    assert (info.opens, info.closes) == (utc("2026-04-02T13:30"), utc("2026-04-02T20:00"))
    assert info.next_open == utc("2026-04-06T13:30")


def test_neighbours() -> None:
    assert EXCHANGE.next_session(date(2026, 4, 2)) == date(2026, 4, 6)
    assert EXCHANGE.previous_session(date(2026, 4, 6)) == date(2026, 4, 2)
    assert EXCHANGE.next_session(date(2026, 4, 4)) == date(2026, 4, 6)
    assert EXCHANGE.previous_session(date(2026, 4, 5)) == date(2026, 4, 2)


def test_it_goes_beyond_the_library_s_own_end_and_start() -> None:
    exchange = Exchange()
    assert exchange.info(utc("2026-03-24T15:00")).phase is Phase.OPEN
    later = exchange.info(utc("2034-12-29T16:00"))  # a Friday; New Year's Day 2035 is a Monday
    assert (later.phase, later.next_open) == (Phase.OPEN, utc("2035-01-02T14:30"))
    assert exchange.next_session(date(1987, 10, 18)) == date(1987, 10, 19)


def test_any_zone_is_understood() -> None:
    tokyo = datetime.fromisoformat("2026-03-24T22:30+09:00")
    assert EXCHANGE.running_session(tokyo) == date(2026, 3, 24)
    assert EXCHANGE.info(tokyo).opens == datetime(2026, 3, 24, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize("day", [date(2026, 4, 3), date(2026, 3, 22), date(1970, 1, 5), date(9999, 1, 4)])
def test_what_is_not_a_session_says_so(day: date) -> None:
    with pytest.raises(UsageError, match=str(day)):
        EXCHANGE.closes_at(day)


def test_before_the_calendar_is_an_error_and_not_a_wrong_day() -> None:
    with pytest.raises(UsageError, match="1985"):
        EXCHANGE.session_at(utc("1984-06-01T15:00"))


def test_days_that_are_no_sessions_have_no_closes() -> None:
    with pytest.raises(ValueError, match="sessions"):
        EXCHANGE.closes(np.array(["2026-04-03"], dtype="datetime64[D]"))


def test_pandas_is_loaded_with_the_first_question_and_not_before() -> None:
    program = "import sys, core.market.build as b; b.Exchange(); sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
