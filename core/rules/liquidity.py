"""R4: the constituents of small caps get harder to trade."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from core.rules.level import Level
from core.rules.rule import Graded, Ladder, PathRule, Positive, Scope, Told, build_ladder, check_ladder, number
from core.rules.words import say_times

if TYPE_CHECKING:
    from core.rules.rule import Floats

NAME = "liquidity"
_STEPS = {level: str(level) for level in (Level.INFO, Level.WATCH, Level.WARN, Level.CRITICAL)}
_WHAT = ("price impact", "spread")


class Liquidity(PathRule, frozen=True, forbid_unknown_fields=True):
    """Median price impact [D1] or spread [D4] of a fund's constituents over its own median of 252 sessions.

    The higher of the two, for the small leg of every pair. It needs the constituents' bars with volume, named under
    [breadth]; a fund's own impact and spread say nothing of what it holds. Of completed sessions.
    """

    info: Positive
    info_exit: Positive
    watch: Positive
    watch_exit: Positive
    warn: Positive
    warn_exit: Positive
    critical: Positive
    critical_exit: Positive

    ID: ClassVar[str] = "R4"

    def __post_init__(self) -> None:
        check_ladder(self, *_STEPS.values())

    def levels(self) -> tuple[Level, ...]:
        return tuple(_STEPS)

    def subjects(self, scope: Scope) -> tuple[str, ...]:
        return tuple(dict.fromkeys(pair.partition("/")[0] for pair in scope.pairs))

    def inputs(self, subject: str) -> tuple[str, ...]:
        names = ("constituents_amihud_ratio_252d", "constituents_spread_edge_ratio_252d")
        return tuple(f"{subject}.{name}" for name in names)

    def ladder(self) -> Ladder:
        return build_ladder(self, _STEPS)

    def grade(self, inputs: Sequence[Floats]) -> Graded:
        import numpy as np

        return self.ladder().grade(np.fmax(*inputs))

    def tell(self, told: Told) -> str:
        ratios = [number(told.reading.measure(address)) for address in self.inputs(told.subject)]
        known = [(ratio, what) for ratio, what in zip(ratios, _WHAT, strict=True) if ratio is not None]
        if not known:
            return ""
        ratio, what = max(known)
        return f"{told.subject}'s constituents: median {what} {say_times(ratio)} its median of a year"
