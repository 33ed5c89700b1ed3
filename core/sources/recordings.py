"""A directory of recorded intraday bars, `SYMBOL_1m.csv`, and one symbol's recorded session."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import NoDataError, UsageError
from core.market.bars import Floats
from core.market.csv import CsvError, IntradayBars, load_minutes
from core.market.files import find_recorded
from core.market.quotes import Quote
from core.market.sessions import Exchange
from core.sources.base import Context
from core.sources.directory import NO_RECORDINGS
from core.sources.folder import FIRST_USABLE, to_number
from core.text import clean

ALIASES = {"^GSPC": ("^GSPC", "^SPX")}
"""Names that recordings use for what the daily files call otherwise."""


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """The bars of one session and their running totals; row i may be used from `known[i]` (seconds UTC) on."""

    times: NDArray[np.datetime64]
    known: NDArray[np.int64]
    close: Floats
    volume: Floats
    open: Floats
    """The session's first open, in every row; `high`, `low` and `total` are of all rows so far."""
    high: Floats
    low: Floats
    total: Floats
    notes: tuple[str, ...] = ()

    def count(self, at: datetime) -> int:
        """How many bars are complete at `at`."""
        return int(np.searchsorted(self.known, at.timestamp(), side="right"))

    def quote(self, symbol: str, row: int, previous: float | None) -> Quote:
        """What was known of the session when bar `row` was over; `previous` is the close before it."""
        return Quote(
            symbol=symbol,
            price=float(self.close[row]),
            time=datetime.fromtimestamp(int(self.known[row]), UTC),
            previous_close=previous,
            open=to_number(self.open[row]),
            high=to_number(self.high[row]),
            low=to_number(self.low[row]),
            volume=to_number(self.total[row]),
        )


class RecordingFolder:
    """The recordings of a directory; every file is read once, when its symbol is first asked for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._files = find_recorded(path)

    def symbols(self) -> tuple[str, ...]:
        """All symbols that have a recording, sorted."""
        return tuple(sorted(self._files))

    def days(self, symbol: str) -> tuple[date, ...]:
        """The dates (UTC) that any recording of `symbol` has bars of, oldest first; raises `CsvError`."""
        found = {day for bars in self._bars(symbol) for day in np.unique(bars.times.astype("datetime64[D]")).tolist()}
        return tuple(sorted(found))

    def load(self, symbol: str, opens: datetime, closes: datetime) -> Recording | None:
        """The recording of one session at the finest interval that has it; None without one; raises `CsvError`."""
        for bars in self._bars(symbol):
            recording = _to_recording(bars, int(opens.timestamp()), int(closes.timestamp()))
            if recording is not None:
                return recording
        return None

    def _bars(self, symbol: str) -> Iterator[IntradayBars]:
        """All bars of `symbol`, finest interval first."""
        for name in ALIASES.get(symbol, (symbol,)):
            for file in self._files.get(name, ()):
                yield load_minutes(file, symbol)


def _to_recording(bars: IntradayBars, opens: int, closes: int) -> Recording | None:
    """The bars that start within the session and have a price; a bar is known when it is over."""
    starts = bars.times.astype(np.int64)
    rows = (starts >= opens) & (starts < closes) & np.isfinite(bars.close)
    if not rows.any():
        return None
    close, first = bars.close[rows], bars.open[rows][:1]
    return Recording(
        times=bars.times[rows],
        known=np.minimum(starts[rows] + bars.interval, closes),
        close=close,
        volume=bars.volume[rows],
        open=np.repeat(first, len(close)),
        high=np.fmax.accumulate(np.fmax(bars.high[rows], close)),
        low=np.fmin.accumulate(np.fmin(bars.low[rows], close)),
        total=np.nancumsum(bars.volume[rows]),
        notes=bars.notes,
    )


def find_recordings(directory: Path) -> RecordingFolder:
    """The recordings in `directory` or its `intraday`; raises `NoDataError` where there are none."""
    for path in (directory, directory / "intraday"):
        folder = RecordingFolder(path)
        if folder.symbols():
            return folder
    raise NoDataError(NO_RECORDINGS.format(clean(directory)))


def pick_day(recordings: RecordingFolder, context: Context, exchange: Exchange) -> date:
    """The asked-for day, or the newest session.

    Raises `UsageError` where nothing is recorded of that day, `NoDataError` where nothing is recorded at all.
    """
    benchmark = context.settings.universe.benchmark
    days: set[date] = set()
    complaints = []
    for symbol in (benchmark, *recordings.symbols()):
        try:
            days.update(day for day in recordings.days(symbol) if day >= FIRST_USABLE)
        except (CsvError, OSError) as error:
            complaints.append(clean(error))
        if days and context.date is None:
            break
    sessions: set[date] = set(exchange.sessions(min(days), max(days)).tolist()) & days if days else set()
    if context.date is not None and context.date in sessions:
        return context.date
    if not sessions:
        raise NoDataError("; ".join([f"{clean(recordings.path)} holds no recorded session", *complaints]) + ".")
    if context.date is not None:
        raise UsageError(f"{context.date} is not recorded: there are {len(sessions)} days, {_span(sessions)}.")
    return max(sessions)


def _span(sessions: set[date]) -> str:
    return f"{min(sessions)} to {max(sessions)}"
