"""Many tests were made: false discovery rate, the largest of all, the Sharpe ratio deflated by their number [§10]."""

import math
from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

from core.evidence.inference import calc_student_tail
from core.market.bars import Floats

_EULER = 0.5772156649015329
_NORMAL = NormalDist()
FEW_BEYOND = 10
"""With fewer offsets than this beyond the observed value p is too coarse: Knijnenburg et al. (2009), Bioinformatics 25,
who put a tail in its place as well."""


def calc_q(p: Sequence[float], tests: int) -> list[float]:
    """Least false discovery rate at which each is found, by Benjamini and Yekutieli (2001), Annals of Statistics 29.

    `tests` is how many were ever made; those beyond `p` count as the worst there can be.
    """
    count = max(tests, len(p))
    penalty = sum(1.0 / rank for rank in range(1, count + 1))
    order = np.argsort(p, kind="stable")
    found, least = np.empty(len(p)), 1.0
    for rank in range(len(p), 0, -1):
        least = min(least, p[order[rank - 1]] * penalty * count / rank)
        found[order[rank - 1]] = least
    return [float(one) for one in found]


def calc_fine_p(p: float, offsets: int, z: float, episodes: int) -> float:
    """p, or where offsets are too few to tell how small it is, the tail of Student's t with an episode less.

    Rotations of a history are no more than its sessions, so p cannot be below one over them, which hundreds of tests
    make worthless whatever the edge. Where next to no rotation went as far, `z`, in deviations of all of them, says
    how far it is; the tail is as fat as that of so few episodes.
    """
    beyond = round(p * (offsets + 1)) - 1
    if beyond >= FEW_BEYOND or episodes < 2:
        return p
    return min(p, calc_student_tail(z, episodes - 1))


def calc_max_p(z: Sequence[float], largest: Floats) -> list[float]:
    """For each `z` how often the largest of all tests, under the same rotation, was as large (White 2000)."""
    ordered = np.sort(largest)
    beyond = len(ordered) - np.searchsorted(ordered, np.abs(z) * (1.0 - 1e-9))
    return [float(one) for one in (1 + beyond) / (1 + len(ordered))]


def calc_expected_best(variance: float, trials: int) -> float:
    """The best Sharpe ratio that so many worthless trials would show, on average, theirs varying by `variance`."""
    high, higher = (_NORMAL.inv_cdf(1.0 - 1.0 / (trials * part)) for part in (1.0, math.e))
    return math.sqrt(variance) * ((1.0 - _EULER) * high + _EULER * higher)


def calc_deflated_sharpe(returns: Floats, expected_best: float) -> float | None:
    """Chance that the Sharpe ratio of a session is above `expected_best`: Bailey and López de Prado (2014), Journal of
    Portfolio Management 40. None where nothing varies.
    """
    sharpe = calc_sharpe(returns)
    if sharpe is None:
        return None
    apart = (returns - np.mean(returns)) / np.std(returns)
    skew, kurtosis = float(np.mean(apart**3)), float(np.mean(apart**4))
    error = 1.0 - skew * sharpe + (kurtosis - 1.0) / 4.0 * sharpe**2
    return (
        _NORMAL.cdf((sharpe - expected_best) * math.sqrt(len(returns) - 1) / math.sqrt(error)) if error > 0.0 else None
    )


def calc_sharpe(returns: Floats) -> float | None:
    """Mean over sample deviation, of a session; None where nothing varies."""
    deviation = float(np.std(returns, ddof=1)) if len(returns) > 1 else 0.0
    return float(np.mean(returns)) / deviation if deviation > 0.0 else None
