"""How far the ratio has come back from a recent high, how unusual that is, and the zone to buy a dip in [A3]."""

import bottleneck as bn
import numpy as np

from core.market.bars import Floats
from core.studies.averages import SLOPE_LAG, calc_sma_change, tell_average
from core.studies.drawdown import calc_drawdown, find_peak
from core.studies.ranks import rank_last, tell_rank
from core.studies.steps import Steps, explain_with, numbers_in, tell_history, tell_value, tell_window
from core.studies.study import Definition, Given, Result, Results, Step, Study, missing_sessions
from core.studies.windows import calc_sma

WINDOWS = (20, 63, 252)
DIP = (-0.06, -0.02)
"""The pullback from the 63-session high, both ends included, that is a dip to be bought while the trend is up."""
_DIP_WINDOW, _TREND, _SLOPE = 63, 200, 50


def to_pullback(values: Floats, count: int) -> Floats:
    """Value over the highest of the last `count`, minus one, for every full window [A3]."""
    return np.asarray(values / bn.move_max(values, count) - 1.0)[count - 1 :] if len(values) >= count else values[:0]


def is_dip(values: Floats) -> bool:
    """Whether the pullback is in the dip zone, above the 200-average, while the 50-average rises; 200 values [A3]."""
    back = calc_drawdown(values[-_DIP_WINDOW:])
    is_above = float(values[-1]) > calc_sma(values, _TREND)
    return DIP[0] <= back <= DIP[1] and is_above and calc_sma_change(values, _SLOPE) > 0.0


def _calculate(given: Given) -> Results:
    values, has = given.line.values, len(given.line.values)
    results: Results = {"dip_zone": is_dip(values) if has >= _TREND else missing_sessions(_TREND, has)}
    for count in WINDOWS:
        name, recent = f"pullback_{count}d", values[-count:]
        found: tuple[Result, ...] = (missing_sessions(count, has),) * 3
        if has >= count:
            # A percentile of depth: the deeper, the higher.
            rank = rank_last(-to_pullback(values, count), count - 1)
            found = calc_drawdown(recent), count - 1 - find_peak(recent), rank
        results |= zip((name, f"{name}_sessions", f"{name}_percentile"), found, strict=True)
    return results


def _tell(given: Given, name: str) -> Steps:
    values = given.line.values
    if name == "dip_zone":
        return (
            tell_value(given),
            Step("pullback_63d; the zone is -6 to -2 %", calc_drawdown(values[-_DIP_WINDOW:]), "fraction"),
            tell_average(given, _TREND),
            tell_average(given, _SLOPE, SLOPE_LAG),
            tell_average(given, _SLOPE),
        )
    count = numbers_in(name)[0]
    if name.endswith("_percentile"):
        return tell_history(given), *tell_rank(-to_pullback(values, count), f"depth of pullback_{count}d", "fraction")
    high = tell_value(given, find_peak(values[-count:]) - count, "highest")
    return tell_window(given, count), high, tell_value(given)


_PAIR = (
    *(
        definition
        for n in WINDOWS
        for definition in (
            Definition(f"pullback_{n}d", "fraction", f"ratio over its highest close of {n} sessions, minus one", "A3"),
            Definition(f"pullback_{n}d_sessions", "sessions", f"sessions since that high of {n} sessions", "A3"),
            Definition(
                f"pullback_{n}d_percentile",
                "fraction",
                f"share of all pullback_{n}d so far no deeper than today's",
                "A3",
            ),
        )
    ),
    Definition(
        "dip_zone",
        "flag",
        "whether pullback_63d is -6 to -2 %, the ratio above sma_200, and sma_50_change_20d above 0",
        "A3",
    ),
)
PULLBACK = Study(symbol=(), pair=_PAIR, calculate=_calculate, explain=explain_with(_calculate, (), _PAIR, _tell))
