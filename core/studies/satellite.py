"""How much of a book of small and large a satellite of small may be: shares of its risk, as information [J4]."""

import math

import numpy as np

from core.market.bars import Floats
from core.studies.steps import Steps, explain_with, name_leg, tell_returns
from core.studies.study import Definition, Given, Missing, Results, Step, Study, missing_sessions
from core.studies.windows import YEAR, to_log_returns

SHARE = 0.25
_STILL = Missing("a leg did not move")


def calc_risk_share(weight: float, small: float, large: float, both: float) -> float:
    """The part of the variance of `weight` in small and the rest in large that small has [J4].

    `small` and `large` are variances, `both` the covariance.
    """
    rest = 1.0 - weight
    whole = weight * weight * small + 2.0 * weight * rest * both + rest * rest * large
    return weight * (weight * small + rest * both) / whole


def find_weight(share: float, small: float, large: float, both: float) -> float | None:
    """The weight of small, 0 to 1, whose part of the variance is `share`: the root of a quadratic; None: there is none.

    w(w a + (1-w) c) = q (w^2 a + 2 w (1-w) c + (1-w)^2 b), with variances a and b and covariance c.
    """
    square = (small - both) - share * (small - 2.0 * both + large)
    linear, constant = both - 2.0 * share * (both - large), -share * large
    roots = np.roots([square, linear, constant])
    real = (float(root.real) for root in roots if abs(root.imag) < 1e-9)
    return next((root for root in sorted(real) if 0.0 <= root <= 1.0), None)


def _calc_moments(given: Given) -> tuple[float, float, float] | Missing:
    """Sample variances of small and large and their covariance, of 252 log returns."""
    line = given.line
    if line.small is None or line.large is None or len(line.values) <= YEAR:
        return missing_sessions(YEAR + 1, len(line.values))
    legs: list[Floats] = [to_log_returns(leg[-YEAR - 1 :]) for leg in (line.small, line.large)]
    matrix = np.cov(np.stack(legs))
    small, large, both = float(matrix[0, 0]), float(matrix[1, 1]), float(matrix[0, 1])
    return (small, large, both) if small > 0.0 and large > 0.0 else _STILL


def _calculate(given: Given) -> Results:
    moments = _calc_moments(given)
    if isinstance(moments, Missing):
        return dict.fromkeys((one.name for one in _PAIR), moments)
    small, large, both = moments
    weight = find_weight(SHARE, small, large, both)
    equal = math.sqrt(large) / (math.sqrt(small) + math.sqrt(large))
    return {
        "satellite_weight": Missing("no weight carries a quarter of the risk") if weight is None else weight,
        "equal_volatility_weight": equal,
        "risk_share_at_half": calc_risk_share(0.5, small, large, both),
    }


def _tell(given: Given, name: str) -> Steps:
    moments = _calc_moments(given)
    if isinstance(moments, Missing):
        return ()
    small, large, both = moments
    volatilities = (
        Step(f"volatility of {name_leg(given, is_small)}, as of a year", math.sqrt(variance * YEAR), "fraction")
        for is_small, variance in ((True, small), (False, large))
    )
    together = (
        ()
        if name == "equal_volatility_weight"
        else (Step("their correlation", both / math.sqrt(small * large), "ratio"),)
    )
    return tell_returns(given, YEAR), *volatilities, *together


_PAIR = (
    Definition(
        "satellite_weight",
        "fraction",
        "weight of small, the rest being large, at which small has a quarter of the variance of both; 252 log returns",
        "J4",
    ),
    Definition(
        "equal_volatility_weight",
        "fraction",
        "weight of small at which both legs are as volatile: large's volatility over the sum of both; 252 log returns",
        "J4",
    ),
    Definition("risk_share_at_half", "fraction", "small's part of the variance of a book that is half small", "J4"),
)
SATELLITE = Study(
    symbol=(), pair=_PAIR, calculate=_calculate, explain=explain_with(_calculate, (), _PAIR, _tell), is_settled=True
)
