"""Small against large by horizon: the gap of the two returns, the ratio's own return, and who moved [A1]."""

import numpy as np

from core.market.bars import Floats
from core.market.panel import Line
from core.studies.study import Definition, Given, Missing, Result, Results, Study, missing_sessions
from core.studies.windows import calc_change

DAYS = (1, 5, 20, 63, 126, 252)
HORIZONS = (*(f"{days}d" for days in DAYS), "ytd", "since")

_FORMULAS = {
    "gap": ("small's return minus large's {}", "A1"),
    "ratio_return": ("change of the ratio itself {}", "A1"),
    "small_return": ("return of the small leg {}", "A1"),
    "large_return": ("return of the large leg {}", "A1"),
}


def calc_gap(small: Floats, large: Floats, start: int) -> float:
    """Return of `small` minus return of `large` from index `start` to the last value, a fraction [A1]."""
    return calc_return(small, start) - calc_return(large, start)


def calc_return(values: Floats, start: int) -> float:
    """Simple return from index `start` to the last value."""
    return calc_change(float(values[-1]), float(values[start]))


def find_start(line: Line, horizon: str, given: Given) -> int | Missing:
    """The index of the close that a horizon starts at: `20d`, `ytd` or `since`."""
    count = len(line.values)
    if horizon == "ytd":
        return _find_ytd(line)
    if horizon == "since":
        return _find_since(line, given)
    days = int(horizon.removesuffix("d"))
    return count - 1 - days if count > days else missing_sessions(days + 1, count)


def _find_ytd(line: Line) -> int | Missing:
    """The last close of the year before the last session's."""
    if not len(line.sessions):
        return missing_sessions(2, 0)
    year = line.sessions[-1].astype("datetime64[Y]")
    start = int(np.searchsorted(line.sessions, year.astype("datetime64[D]"))) - 1
    return start if start >= 0 else Missing(f"no close before {year}: history starts {line.sessions[0]}")


def _find_since(line: Line, given: Given) -> int | Missing:
    """The last close at or before the date asked for."""
    if not len(line.sessions):
        return missing_sessions(2, 0)
    start = int(np.searchsorted(line.sessions, np.datetime64(str(given.since), "D"), side="right")) - 1
    if start < 0:
        return Missing(f"no close at or before {given.since}: history starts {line.sessions[0]}")
    return start if start < len(line.sessions) - 1 else Missing(f"no session after {given.since}")


def _calculate(given: Given) -> Results:
    results: Results = {}
    for horizon in HORIZONS:
        if horizon == "since" and given.since is None:
            continue
        for name, value in zip(_FORMULAS, _calc_horizon(given, horizon), strict=True):
            results[f"{name}_{horizon}"] = value
    return results


def _calc_horizon(given: Given, horizon: str) -> tuple[Result, Result, Result, Result]:
    line = given.line
    start = find_start(line, horizon, given)
    if isinstance(start, Missing) or line.small is None or line.large is None:
        why = start if isinstance(start, Missing) else Missing("no legs")
        return why, why, why, why
    small, large = calc_return(line.small, start), calc_return(line.large, start)
    return small - large, calc_return(line.values, start), small, large


def _tell(horizon: str) -> str:
    if horizon == "ytd":
        return "since the last close of the year before"
    if horizon == "since":
        return "since the last close at or before the date asked for"
    return f"over {horizon.removesuffix('d')} sessions"


RELATIVE = Study(
    symbol=(),
    pair=tuple(
        Definition(f"{name}_{horizon}", "fraction", formula.format(_tell(horizon)), source)
        for horizon in HORIZONS
        for name, (formula, source) in _FORMULAS.items()
    ),
    calculate=_calculate,
)
