"""Trend and cross with the band filter: state, since when, the price that would change it, whipsaws [B1, B2, B8]."""

import numpy as np

from core.market.bars import Floats
from core.studies.averages import tell_average
from core.studies.bands import FILTERS, Filter, State, calc_flip, calc_turn, find_edge, read_state, read_states
from core.studies.standing import NAMES as STANDING
from core.studies.standing import define_standing, read_standing, tell_standing
from core.studies.steps import Steps, explain_with, level_of, tell_value, tell_window
from core.studies.study import Definition, Given, Missing, Result, Results, Step, Study, missing_sessions
from core.studies.windows import calc_change, calc_sma, to_log_returns

CONFIRMED = 2
"""Closes that a cross has to last to be confirmed [B2]."""
WORDS = {1: "up", -1: "down"}
WHIPSAW_DAYS, WHIPSAWS = 60, 6
EFFICIENCY_DAYS, EFFICIENT = 20, 0.15
"""So many changes of state, or a path that winds more than this, make a trend choppy [B8]."""


def calc_efficiency(values: Floats) -> float | None:
    """The way between first and last of `values` over the way taken, in logs; None where nothing moved [B8]."""
    steps = to_log_returns(values)
    path = float(np.sum(np.abs(steps)))
    return abs(float(np.sum(steps))) / path if path != 0.0 else None


def _calculate(given: Given) -> Results:
    values, has = given.line.values, len(given.line.values)
    results: Results = {}
    changes = 0
    full = [rule for rule in FILTERS if has >= rule.slow]
    for rule in FILTERS:
        if has < rule.slow:
            results |= dict.fromkeys(_names(rule), missing_sessions(rule.slow, has))
    for rule, state in zip(full, read_states(values, full, WHIPSAW_DAYS), strict=True):
        results |= _name_state(rule, state, given)
        changes += sum(change >= has - WHIPSAW_DAYS for change in state.changes)
    today, price = (str(given.line.sessions[-1]), float(values[-1])) if has else ("", 0.0)
    return results | read_standing(results, today, price) | _calc_choppy(values, changes)


def _name_state(rule: Filter, state: State, given: Given) -> Results:
    names, values, sessions = _names(rule), given.line.values, given.line.sessions
    if not state.now:
        return dict.fromkeys(names, Missing("has not left the band yet"))
    flip = calc_flip(values, rule, state)
    turn = flip if given.line.is_provisional else calc_turn(values, rule, state)
    unchanged = Missing(f"unchanged since history starts {sessions[0]}")
    results: tuple[Result, ...] = (
        WORDS[state.now],
        flip if flip > 0.0 else Missing("no price today would change it"),
        turn if turn > 0.0 else Missing("no price would change it"),
        unchanged if state.changed is None else str(sessions[state.changed]),
        state.changed is None or len(values) - state.changed >= CONFIRMED,
    )
    return dict(zip(names, results, strict=False))


def _calc_choppy(values: Floats, changes: int) -> Results:
    has, full = len(values), max(rule.slow for rule in FILTERS) + WHIPSAW_DAYS
    efficiency: float | Missing = missing_sessions(EFFICIENCY_DAYS + 1, has)
    if has > EFFICIENCY_DAYS:
        found = calc_efficiency(values[-EFFICIENCY_DAYS - 1 :])
        efficiency = Missing("nothing moved") if found is None else found
    if has < full:
        why = missing_sessions(full, has)
        return {"whipsaws_60d": why, "efficiency_20d": efficiency, "choppy": why}
    choppy = changes >= WHIPSAWS or (efficiency if isinstance(efficiency, Missing) else efficiency < EFFICIENT)
    return {"whipsaws_60d": changes, "efficiency_20d": efficiency, "choppy": choppy}


def _names(rule: Filter) -> tuple[str, ...]:
    """The measures of one filter; only a cross of two averages asks for confirmation."""
    names = (rule.name, f"{rule.name}_flip", f"{rule.name}_turn", f"{rule.name}_since")
    return (*names, f"{rule.name}_confirmed") if rule.fast > 1 else names


def _tell(given: Given, name: str) -> Steps:
    if name in STANDING:
        return tell_standing(_calculate(given), level_of(given))
    if name == "choppy":
        results = _calculate(given)
        parts = (("whipsaws_60d", "count"), ("efficiency_20d", "fraction"))
        return tell_window(given, WHIPSAW_DAYS), *(Step(part, results[part], unit) for part, unit in parts)
    if name == "efficiency_20d":
        return _tell_efficiency(given)
    if name == "whipsaws_60d":
        return tuple(step for rule in FILTERS for step in _tell_changes(given, rule))
    rule = next(rule for rule in FILTERS if name in _names(rule))
    return _tell_filter(given, rule, name.removeprefix(rule.name))


