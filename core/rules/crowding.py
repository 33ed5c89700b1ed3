"""R5: the rotation is crowded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from core.rules.level import Level
from core.rules.rule import Graded, Ladder, PathRule, Share, Told, build_ladder, check_ladder, number
from core.rules.words import say_count

if TYPE_CHECKING:
    from core.rules.rule import Floats

NAME = "crowding"
_STEPS = {Level.INFO: "info", Level.WATCH: "watch", Level.WARN: "warn"}


class Crowding(PathRule, frozen=True, forbid_unknown_fields=True):
    """The crowding score of every pair [H1]: where six signs of a chase stand in their own five years, on average.

    Of completed sessions. The run of wins [A5] and the distance from the average [B5] are two of the six.
    """

    info: Share
    info_exit: Share
    watch: Share
    watch_exit: Share
    warn: Share
    warn_exit: Share

    ID: ClassVar[str] = "R5"

    def __post_init__(self) -> None:
        check_ladder(self, *_STEPS.values())

    def levels(self) -> tuple[Level, ...]:
        return tuple(_STEPS)

    def inputs(self, subject: str) -> tuple[str, ...]:
        return (f"{subject}.crowding_score",)

    def also(self, subject: str) -> tuple[str, ...]:
        return f"{subject}.stretch_50d", f"{subject}.streak"

    def ladder(self) -> Ladder:
        return build_ladder(self, _STEPS)

    def grade(self, inputs: Sequence[Floats]) -> Graded:
        return self.ladder().grade(inputs[0])

    def tell(self, told: Told) -> str:
        subject, reading = told.subject, told.reading
        score, stretch, streak = (number(reading.measure(one)) for one in (*self.inputs(subject), *self.also(subject)))
        if score is None:
            return ""
        parts = [f"{subject} crowding {score * 100:.0f} of 100"]
        if stretch is not None:
            side = "over" if stretch >= 0.0 else "under"
            parts.append(f"{abs(stretch):.1f} daily deviations {side} its 50-session average")
        if streak is not None and streak >= 2:
            small, large = subject.split("/")
            parts.append(f"{small} has beaten {large} {say_count(round(streak), 'session')} in a row")
        return "; ".join(parts)
