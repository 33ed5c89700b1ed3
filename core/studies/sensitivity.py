"""What moves small against large: slopes on yields, dollar, credit and oil, with their standard errors [E1 to E6].

Of completed sessions: while a session runs, yields and funds are quoted at different moments.
"""

from collections.abc import Callable, Iterator
from functools import cache, partial

import numpy as np

from core.studies.factors import FACTORS, RATE, Factor, Joined, join
from core.studies.regression import LAGS, Slope, fit_slope
from core.studies.steps import explain_with, numbers_in
from core.studies.study import ALONE, Definition, Given, Missing, Result, Results, Step, Study

SHORT, LONG = 126, 504
"""A slope over the short window is compared with the one over the long window."""
DISTINCT = 2.0
"""Standard errors from which on a slope is told from zero, or from another one."""
SHOCK_SESSIONS, SHOCK_POINTS = 20, 0.40
"""A yield that moves by so many percentage points within so many sessions is a shock [E3]."""
QUARTER = 0.25

Changes = Joined | Missing
Fit = Callable[..., Slope | Missing]
"""`_fit` of one factor's changes, each slope fitted once."""


def _calculate(given: Given) -> Results:
    if given.around is None:
        return {definition.name: ALONE for definition in _PAIR}
    results: Results = {}
    for factor in FACTORS:
        changes = join(given.line, given.around, factor, LONG)
        fit = cache(partial(_fit, changes))
        for count in factor.windows:
            results |= _calc_window(factor, fit, count)
        if factor.is_full:
            results[f"{factor.key}_beta_shift"] = _calc_shift(fit)
        if factor is RATE:
            results |= _calc_shock(changes, fit)
    return results


def _calc_window(factor: Factor, fit: Fit, count: int) -> Results:
    held, name = fit(count), f"{factor.key}_beta_{count}d"
    results: Results = {name: _value(held), f"{name}_se": _error(held), f"{name}_t": _t(held)}
    results[f"{name}_distinct"] = held if isinstance(held, Missing) else abs(held.t) >= DISTINCT
    if factor.is_full:
        alone, name = fit(count, is_held=False), f"{factor.key}_beta_alone_{count}d"
        results |= {name: _value(alone), f"{name}_t": _t(alone)}
    return results


def _fit(changes: Changes, count: int, *, is_held: bool = True) -> Slope | Missing:
    """The slope over the last `count` sessions; `is_held`: at the same return of large."""
    last = changes if isinstance(changes, Missing) else changes.last(count)
    if isinstance(last, Missing):
        return last
    slope = fit_slope(last.spread, last.change, last.market if is_held else None)
    return Missing(f"{last.subject} did not move") if slope is None else slope


def _value(fit: Slope | Missing) -> Result:
    return fit if isinstance(fit, Missing) else fit.value


def _error(fit: Slope | Missing) -> Result:
    return fit if isinstance(fit, Missing) else fit.error


def _t(fit: Slope | Missing) -> Result:
    return fit if isinstance(fit, Missing) else fit.t


def _calc_shift(fit: Fit) -> Result:
    short, long = fit(SHORT), fit(LONG)
    if isinstance(short, Missing):
        return short
    if isinstance(long, Missing):
        return long
    return abs(short.value - long.value) > DISTINCT * short.error


def _calc_shock(changes: Changes, fit: Fit) -> Results:
    """The yield's change over a month, and which way it pushes small caps if they suffer from yields at all [E3]."""
    slope, moved = fit(SHORT), _calc_move(changes)
    results: Results = {"rate_beta_126d_per_25bp": slope if isinstance(slope, Missing) else slope.value * QUARTER}
    if isinstance(moved, Missing):
        return results | {"rate_change_20d": moved, "rate_shock": moved}
    results["rate_change_20d"] = moved / 100.0
    if isinstance(slope, Missing):
        return results | {"rate_shock": slope}
    is_shock = abs(moved) >= SHOCK_POINTS and slope.value < 0.0
    return results | {"rate_shock": ("headwind" if moved > 0.0 else "tailwind") if is_shock else "none"}


def _calc_move(changes: Changes) -> float | Missing:
    """Percentage points over the last 20 sessions."""
    last = changes if isinstance(changes, Missing) else changes.last(SHOCK_SESSIONS)
    return last if isinstance(last, Missing) else float(np.sum(last.change))


