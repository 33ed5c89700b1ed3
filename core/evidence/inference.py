"""Small statistics of one test: Wilson's interval, Newey and West's t, Student's tail."""

import math
from statistics import NormalDist

import numpy as np

from core.evidence.bootstrap import to_autocovariance
from core.evidence.series import Mask
from core.market.bars import Floats

_NORMAL = NormalDist()
_ENOUGH = 1e-14
_MOST_STEPS = 500


def calc_wilson(hits: int, count: int, level: float = 0.95) -> tuple[float, float]:
    """Interval of a share of `hits` in `count` by Wilson (1927), JASA 22."""
    z = _NORMAL.inv_cdf(0.5 + level / 2.0)
    share, spread = hits / count, z * z / count
    centre = (share + spread / 2.0) / (1.0 + spread)
    half = z / (1.0 + spread) * math.sqrt(share * (1.0 - share) / count + spread / (4.0 * count))
    return centre - half, centre + half


def calc_newey_west(events: Mask, forward: Floats, lag: int) -> Floats:
    """t of the slope of outcomes on each row of `events`, errors by Newey and West (1987), Bartlett's weights to `lag`.

    NaN where all or no session is an event.
    """
    length = len(forward)
    apart = events - events.mean(axis=1, keepdims=True)
    spread = np.sum(apart**2, axis=1)
    moved = forward - np.mean(forward)
    usable = spread > 0.0
    slope = np.divide(apart @ moved, spread, out=np.full(len(apart), np.nan), where=usable)
    covariance = to_autocovariance(apart * (moved - slope[:, None] * apart), min(lag, length - 1))
    weights = 1.0 - np.arange(1, covariance.shape[1]) / (lag + 1.0)
    variance = length * (covariance[:, 0] + 2.0 * covariance[:, 1:] @ weights)
    error = np.sqrt(variance, out=np.full(len(apart), np.nan), where=variance > 0.0)
    return np.asarray(np.divide(slope * spread, error, out=np.full(len(apart), np.nan), where=error > 0.0))


def calc_student_tail(t: float, freedom: int) -> float:
    """Chance of a value as far from zero as `t`, either way, under Student's distribution."""
    return calc_incomplete_beta(freedom / 2.0, 0.5, freedom / (freedom + t * t))


def calc_incomplete_beta(a: float, b: float, x: float) -> float:
    """Regularised incomplete beta function by its continued fraction (Lentz), Abramowitz and Stegun 26.5.8."""
    if x <= 0.0 or x >= 1.0:
        return 0.0 if x <= 0.0 else 1.0
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - calc_incomplete_beta(b, a, 1.0 - x)
    logs = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    c, d = 1.0, 1.0 / (1.0 - (a + b) * x / (a + 1.0))
    fraction = d
    for step in range(1, _MOST_STEPS):
        for factor in (
            step * (b - step) * x / ((a + 2 * step - 1) * (a + 2 * step)),
            -(a + step) * (a + b + step) * x / ((a + 2 * step) * (a + 2 * step + 1)),
        ):
            d = 1.0 / (1.0 + factor * d)
            c = 1.0 + factor / c
            fraction *= c * d
        if abs(c * d - 1.0) < _ENOUGH:
            break
    return math.exp(logs) * fraction / a
