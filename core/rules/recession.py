"""R2: the economy is about to shrink, by its yield curve, unemployment and claims."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from core.market.symbols import ECONOMY
from core.rules.level import Level
from core.rules.rule import Graded, Ladder, PathRule, Scope, Share, Told, build_ladder, check_ladder, number
from core.rules.signs import any_known, grade_sign, highest
from core.rules.words import say_percent

if TYPE_CHECKING:
    from core.rules.rule import Floats

NAME = "recession"
_LEVELS = (Level.INFO, Level.WATCH, Level.WARN, Level.CRITICAL)
_ODDS = {level: f"probability_{level}" for level in _LEVELS}
_SAHM = {level: f"sahm_{level}" for level in _LEVELS[:3]}
_CLAIMS = {Level.WATCH: "claims_watch"}
_RECOVERY = {Level.INFO: "recovery_info"}
_NAMES = ("recession_probability", "sahm", "claims_over_low", "term_spread_recovery")


class Recession(PathRule, frozen=True, forbid_unknown_fields=True):
    """Odds of a recession by the yield curve [G1], the rise of unemployment [G2], claims over their low [G7].

    The highest of the signs counts; a curve that rose above zero again within a year is an info. Critical needs odds of
    a half and more, and a rise of unemployment that is a warning.
    """

    probability_info: Share
    probability_info_exit: Share
    probability_watch: Share
    probability_watch_exit: Share
    probability_warn: Share
    probability_warn_exit: Share
    probability_critical: Share
    probability_critical_exit: Share
    sahm_info: Share
    sahm_info_exit: Share
    sahm_watch: Share
    sahm_watch_exit: Share
    sahm_warn: Share
    sahm_warn_exit: Share
    claims_watch: Share
    claims_watch_exit: Share
    recovery_info: Share
    recovery_info_exit: Share

    ID: ClassVar[str] = "R2"

    def __post_init__(self) -> None:
        for names in (_ODDS, _SAHM, _CLAIMS, _RECOVERY):
            check_ladder(self, *names.values())

    def levels(self) -> tuple[Level, ...]:
        return _LEVELS

    def subjects(self, scope: Scope) -> tuple[str, ...]:
        return (ECONOMY,)

    def inputs(self, subject: str) -> tuple[str, ...]:
        return tuple(f"{subject}.{name}" for name in _NAMES)

    def also(self, subject: str) -> tuple[str, ...]:
        return (f"{subject}.term_spread",)

    def _ladders(self) -> tuple[Ladder, ...]:
        return tuple(build_ladder(self, names) for names in (_ODDS, _SAHM, _CLAIMS, _RECOVERY))

    def signs(self) -> tuple[tuple[str, Ladder], ...]:
        odds = build_ladder(self, {level: name for level, name in _ODDS.items() if level is not Level.CRITICAL})
        return tuple(zip(_NAMES, (odds, *self._ladders()[1:]), strict=True))

    def grade(self, inputs: Sequence[Floats]) -> Graded:
        import numpy as np

        steps = []
        for place in (0, 1):  # entered, held
            odds, sahm, *rest = (grade_sign(*pair)[place] for pair in zip(self._ladders(), inputs, strict=True))
            both = np.where(sahm >= 3, odds, np.minimum(odds, 3)).astype(np.int8)
            steps.append(highest([both, sahm, *rest]))
        return Graded(steps[0], steps[1], inputs[0], any_known(inputs))

    def tell(self, told: Told) -> str:
        odds, sahm, claims, recovery = (number(told.reading.measure(one)) for one in self.inputs(told.subject))
        parts = []
        if odds is not None:
            parts.append(f"recession odds {say_percent(odds)} within a year by the yield curve")
        if sahm is not None:
            side = "over" if sahm >= 0.0 else "under"
            parts.append(f"unemployment {abs(sahm) * 100:.2f} points {side} its low of a year")
        if claims is not None and claims >= self.claims_watch_exit:
            parts.append(f"claims {say_percent(claims)} over their low of half a year")
        if recovery is not None and recovery >= self.recovery_info_exit:
            parts.append("the curve was inverted within a year and is no longer")
        return "; ".join(parts)
