"""What options expect against what came: volatility indices of small and large caps, and realised volatility [C11].

An index of 20 says 20 % a year over the next 30 calendar days, which are about 21 sessions.
"""

import numpy as np

from core.market.bars import Floats
from core.market.panel import Line
from core.market.symbols import symbols_of
from core.studies.steps import Steps, explain_with
from core.studies.study import ALONE, Definition, Given, Missing, Result, Results, Step, Study, missing_sessions
from core.studies.volatility import SHORT, calc_volatility, to_volatility
from core.studies.windows import calc_percentile

INDICES = {"IWM": "^RVX", "^RUT": "^RVX", "SPY": "^VIX", "^GSPC": "^VIX"}
"""The volatility index of the options on each of them, or on the index that it follows."""
HORIZON = 21
DEPTH = 1260
_LOOKED_AT = 2 * DEPTH
"""Sessions among which the joint ones are looked for."""


def find_index(subject: str) -> str | Missing:
    """The volatility index of a symbol."""
    return INDICES.get(subject) or Missing(f"no volatility index of {subject} is known here")


def cut_to(line: Line, last: np.datetime64) -> int | Missing:
    """How many values `line` has until the session `last`, which must be its own: nothing is carried forward."""
    end = int(np.searchsorted(line.sessions, last, side="right"))
    if not len(line.sessions):
        return Missing(f"no history of {line.subject}")
    return end if end and line.sessions[end - 1] == last else Missing(f"{line.subject} has no value of {last}")


def to_excess(line: Line, implied: Line) -> Floats:
    """Implied less 20-session volatility at each session that both have, recent ones alone [C11]."""
    recent = line.sessions[-_LOOKED_AT:]
    realised = to_volatility(line.values[-_LOOKED_AT - SHORT :], SHORT)
    days = recent[len(recent) - len(realised) :]
    rows = np.minimum(np.searchsorted(implied.sessions, days), len(implied.sessions) - 1)
    both = implied.sessions[rows] == days
    return np.asarray(implied.values[rows][both] / 100.0 - realised[both])


def _calculate(given: Given) -> Results:
    definitions = _PAIR if given.is_pair else _SYMBOL
    found = _find(given)
    if isinstance(found, Missing):
        return {definition.name: found for definition in definitions}
    line, end = found
    return _calc_pair(line, end) if given.is_pair else _calc_symbol(given.line, line, end)


def _find(given: Given) -> tuple[Line, int] | Missing:
    """The volatility index (of a pair both, small's over large's) and how many of its values are known by now."""
    if given.around is None:
        return ALONE
    if not len(given.line.sessions):
        return missing_sessions(1, 0)
    names = [find_index(symbol) for symbol in symbols_of(given.line.subject)]
    for name in names:
        if isinstance(name, Missing):
            return name
    line = given.around.line("/".join(map(str, names)))
    end = cut_to(line, given.line.sessions[-1])
    return end if isinstance(end, Missing) else (line, end)


def _calc_symbol(line: Line, implied: Line, end: int) -> Results:
    level, has = implied.values[:end] / 100.0, len(line.values)
    excess = to_excess(line, implied)
    month = _calc_month(line, implied, float(level[-1]))
    return {
        "implied_volatility": float(level[-1]),
        "implied_percentile_1260d": _rank(level, 0),
        "implied_minus_realised_20d": float(excess[-1]) if has > SHORT else missing_sessions(SHORT + 1, has),
        "implied_minus_realised_percentile_1260d": _rank(excess, SHORT),
        **dict(zip(("variance_premium_21d", "implied_error_21d"), month, strict=True)),
    }


def _calc_month(line: Line, implied: Line, now: float) -> tuple[Result, Result]:
    """Implied variance less that of the last 21 sessions, and what was implied before them less what they brought."""
    has = len(line.values)
    if has <= HORIZON:
        return (missing_sessions(HORIZON + 1, has),) * 2
    realised = calc_volatility(line.values, HORIZON)
    before = cut_to(implied, line.sessions[-HORIZON - 1])
    error = before if isinstance(before, Missing) else float(implied.values[before - 1]) / 100.0 - realised
    return now**2 - realised**2, error


