"""Where the ratio stands against its own average: z-score of its logarithm, and Mansfield [A2, A6]."""

import numpy as np

from core.market.bars import Floats
from core.studies.study import Definition, Given, Missing, Result, Results, Study, missing_sessions
from core.studies.windows import YEAR, calc_change, calc_deviation, calc_sma

Z_WINDOWS = (60, 252)
_FLAT = 1e-12
"""A deviation of log ratios below this is rounding, not movement."""


def calc_z(values: Floats) -> float | None:
    """(last - mean) / sample deviation of the logarithms of all `values`; None where they do not vary [A2]."""
    logs = np.log(values)
    deviation = calc_deviation(logs)
    return (float(logs[-1]) - calc_sma(logs, len(logs))) / deviation if deviation > _FLAT else None


def calc_mansfield(values: Floats, count: int) -> float:
    """The last value over the mean of the last `count`, minus one [A6]."""
    return calc_change(float(values[-1]), calc_sma(values, count))


def _calculate(given: Given) -> Results:
    values = given.line.values
    results: Results = {f"ratio_z_{count}d": _calc_z(values, count) for count in Z_WINDOWS}
    full = len(values) >= YEAR
    results["mansfield_252d"] = calc_mansfield(values, YEAR) if full else missing_sessions(YEAR, len(values))
    return results


def _calc_z(values: Floats, count: int) -> Result:
    if len(values) < count:
        return missing_sessions(count, len(values))
    z = calc_z(values[-count:])
    return Missing("the ratio did not move") if z is None else z


_PAIR = (
    *(
        Definition(f"ratio_z_{n}d", "z", f"log ratio minus its {n}-session mean, in its sample deviations", "A2")
        for n in Z_WINDOWS
    ),
    Definition("mansfield_252d", "fraction", "ratio over its 252-session mean, minus one", "A6"),
)
STRENGTH = Study(symbol=(), pair=_PAIR, calculate=_calculate)
