"""How deep and how long a symbol has been under its highest close, and how much that hurt [C14]."""

from typing import NamedTuple

import numpy as np

from core.market.bars import Floats
from core.studies.drawdown import find_peak, to_drawdown
from core.studies.steps import Steps, explain_with, numbers_in, tell_history, tell_value, tell_window
from core.studies.study import Definition, Given, Results, Step, Study, missing_sessions
from core.studies.windows import YEAR


def to_depths(values: Floats) -> Floats:
    """`to_drawdown`, NaN where the highest until then is zero (a yield can be)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return to_drawdown(values)


class Fall(NamedTuple):
    """The deepest drawdown of a stretch: how deep (zero or below), from which index to which."""

    depth: float
    peak: int
    trough: int


def find_deepest(values: Floats, depths: Floats) -> Fall:
    """The largest fall from a high to a later close; `depths` are those of `values` [C14]."""
    trough = int(np.argmin(depths))
    return Fall(float(depths[trough]), find_peak(values[: trough + 1]), trough)


def calc_longest(depths: Floats) -> int:
    """The most sessions in a row under a former high, the running stretch included."""
    highs = np.flatnonzero(~(depths < 0.0))
    return int(np.max(np.diff(np.append(highs, len(depths))))) - 1


def calc_ulcer(depths: Floats) -> float:
    """Root of the mean squared drawdown [C14]."""
    return float(np.sqrt(np.mean(depths**2)))


def _calculate(given: Given) -> Results:
    values = given.line.values
    has, year = len(values), values[-YEAR:]
    missing = missing_sessions(YEAR, has)
    if not has:
        return {**dict.fromkeys(_ALWAYS, missing_sessions(1, 0)), **dict.fromkeys(_YEARLY, missing)}
    depths = to_depths(values)
    fall = find_deepest(values, depths)
    return {
        "max_drawdown": fall.depth,
        "max_drawdown_trough": str(given.line.sessions[fall.trough]),
        "drawdown_sessions": has - 1 - find_peak(values),
        "longest_drawdown_sessions": calc_longest(depths),
        "max_drawdown_252d": find_deepest(year, to_depths(year)).depth if has >= YEAR else missing,
        "ulcer_index_252d": calc_ulcer(depths[-YEAR:]) if has >= YEAR else missing,
    }


def _tell(given: Given, name: str) -> Steps:
    values = given.line.values
    depths = to_depths(values)
    if name == "ulcer_index_252d":
        mean = float(np.mean(depths[-YEAR:] ** 2))
        deepest = Step("deepest drawdown in them", float(np.min(depths[-YEAR:])), "fraction")
        return (tell_window(given, YEAR), deepest, Step("mean squared drawdown", mean))
    if name.endswith("drawdown_sessions"):
        return (tell_history(given), tell_value(given, find_peak(values), "highest"))
    start = len(values) - YEAR if name in _YEARLY else 0
    fall = find_deepest(values[start:], to_depths(values[start:]))
    span = tell_window(given, YEAR) if name in _YEARLY else tell_history(given)
    high, low = tell_value(given, start + fall.peak, "highest"), tell_value(given, start + fall.trough, "lowest")
    return (span, high, low, Step("fall from the one to the other", fall.depth, "fraction"))


_SYMBOL = (
    Definition("max_drawdown", "fraction", "lowest of all drawdowns: adjusted close over the highest before it", "C14"),
    Definition("max_drawdown_trough", "date", "the session of that lowest drawdown", "C14"),
    Definition("drawdown_sessions", "sessions", "sessions since the highest close ever; 0 at it", "C14"),
    Definition(
        "longest_drawdown_sessions", "sessions", "most sessions in a row under a former high, now included", "C14"
    ),
    Definition("max_drawdown_252d", "fraction", "largest fall from a high to a later close within 252 sessions", "C14"),
    Definition("ulcer_index_252d", "fraction", "root of the mean of 252 squared drawdowns (Ulcer index)", "C14"),
)
_YEARLY = tuple(d.name for d in _SYMBOL if numbers_in(d.name))
_ALWAYS = tuple(d.name for d in _SYMBOL if not numbers_in(d.name))
UNDERWATER = Study(
    symbol=_SYMBOL, pair=(), calculate=_calculate, explain=explain_with(_calculate, _SYMBOL, (), _tell), is_detail=True
)
