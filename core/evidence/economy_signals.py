"""Signals of the economy: odds of a recession, unemployment's rise, high-yield bonds under their high [R2, R3].

Told of every pair alike, as each was known on the evening of the session.
"""

import numpy as np

from core.evidence.ground import Ground
from core.evidence.series import find_first, to_latched
from core.evidence.signal import DOWN, MONTHS_12, YEARS, Absent, Signal, States, to_states

_FEW = "episodes of an economy are few: four recessions since 1987"
_REVISED = "unemployment as it is known today, not as it was published, where nobody here saw that"


def find_economy(ground: Ground, measure: str, enter: float, leave: float) -> States | Absent:
    """The measure has passed `enter` and is not beyond `leave`; lower is worse where `enter` is below zero."""
    values = ground.economy.get(measure)
    known = np.flatnonzero(~np.isnan(values)) if values is not None else np.empty(0, np.intp)
    if values is None or not len(known):
        return Absent(f"needs the past of US.{measure}")
    sign = -1.0 if enter < 0.0 else 1.0
    on = to_latched(sign * values >= sign * enter, sign * values < sign * leave)
    return to_states(on, find_first(values), int(known[-1]) + 1)


def _build(measure: str, name: str, says: str, source: str, enter: float, leave: float, level: str) -> Signal:
    is_slow = source != "R3, G3"
    return Signal(
        name=name,
        says=says,
        direction=DOWN,
        source=source,
        horizon=YEARS if is_slow else MONTHS_12,
        find=find_economy,
        parameters=(("measure", measure), ("enter", enter), ("leave", leave)),
        level=level,
        note=(f"{_FEW}; {_REVISED}" if measure == "sahm" else _FEW) if is_slow else "",
    )


ECONOMY_SIGNALS = (
    *(
        _build(
            "recession_probability",
            f"recession_odds_{enter * 100:.0f}",
            f"odds of a recession within twelve months by the yield curve are {enter * 100:.0f} % or more",
            "R2, G1",
            enter,
            round(enter - 0.05, 4),
            level,
        )
        for enter, level in ((0.2, "info"), (0.3, "watch"), (0.4, "warn"))
    ),
    _build(
        "sahm",
        "sahm_0_50",
        "unemployment, mean of three months, is half a point over its low of a year",
        "R2, G2",
        0.005,
        0.004,
        "warn",
    ),
    *(
        _build(
            "credit_pullback_63d",
            f"credit_pullback_{-enter * 100:.0f}",
            f"high-yield bonds over Treasuries (HYG/IEF) are {-enter * 100:.0f} % or more under their 63-session high",
            "R3, G3",
            enter,
            leave,
            level,
        )
        for enter, leave, level in ((-0.02, -0.015, "info"), (-0.04, -0.03, "watch"), (-0.07, -0.06, "warn"))
    ),
)
