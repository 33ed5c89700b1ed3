"""R9: losses come oftener, or larger, than the past says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from core.rules.level import Level
from core.rules.rule import Graded, Ladder, LevelName, PathRule, Run, Scope, Told, build_ladder, check_ladder, number
from core.rules.words import say_percent

if TYPE_CHECKING:
    from core.rules.rule import Floats

NAME = "tail"
_STEPS = {Level.INFO: "info", Level.WATCH: "watch", Level.WARN: "warn"}


class Tail(PathRule, frozen=True, forbid_unknown_fields=True):
    """Sessions of the last 250 that lost more than the 99 % value at risk of the evening before [C15], small leg.

    A single loss beyond the 99 % expected shortfall of the evening before enters `beyond`. Of completed sessions.
    """

    info: Run
    info_exit: Run
    watch: Run
    watch_exit: Run
    warn: Run
    warn_exit: Run
    beyond: LevelName

    ID: ClassVar[str] = "R9"

    def __post_init__(self) -> None:
        check_ladder(self, *_STEPS.values())
        if Level(self.beyond) is Level.CRITICAL:
            raise ValueError("beyond may be ok, info, watch or warn: this rule has no critical level")

    def levels(self) -> tuple[Level, ...]:
        return tuple(_STEPS)

    def subjects(self, scope: Scope) -> tuple[str, ...]:
        return scope.volatility[:1]

    def inputs(self, subject: str) -> tuple[str, ...]:
        return f"{subject}.value_at_risk_breaches_99_504d", f"{subject}.beyond(expected_shortfall_99_504d)"

    def also(self, subject: str) -> tuple[str, ...]:
        return f"{subject}.value_at_risk_light_99_504d", f"{subject}.expected_shortfall_99_504d"

    def ladder(self) -> Ladder:
        return build_ladder(self, _STEPS)

    def grade(self, inputs: Sequence[Floats]) -> Graded:
        import numpy as np

        breaches, beyond = inputs
        graded = self.ladder().grade(breaches)
        alone = Level(self.beyond).rank * (beyond > 0.0)
        entered = np.maximum(graded.entered, alone).astype(np.int8)
        return graded._replace(entered=entered, held=np.maximum(graded.held, entered))

    def tell(self, told: Told) -> str:
        breaches, shortfall = (
            number(told.reading.measure(f"{told.subject}.{name}_99_504d"))
            for name in ("value_at_risk_breaches", "expected_shortfall")
        )
        if breaches is None or shortfall is None:
            return ""
        text = (
            f"{told.subject} lost more than its 99 % value at risk in {breaches:.0f} of 250 sessions, 2 or 3 are usual"
        )
        return f"{text}; a loss that bad is {say_percent(shortfall)} on average"
