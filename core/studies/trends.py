"""Trend and cross with the band filter: state, since when, and the price that would change it today [B1, B2].

A trend is the cross of the price itself (a mean of one) with its average, so one arithmetic serves both.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.market.bars import Floats, Sessions
from core.studies.study import Definition, Given, Missing, Result, Results, Study, missing_sessions
from core.studies.windows import to_sma

CONFIRMED = 2
"""Closes that a cross has to last to be confirmed [B2]."""
WORDS = {1: "up", -1: "down"}


@dataclass(frozen=True, slots=True)
class Filter:
    """`fast` crosses `slow` (both counts of sessions) when it is beyond it by `band`, a fraction."""

    name: str
    fast: int
    slow: int
    band: float


FILTERS = (
    Filter("trend_20", 1, 20, 0.005),
    Filter("trend_50", 1, 50, 0.005),
    Filter("trend_200", 1, 200, 0.01),
    Filter("cross_20_50", 20, 50, 0.0025),
    Filter("cross_50_200", 50, 200, 0.0025),
)


@dataclass(frozen=True, slots=True)
class State:
    """+1 up, -1 down, 0 not known yet: today, and as it stood before today; `changed` is the index of the change."""

    now: int
    before: int
    changed: int | None


def to_side(fast: Floats, slow: Floats, band: float) -> NDArray[np.int8]:
    """+1 where `fast` is over `slow` by the band, -1 where under it by the band, 0 between them (or NaN)."""
    above, below = fast > slow * (1.0 + band), fast < slow * (1.0 - band)
    return above.astype(np.int8) - below.astype(np.int8)


def read_state(side: NDArray[np.int8]) -> State:
    """The state of a band filter: the last side that was taken, kept while inside the band."""
    taken = np.flatnonzero(side)
    if not len(taken):
        return State(0, 0, None)
    sides = side[taken]
    now = int(sides[-1])
    changes = np.flatnonzero(sides[1:] != sides[:-1])
    changed = int(taken[changes[-1] + 1]) if len(changes) else None
    is_today = taken[-1] == len(side) - 1
    before = (int(sides[-2]) if len(sides) > 1 else 0) if is_today else now
    return State(now, before, changed)


def calc_edge(values: Floats, rule: Filter, band: float) -> float:
    """The price today at which `fast` equals `slow` times `1 + band`, today's price being inside both averages.

    Solves `(F + p) / fast = (1 + band) * (S + p) / slow` for p, F and S being the sums without today.
    """
    rest_fast = float(np.sum(values[len(values) - rule.fast : -1]))
    rest_slow = float(np.sum(values[len(values) - rule.slow : -1]))
    share = (1.0 + band) / rule.slow
    return (share * rest_slow - rest_fast / rule.fast) / (1.0 / rule.fast - share)


def calc_flip(values: Floats, rule: Filter, state: State) -> float:
    """The price at which today's state would change; zero or less: no price would do it.

    A state older than today holds inside the band and ends at its far edge; one taken only today ends at the edge
    that it has just passed, because inside the band yesterday's state would be kept.
    """
    far = -state.now if state.before == state.now else state.now
    return calc_edge(values, rule, far * rule.band)


def _calculate(given: Given) -> Results:
    values = given.line.values
    averages = {count: values if count == 1 else to_sma(values, count) for count in (1, 20, 50, 200)}
    results: Results = {}
    for rule in FILTERS:
        if len(values) < rule.slow:
            results |= dict.fromkeys(_names(rule), missing_sessions(rule.slow, len(values)))
        else:
            state = read_state(to_side(averages[rule.fast], averages[rule.slow], rule.band))
            results |= _tell_state(rule, state, values, given.line.sessions)
    return results


def _tell_state(rule: Filter, state: State, values: Floats, sessions: Sessions) -> Results:
    names = _names(rule)
    if not state.now:
        return dict.fromkeys(names, Missing("has not left the band yet"))
    flip = calc_flip(values, rule, state)
    unchanged = Missing(f"unchanged since history starts {sessions[0]}")
    results: tuple[Result, ...] = (
        WORDS[state.now],
        flip if flip > 0.0 else Missing("no price today would change it"),
        unchanged if state.changed is None else str(sessions[state.changed]),
        state.changed is None or len(values) - state.changed >= CONFIRMED,
    )
    return dict(zip(names, results, strict=False))


def _names(rule: Filter) -> tuple[str, ...]:
    """The measures of one filter; only a cross of two averages asks for confirmation."""
    names = (rule.name, f"{rule.name}_flip", f"{rule.name}_since")
    return (*names, f"{rule.name}_confirmed") if rule.fast > 1 else names


def _define(unit: str, thing: str) -> tuple[Definition, ...]:
    return tuple(definition for rule in FILTERS for definition in _define_filter(rule, unit, thing))


def _define_filter(rule: Filter, unit: str, thing: str) -> list[Definition]:
    left, source = (thing, "B1") if rule.fast == 1 else (f"sma_{rule.fast}", "B2")
    band = f"{rule.band * 100:g} %"
    found = [
        Definition(
            rule.name,
            "state",
            f"up once {left} is over sma_{rule.slow} by {band}, down once under it by {band}",
            source,
        ),
        Definition(
            f"{rule.name}_flip",
            unit,
            f"the {thing} today, itself inside the averages, that would change {rule.name}",
            source,
        ),
        Definition(f"{rule.name}_since", "date", f"the session in which {rule.name} last changed", source),
    ]
    if rule.fast > 1:
        told = f"whether {rule.name} has lasted {CONFIRMED} closes"
        found.append(Definition(f"{rule.name}_confirmed", "flag", told, source))
    return found


TRENDS = Study(symbol=_define("price", "price"), pair=_define("ratio", "ratio"), calculate=_calculate)
