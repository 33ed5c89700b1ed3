"""Bars as columns: one symbol's history, oldest first."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Sessions = NDArray[np.datetime64]  # datetime64[D], strictly increasing

COLUMNS = ("open", "high", "low", "close", "adj_close", "volume")


def to_slice(rows: NDArray[np.intp]) -> slice | NDArray[np.intp]:
    """Ascending `rows` as a slice where none is left out: what is read by a slice is not copied."""
    if not len(rows):
        return slice(0, 0)
    return slice(int(rows[0]), int(rows[-1]) + 1) if int(rows[-1] - rows[0]) == len(rows) - 1 else rows


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
    notes: tuple[str, ...] = field(default=(), kw_only=True)
    """What a person should know of where they come from: lines of a file that were not used, say."""

    def __len__(self) -> int:
        return len(self.sessions)

    def with_columns(self, columns: Mapping[str, Floats]) -> "Bars":
        """The same bars with some columns replaced, by their names."""
        kept = {name: columns.get(name, getattr(self, name)) for name in COLUMNS}
        return replace(self, **kept)

    def part(self, rows: slice) -> "Bars":
        """Some of the sessions."""
        return replace(self, sessions=self.sessions[rows], **{name: getattr(self, name)[rows] for name in COLUMNS})

    def with_note(self, note: str) -> "Bars":
        """The same bars with one more note; none where it is empty."""
        return replace(self, notes=(*self.notes, note)) if note else self


@dataclass(frozen=True, slots=True, eq=False)
class MinuteBars:
    """Intraday bars of one symbol's session; `times` (datetime64[s], UTC) are the starts of the bars."""

    symbol: str
    times: NDArray[np.datetime64]
    close: Floats
    volume: Floats
