"""Momentum of the ratio, with and without the last month [A10]."""

from core.studies.steps import Steps, explain_with, tell_value
from core.studies.study import Definition, Given, Results, Study, missing_sessions
from core.studies.windows import calc_change

SPANS = {"momentum_12_1": (252, 21), "momentum_6_1": (126, 21), "momentum_3m": (63, 0)}
"""From so many sessions ago to so many sessions ago: twelve months, six and three, of which the last is left out."""


def _calculate(given: Given) -> Results:
    values, has = given.line.values, len(given.line.values)
    return {
        name: calc_change(float(values[-1 - end]), float(values[-1 - start]))
        if has > start
        else missing_sessions(start + 1, has)
        for name, (start, end) in SPANS.items()
    }


def _tell(given: Given, name: str) -> Steps:
    start, end = SPANS[name]
    return tell_value(given, -1 - start), tell_value(given, -1 - end)


def _define(name: str, start: int, end: int) -> Definition:
    until = f"{end} sessions ago" if end else "now"
    return Definition(name, "fraction", f"ratio {until} over the one {start} sessions ago, minus one", "A10")


_PAIR = tuple(_define(name, *span) for name, span in SPANS.items())
MOMENTUM = Study(symbol=(), pair=_PAIR, calculate=_calculate, explain=explain_with(_calculate, (), _PAIR, _tell))
