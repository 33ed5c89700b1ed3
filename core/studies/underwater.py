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


def find_deepest(values: Floats) -> Fall:
    """The largest fall from a high to a later close [C14]."""
    depths = to_depths(values)
    trough = int(np.argmin(depths))
    return Fall(float(depths[trough]), find_peak(values[: trough + 1]), trough)


def calc_longest(values: Floats) -> int:
    """The most sessions in a row under a former high, the running stretch included."""
    highs = np.flatnonzero(values >= np.maximum.accumulate(values))
    return int(np.max(np.diff(np.append(highs, len(values))))) - 1


def calc_ulcer(values: Floats, count: int = YEAR) -> float:
    """Root of the mean squared drawdown of the last `count` sessions, each from the highest close until then [C14]."""
    return float(np.sqrt(np.mean(to_depths(values)[-count:] ** 2)))


def _calculate(given: Given) -> Results:
    values = given.line.values
    has = len(values)
    year = missing_sessions(YEAR, has)
    if not has:
        return {**dict.fromkeys(_ALWAYS, missing_sessions(1, 0)), **dict.fromkeys(_YEARLY, year)}
    fall = find_deepest(values)
    return {
        "max_drawdown": fall.depth,
        "max_drawdown_trough": str(given.line.sessions[fall.trough]),
        "drawdown_sessions": has - 1 - find_peak(values),
        "longest_drawdown_sessions": calc_longest(values),
        "max_drawdown_252d": find_deepest(values[-YEAR:]).depth if has >= YEAR else year,
        "ulcer_index_252d": calc_ulcer(values) if has >= YEAR else year,
    }


def _tell(given: Given, name: str) -> Steps:
    values = given.line.values
    if name in ("max_drawdown", "max_drawdown_trough", "max_drawdown_252d"):
        start = len(values) - YEAR if numbers_in(name) else 0
        fall = find_deepest(values[start:])
        span = tell_window(given, YEAR) if start else tell_history(given)
        lowest = tell_value(given, start + fall.trough, "lowest")
        return (span, tell_value(given, start + fall.peak, "highest"), lowest, Step("fall", fall.depth, "fraction"))
    if name == "ulcer_index_252d":
        mean = float(np.mean(to_depths(values)[-YEAR:] ** 2))
        return (tell_window(given, YEAR), Step("mean squared drawdown", mean))
    peak = find_peak(values)
    return (tell_history(given), tell_value(given, peak, "highest"))


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
UNDERWATER = Study(symbol=_SYMBOL, pair=(), calculate=_calculate, explain=explain_with(_calculate, _SYMBOL, (), _tell))
