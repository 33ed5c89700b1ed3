"""Arithmetic shared by the studies, on float64 arrays without holes, oldest first."""

import math

import bottleneck as bn
import numpy as np

from core.market.bars import Floats

YEAR = 252
"""Sessions in a year, for annualising."""


def calc_sma(values: Floats, count: int) -> float:
    """Mean of the last `count` values; of equal values exactly that value, so that comparisons do not see rounding."""
    last = float(values[-1])
    return last + float(np.mean(values[-count:] - last))


def to_sma(values: Floats, count: int) -> Floats:
    """Moving average, same length, NaN until the window is full [B1]."""
    if len(values) < count:
        return np.full(len(values), np.nan)
    return np.asarray(bn.move_mean(values, count), dtype=np.float64)


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
    """Log returns, one shorter; NaN next to a value that is not above zero (a yield can be)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        returns = np.diff(np.log(values))
    # An infinity would stay in a moving sum for good; a NaN leaves it with its window.
    returns[np.isinf(returns)] = np.nan
    return returns


def calc_deviation(values: Floats) -> float:
    """Sample standard deviation (ddof 1) of all `values`; exactly 0 where they are equal."""
    return float(np.std(values - values[-1], ddof=1))


def to_deviation(values: Floats, count: int) -> Floats:
    """Moving sample standard deviation of full windows only: `len(values) - count + 1` numbers, none if negative."""
    if len(values) < count:
        return np.empty(0)
    return np.asarray(bn.move_std(values, count, ddof=1)[count - 1 :], dtype=np.float64)


def annualise(deviation: float) -> float:
    """A daily standard deviation as a yearly one: times the root of 252."""
    return deviation * math.sqrt(YEAR)


def calc_percentile(values: Floats) -> float:
    """Share of `values` at or below the last (weak percentile rank, itself included), 0 to 1; NaN if any is [0.6]."""
    if np.isnan(values).any():
        return math.nan
    return float(np.count_nonzero(values <= values[-1])) / len(values)
