"""A directory of recorded intraday bars, `SYMBOL_1m.csv`, and one symbol's recorded session."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.market.bars import Floats
from core.market.csv import INTERVALS, IntradayBars, load_minutes
from core.market.symbols import is_symbol

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

    def count(self, at: datetime) -> int:
        """How many bars are complete at `at`."""
        return int(np.searchsorted(self.known, at.timestamp(), side="right"))


class RecordingFolder:
    """The recordings of a directory; every file is read once, when its symbol is first asked for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._files: dict[str, list[Path]] = {}
        for file in sorted(path.glob("*_*.csv"), key=_interval):
            if _interval(file) and is_symbol(file.stem.rpartition("_")[0]):
                self._files.setdefault(file.stem.rpartition("_")[0], []).append(file)

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


def _interval(file: Path) -> int:
    """Seconds of a bar by the file's name; 0 for a file that is no recording."""
    return INTERVALS.get(file.stem.rpartition("_")[2], 0)


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
    )
