"""Volatility forecast by GARCH(1,1) with parameters fitted elsewhere, EWMA standing in where there are none [C10]."""

import math
from collections.abc import Iterable

import numpy as np

from core.market.panel import Line
from core.studies.ewma import BURN_IN, calc_ewma_volatility
from core.studies.fits import GarchFit
from core.studies.steps import Steps, explain_with, tell_returns
from core.studies.study import ALONE, Definition, Given, Missing, Results, Step, Study, missing_sessions
from core.studies.windows import YEAR, to_log_returns

LEAST = 1000
"""Log returns that a fit needs."""
PERSISTENCE_LIMIT, ALPHA_LIMIT = 0.999, 1e-4
HORIZON = 20


def find_fault(fit: GarchFit) -> str:
    """Why the parameters are of no use, '' where they are."""
    if not fit.converged:
        return "the fit did not converge"
    if fit.alpha < ALPHA_LIMIT:
        return f"alpha {fit.alpha:.2g}: shocks left no trace in this history"
    if fit.alpha + fit.beta >= PERSISTENCE_LIMIT:
        return f"alpha + beta {fit.alpha + fit.beta:.4f}: no way back to a mean"
    return ""


def step_variance(fit: GarchFit, variance: float, value: float) -> float:
    """The variance of the next session after one that was expected to have `variance` and returned `value` percent."""
    return fit.omega + fit.alpha * (value - fit.mean) ** 2 + fit.beta * variance


def carry_variance(fit: GarchFit, returns: Iterable[float]) -> float:
    """The variance of the next session after `returns` (percent) that came since the fit: the recursion [C10]."""
    variance = fit.variance
    for value in returns:
        variance = step_variance(fit, variance, value)
    return variance


def calc_long_run(fit: GarchFit) -> float:
    """The variance a session that forecasts tend to, percent squared."""
    return fit.omega / (1.0 - fit.alpha - fit.beta)


def calc_forecast(fit: GarchFit, variance: float, steps: int) -> float:
    """The variance of the session `steps` ahead, that of the next one being `variance` [C10]."""
    long_run = calc_long_run(fit)
    return long_run + (fit.alpha + fit.beta) ** (steps - 1) * (variance - long_run)


def calc_mean_forecast(fit: GarchFit, variance: float, count: int) -> float:
    """The mean of the next `count` forecasts: a geometric series summed up."""
    long_run, persistence = calc_long_run(fit), fit.alpha + fit.beta
    return long_run + (variance - long_run) * (1.0 - persistence**count) / (count * (1.0 - persistence))


_UNFITTED = "not fitted: the engine of a monitor does that beside, once a day"


def annualise_percent(variance: float) -> float:
    """A variance a session in percent squared as a yearly deviation, a fraction."""
    return math.sqrt(YEAR * variance) / 100.0


def find_unseen(line: Line, fit: GarchFit) -> list[float] | Missing:
    """The returns of `line` (percent) after the session the fit ends with; none where it ends with the line's last."""
    fitted = np.datetime64(fit.session, "D")
    row = int(np.searchsorted(line.sessions, fitted))
    if row == len(line.sessions):
        return Missing(f"fitted on {fit.session}, after this history ends")
    if line.sessions[row] != fitted:
        return Missing(f"fitted until {fit.session}, a session that is not in this history")
    unseen: list[float] = (100.0 * to_log_returns(line.values[row:])).tolist()
    return unseen


def _find(given: Given) -> tuple[GarchFit, float] | Missing:
    """The fit and the variance it expects of the next session, or why there is none."""
    has = len(given.line.values)
    if has <= LEAST:
        return missing_sessions(LEAST + 1, has)
    if given.around is None:
        return ALONE
    fits = given.around.fits
    fit = fits.get(given.line.subject)
    if fit is None:
        return Missing("not fitted: no leg of a pair, nor in the volatility pane" if fits else _UNFITTED)
    if fault := find_fault(fit):
        return Missing(fault)
    unseen = find_unseen(given.line, fit)
    return unseen if isinstance(unseen, Missing) else (fit, carry_variance(fit, unseen))


