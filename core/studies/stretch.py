"""How far a ratio is from its 50-session average, in daily deviations: it has no high and low for an ATR [B5]."""

import numpy as np

from core.market.bars import Floats
from core.studies.steps import Steps, explain_with, tell_returns, tell_value, tell_window
from core.studies.study import Definition, Given, Missing, Results, Step, Study, missing_sessions
from core.studies.windows import calc_deviation, calc_sma, to_deviation, to_log_returns, to_logs, to_means

AVERAGE, DEVIATIONS = 50, 20


def calc_stretch(values: Floats) -> float | None:
    """Last logarithm less the mean of 50, in sample deviations of 20 log returns; None where nothing moved [B5]."""
    logs = to_logs(values[-AVERAGE:])
    deviation = calc_deviation(to_log_returns(values[-DEVIATIONS - 1 :]))
    return (float(logs[-1]) - calc_sma(logs, AVERAGE)) / deviation if deviation > 0.0 else None


def to_stretch(values: Floats) -> Floats:
    """Logarithm less its mean of 50, in sample deviations of 20 log returns; NaN where nothing moved [B5]."""
    if len(values) < AVERAGE:
        return values[:0]
    logs, deviations = to_logs(values), to_deviation(to_log_returns(values), DEVIATIONS)
    above = logs[AVERAGE - 1 :] - to_means(logs, AVERAGE)
    still = np.full(len(above), np.nan)
    deviations = deviations[-len(above) :]
    return np.asarray(np.divide(above, deviations, out=still, where=deviations > 0.0))


def _calculate(given: Given) -> Results:
    values, has = given.line.values, len(given.line.values)
    if has < AVERAGE:
        return {"stretch_50d": missing_sessions(AVERAGE, has)}
    found = calc_stretch(values)
    return {"stretch_50d": Missing("the ratio did not move") if found is None else found}


def _tell(given: Given, name: str) -> Steps:
    del name  # there is but one
    values = given.line.values
    logs = to_logs(values[-AVERAGE:])
    return (
        tell_value(given),
        Step("its logarithm", float(logs[-1]), "number"),
        tell_window(given, AVERAGE),
        Step("mean of their logarithms", calc_sma(logs, AVERAGE), "number"),
        tell_returns(given, DEVIATIONS),
        Step("their sample deviation", calc_deviation(to_log_returns(values[-DEVIATIONS - 1 :])), "fraction"),
    )


_PAIR = (
    Definition(
        "stretch_50d", "z", "log ratio minus its 50-session mean, in deviations of its 20 last log returns", "B5"
    ),
)
STRETCH = Study(symbol=(), pair=_PAIR, calculate=_calculate, explain=explain_with(_calculate, (), _PAIR, _tell))
