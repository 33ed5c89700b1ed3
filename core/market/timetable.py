"""All sessions of the exchange in one table, taken once from `exchange_calendars`."""

from __future__ import annotations

import warnings
from bisect import bisect_right
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import numpy as np

from core.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.market.bars import Sessions

FIRST_DAY = date(1985, 1, 1)
"""No session before it is known: every fund and both share indices of the universe begin later, but ^GSPC."""


class Timetable:
    """All sessions to the end of `last_year`, never changed once made: days, opens and closes (UTC)."""

    def __init__(self, last_year: int) -> None:
        from exchange_calendars.exchange_calendar_xnys import XNYSExchangeCalendar

        # The library (4.13) uses what pandas 3.1 has marked for removal. The filter is added and left: restoring
        # the old list of filters would undo what another thread added meanwhile.
        warnings.filterwarnings("ignore", message=r"Series\.values returning", category=DeprecationWarning)
        schedule = XNYSExchangeCalendar(start=FIRST_DAY.isoformat(), end=f"{last_year}-12-31").schedule
        self.last_year = last_year
        self.days: Sessions = schedule.index.to_numpy().astype("datetime64[D]")
        # The zone is UTC already; taking it off leaves plain datetime64.
        self.opens = schedule["open"].dt.tz_localize(None).to_numpy().astype("datetime64[s]")
        self.closes = schedule["close"].dt.tz_localize(None).to_numpy().astype("datetime64[s]")
        for column in (self.days, self.opens, self.closes):
            column.setflags(write=False)
        # A moment is looked up many times a second: bisection of plain numbers costs a tenth of numpy's.
        self.open_seconds: list[int] = self.opens.astype(np.int64).tolist()
        self.close_seconds: list[int] = self.closes.astype(np.int64).tolist()

    def rows(self, sessions: Sessions) -> NDArray[np.intp]:
        """The row of each of `sessions`, all of which must be sessions."""
        rows = np.searchsorted(self.days, sessions)
        if len(rows) and not np.array_equal(self.days[rows], sessions):
            raise ValueError("not all of these days are sessions of the exchange")
        return rows

    def begun(self, at: datetime) -> int:
        """The row of the newest session that has opened at `at`, -1 if none."""
        return bisect_right(self.open_seconds, at.timestamp()) - 1

    def day(self, row: int) -> date:
        if row < 0:
            raise UsageError(f"The calendar of the exchange begins in {FIRST_DAY.year} here.")
        return to_date(self.days[row])


def to_utc(moment: np.datetime64) -> datetime:
    """A moment of a column as a `datetime` that says it is UTC."""
    found: datetime = moment.astype("datetime64[s]").item()
    return found.replace(tzinfo=UTC)


def to_date(day: np.datetime64) -> date:
    found: date = day.astype("datetime64[D]").item()
    return found