def _tell(given: Given, name: str) -> Iterator[Step]:
    factor = next(one for one in FACTORS if name.startswith((f"{one.key}_beta", f"{one.key}_change", f"{one.key}_sho")))
    if given.around is None:
        return
    changes = join(given.line, given.around, factor, LONG)
    if name in ("rate_change_20d", "rate_shock"):
        yield from _tell_move(changes)
    if name == "rate_change_20d":
        return
    counts = (SHORT, LONG) if name.endswith("_shift") else (SHORT,) if name == "rate_shock" else (_window(name),)
    for count in counts:
        yield from _tell_fit(factor, changes, count, is_held="_alone_" not in name)


def _window(name: str) -> int:
    return numbers_in(name)[0]


def _tell_move(changes: Changes) -> Iterator[Step]:
    last = changes if isinstance(changes, Missing) else changes.last(SHOCK_SESSIONS)
    if isinstance(last, Missing):
        return
    before = float(last.levels[0] - last.change[0])
    yield Step(f"yield before {last.sessions[0]}, in percent", before)
    yield Step(f"yield of {last.sessions[-1]}, in percent", float(last.levels[-1]))
    yield Step("change in percentage points", float(np.sum(last.change)))


def _tell_fit(factor: Factor, changes: Changes, count: int, *, is_held: bool) -> Iterator[Step]:
    last, slope = (
        changes if isinstance(changes, Missing) else changes.last(count),
        _fit(changes, count, is_held=is_held),
    )
    if isinstance(last, Missing) or isinstance(slope, Missing):
        return
    unit = "percentage points" if factor.is_rate else "log return"
    yield Step(f"sessions with a value of both, {last.sessions[0]} to {last.sessions[-1]}", count, "sessions")
    yield Step(f"{last.subject} on {last.sessions[-1]}", float(last.levels[-1]))
    yield Step(f"its change to {last.sessions[-1]}, {unit}", float(last.change[-1]))
    yield Step(f"relative log return of {last.sessions[-1]}", float(last.spread[-1]), "fraction")
    if is_held:
        yield Step(f"large's log return of {last.sessions[-1]}, held equal", float(last.market[-1]), "fraction")
    yield Step(f"least-squares slope over {count} sessions", slope.value)
    yield Step(f"its standard error, Newey-West with {LAGS} lags", slope.error)


def _define(factor: Factor) -> Iterator[Definition]:
    unit, per = ("fraction", "each percentage point of") if factor.is_rate else ("ratio", "the log return of")
    key, source = factor.key, factor.source
    for n in factor.windows:
        name = f"{key}_beta_{n}d"
        text = f"slope of the relative log return on {per} {factor.text}, {n} sessions"
        yield Definition(name, unit, f"{text}, large's log return held equal", source)
        yield Definition(f"{name}_se", unit, f"Newey-West standard error of {name}, {LAGS} lags", source)
        yield Definition(f"{name}_t", "z", f"{name} over its standard error", source)
        told = "at least 2 standard errors from zero; if not, the slope cannot be distinguished from zero"
        yield Definition(f"{name}_distinct", "flag", f"{name} is {told}", source)
        if factor.is_full:
            alone = f"{key}_beta_alone_{n}d"
            yield Definition(alone, unit, f"{text}, with nothing else held equal", source)
            yield Definition(f"{alone}_t", "z", f"{alone} over its Newey-West standard error", source)
    if factor.is_full:
        text = f"{key}_beta_{SHORT}d differs from that of {LONG} sessions by more than 2 of its standard errors"
        yield Definition(f"{key}_beta_shift", "flag", text, source)


_PAIR = (
    *(definition for factor in FACTORS for definition in _define(factor)),
    Definition("rate_beta_126d_per_25bp", "fraction", "a quarter of rate_beta_126d: for 25 basis points", "E1"),
    Definition(
        "rate_change_20d", "fraction", "change of the 10-year yield over 20 sessions; 0.004 is 40 basis points", "E3"
    ),
    Definition(
        "rate_shock",
        "state",
        "headwind once the yield rose, tailwind once it fell, by 40 basis points in 20 sessions while rate_beta_126d "
        "is below zero; else none",
        "E3",
    ),
)
SENSITIVITY = Study(
    symbol=(), pair=_PAIR, calculate=_calculate, explain=explain_with(_calculate, (), _PAIR, _tell), is_settled=True
)
