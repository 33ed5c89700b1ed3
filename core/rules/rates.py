"""R7: yields move fast, and against small caps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from core.rules.level import Level
from core.rules.rule import Graded, Ladder, PathRule, Share, Told, build_ladder, check_ladder, number
from core.rules.words import say_percent

if TYPE_CHECKING:
    from core.rules.rule import Floats

NAME = "rates"
_STEPS = {Level.INFO: "info", Level.WATCH: "watch", Level.WARN: "warn"}


class Rates(PathRule, frozen=True, forbid_unknown_fields=True):
    """The 10-year yield's rise over 20 sessions [E3] while small suffers from rising yields (beta below zero) [E1].

    Of completed sessions, for every pair. A fall is no warning: it helps.
    """

    info: Share
    info_exit: Share
    watch: Share
    watch_exit: Share
    warn: Share
    warn_exit: Share

    ID: ClassVar[str] = "R7"

    def __post_init__(self) -> None:
        check_ladder(self, *_STEPS.values())

    def levels(self) -> tuple[Level, ...]:
        return tuple(_STEPS)

    def inputs(self, subject: str) -> tuple[str, ...]:
        return f"{subject}.rate_change_20d", f"{subject}.rate_beta_126d"

    def also(self, subject: str) -> tuple[str, ...]:
        return (f"{subject}.rate_beta_126d_t",)

    def ladder(self) -> Ladder:
        return build_ladder(self, _STEPS)

    def grade(self, inputs: Sequence[Floats]) -> Graded:
        import numpy as np

        change, beta = inputs
        graded = self.ladder().grade(change)
        hurts = (beta < 0.0).astype(np.int8)
        return graded._replace(
            entered=graded.entered * hurts, held=graded.held * hurts, good=graded.good & (beta == beta)
        )

    def tell(self, told: Told) -> str:
        change, beta, t = (
            number(told.reading.measure(one)) for one in (*self.inputs(told.subject), *self.also(told.subject))
        )
        if change is None or beta is None:
            return ""
        points = f"10-year yield {'up' if change >= 0.0 else 'down'} {abs(change) * 10_000:.0f} bp in 20 sessions"
        per = f"{told.subject} {'loses' if beta < 0.0 else 'gains'} {say_percent(abs(beta) / 4)} per 25 bp up"
        return f"{points}; {per}" + (", not to be told from zero" if t is not None and abs(t) < 2.0 else "")