def _calc_pair(joint: Line, end: int) -> Results:
    ratio, small, large = joint.values[:end], joint.small, joint.large
    if small is None or large is None:
        return {definition.name: Missing("no legs") for definition in _PAIR}
    spread = (small[:end] - large[:end]) / 100.0
    return {
        "implied_spread": float(spread[-1]),
        "implied_ratio": float(ratio[-1]),
        "implied_spread_percentile_1260d": _rank(spread, 0),
        "implied_ratio_percentile_1260d": _rank(ratio, 0),
    }


def _rank(values: Floats, before: int) -> Result:
    """The percentile of the last of five years; `before` is what a value itself needs."""
    has = len(values)
    return calc_percentile(values[-DEPTH:]) if has >= DEPTH else missing_sessions(DEPTH + before, has + before)


def _tell(given: Given, name: str) -> Steps:
    found = _find(given)
    if isinstance(found, Missing):
        return ()
    index, end = found
    if given.is_pair:
        return _tell_pair(index, end, name)
    line, day = given.line, given.line.sessions[-1]
    level = Step(f"{index.subject} of {day}, over 100", float(index.values[end - 1]) / 100.0, "fraction")
    if name.startswith("implied_minus"):
        realised = Step(f"volatility_20d of {day}", calc_volatility(line.values, SHORT), "fraction")
        return (level, realised, *_tell_rank(to_excess(line, index), name))
    if name in ("implied_volatility", "implied_percentile_1260d"):
        return (level, *_tell_rank(index.values[:end], name))
    first = line.sessions[-HORIZON - 1]
    month = Step(
        f"volatility of the {HORIZON} sessions since {first}", calc_volatility(line.values, HORIZON), "fraction"
    )
    if name == "variance_premium_21d":
        return (level, month)
    before = cut_to(index, first)
    then: Result = before if isinstance(before, Missing) else float(index.values[before - 1]) / 100.0
    return (Step(f"{index.subject} of {first}, over 100", then, "fraction"), month)


def _tell_pair(joint: Line, end: int, name: str) -> Steps:
    if joint.small is None or joint.large is None:
        return ()
    small, large = joint.small[:end], joint.large[:end]
    legs = tuple(
        Step(f"{symbol} of {joint.sessions[end - 1]}, over 100", float(values[-1]) / 100.0, "fraction")
        for symbol, values in zip(symbols_of(joint.subject), (small, large), strict=True)
    )
    return (*legs, *_tell_rank(small - large if "spread" in name else joint.values[:end], name))


def _tell_rank(values: Floats, name: str) -> Steps:
    if "percentile" not in name:
        return ()
    below = int(np.count_nonzero(values[-DEPTH:] <= values[-1]))
    return (Step(f"of the last {DEPTH} sessions at or below it", below, "count"),)


_SYMBOL = (
    Definition("implied_volatility", "fraction", "^RVX (small caps) or ^VIX (large caps) over 100", "C11"),
    Definition(
        "implied_percentile_1260d", "fraction", "share of the last 1260 implied_volatility at or below it", "C11"
    ),
    Definition("implied_minus_realised_20d", "fraction", "implied_volatility less volatility_20d", "C11"),
    Definition(
        "implied_minus_realised_percentile_1260d",
        "fraction",
        "share of the last 1260 implied_minus_realised_20d at or below today's",
        "C11",
    ),
    Definition(
        "variance_premium_21d",
        "fraction",
        "implied_volatility squared less that of the last 21 sessions squared",
        "C11",
    ),
    Definition(
        "implied_error_21d", "fraction", "implied_volatility 21 sessions ago less the volatility of the 21 since", "C11"
    ),
)
_PAIR = (
    Definition("implied_spread", "fraction", "small's implied_volatility less large's", "C11"),
    Definition("implied_ratio", "ratio", "small's implied_volatility over large's", "C11"),
    *(
        Definition(f"{name}_percentile_1260d", "fraction", f"share of the last 1260 {name} at or below today's", "C11")
        for name in ("implied_spread", "implied_ratio")
    ),
)
IMPLIED = Study(
    symbol=_SYMBOL, pair=_PAIR, calculate=_calculate, explain=explain_with(_calculate, _SYMBOL, _PAIR, _tell)
)
