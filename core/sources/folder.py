"""A directory with one CSV of daily bars a symbol, read once each."""

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np

from core.market.bars import Bars
from core.market.csv import CsvError, load_daily
from core.market.files import find_daily
from core.market.sessions import Exchange
from core.market.symbols import is_symbol
from core.market.timetable import FIRST_DAY
from core.sources.base import Ok, Problem, ProblemKind
from core.text import clean

FIRST_USABLE = FIRST_DAY + timedelta(days=31)
"""Days before it may have no session to belong to."""


class NoFileError(CsvError):
    """The directory holds nothing of this symbol."""


class DailyFolder:
    """The daily bars of a directory; what was read, or what was wrong with it, is kept."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._loaded: dict[str, Bars | CsvError] = {}

    def symbols(self) -> tuple[str, ...]:
        """All symbols that have a file here, sorted."""
        return tuple(find_daily(self.path))

    def load(self, symbol: str) -> Bars:
        """All bars of `symbol`; raises `CsvError` naming file and line."""
        if symbol not in self._loaded:
            self._loaded[symbol] = self._read(symbol)
        found = self._loaded[symbol]
        if isinstance(found, CsvError):
            raise found
        return found

    def _read(self, symbol: str) -> Bars | CsvError:
        # The pattern of a symbol has no slash and no leading dot: no name leads out of the directory.
        path = self.path / f"{symbol}.csv"
        try:
            if not is_symbol(symbol) or not path.exists():
                return NoFileError(f"{clean(self.path.name, 60)} has no file {clean(symbol, 20)}.csv")
            return load_daily(path, symbol)
        except CsvError as error:
            return error
        except OSError as error:
            return CsvError(f"{clean(path.name, 80)}: cannot be read: {clean(error.strerror)}")

    def history(self, symbol: str, since: date | None, before: date, present: date, at: datetime) -> Ok[Bars] | Problem:
        """Bars of `symbol` in sessions from `since` and earlier than `before`, adjusted as they were on `present`.

        Never an empty answer.
        """
        try:
            bars = cut_bars(to_adjusted_on(self.load(symbol), present), since, before)
        except CsvError as error:
            return to_problem(error, at)
        if not len(bars):
            span = f"from {since} " if since else ""
            return Problem(kind=ProblemKind.MISSING, reason=f"{symbol}.csv has no bar {span}before {before}", at=at)
        return Ok(bars, at)

    def later(self, symbol: str, session: date) -> str:
        """A sentence about the bars of `symbol` after `session`; empty where there are none."""
        bars = self.load(symbol)
        count = len(bars) - int(np.searchsorted(bars.sessions, np.datetime64(session), side="right"))
        many = "1 bar" if count == 1 else f"{count} bars"
        return f"{many} after {session} not used, the last {bars.sessions[-1]}" if count else ""


def to_problem(error: CsvError, at: datetime) -> Problem:
    """A bad file as a failure that tells itself."""
    kind = ProblemKind.MISSING if isinstance(error, NoFileError) else ProblemKind.ERROR
    return Problem(kind=kind, reason=clean(error), at=at)


def to_adjusted_on(bars: Bars, present: date) -> Bars:
    """`bars` with adjusted closes relative to `present`, as a source gave them on that day.

    A file written later has the dividends paid since in all of its adjusted closes. They would put a flip price
    beside a quoted price that it cannot be compared with, and nobody knew of them on that day.
    """
    end = int(np.searchsorted(bars.sessions, np.datetime64(present), side="right"))
    with np.errstate(divide="ignore", invalid="ignore"):
        factors = bars.adj_close[:end] / bars.close[:end]
    known = np.flatnonzero(np.isfinite(factors) & (factors > 0))
    return bars.with_columns({"adj_close": bars.adj_close / factors[known[-1]]}) if len(known) else bars


def cut_bars(bars: Bars, since: date | None, before: date) -> Bars:
    """The rows of `bars` in sessions from `since` on and earlier than `before`."""
    first = 0 if since is None else int(np.searchsorted(bars.sessions, np.datetime64(since)))
    return bars.part(slice(first, int(np.searchsorted(bars.sessions, np.datetime64(before)))))


def last_session(day: date, exchange: Exchange) -> date:
    """The session of `day`, or the last one before it where the exchange does not trade on `day`.

    Bonds and currencies have bars on days that the exchange rests.
    """
    session: date = exchange.sessions(day - timedelta(days=10), day)[-1].item()
    return session


def to_number(value: float) -> float | None:
    """A cell as a number, None where the file has none."""
    return float(value) if np.isfinite(value) else None
