"""Small against large as a position: tracking error and information ratio of the relative log return [C13]."""

import numpy as np

from core.studies.steps import Steps, explain_with, numbers_in, tell_returns
from core.studies.study import Definition, Given, Missing, Results, Step, Study, missing_sessions
from core.studies.windows import YEAR, annualise, calc_deviation, to_log_returns

WINDOWS = (63, 252)


def _calculate(given: Given) -> Results:
    values, results = given.line.values, Results()
    for count in WINDOWS:
        names = f"tracking_error_{count}d", f"information_ratio_{count}d"
        if len(values) <= count:
            results |= dict.fromkeys(names, missing_sessions(count + 1, len(values)))
            continue
        returns = to_log_returns(values[-count - 1 :])
        error = annualise(calc_deviation(returns))
        ratio = YEAR * float(np.mean(returns)) / error if error else Missing("the ratio did not move")
        results |= dict(zip(names, (error, ratio), strict=True))
    return results


def _tell(given: Given, name: str) -> Steps:
    count = numbers_in(name)[-1]
    returns = to_log_returns(given.line.values[-count - 1 :])
    deviation = Step("their sample deviation", calc_deviation(returns), "fraction")
    if name.startswith("tracking"):
        return (tell_returns(given, count), deviation)
    mean = float(np.mean(returns))
    return (
        tell_returns(given, count),
        Step("mean log return of the ratio", mean, "fraction"),
        Step(f"times {YEAR}", YEAR * mean, "fraction"),
        Step(f"tracking_error_{count}d", annualise(calc_deviation(returns)), "fraction"),
    )


_PAIR = (
    *(
        Definition(
            f"tracking_error_{n}d",
            "fraction",
            f"sample deviation of {n} log returns of the ratio times the root of 252",
            "C13",
        )
        for n in WINDOWS
    ),
    *(
        Definition(
            f"information_ratio_{n}d",
            "ratio",
            f"mean of {n} log returns of the ratio, as of a year, over their tracking error",
            "C13",
        )
        for n in WINDOWS
    ),
)
TRACKING = Study(symbol=(), pair=_PAIR, calculate=_calculate, explain=explain_with(_calculate, (), _PAIR, _tell))
