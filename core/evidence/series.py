"""Whole past series out of values: each number rests on that session and those before, never on a later one."""

from bisect import bisect_right, insort

import numpy as np
from numpy.typing import NDArray

from core.market.bars import Floats
from core.studies.bands import to_side
from core.studies.windows import to_sma

Mask = NDArray[np.bool_]
Sides = NDArray[np.int8]


def to_full(values: Floats, length: int) -> Floats:
    """`values`, which end with the last session, as long as the history: NaN before they begin."""
    return np.concatenate((np.full(length - len(values), np.nan), values))


def to_last_side(side: Sides) -> Sides:
    """The last side taken (+1, -1) at every session, 0 before the first: inside the band it is kept [B1]."""
    taken = np.maximum.accumulate(np.where(side != 0, np.arange(len(side)), -1))
    return np.where(taken >= 0, side[taken], 0).astype(np.int8)


def to_trend(values: Floats, fast: int, slow: int, band: float) -> Sides:
    """+1 once the mean of `fast` is over that of `slow` by `band`, -1 once under it; `fast` 1 is the value itself."""
    return to_last_side(to_side(to_sma(values, fast), to_sma(values, slow), band))


def to_latched(enters: Mask, leaves: Mask) -> Mask:
    """True from a session that enters to the one before the next that leaves [§0.7]; entering wins."""
    return to_last_side(enters.astype(np.int8) - (leaves & ~enters)) > 0


def to_expanding_rank(values: Floats, least: int) -> Floats:
    """Weak percentile rank, 0 to 1, of each value among all up to it; NaN until there are `least` of them [§0.4].

    NaN values have no rank and are in no other's.
    """
    ranks, ordered = np.full(len(values), np.nan), list[float]()
    for index, value in enumerate(values.tolist()):
        if value == value:
            insort(ordered, value)
            if len(ordered) >= least:
                ranks[index] = bisect_right(ordered, value) / len(ordered)
    return ranks


def find_first(*series: Floats) -> int:
    """The first session in which all of them are known; their length where there is none."""
    known = np.logical_and.reduce([~np.isnan(one) for one in series])
    return int(known.argmax()) if known.any() else len(known)
