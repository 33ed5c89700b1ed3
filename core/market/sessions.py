"""The sessions of the New York Stock Exchange: when it opens and closes, and why it does not."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from core.errors import UsageError
from core.market.holidays import holiday_name
from core.market.timetable import FIRST_DAY, Timetable, to_date, to_utc
from core.snapshot import Phase, SessionInfo

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.market.bars import Sessions

FINAL_AFTER = timedelta(minutes=20)
"""From the close until its values are taken as confirmed [§0.5]."""

_REGULAR = timedelta(hours=6, minutes=30)
_PRE = timedelta(hours=5, minutes=30)  # 04:00 to 09:30; no session spans a clock change, those are on Sundays
_POST = timedelta(hours=4)  # 16:00 to 20:00, and 13:00 to 17:00 on a half day
_YEARS_AHEAD = 2
_LAST_YEAR = 2200  # nanoseconds since 1970 end in 2262


class Exchange:
    """NYSE's calendar from 1985 on. All times given and taken are UTC; days are the exchange's own dates.

    Nothing is loaded before the first question. That costs 0.2 s, most of it importing pandas, and the span
    of years hardly matters to it, so the whole span is taken at once, two years past the latest date asked for
    (`exchange_calendars` by itself goes from 20 years back to one year ahead). Safe to share between threads.
    """

    def __init__(self) -> None:
        self._table: Timetable | None = None

    def sessions(self, first: date, last: date) -> Sessions:
        """Session dates from `first` to `last`, both included (datetime64[D])."""
        table = self._until(last)
        low, high = np.searchsorted(table.days, np.array([first, last], "datetime64[D]"))
        return table.days[low : high + bool(high < len(table.days) and table.days[high] == np.datetime64(last))]

    def closes(self, sessions: Sessions) -> NDArray[np.datetime64]:
        """When each of `sessions` closes (datetime64[s], UTC)."""
        table = self._covering(sessions)
        closes: NDArray[np.datetime64] = table.closes[table.rows(sessions)]
        return closes

    def half_days(self, sessions: Sessions) -> NDArray[np.bool_]:
        """Which of `sessions` close early."""
        table = self._covering(sessions)
        rows = table.rows(sessions)
        return np.asarray(table.closes[rows] - table.opens[rows] < np.timedelta64(_REGULAR), dtype=np.bool_)

    def opens_at(self, day: date) -> datetime:
        """When the session of `day` opens; raises `UsageError` if there is none."""
        return to_utc(self._until(day).opens[self._row(day)])

    def closes_at(self, day: date) -> datetime:
        """When the session of `day` closes; raises `UsageError` if there is none."""
        return to_utc(self._until(day).closes[self._row(day)])

    def is_session(self, day: date) -> bool:
        """Whether the exchange trades on `day`."""
        return len(self.sessions(day, day)) == 1

    def next_session(self, day: date) -> date:
        """The first session after `day`."""
        table = self._until(day)
        return to_date(table.days[np.searchsorted(table.days, np.datetime64(day), side="right")])

    def previous_session(self, day: date) -> date:
        """The last session before `day`."""
        table = self._until(day)
        return table.day(int(np.searchsorted(table.days, np.datetime64(day))) - 1)

    def session_at(self, at: datetime) -> date:
        """The session that runs at `at`, or else the last one that ran."""
        table = self._until(at.date())
        return table.day(table.begun(at))

    def running_session(self, at: datetime) -> date | None:
        """The session that runs at `at`: from its open until just before its close."""
        table = self._until(at.date())
        row = table.begun(at)
        return table.day(row) if row >= 0 and at.timestamp() < table.close_seconds[row] else None

    def last_complete(self, at: datetime) -> date:
        """The newest session whose values are confirmed at `at`: its close is 20 minutes or more ago."""
        table = self._until(at.date())
        return table.day(bisect_right(table.close_seconds, (at - FINAL_AFTER).timestamp()) - 1)

    def info(self, at: datetime) -> SessionInfo:
        """Everything a screen says of the exchange at `at`."""
        table = self._until(at.date())
        day = self.session_at(at)
        row = table.begun(at)
        opens, closes = to_utc(table.opens[row]), to_utc(table.closes[row])
        next_open = to_utc(table.opens[row + 1])
        phase = _phase(at, closes, next_open)
        return SessionInfo(
            phase=phase,
            date=day.isoformat(),
            opens=opens,
            closes=closes,
            next_open=next_open,
            is_half_day=closes - opens < _REGULAR,
            is_final=at >= closes + FINAL_AFTER,
            reason=self._reason(at, phase),
        )

    def _reason(self, at: datetime, phase: Phase) -> str:
        """Why it is closed at `at`."""
        if phase is not Phase.CLOSED:
            return {Phase.OPEN: "", Phase.PRE: "before the open", Phase.POST: "after hours"}[phase]
        day = _new_york(at).date()
        if self.is_session(day):
            return "overnight"
        return "weekend" if day.weekday() >= 5 else holiday_name(day)

    def _row(self, day: date) -> int:
        if day < FIRST_DAY:
            raise UsageError(f"{day} is before {FIRST_DAY}, where the calendar of the exchange begins here.")
        if not self.is_session(day):
            why = "a weekend" if day.weekday() >= 5 else holiday_name(day)
            raise UsageError(f"{day} is not a session of the exchange ({why}).")
        return int(np.searchsorted(self._until(day).days, np.datetime64(day)))

    def _covering(self, sessions: Sessions) -> Timetable:
        return self._until(to_date(sessions[-1]) if len(sessions) else FIRST_DAY)

    def _until(self, day: date) -> Timetable:
        """The table, with some sessions after `day` as well."""
        if day.year > _LAST_YEAR:
            raise UsageError(f"{day} is beyond what the calendar of the exchange can tell.")
        table = self._table
        if table is None or day.year + _YEARS_AHEAD > table.last_year + 1:
            table = self._table = Timetable(day.year + _YEARS_AHEAD)
        return table


def _phase(at: datetime, closes: datetime, next_open: datetime) -> Phase:
    if at < closes:
        return Phase.OPEN
    if at < closes + _POST:
        return Phase.POST
    return Phase.PRE if at >= next_open - _PRE else Phase.CLOSED


def _new_york(at: datetime) -> datetime:
    from zoneinfo import ZoneInfo

    return at.astimezone(ZoneInfo("America/New_York"))
