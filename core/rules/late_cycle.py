"""R12: a rotation into small caps late in the cycle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from core.market.symbols import ECONOMY
from core.rules.level import Level
from core.rules.rule import Graded, Negative, PathRule, Share, Told, number
from core.rules.words import say_percent

if TYPE_CHECKING:
    from core.rules.rule import Floats

NAME = "late_cycle"


class LateCycle(PathRule, frozen=True, forbid_unknown_fields=True):
    """Large near its all-time high, small crowded [H1] and the yield curve warning of a recession [G1], all at once.

    For every pair, of completed sessions.
    """

    near: Negative
    """How far large may be under its highest close."""
    near_exit: Negative
    crowding: Share
    crowding_exit: Share
    recession: Share
    recession_exit: Share

    ID: ClassVar[str] = "R12"

    def __post_init__(self) -> None:
        for name, is_easier in (
            ("near", self.near_exit < self.near),
            ("crowding", self.crowding_exit < self.crowding),
            ("recession", self.recession_exit < self.recession),
        ):
            if not is_easier:
                raise ValueError(f"{name} must be stricter than {name}_exit: what is entered is left later")

    def levels(self) -> tuple[Level, ...]:
        return (Level.WATCH,)

    def inputs(self, subject: str) -> tuple[str, ...]:
        large = subject.partition("/")[2]
        return f"{subject}.crowding_score", f"{large}.drawdown", f"{ECONOMY}.recession_probability"

    def grade(self, inputs: Sequence[Floats]) -> Graded:
        import numpy as np

        score, fall, odds = inputs
        entered = (score >= self.crowding) & (fall >= self.near) & (odds >= self.recession)
        held = (score >= self.crowding_exit) & (fall >= self.near_exit) & (odds >= self.recession_exit)
        good = ~(np.isnan(score) | np.isnan(fall) | np.isnan(odds))
        return Graded(entered.astype(np.int8), (entered | held).astype(np.int8), score, good)

    def tell(self, told: Told) -> str:
        score, fall, odds = (number(told.reading.measure(address)) for address in self.inputs(told.subject))
        if score is None or fall is None or odds is None:
            return ""
        large = told.subject.partition("/")[2]
        return (
            f"{told.subject} crowding {score * 100:.0f} of 100 with {large} {say_percent(-fall)} under its high, "
            f"odds of a recession {say_percent(odds)}"
        )
