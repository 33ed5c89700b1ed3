"""Signals of going too far: z-scores, pullbacks from the high, the zone to buy a dip in, streaks [A2, A3, A5]."""

import numpy as np

from core.evidence.ground import Ground
from core.evidence.series import find_first, to_full, to_latched
from core.evidence.signal import DOWN, MONTHS_3, UP, Signal, States, to_states
from core.market.bars import Floats
from core.studies.averages import SLOPE_LAG
from core.studies.pullback import DIP, to_pullback
from core.studies.streak import to_streaks, to_winner
from core.studies.strength import to_z


def find_z(ground: Ground, count: int, enter: float, leave: float) -> States:
    """The z-score of the log ratio passed `enter` and has not come back to `leave`; below zero where those are [A2]."""
    z = to_full(to_z(ground.ratio, count), len(ground))
    side = 1.0 if enter > 0.0 else -1.0
    return to_states(to_latched(z * side >= enter * side, z * side < leave * side), find_first(z))


def read_pullback(ground: Ground, count: int) -> Floats:
    """The ratio over its highest close of `count` sessions, minus one, at every session [A3]."""
    return ground.once(("pullback", count), lambda: to_full(to_pullback(ground.ratio, count), len(ground)))


def find_pullback(ground: Ground, count: int, depth: float) -> States:
    """The ratio is at least so far under its highest close of `count` sessions [A3]."""
    back = read_pullback(ground, count)
    return to_states(back <= depth, find_first(back))


def find_dip(ground: Ground, count: int, low: float, high: float, trend: int, slope: int) -> States:
    """The pullback is in the zone, the ratio above its long average, and the shorter one rises [A3]."""
    back, average = read_pullback(ground, count), ground.sma("ratio", trend)
    change = ground.sma_change(slope, SLOPE_LAG)
    on = (back >= low) & (back <= high) & (ground.ratio > average) & (change > 0.0)
    return to_states(on, find_first(back, average, change))


def find_streak(ground: Ground, length: int) -> States:
    """Small beat large so many sessions in a row or more (below zero: lost), by unadjusted closes [A5]."""
    side = 1.0 if length > 0 else -1.0
    streak = ground.once(("streak",), lambda: _to_streak(ground))
    return to_states(streak * side >= abs(length), 1)


def _to_streak(ground: Ground) -> Floats:
    if len(ground) < 2:
        return np.full(len(ground), np.nan)
    return to_full(to_streaks(to_winner(ground.raw_small, ground.raw_large)), len(ground))


def _build_z(count: int, enter: float, leave: float, level: str = "") -> Signal:
    word = "high" if enter > 0 else "low"
    return Signal(
        name=f"z_{count}d_{word}_{abs(enter):g}",
        says=f"the ratio's {count}-session z-score went beyond {enter:g} and has not come back to {leave:g}",
        direction=DOWN if enter > 0 else UP,
        source="A2",
        horizon=MONTHS_3,
        find=find_z,
        parameters=(("count", count), ("enter", enter), ("leave", leave)),
        level=level,
    )


def _build_pullback(depth: float, level: str) -> Signal:
    percent = f"{-depth * 100:g}"
    return Signal(
        name=f"pullback_63d_{percent}",
        says=f"the ratio is {percent} % or more under its 63-session high",
        direction=DOWN,
        source="A3",
        horizon=MONTHS_3,
        find=find_pullback,
        parameters=(("count", 63), ("depth", depth)),
        level=level,
    )


def _build_streak(length: int, level: str) -> Signal:
    does = "beat" if length > 0 else "lost to"
    return Signal(
        name=f"streak_{'won' if length > 0 else 'lost'}_{abs(length)}",
        says=f"small {does} large {abs(length)} sessions in a row or more",
        direction=DOWN if length > 0 else UP,
        source="A5",
        horizon=MONTHS_3,
        find=find_streak,
        parameters=(("length", length),),
        level=level,
    )


_DIP_ZONE = Signal(
    name="dip_zone",
    says="the ratio is 2 to 6 % under its 63-session high, above its 200-session average, its 50-session one rising",
    direction=UP,
    source="A3",
    horizon=MONTHS_3,
    find=find_dip,
    parameters=(("count", 63), ("low", DIP[0]), ("high", DIP[1]), ("trend", 200), ("slope", 50)),
)
STRETCH_SIGNALS = (
    *(
        _build_z(count, *levels)
        for count in (60, 252)
        for levels in ((2.0, 1.5, "watch"), (3.0, 2.5, "warn"), (-2.0, -1.5, ""))
    ),
    *(_build_pullback(depth, level) for depth, level in ((-0.02, "info"), (-0.04, "watch"), (-0.07, "warn"))),
    _DIP_ZONE,
    *(_build_streak(side * length, level) for side in (1, -1) for length, level in ((8, "info"), (10, "watch"))),
)
