"""Who moved: a change of the ratio split into its two legs, whose parts add up to it exactly [A1].

Logarithms add: that of the ratio is small's less large's, so large's part is the negative of its own change.
"""

import math

import numpy as np

from core.studies.steps import Steps, explain_with, name_leg, tell_leg
from core.studies.study import ALONE, Definition, Given, Missing, Result, Results, Step, Study, missing_sessions

SPANS = {"open": 0, "1d": 1, "5d": 5, "20d": 20}
_KINDS = ("moved", "moved_small", "moved_large", "who_moved")


def split_move(small_then: float, small_now: float, large_then: float, large_now: float) -> tuple[float, float, float]:
    """Log change of the ratio, small's part of it and large's: the first is the sum of the others."""
    small, large = math.log(small_now / small_then), -math.log(large_now / large_then)
    return small + large, small, large


def name_mover(small: float, large: float) -> str:
    """The leg with the larger part in the direction of the change, and which way it went; `nobody` for none."""
    whole = small + large
    if whole == 0.0:
        return "nobody"
    if small * whole >= large * whole:
        return "small rose" if small > 0.0 else "small fell"
    return "large fell" if large > 0.0 else "large rose"


def _calculate(given: Given) -> Results:
    results: Results = {}
    for span in SPANS:
        then = _find_then(given, span)
        values: tuple[Result, ...] = (then,) * 4 if isinstance(then, Missing) else _split(given, *then)
        results |= {f"{kind}_{span}": value for kind, value in zip(_KINDS, values, strict=True)}
    return results


def _split(given: Given, small: float, large: float) -> tuple[float, float, float, str]:
    line = given.line
    assert line.small is not None
    assert line.large is not None
    parts = split_move(small, float(line.small[-1]), large, float(line.large[-1]))
    return *parts, name_mover(*parts[1:])


def _find_then(given: Given, span: str) -> tuple[float, float] | Missing:
    """What both legs were at the beginning: closes so many sessions ago, or the openings of the last session."""
    line, back = given.line, SPANS[span]
    if line.small is None or line.large is None or len(line.values) <= back:
        return missing_sessions(back + 1, len(line.values))
    if back:
        return float(line.small[-1 - back]), float(line.large[-1 - back])
    openings = [_find_open(given, leg) for leg in line.subject.split("/")]
    for one in openings:
        if isinstance(one, Missing):
            return one
    small, large = (float(one) for one in openings if not isinstance(one, Missing))
    return small, large


def _find_open(given: Given, symbol: str) -> float | Missing:
    if given.around is None:
        return ALONE
    panel, column = given.around.panel, given.around.panel.column(symbol)
    is_last = len(panel.sessions) and panel.sessions[-1] == given.line.sessions[-1]
    price = float(panel.open_[-1, column]) if column is not None and is_last else math.nan
    return price if np.isfinite(price) and price > 0.0 else Missing(f"no opening price of {symbol} in that session")


def _tell(given: Given, name: str) -> Steps:
    span = name.rpartition("_")[2]
    then = _find_then(given, span)
    if isinstance(then, Missing):
        return ()
    steps: list[Step] = []
    for is_small, price in zip((True, False), then, strict=True):
        leg, back = name_leg(given, is_small), SPANS[span]
        began = tell_leg(given, is_small, -1 - back) if back else Step(f"opening price of {leg}", price, "price")
        steps += [began, tell_leg(given, is_small)]
    _, small, large, _ = _split(given, *then)
    parts = (Step(f"moved_small_{span}", small, "fraction"), Step(f"moved_large_{span}", large, "fraction"))
    return *steps, *(parts if name.startswith(("moved_open", "who", f"moved_{span}")) else ())


def _define(span: str) -> tuple[Definition, ...]:
    count = span.removesuffix("d")
    over = "since the open" if span == "open" else f"over {count} session{'' if count == '1' else 's'}"
    told = (
        ("fraction", f"log change of the ratio {over}: moved_small_{span} plus moved_large_{span}"),
        ("fraction", f"log change of the small leg {over}: its part of moved_{span}"),
        ("fraction", f"log change of the large leg {over}, with the other sign: its part of moved_{span}"),
        (
            "state",
            f"small rose, small fell, large rose or large fell: the larger part of moved_{span} in its direction",
        ),
    )
    names = (f"{kind}_{span}" for kind in _KINDS)
    return tuple(Definition(name, unit, text, "A1") for name, (unit, text) in zip(names, told, strict=True))


_PAIR = tuple(definition for span in SPANS for definition in _define(span))
MOVED = Study(symbol=(), pair=_PAIR, calculate=_calculate, explain=explain_with(_calculate, (), _PAIR, _tell))
