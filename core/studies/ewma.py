"""Volatility forecast by exponentially weighted squares of log returns, RiskMetrics' lambda 0.94 [C3]."""

import numpy as np

from core.market.bars import Floats
from core.studies.steps import Steps, explain_with, tell_returns
from core.studies.study import Definition, Given, Results, Step, Study, missing_sessions
from core.studies.windows import YEAR, annualise, to_log_returns

LAMBDA = 0.94
BURN_IN = 250
"""Returns until the first one, which the recursion begins with, weighs nothing (2e-7 of the whole)."""
_DEPTH = 750
"""Returns that are looked at: what lies before weighs less than the last bit of the sum."""
_WEIGHTS = (1.0 - LAMBDA) * LAMBDA ** np.arange(_DEPTH)[::-1]


def calc_ewma(returns: Floats) -> float:
    """Variance forecast for the next session: s_t = 0.94 s_(t-1) + 0.06 l_t^2, begun with the first square [C3]."""
    squares = returns[-_DEPTH:] ** 2
    count = len(squares)
    # The recursion written out: a weighted sum, and what is left of the weights for where it began.
    return float(np.dot(_WEIGHTS[_DEPTH - count :], squares)) + LAMBDA**count * float(squares[0])


def calc_ewma_volatility(values: Floats) -> float:
    """The forecast from prices as a yearly deviation; the same for every horizon, as it knows no way back to a mean."""
    return annualise(float(np.sqrt(calc_ewma(to_log_returns(values[-_DEPTH - 1 :])))))


def _calculate(given: Given) -> Results:
    has = len(given.line.values)
    full = has > BURN_IN
    return {"ewma_volatility": calc_ewma_volatility(given.line.values) if full else missing_sessions(BURN_IN + 1, has)}


def _tell(given: Given, _name: str) -> Steps:
    returns = to_log_returns(given.line.values)
    before = calc_ewma(returns[:-1])
    return (
        tell_returns(given, len(returns)),
        Step(f"{1 - LAMBDA:.2f} of the last squared log return", (1 - LAMBDA) * float(returns[-1]) ** 2),
        Step(f"{LAMBDA} of the forecast made a session before", LAMBDA * before),
        Step(f"variance forecast for the next session; times {YEAR} and its root taken", calc_ewma(returns)),
    )


_FORMULA = "root of 252 times s, s = 0.94 of s before + 0.06 of the squared log return: forecast from now on"
_SYMBOL = (Definition("ewma_volatility", "fraction", _FORMULA, "C3"),)
EWMA = Study(
    symbol=_SYMBOL, pair=(), calculate=_calculate, explain=explain_with(_calculate, _SYMBOL, (), _tell), is_detail=True
)
