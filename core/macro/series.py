"""One series with everything that was ever published of it, and what of that was known on a day."""

from dataclasses import dataclass

import numpy as np

from core.market.bars import Floats, Sessions


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What was known of a series on one day, oldest first: one value for each day observed."""

    id: str
    observed: Sessions
    values: Floats

    def __len__(self) -> int:
        return len(self.values)

    @property
    def last(self) -> float:
        return float(self.values[-1])

    @property
    def last_day(self) -> np.datetime64:
        """The day that the newest observation is of (of a month or quarter its first)."""
        return np.datetime64(self.observed[-1], "D")


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Every version of every observation, by the day observed and then by the day it became known.

    `values` as published; what is missing has no row. An observation that was changed has several.
    """

    id: str
    observed: Sessions
    available: Sessions
    """From which day on each row was known."""
    values: Floats

    def known(self, day: np.datetime64) -> Known:
        """What was known on the evening of `day`: the newest version of each observation."""
        rows = np.flatnonzero(self.available <= day)
        observed = self.observed[rows]
        newest = np.append(observed[1:] != observed[:-1], True)[: len(rows)]
        rows = rows[newest]
        return Known(self.id, self.observed[rows], self.values[rows])


def build_series(name: str, observed: Sessions, available: Sessions, values: Floats) -> Series:
    """Put rows in order; rows without a finite value are left out."""
    kept = np.isfinite(values)
    order = np.lexsort((available[kept], observed[kept]))
    series = Series(name, observed[kept][order], available[kept][order], values[kept][order])
    for column in (series.observed, series.available, series.values):
        column.setflags(write=False)
    return series
