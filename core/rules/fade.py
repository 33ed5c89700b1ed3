"""R8: the momentum of the ratio fades."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from core.rules.level import Level
from core.rules.rule import CODES, Graded, Negative, PathRule, Run, Told, number
from core.rules.words import say_count, say_percent

if TYPE_CHECKING:
    from core.rules.rule import Floats

NAME = "momentum_fade"
_LEVELS = (Level.INFO, Level.WATCH)


class MomentumFade(PathRule, frozen=True, forbid_unknown_fields=True):
    """Two of three signs (info), or all of them (watch). For every pair.

    The ratio `pullback` under its 63-session high [A3]; Weakening on the daily rotation map [A7]; its 20-session
    average crossed under its 50-session one in the last `crossed` sessions [B2]. A pullback counts until
    `pullback_exit`.
    """

    pullback: Negative
    pullback_exit: Negative
    crossed: Run

    ID: ClassVar[str] = "R8"

    def __post_init__(self) -> None:
        if self.pullback >= self.pullback_exit:
            raise ValueError("pullback must be stricter than pullback_exit: what is entered is left later")

    def levels(self) -> tuple[Level, ...]:
        return _LEVELS

    def inputs(self, subject: str) -> tuple[str, ...]:
        names = ("pullback_63d", "rotation_daily_quadrant", "cross_20_50", "age(cross_20_50)")
        return tuple(f"{subject}.{name}" for name in names)

    def grade(self, inputs: Sequence[Floats]) -> Graded:
        import numpy as np

        back, quadrant, cross, age = inputs
        # One that is missing is no sign, but the pullback, which every pair has soon, must be there.
        others = (quadrant == CODES["weakening"]).astype(np.int8) + ((cross == CODES["down"]) & (age <= self.crossed))
        entered = np.maximum(others + (back <= self.pullback) - 1, 0).astype(np.int8)
        held = np.maximum(others + (back <= self.pullback_exit) - 1, 0).astype(np.int8)
        return Graded(entered, held, back, ~np.isnan(back))

    def tell(self, told: Told) -> str:
        reading, subject = told.reading, told.subject
        back = number(reading.measure(f"{subject}.pullback_63d"))
        if back is None:
            return ""
        signs = []
        if back <= self.pullback_exit:
            signs.append(f"{say_percent(-back)} under its 63-session high")
        if reading.measure(f"{subject}.rotation_daily_quadrant").value == "weakening":
            signs.append("weakening on the daily map")
        since = reading.measure(f"{subject}.cross_20_50_since").value
        if reading.measure(f"{subject}.cross_20_50").value == "down" and since:
            signs.append(f"20-session average under the 50-session one since {since}")
        return f"{subject} {say_count(len(signs), 'sign')} of fading" + (f": {', '.join(signs)}" if signs else "")

    def also(self, subject: str) -> tuple[str, ...]:
        return (f"{subject}.cross_20_50_since",)
