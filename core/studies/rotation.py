"""Rotation map: where the ratio is on it, by weeks and by sessions, where it is going, how far out [A7]."""

import numpy as np

from core.market.bars import Floats
from core.market.panel import Line
from core.studies.rotation_map import (
    DAILY,
    OUTSIDE,
    PACES,
    QUADRANTS,
    WEEKLY,
    Pace,
    Rotation,
    calc_distance,
    calc_heading,
    find_changes,
    pick_bars,
    read_rotation,
    to_standard,
)
from core.studies.steps import Steps, explain_with, tell_span, tell_value
from core.studies.study import Definition, Given, Missing, Result, Results, Step, Study, missing_sessions
from core.studies.windows import calc_deviation, to_logs

_PARTS = ("level", "momentum", "quadrant", "since", "heading", "distance")


def _calculate(given: Given) -> Results:
    results: Results = {}
    for pace in PACES:
        results |= dict(zip(_names(pace), _calc_pace(given, pace), strict=True))
    return results


def _names(pace: Pace) -> tuple[str, ...]:
    return tuple(f"{pace.prefix}_{part}" for part in _PARTS)


def _calc_pace(given: Given, pace: Pace) -> tuple[Result, ...]:
    return read_place(given.line, pace)[1]


def read_place(line: Line, pace: Pace) -> tuple[Rotation, tuple[Result, ...]]:
    """The end of the map, and of its last point level, momentum, quadrant, since, heading and distance."""
    rotation = read_rotation(line.values, line.sessions, pace)
    points = len(rotation.level)
    if not points or rotation.sessions[-1] != line.sessions[-1]:
        return rotation, (_say_why(line, pace),) * len(_PARTS)
    changes = find_changes(rotation.quadrants)
    first = f"in it since its first point, {rotation.sessions[0]}"
    return rotation, (
        float(rotation.level[-1]),
        float(rotation.momentum[-1]),
        QUADRANTS[rotation.quadrants[-1]],
        str(rotation.sessions[changes[-1]]) if len(changes) else Missing(first),
        calc_heading(rotation) if points > 1 else Missing("the first point: it came from nowhere"),
        calc_distance(rotation),
    )


def _say_why(line: Line, pace: Pace) -> Missing:
    has = len(pick_bars(line.values, line.sessions, pace)[0])
    if has >= pace.needed:
        return Missing("the ratio did not move")
    return Missing(f"needs {pace.needed} weeks, has {has}") if pace.is_weekly else missing_sessions(pace.needed, has)


def _tell(given: Given, name: str) -> Steps:
    pace = WEEKLY if name in _names(WEEKLY) else DAILY
    part = name.removeprefix(f"{pace.prefix}_")
    if part == "level":
        return _tell_level(given, pace)
    if part == "momentum":
        return _tell_momentum(given, pace)
    rotation = read_rotation(given.line.values, given.line.sessions, pace)
    return tuple(step for index in (-2, -1)[-len(rotation.level) :] for step in _tell_point(rotation, index))


def _tell_level(given: Given, pace: Pace) -> Steps:
    values, sessions = pick_bars(given.line.values, given.line.sessions, pace)
    logs = 100.0 * to_logs(values)[-pace.count :]
    closes = f"{'weekly closes' if pace.is_weekly else 'ratios'} of {tell_span(sessions, pace.count)}"
    return tell_value(given), Step(closes, pace.count, "count"), *_tell_window(logs, "100 times the logarithm")


def _tell_momentum(given: Given, pace: Pace) -> Steps:
    values, sessions = pick_bars(given.line.values, given.line.sessions, pace)
    level = to_standard(100.0 * to_logs(values / values[0]), pace.count)
    change = (level[pace.lag :] - level[: -pace.lag])[-pace.count :]
    levels = (Step(f"level of {sessions[i]}", float(level[i]), "number") for i in (-1 - pace.lag, -1))
    return *levels, *_tell_window(change, "the one less the other")


def _tell_window(window: Floats, what: str) -> Steps:
    return (
        Step(what, float(window[-1]), "number"),
        Step(f"mean of the last {len(window)} of these", float(np.mean(window)), "number"),
        Step("sample deviation of them", calc_deviation(window), "number"),
    )


def _tell_point(rotation: Rotation, index: int) -> Steps:
    day = rotation.sessions[index]
    return (
        Step(f"level of {day}", float(rotation.level[index]), "number"),
        Step(f"momentum of {day}", float(rotation.momentum[index]), "number"),
    )


def _define(pace: Pace) -> tuple[Definition, ...]:
    name, bars = pace.prefix, "weeks" if pace.is_weekly else "sessions"
    told = (
        ("number", f"100 + deviations of 100 ln ratio from its mean of {pace.count} {bars}"),
        ("number", f"100 + deviations of {name}_level's change over {pace.lag} from its mean of {pace.count} {bars}"),
        ("state", f"leading, weakening, lagging or improving; a new one once {OUTSIDE} outside or twice in a row"),
        ("date", f"the close with which {name}_quadrant last changed"),
        ("degrees", "direction of the last step: 0 where only the level rose, 90 where only the momentum did"),
        ("number", "distance of level and momentum from the centre, 100 and 100"),
    )
    return tuple(
        Definition(known, unit, text, "A7", is_weekly=pace.is_weekly)
        for known, (unit, text) in zip(_names(pace), told, strict=True)
    )


_PAIR = (*_define(WEEKLY), *_define(DAILY))
ROTATION = Study(symbol=(), pair=_PAIR, calculate=_calculate, explain=explain_with(_calculate, (), _PAIR, _tell))
