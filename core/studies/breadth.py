"""How many constituents of a fund take part in what it does, of completed sessions [I2].

Today's constituents only: whoever left the fund is not in its past, which therefore looks better than it was
(survivorship). They come from a holdings file and from files of closes, both named under `[breadth]` in the settings;
no source is asked for hundreds of histories.
"""

from collections.abc import Iterator

import numpy as np

from core.breadth.counting import ABOVE
from core.breadth.thrust import DAYS, HIGH, LOW, find_thrusts
from core.studies.participants import PARTS, At, Part, find_breadth, is_asked
from core.studies.steps import explain_with
from core.studies.study import ALONE, Definition, Given, Missing, Result, Results, Step, Study
from core.studies.windows import calc_change

NARROW_SESSIONS, NARROW_FALL = 20, 0.10
"""A rotation is narrow where the share above 50 sessions fell by so much in so many sessions while small led."""
_ROUNDING = 1e-12
"""Two of twenty fewer are ten points, in binary fractions as well."""


def _calculate(given: Given) -> Results:
    if given.around is None:
        return {definition.name: ALONE for definition in (_PAIR if given.is_pair else _SYMBOL)}
    if given.is_pair:
        return {"narrow_rotation": _calc_narrow(given)}
    at = find_breadth(given, given.line.subject)
    if isinstance(at, Missing):
        return {definition.name: at for definition in _SYMBOL}
    return {**_calc_shares(at), **_calc_extremes(at), **_calc_thrust(at), **_calc_list(at)}


def _calc_shares(at: At) -> Results:
    results: Results = {}
    for name in _SHARES:
        results[f"breadth_{name}"] = at.share(_part(name))
        results[f"breadth_{name}_weighted"] = at.share(_part(name), weighted=True)
    results["breadth_above_50_change_20d"] = _calc_change(at)
    return results


def _calc_extremes(at: At) -> Results:
    results: Results = {}
    for name in ("highs", "lows"):
        numbers = at.numbers(PARTS[name])
        results[f"breadth_new_{name}_252d"] = numbers if isinstance(numbers, Missing) else int(numbers[0])
    for weighted in (False, True):
        highs, lows = (at.share(PARTS[name], weighted=weighted) for name in ("highs", "lows"))
        net = highs - lows if isinstance(highs, float) and isinstance(lows, float) else highs
        results[f"breadth_high_low_252d{'_weighted' * weighted}"] = net
    return results


def _calc_change(at: At) -> Result:
    before = _back(at)
    now, then = at.share(PARTS["above_50"]), before if isinstance(before, Missing) else before.share(PARTS["above_50"])
    if isinstance(now, float) and isinstance(then, float):
        return now - then
    return now if isinstance(now, Missing) else then


def _back(at: At) -> At | Missing:
    """The same fund 20 of its sessions ago."""
    if at.row < NARROW_SESSIONS:
        return Missing(f"the constituents' closes begin on {at.breadth.closes.sessions[0]}")
    return At(at.breadth, at.row - NARROW_SESSIONS, Missing("not asked"))


def _calc_thrust(at: At) -> Results:
    smoothed = at.breadth.smoothed[: at.row + 1]
    if np.isnan(smoothed[-1]):
        share = at.share(PARTS["advances"])
        few = Missing(f"needs {DAYS + 1} sessions of the constituents in a row")
        waiting = share if isinstance(share, Missing) else few
        return dict.fromkeys(("breadth_advances_ema_10d", "breadth_thrust", "breadth_thrust_last"), waiting)
    thrusts = find_thrusts(smoothed)
    last: Result = Missing(f"none since {at.breadth.closes.sessions[0]}")
    return {
        "breadth_advances_ema_10d": float(smoothed[-1]),
        "breadth_thrust": bool(thrusts) and thrusts[-1] == at.row,
        "breadth_thrust_last": str(at.breadth.closes.sessions[thrusts[-1]]) if thrusts else last,
    }


def _calc_list(at: At) -> Results:
    return {
        "breadth_listed": at.listed,
        "breadth_covered": _covered(at),
        "breadth_list_date": at.breadth.holdings.as_of or Missing("the list does not say of which day it is"),
    }


def _covered(at: At) -> int:
    return int(np.count_nonzero(~np.isnan(at.breadth.closes.values[:, at.row])))


def _calc_narrow(given: Given) -> Result:
    at, gap = find_breadth(given, given.line.subject.partition("/")[0]), _gap(given)
    change = at if isinstance(at, Missing) else _calc_change(at)
    if isinstance(change, float) and isinstance(gap, float):
        return gap > 0.0 and change <= -NARROW_FALL + _ROUNDING
    return change if isinstance(change, Missing) else gap


def _gap(given: Given) -> float | Missing:
    """gap_20d: the return of small less that of large."""
    line, back = given.line, -NARROW_SESSIONS - 1
    if line.small is None or line.large is None or len(line.values) < -back:
        return Missing(f"needs {-back} sessions, has {len(line.values)}")
    return calc_change(float(line.small[-1]), float(line.small[back])) - calc_change(
        float(line.large[-1]), float(line.large[back])
    )


def _part(name: str) -> Part:
    return PARTS["ahead" if name == "ahead_63d" else name]


