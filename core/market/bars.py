"""Bars as columns: one symbol's history, oldest first."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Sessions = NDArray[np.datetime64]  # datetime64[D], strictly increasing

COLUMNS = ("open", "high", "low", "close", "adj_close", "volume")


@dataclass(frozen=True, slots=True, eq=False)
class Bars:
    """Daily bars of one symbol, all columns of the same length.

    `open high low close volume` are split-adjusted only, as quoted; `adj_close` adds dividends, relative to the
    present of its source (today's price needs no adjustment), and equals `close` where the source has no
    adjustment. A number that the source does not have is NaN.
    """

    symbol: str
    sessions: Sessions
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    adj_close: Floats
    volume: Floats

    def __len__(self) -> int:
        return len(self.sessions)

    def with_columns(self, columns: Mapping[str, Floats]) -> "Bars":
        """The same bars with some columns replaced, by their names."""
        kept = {name: columns.get(name, getattr(self, name)) for name in COLUMNS}
        return Bars(symbol=self.symbol, sessions=self.sessions, **kept)


@dataclass(frozen=True, slots=True, eq=False)
class MinuteBars:
    """Intraday bars of one symbol's session; `times` (datetime64[s], UTC) are the starts of the bars."""

    symbol: str
    times: NDArray[np.datetime64]
    close: Floats
    volume: Floats