def _tell_efficiency(given: Given) -> Steps:
    steps = to_log_returns(given.line.values[-EFFICIENCY_DAYS - 1 :])
    return (
        tell_value(given, -EFFICIENCY_DAYS - 1),
        tell_value(given),
        Step("log return from one to the other, its size", abs(float(np.sum(steps))), "fraction"),
        Step(f"sizes of the {EFFICIENCY_DAYS} daily log returns, added up", float(np.sum(np.abs(steps))), "fraction"),
    )


def _tell_changes(given: Given, rule: Filter) -> Steps:
    has = len(given.line.values)
    recent = [at for at in read_state(given.line.values, rule, WHIPSAW_DAYS).changes if at >= has - WHIPSAW_DAYS]
    dates = "".join(f", {given.line.sessions[at]}" for at in recent)
    return (Step(f"changes of {rule.name}{dates}", len(recent), "count"),)


def _tell_filter(given: Given, rule: Filter, part: str) -> Steps:
    values, sessions = given.line.values, given.line.sessions
    state = read_state(values, rule, WHIPSAW_DAYS)
    fast = tell_value(given) if rule.fast == 1 else tell_average(given, rule.fast)
    over = calc_change(float(calc_sma(values, rule.fast)), calc_sma(values, rule.slow))
    began = Missing("with the first known") if state.changed is None else str(sessions[state.changed])
    steps = (
        fast,
        tell_average(given, rule.slow),
        Step("the one over the other, minus one", over, "fraction"),
        Step("band on either side, inside which the state is kept", rule.band, "fraction"),
        Step("the side last taken", WORDS[state.now], "state"),
        Step("taken first in", began, "date"),
    )
    if part == "_confirmed":
        return (*steps, Step("closes since then", len(values) - (state.changed or 0), "sessions"))
    if part == "_turn" and not given.line.is_provisional:
        return (*steps, *_tell_turn(given, rule, state))
    return (*steps, *_tell_flip(given, rule, state)) if part in ("_flip", "_turn") else steps


def _tell_flip(given: Given, rule: Filter, state: State) -> Steps:
    """Where the state ends, and what the averages hold without today: the price that takes them there is the flip."""
    return _tell_sums(given, rule, given.line.values[:-1], "before today", find_edge(state))


def _tell_turn(given: Given, rule: Filter, state: State) -> Steps:
    """The same of the next session: the averages then hold today's value, and the state ends beyond the band."""
    return _tell_sums(given, rule, given.line.values, f"up to {given.line.sessions[-1]}", -state.now)


def _tell_sums(given: Given, rule: Filter, values: Floats, until: str, edge: int) -> Steps:
    things = "ratios" if given.is_pair else "closes"
    sums = (
        Step(
            f"sum of the {count - 1} {things} {until}",
            float(np.sum(values[len(values) - count + 1 :])),
            level_of(given),
        )
        for count in (rule.fast, rule.slow)
        if count > 1
    )
    ends = "the one over the other, minus one, at which the state ends"
    return *sums, Step(ends, rule.band * edge, "fraction")


def _define(unit: str, thing: str) -> tuple[Definition, ...]:
    choppy = (
        Definition("whipsaws_60d", "count", "changes of all trends and crosses here in the last 60 sessions", "B8"),
        Definition("efficiency_20d", "fraction", "size of the 20-session log return over the sizes of its days", "B8"),
        Definition(
            "choppy", "flag", f"whether whipsaws_60d is {WHIPSAWS} or more, or efficiency_20d under {EFFICIENT}", "B8"
        ),
    )
    filters = (definition for rule in FILTERS for definition in _define_filter(rule, unit, thing))
    return (*filters, *define_standing(unit, thing), *choppy)


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
        Definition(
            f"{rule.name}_turn",
            unit,
            f"{rule.name}_flip while a session runs; of one that is over the {thing} of the next that would change it",
            source,
        ),
        Definition(f"{rule.name}_since", "date", f"the session in which {rule.name} last changed", source),
    ]
    if rule.fast > 1:
        told = f"whether {rule.name} has lasted {CONFIRMED} closes"
        found.append(Definition(f"{rule.name}_confirmed", "flag", told, source))
    return found


_SYMBOL, _PAIR = _define("price", "price"), _define("ratio", "ratio")
TRENDS = Study(
    symbol=_SYMBOL, pair=_PAIR, calculate=_calculate, explain=explain_with(_calculate, _SYMBOL, _PAIR, _tell)
)
