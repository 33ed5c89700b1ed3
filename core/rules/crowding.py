"""R5: the rotation is chased, the ratio far above its own average."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from core.rules.level import Level
from core.rules.rule import Graded, Ladder, PathRule, Positive, Run, Told, build_ladder, check_ladder, number
from core.rules.words import say_count

if TYPE_CHECKING:
    from core.rules.rule import Floats

NAME = "crowding"
_STEPS = {Level.INFO: "info", Level.WATCH: "watch", Level.WARN: "warn"}


class Crowding(PathRule, frozen=True, forbid_unknown_fields=True):
    """The ratio over its 50-session average in daily deviations [B5], for every pair.

    While small has beaten large for `run` sessions in a row [A5], what is entered is one level higher. Positions and
    flows, which the whole score needs, are not known here.
    """

    info: Positive
    info_exit: Positive
    watch: Positive
    watch_exit: Positive
    warn: Positive
    warn_exit: Positive
    run: Run

    ID: ClassVar[str] = "R5"

    def __post_init__(self) -> None:
        check_ladder(self, *_STEPS.values())

    def levels(self) -> tuple[Level, ...]:
        return tuple(_STEPS)

    def inputs(self, subject: str) -> tuple[str, ...]:
        return f"{subject}.stretch_50d", f"{subject}.streak"

    def grade(self, inputs: Sequence[Floats]) -> Graded:
        import numpy as np

        stretch, streak = inputs
        graded = self.ladder().grade(stretch)
        entered = graded.entered + ((graded.entered > 0) & (streak >= self.run))
        entered = np.minimum(entered, len(_STEPS)).astype(np.int8)
        return graded._replace(entered=entered, held=np.maximum(entered, graded.held))

    def ladder(self) -> Ladder:
        return build_ladder(self, _STEPS)

    def tell(self, told: Told) -> str:
        stretch, streak = (number(told.reading.measure(address)) for address in self.inputs(told.subject))
        if stretch is None:
            return ""
        side = "over" if stretch >= 0.0 else "under"
        text = f"{told.subject} {abs(stretch):.1f} daily deviations {side} its 50-session average"
        small, large = told.subject.split("/")
        is_long = streak is not None and streak >= self.run
        return (
            f"{text}; {small} has beaten {large} {say_count(round(streak or 0), 'session')} in a row"
            if is_long
            else text
        )
