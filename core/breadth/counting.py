"""Counting over constituents: how many, and with what weight, are above, new highs, advancing, at every session.

No panel of averages is ever written: symbols are gone through in small groups, whose averages stay in the
processor's cache, and only their counts are kept. Every count at a session rests on that session and those before.
"""

from dataclasses import dataclass

import bottleneck as bn
import numpy as np
from numpy.typing import NDArray

from core.market.bars import Floats

Mask = NDArray[np.bool_]

ABOVE = (20, 50, 200)
EXTREMES = 252
GROUP = 8
"""Symbols at a time: ten years of them are 160 kB, so that what is made of them stays near the processor."""
ROUNDING = 1.0 + 1e-12
"""A price that stands still is not above its average; a moving sum would say so now and then."""


@dataclass(slots=True, eq=False)
class Tally:
    """Sums over constituents at every session, of those that do something and of those that could tell.

    Rows: their number, and their weight (the same where there are no weights).
    """

    doing: Floats
    telling: Floats

    @classmethod
    def empty(cls, length: int) -> "Tally":
        """All zero, for `length` sessions."""
        return cls(np.zeros((2, length)), np.zeros((2, length)))

    def add(self, weights: Floats | None, doing: Mask, telling: Mask) -> None:
        """Add at most 255 symbols; the masks are symbols by sessions."""
        for sums, mask in ((self.doing, doing), (self.telling, telling)):
            counts = mask.view(np.uint8).sum(axis=0, dtype=np.uint8)
            sums[0] += counts
            sums[1] += counts if weights is None else _weigh(weights, mask, counts)

    def share(self, *, weighted: bool = False) -> Floats:
        """Of those that could tell, how many do; NaN at sessions where nobody could."""
        row = int(weighted)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.where(self.telling[0] > 0.0, self.doing[row] / self.telling[row], np.nan))


Counts = dict[str, Tally]


def count_all(values: Floats, weights: Floats | None = None) -> Counts:
    """Tallies `above_20`, `above_50`, `above_200`, `highs`, `lows` and `advances` of closes, symbols by sessions.

    A symbol can tell where its whole window is there: a hole leaves it out until the window has passed it.
    An advance is one among those that moved; a high is above all 251 closes before.
    """
    names = (*(f"above_{count}" for count in ABOVE), "highs", "lows", "advances")
    counts = {name: Tally.empty(values.shape[1]) for name in names}
    for first in range(0, len(values), GROUP):
        group, weight = values[first : first + GROUP], None if weights is None else weights[first : first + GROUP]
        for count in ABOVE:
            if group.shape[1] >= count:
                counts[f"above_{count}"].add(weight, *find_above(group, count))
        if group.shape[1] >= EXTREMES:
            highs, lows, telling = find_extremes(group, EXTREMES)
            counts["highs"].add(weight, highs, telling)
            counts["lows"].add(weight, lows, telling)
        counts["advances"].add(weight, *find_advances(group))
    return counts


def find_above(values: Floats, count: int) -> tuple[Mask, Mask]:
    """Where closes are above their average of `count`, and where that average is full."""
    average = bn.move_mean(values, count, axis=1)
    return values > average * ROUNDING, ~np.isnan(average)


def find_extremes(values: Floats, count: int) -> tuple[Mask, Mask, Mask]:
    """Where closes are above, and below, all of the `count - 1` before; where those and the close are there."""
    highs, lows, telling = (np.zeros(values.shape, np.bool_) for _ in range(3))
    before, now = values[:, :-1], values[:, count - 1 :]
    highest = _to_most(before, count - 1, np.maximum)
    highs[:, count - 1 :] = now > highest
    lows[:, count - 1 :] = now < _to_most(before, count - 1, np.minimum)
    telling[:, count - 1 :] = ~np.isnan(highest + now)
    return highs, lows, telling


def _to_most(values: Floats, count: int, most: np.ufunc) -> Floats:
    """The largest, or smallest, of every `count` closes, NaN where one is not there; `count - 1` shorter.

    By halves: windows of 2, 4, 8, and at last two that overlap. Half the time of a queue of candidates.
    """
    length = 1
    while 2 * length <= count:
        values = most(values[:, length:], values[:, :-length])
        length *= 2
    return np.asarray(most(values[:, count - length :], values[:, : values.shape[1] - count + length]))


def find_advances(values: Floats) -> tuple[Mask, Mask]:
    """Where closes are above the close before, and where they are not equal to it."""
    rises, moves = np.zeros(values.shape, np.bool_), np.zeros(values.shape, np.bool_)
    rises[:, 1:] = values[:, 1:] > values[:, :-1]
    moves[:, 1:] = rises[:, 1:] | (values[:, 1:] < values[:, :-1])
    return rises, moves


def _weigh(weights: Floats, mask: Mask, counts: NDArray[np.uint8]) -> Floats:
    """Weight of those in each column of `mask`; only columns that hold some and not all need to be multiplied."""
    sums = np.where(counts == len(mask), np.sum(weights), 0.0)
    mixed = (counts > 0) & (counts < len(mask))
    sums[mixed] = weights @ (mask if mixed.all() else mask[:, mixed]).astype(np.float64)
    return sums
