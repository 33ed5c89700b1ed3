"""Arithmetic shared by the studies, on float64 arrays without holes, oldest first.

What moves along a history is put together for each window from that window's own values, by halves: a sum that adds
the newest value and takes away the oldest keeps the rounding of the largest value that ever passed (decision 024).
"""

import math

import bottleneck as bn
import numpy as np

from core.market.bars import Floats

YEAR = 252
"""Sessions in a year, for annualising."""
_TOLERANCE = 1e-9
"""The most, as a part of itself, that a moving deviation may be off."""
_EPSILON = float(np.finfo(np.float64).eps)


def calc_sma(values: Floats, count: int) -> float:
    """Mean of the last `count` values; of equal values exactly that value, so that comparisons do not see rounding."""
    last = float(values[-1])
    return last + float((values[-count:] - last).sum()) / count


def to_sums(values: Floats, count: int, known: dict[int, Floats] | None = None) -> Floats:
    """Sums of `count` values along the last axis, of full windows only: `count - 1` shorter, none if negative.

    Each is made of sums of half as many. A window with a NaN is NaN, and no other; so of a bad tick. `known` keeps the
    sums of these `values` by their count, for other counts that can be made of them.
    """
    if count == 1 or values.shape[-1] < count:
        return values[..., count - 1 :]
    known = {} if known is None else known
    if count not in known:
        half = count // 2
        halves = to_sums(values, half, known)
        sums = halves[..., half:] + halves[..., :-half]
        known[count] = sums if count == 2 * half else sums[..., 1:] + values[..., : sums.shape[-1] - 1]
    return known[count]


def to_means(values: Floats, count: int) -> Floats:
    """Means of full windows only: `count - 1` shorter, none if negative."""
    return to_sums(values, count) / count


def to_sma(values: Floats, count: int) -> Floats:
    """Moving average, same length, NaN until the window is full [B1]."""
    average = np.full(len(values), np.nan)
    average[count - 1 :] = to_means(values, count)
    return average


def to_returns(values: Floats) -> Floats:
    """Simple returns, one shorter."""
    return values[1:] / values[:-1] - 1.0


def calc_change(now: float, then: float) -> float:
    """`now` over `then`, minus one; NaN where `then` is zero (a yield can be)."""
    return now / then - 1.0 if then else math.nan


def to_logs(values: Floats) -> Floats:
    """Natural logarithms; NaN where a value is not above zero (a yield can be)."""
    return np.log(values, out=np.full(len(values), np.nan), where=values > 0.0)


def to_log_returns(values: Floats) -> Floats:
    """Log returns along the last axis, one shorter; NaN next to a value that is not above zero (a yield can be).

    From the difference of the values, which is exact: the difference of two logarithms has lost the digits before it.
    """
    known = np.where(values > 0.0, values, np.nan)
    before = known[..., :-1]
    return np.asarray(np.log1p((known[..., 1:] - before) / before))


def calc_deviation(values: Floats) -> float:
    """Sample standard deviation (ddof 1) of all `values`; exactly 0 where they are equal."""
    moved = values - values[-1]
    moved -= moved.sum() / len(moved)
    return math.sqrt(float(np.dot(moved, moved)) / (len(moved) - 1))


def to_deviation(values: Floats, count: int) -> Floats:
    """Moving sample standard deviation of full windows only: `len(values) - count + 1` numbers, none if negative.

    The library's moving update is the fastest, and leaves rounding of the size of the largest value behind; where that
    could be seen in the least of the deviations, each is made of its own window.
    """
    if len(values) < count:
        return np.empty(0)
    found = np.asarray(bn.move_std(values, count, ddof=1)[count - 1 :], dtype=np.float64)
    rounding = 4.0 * _EPSILON * math.sqrt(len(values)) * float(bn.nanmax(np.abs(values))) ** 2
    if not rounding > _TOLERANCE * (count - 1) * float(bn.nanmin(found)) ** 2:
        return found
    # Near zero the sums of levels keep the digits that the moves are in.
    _, squares = _to_moments(values - bn.nanmedian(values), count)
    return np.asarray(np.sqrt(squares / (count - 1)))


def _to_moments(values: Floats, count: int) -> tuple[Floats, Floats]:
    """Sums, and summed squares of the distances from the mean, of every full window: again by halves.

    Nothing is ever subtracted from the squares: Chan, Golub and LeVeque (1983), The American Statistician 37.
    """
    if count == 1:
        return values, np.zeros(len(values))
    half = count // 2
    sums, squares = _to_moments(values, half)
    apart = sums[half:] - sums[:-half]
    squares = apart * apart / (2 * half) + squares[half:] + squares[:-half]
    sums = sums[half:] + sums[:-half]
    if count == 2 * half:
        return sums, squares
    first, sums = values[: len(sums) - 1], sums[1:]
    apart = first * (2 * half) - sums
    return sums + first, squares[1:] + apart * apart / (2 * half * count)


def annualise(deviation: float) -> float:
    """A daily standard deviation as a yearly one: times the root of 252."""
    return deviation * math.sqrt(YEAR)


def calc_percentile(values: Floats) -> float:
    """Share of `values` at or below the last (weak percentile rank, itself included), 0 to 1; NaN if any is [0.6]."""
    if bn.anynan(values):
        return math.nan
    return float(np.count_nonzero(values <= values[-1])) / len(values)