def _tell(given: Given, name: str) -> Iterator[Step]:
    at = find_breadth(given, given.line.subject.partition("/")[0])
    if isinstance(at, Missing):
        return
    listed = at.breadth.holdings.as_of or "no day that it tells"
    yield Step(f"constituents on the list of {listed}; those that left before are not in the past", at.listed, "count")
    yield Step(f"of them with a close on {at.session}", _covered(at), "count")
    if name == "breadth_list_date" or name in ("breadth_listed", "breadth_covered"):
        return
    if at.breadth.closes.problems:
        yield Step(f"files that cannot be read, first {at.breadth.closes.problems[0]}", len(at.breadth.closes.problems))
    if name in ("narrow_rotation", "breadth_above_50_change_20d"):
        yield from _tell_narrow(given, at)
    elif "thrust" in name or "ema" in name:
        yield from _tell_thrust(at)
    else:
        yield from _tell_parts(at, name)


def _tell_parts(at: At, name: str) -> Iterator[Step]:
    weighted = name.endswith("_weighted")
    stem = name.removeprefix("breadth_").removesuffix("_weighted")
    kinds = {"high_low_252d": ("highs", "lows"), "new_highs_252d": ("highs",), "new_lows_252d": ("lows",)}
    unit, what = ("fraction", "weight of those") if weighted else ("count", "constituents")
    for kind in kinds.get(stem, (stem,)):
        part = _part(kind)
        numbers = at.numbers(part, weighted=weighted)
        if not isinstance(numbers, Missing):
            doing, telling = numbers if weighted else map(int, numbers)
            yield Step(f"{what} with {part.needs}", telling, unit)
            yield Step(f"of them {part.does}, {at.session}", doing, unit)


def _tell_thrust(at: At) -> Iterator[Step]:
    share = at.share(PARTS["advances"])
    yield Step(f"share that rose of those that moved on {at.session}", share, "fraction")
    recent = at.breadth.smoothed[max(0, at.row - DAYS) : at.row + 1]
    yield Step(f"its exponential average of {DAYS} sessions; a thrust ends above {HIGH}", float(recent[-1]), "fraction")
    if len(recent) > 1 and not np.isnan(recent[:-1]).all():
        text = f"its lowest at the {DAYS} sessions before; a thrust begins under {LOW:.2f}"
        yield Step(text, float(np.nanmin(recent[:-1])), "fraction")


def _tell_narrow(given: Given, at: At) -> Iterator[Step]:
    before = _back(at)
    if isinstance(before, Missing):
        return
    if given.is_pair:
        gap = _gap(given)
        yield Step(f"gap_{NARROW_SESSIONS}d on {at.session}", gap, "fraction")
    for one in (before, at):
        yield Step(f"share above the 50-session average on {one.session}", one.share(PARTS["above_50"]), "fraction")
    if given.is_pair:
        yield Step("change", _calc_change(at), "fraction")


_SHARES = (*(f"above_{count}" for count in ABOVE), "advances", "ahead_63d")
_WEIGHTED = "by today's weights instead of by number"


def _define(name: str, unit: str, formula: str) -> tuple[Definition, Definition]:
    """A share by number, and by weight."""
    plain = f"breadth_{name}"
    return (
        Definition(plain, unit, formula, "I2"),
        Definition(f"{plain}_weighted", unit, f"{plain} {_WEIGHTED}", "I2"),
    )


_SYMBOL = (
    *(
        one
        for n in ABOVE
        for one in _define(f"above_{n}", "fraction", f"share of today's constituents above their {n}-session average")
    ),
    *_define("advances", "fraction", "share of today's constituents that rose, of those that rose or fell"),
    *_define(
        "ahead_63d", "fraction", "share of today's constituents that gained more than the benchmark in 63 sessions"
    ),
    *_define(
        "high_low_252d",
        "fraction",
        "share of today's constituents that closed above all 251 closes before, less that of those below them all",
    ),
    Definition("breadth_new_highs_252d", "count", "today's constituents that closed above all 251 closes before", "I2"),
    Definition("breadth_new_lows_252d", "count", "today's constituents that closed below all 251 closes before", "I2"),
    Definition("breadth_above_50_change_20d", "fraction", "breadth_above_50 less that of 20 sessions before", "I2"),
    Definition("breadth_advances_ema_10d", "fraction", "exponential average of 10 sessions of breadth_advances", "I2"),
    Definition(
        "breadth_thrust",
        "flag",
        "breadth_advances_ema_10d is above 0.615 and was under 0.40 at one of the 10 sessions before",
        "I2",
    ),
    Definition("breadth_thrust_last", "date", "the last session with a breadth_thrust", "I2"),
    Definition("breadth_listed", "count", "constituents on the list", "I2"),
    Definition("breadth_covered", "count", "constituents with a close in this session", "I2"),
    Definition("breadth_list_date", "date", "the day of the list of constituents, as it says itself", "I2"),
)
_PAIR = (
    Definition(
        "narrow_rotation",
        "flag",
        "gap_20d is above zero while small's breadth_above_50 fell by 10 points or more in 20 sessions",
        "I2",
    ),
)
BREADTH = Study(
    symbol=_SYMBOL,
    pair=_PAIR,
    calculate=_calculate,
    explain=explain_with(_calculate, _SYMBOL, _PAIR, _tell),
    is_settled=True,
    is_about=is_asked,
)
