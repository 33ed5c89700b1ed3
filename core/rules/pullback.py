"""A3: the ratio has pulled back from its recent high."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from core.rules.level import Level
from core.rules.rule import Graded, Ladder, Negative, PathRule, Told, build_ladder, check_ladder, number
from core.rules.words import say_count, say_percent

if TYPE_CHECKING:
    from core.rules.rule import Floats

NAME = "pullback"
_STEPS = {Level.INFO: "info", Level.WATCH: "watch", Level.WARN: "warn"}


class Pullback(PathRule, frozen=True, forbid_unknown_fields=True):
    """The ratio under its highest close of 63 sessions, for every pair."""

    info: Negative
    info_exit: Negative
    watch: Negative
    watch_exit: Negative
    warn: Negative
    warn_exit: Negative

    ID: ClassVar[str] = "A3"

    def __post_init__(self) -> None:
        check_ladder(self, *_STEPS.values())

    def levels(self) -> tuple[Level, ...]:
        return tuple(_STEPS)

    def inputs(self, subject: str) -> tuple[str, ...]:
        return (f"{subject}.pullback_63d",)

    def also(self, subject: str) -> tuple[str, ...]:
        return (f"{subject}.pullback_63d_sessions",)

    def ladder(self) -> Ladder:
        return build_ladder(self, _STEPS, sign=-1)

    def grade(self, inputs: Sequence[Floats]) -> Graded:
        return self.ladder().grade(inputs[0])

    def tell(self, told: Told) -> str:
        value, age = (
            number(told.reading.measure(one)) for one in (*self.inputs(told.subject), *self.also(told.subject))
        )
        if value is None:
            return ""
        below = f", {say_count(int(age), 'session')} below" if age else ""
        return f"{told.subject} {say_percent(-value)} under its 63-session high{below}"
