"""Donchian's channel on closes: the highest and lowest of a window, and whether today is a new one [B7]."""

import numpy as np

from core.market.bars import Floats
from core.studies.steps import Steps, explain_with, level_of, numbers_in, tell_value, tell_window
from core.studies.study import Definition, Given, Results, Step, Study, missing_sessions

WINDOWS = (20, 55, 252)


def name_close(values: Floats) -> str:
    """`high` where the last of `values` is above all others, `low` where it is below them all, else `inside`."""
    before, last = values[:-1], values[-1]
    if last > before.max():
        return "high"
    return "low" if last < before.min() else "inside"


def _calculate(given: Given) -> Results:
    values, has = given.line.values, len(given.line.values)
    results: Results = {}
    for count in WINDOWS:
        if has < count:
            results |= dict.fromkeys(_names(count), missing_sessions(count, has))
            continue
        window = values[-count:]
        results |= zip(_names(count), (float(window.max()), float(window.min()), name_close(window)), strict=True)
    return results


def _names(count: int) -> tuple[str, str, str]:
    return f"donchian_high_{count}d", f"donchian_low_{count}d", f"donchian_{count}d"


def _tell(given: Given, name: str) -> Steps:
    count = numbers_in(name)[0]
    window = given.line.values[-count:]
    if name == f"donchian_{count}d":
        edges = (("highest", float(window[:-1].max())), ("lowest", float(window[:-1].min())))
        before = (Step(f"{word} of the {count - 1} before", value, level_of(given)) for word, value in edges)
        return tell_window(given, count), *before, tell_value(given)
    index = int(np.argmax(window)) if "high" in name else int(np.argmin(window))
    return tell_window(given, count), tell_value(given, index - count, "highest" if "high" in name else "lowest")


def _define(unit: str, thing: str) -> tuple[Definition, ...]:
    return tuple(
        definition
        for n in WINDOWS
        for definition in (
            Definition(f"donchian_high_{n}d", unit, f"highest {thing} of {n} sessions, today's included", "B7"),
            Definition(f"donchian_low_{n}d", unit, f"lowest {thing} of {n} sessions, today's included", "B7"),
            Definition(
                f"donchian_{n}d",
                "state",
                f"high or low: today's {thing} beyond all others of {n} sessions; else inside",
                "B7",
            ),
        )
    )


_SYMBOL, _PAIR = _define("price", "adjusted close"), _define("ratio", "ratio")
CHANNEL = Study(
    symbol=_SYMBOL,
    pair=_PAIR,
    calculate=_calculate,
    explain=explain_with(_calculate, _SYMBOL, _PAIR, _tell),
    is_detail=True,
)
