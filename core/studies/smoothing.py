"""Exponential smoothing seeded with a simple mean: the averages of B3 and Wilder's of B5."""

import math
from functools import lru_cache

import numpy as np

from core.market.bars import Floats

_NOTHING = 1e-19
"""Weights below this change no digit of a float64: what they belong to is left out."""
_CHUNK = 256
"""Averages made in one go."""


def share_of(count: int) -> float:
    """The weight of the newest value in an exponential average of `count` [0.6]."""
    return 2.0 / (count + 1)


def calc_smoothed(values: Floats, count: int, share: float) -> float:
    """`e += share * (value - e)` through all values after the first `count`, from their mean; the last e.

    In one sum, the newest value weighing `share`, each older one `1 - share` as much as the next. Values older than
    can matter are not read. Of equal values exactly that value. Needs `count` values.
    """
    last = float(values[-1])
    weights = _weights(share)
    rest = values[count:]
    if len(rest) > len(weights):
        return last + float(np.dot(weights, rest[-len(weights) :] - last))
    recent = float(np.dot(weights[len(weights) - len(rest) :], rest - last))
    seed = last + float(np.mean(values[:count] - last))
    return last + recent + (1.0 - share) ** len(rest) * (seed - last)


def to_smoothed(values: Floats, count: int, share: float, length: int) -> Floats:
    """The last `length` of these averages (fewer where there are fewer), oldest first."""
    length = min(length, len(values) - count + 1)
    if length < 1:
        return np.empty(0)
    start = len(values) - length
    parts = [np.array([calc_smoothed(values[: start + 1], count, share)])]
    for begin in range(start + 1, len(values), _CHUNK):
        parts.append(_carry_on(float(parts[-1][-1]), values[begin : begin + _CHUNK], share))
    return np.concatenate(parts)


def _carry_on(before: float, values: Floats, share: float) -> Floats:
    """The averages at `values`, after one that was `before`: sums of values blown up by what they will shrink to.

    Distances are from the lesser of the two that come first: from a bad tick they would lose the digits of a price.
    """
    shrunk, base = _shrinking(share)[: len(values)], min(before, float(values[0]))
    recent = share * shrunk * np.cumsum((values - base) / shrunk)
    return np.asarray(base + (before - base) * (1.0 - share) * shrunk + recent)


@lru_cache(maxsize=32)
def _shrinking(share: float) -> Floats:
    return np.asarray((1.0 - share) ** np.arange(_CHUNK, dtype=np.float64))


@lru_cache(maxsize=32)
def _weights(share: float) -> Floats:
    """Oldest first, as long as they matter."""
    length = math.ceil(math.log(_NOTHING) / math.log(1.0 - share))
    return np.asarray(share * (1.0 - share) ** np.arange(length, dtype=np.float64)[::-1], dtype=np.float64)
