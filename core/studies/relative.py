"""Small against large by horizon: the gap of the two returns, the ratio's own return, and who moved [A1]."""

import numpy as np

from core.market.bars import Floats
from core.market.panel import Line
from core.studies.ranks import rank_last, tell_rank
from core.studies.steps import Steps, explain_with, name_leg, tell_leg, tell_value
from core.studies.study import Definition, Given, Missing, Result, Results, Step, Study, missing_sessions
from core.studies.windows import calc_change

DAYS = (1, 5, 20, 63, 126, 252)
HORIZONS = (*(f"{days}d" for days in DAYS), "ytd", "since")
RANKED = 20
"""Sessions of the gap whose size is ranked in its own past."""

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


def to_gaps(small: Floats, large: Floats, count: int) -> Floats:
    """Every gap over `count` sessions, shorter by as many."""
    return np.asarray(small[count:] / small[:-count] - large[count:] / large[:-count])


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
    return results | {f"gap_{RANKED}d_percentile": rank_last(_to_sizes(given.line), RANKED)}


def _to_sizes(line: Line) -> Floats:
    if line.small is None or line.large is None:
        return line.values[:0]
    return np.abs(to_gaps(line.small, line.large, RANKED))


def _calc_horizon(given: Given, horizon: str) -> tuple[Result, Result, Result, Result]:
    line = given.line
    start = find_start(line, horizon, given)
    if isinstance(start, Missing) or line.small is None or line.large is None:
        why = start if isinstance(start, Missing) else Missing("no legs")
        return why, why, why, why
    small, large = calc_return(line.small, start), calc_return(line.large, start)
    return small - large, calc_return(line.values, start), small, large


def _tell(given: Given, name: str) -> Steps:
    if name.endswith("_percentile"):
        return tell_leg(given, True), *tell_rank(_to_sizes(given.line), f"size of gap_{RANKED}d", "fraction")
    kind, horizon = name.rsplit("_", 1)
    start = find_start(given.line, horizon, given)
    if isinstance(start, Missing):
        return ()
    if kind == "ratio_return":
        return tell_value(given, start), tell_value(given)
    if kind != "gap":
        return tuple(tell_leg(given, kind == "small_return", index) for index in (start, -1))
    return *_tell_return(given, True, start), *_tell_return(given, False, start)


def _tell_return(given: Given, is_small: bool, start: int) -> Steps:
    values = given.line.small if is_small else given.line.large
    found: Result = Missing("no legs") if values is None else calc_return(values, start)
    legs = (tell_leg(given, is_small, index) for index in (start, -1))
    return *legs, Step(f"return of {name_leg(given, is_small)}", found, "fraction")


def _say(horizon: str) -> str:
    if horizon == "ytd":
        return "since the last close of the year before"
    if horizon == "since":
        return "since the last close at or before the date asked for"
    count = horizon.removesuffix("d")
    return "over 1 session" if count == "1" else f"over {count} sessions"


_PAIR = (
    *(
        Definition(f"{name}_{horizon}", "fraction", formula.format(_say(horizon)), source)
        for horizon in HORIZONS
        for name, (formula, source) in _FORMULAS.items()
    ),
    Definition(
        f"gap_{RANKED}d_percentile",
        "fraction",
        f"share of all gap_{RANKED}d so far no larger in size than today's",
        "A1",
    ),
)
RELATIVE = Study(symbol=(), pair=_PAIR, calculate=_calculate, explain=explain_with(_calculate, (), _PAIR, _tell))
