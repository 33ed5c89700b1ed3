"""Exponential smoothing seeded with a simple mean: the averages of B3 and Wilder's of B5."""

import math
from functools import lru_cache
from itertools import accumulate

import numpy as np

from core.market.bars import Floats

_NOTHING = 1e-19
"""Weights below this change no digit of a float64: what they belong to is left out."""


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
    first = calc_smoothed(values[: len(values) - length + 1], count, share)
    rest = values[len(values) - length + 1 :].tolist()
    return np.array(list(accumulate(rest, lambda e, value: e + share * (value - e), initial=first)))


@lru_cache(maxsize=32)
def _weights(share: float) -> Floats:
    """Oldest first, as long as they matter."""
    length = math.ceil(math.log(_NOTHING) / math.log(1.0 - share))
    return np.asarray(share * (1.0 - share) ** np.arange(length, dtype=np.float64)[::-1], dtype=np.float64)
