"""Open, high, low, close and volume of one symbol, for what is measured on ranges and trading [§0.5]."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.market.bars import Floats, Sessions, to_slice
from core.market.panel import Panel


@dataclass(frozen=True, slots=True, eq=False)
class Candles:
    """A symbol's completed sessions that have a close, oldest first; any other number may be missing (NaN).

    `open high low close` are adjusted for splits and dividends by one factor a session, `quoted` is the close as it
    was quoted and `volume` shares, both adjusted for splits alone. The running session is never here: its high, low
    and volume are so far.
    """

    symbol: str
    sessions: Sessions
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    quoted: Floats
    volume: Floats
    half_days: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.sessions)


def candles_of(panel: Panel, symbol: str) -> Candles:
    """The completed sessions of `symbol`; none where the panel does not know it."""
    completed = panel.completed or panel
    column = completed.column(symbol)
    known = np.flatnonzero(~np.isnan(completed.adj[:, column])) if column is not None else np.empty(0, np.intp)
    rows, column = to_slice(known), column or 0
    return Candles(
        symbol=symbol,
        sessions=completed.sessions[rows],
        open=completed.open_[rows, column],
        high=completed.high[rows, column],
        low=completed.low[rows, column],
        close=completed.adj[rows, column],
        quoted=completed.close[rows, column],
        volume=completed.volume[rows, column],
        half_days=completed.half_days[rows],
    )