def _calculate(given: Given) -> Results:
    found = _find(given)
    if isinstance(found, Missing):
        return {**dict.fromkeys(_GARCH, found), **_stand_in(given, found)}
    fit, variance = found
    month = annualise_percent(calc_mean_forecast(fit, variance, HORIZON))
    return {
        "garch_volatility_1d": annualise_percent(variance),
        "garch_volatility_20d": month,
        "garch_long_run_volatility": annualise_percent(calc_long_run(fit)),
        "garch_persistence": fit.alpha + fit.beta,
        "garch_note": f"GARCH fitted on {fit.observations} returns until {fit.session}",
        "volatility_forecast_20d": month,
        "volatility_forecast_model": "garch",
    }


def _stand_in(given: Given, why: Missing) -> Results:
    """EWMA's forecast in the place of GARCH's, said in words; nothing where it is missing, too."""
    has = len(given.line.values)
    if has <= BURN_IN:
        missing = missing_sessions(BURN_IN + 1, has)
        return dict.fromkeys(("garch_note", "volatility_forecast_20d", "volatility_forecast_model"), missing)
    return {
        "garch_note": f"EWMA stands in for GARCH: {why.reason}",
        "volatility_forecast_20d": calc_ewma_volatility(given.line.values),
        "volatility_forecast_model": "ewma",
    }


def _tell(given: Given, name: str) -> Steps:
    found = _find(given)
    if isinstance(found, Missing):
        why = Step("GARCH", found)
        return (tell_returns(given, len(given.line.values) - 1), why) if len(given.line.values) > 1 else (why,)
    fit, variance = found
    unseen = find_unseen(given.line, fit)
    count = 0 if isinstance(unseen, Missing) else len(unseen)
    fitted = (
        Step(f"log returns times 100 that it was fitted on, until {fit.session}", fit.observations, "count"),
        Step("mean, percent a session", fit.mean),
        Step("omega", fit.omega),
        Step("alpha, the weight of the last squared surprise", fit.alpha),
        Step("beta, the weight of the last variance", fit.beta),
    )
    persistence = Step("alpha + beta", fit.alpha + fit.beta, "ratio")
    if name == "garch_persistence":
        return fitted
    long_run = Step("variance it tends to, omega over 1 - alpha - beta", calc_long_run(fit))
    if name == "garch_long_run_volatility":
        return (*fitted, persistence, long_run)
    now = (
        Step(f"variance that the fit expected after {fit.session}", fit.variance),
        Step(f"returns since then, until {given.line.sessions[-1]}", count, "count"),
        Step("variance expected of the next session", variance),
    )
    if name == "garch_volatility_1d":
        return (*fitted, *now)
    mean = Step(f"mean of the next {HORIZON} forecasts", calc_mean_forecast(fit, variance, HORIZON))
    return (*fitted, *now, long_run, mean)


_GARCH = ("garch_volatility_1d", "garch_volatility_20d", "garch_long_run_volatility", "garch_persistence")
_SYMBOL = (
    Definition("garch_volatility_1d", "fraction", "GARCH(1,1) forecast of the next session, as of a year", "C10"),
    Definition(
        "garch_volatility_20d",
        "fraction",
        "root of 252 times the mean GARCH(1,1) variance of the next 20 sessions",
        "C10",
    ),
    Definition("garch_long_run_volatility", "fraction", "the volatility that GARCH forecasts tend to", "C10"),
    Definition("garch_persistence", "ratio", "alpha + beta: what is left of a shock after each session", "C10"),
    Definition("garch_note", "state", "what the GARCH forecast rests on, or why EWMA stands in, in words", "C10"),
    Definition(
        "volatility_forecast_20d", "fraction", "garch_volatility_20d, or where it is missing ewma_volatility", "C10"
    ),
    Definition(
        "volatility_forecast_model", "state", "garch or ewma: which of the two volatility_forecast_20d is", "C10"
    ),
)
GARCH = Study(
    symbol=_SYMBOL,
    pair=(),
    calculate=_calculate,
    explain=explain_with(_calculate, _SYMBOL, (), _tell),
    no_past="what is fitted until now was not known then",
    is_detail=True,
)
