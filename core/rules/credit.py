"""R3: lenders ask more for risk, or lend less."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from core.market.symbols import ECONOMY
from core.rules.level import Level
from core.rules.rule import Graded, Ladder, Negative, PathRule, Scope, Share, Told, build_ladder, check_ladder, number
from core.rules.signs import any_known, grade_sign, highest
from core.rules.words import say_percent, say_rank

if TYPE_CHECKING:
    from core.rules.rule import Floats

NAME = "credit"
Index = Annotated[float, Meta(ge=-10, le=10)]
_LEVELS = (Level.INFO, Level.WATCH, Level.WARN, Level.CRITICAL)
_BONDS, _SPREAD, _CHANGE, _BAA = (
    {level: f"{name}_{level}" for level in _LEVELS[:3]} for name in ("bonds", "spread", "widening", "percentile")
)
_LENDERS = {Level.INFO: "lenders_info", Level.WARN: "lenders_warn"}
_CONDITIONS = {Level.WATCH: "conditions_watch", Level.WARN: "conditions_warn"}
_NAMES = (
    "credit_pullback_63d",
    "high_yield_spread",
    "high_yield_spread_change_20d",
    "baa_spread_percentile",
    "lending_standards",
    "financial_conditions",
    "financial_conditions_adjusted",
)


class Credit(PathRule, frozen=True, forbid_unknown_fields=True):
    """What lenders ask and whether they lend: spreads and high-yield funds [G3], loan officers [G5], conditions [G6].

    Of spreads the highest of four signs counts: high-yield funds under their high against Treasuries, the high-yield
    spread, how much it widened in 20 days, and the Baa spread's percentile. One of the three groups at info is info, at
    watch is watch; one at warn, or two at watch, are warn. A high-yield spread of its critical step is critical.
    """

    bonds_info: Negative
    bonds_info_exit: Negative
    bonds_watch: Negative
    bonds_watch_exit: Negative
    bonds_warn: Negative
    bonds_warn_exit: Negative
    spread_info: Share
    spread_info_exit: Share
    spread_watch: Share
    spread_watch_exit: Share
    spread_warn: Share
    spread_warn_exit: Share
    spread_critical: Share
    spread_critical_exit: Share
    widening_info: Share
    widening_info_exit: Share
    widening_watch: Share
    widening_watch_exit: Share
    widening_warn: Share
    widening_warn_exit: Share
    percentile_info: Share
    percentile_info_exit: Share
    percentile_watch: Share
    percentile_watch_exit: Share
    percentile_warn: Share
    percentile_warn_exit: Share
    lenders_info: Share
    lenders_info_exit: Share
    lenders_warn: Share
    lenders_warn_exit: Share
    conditions_watch: Index
    conditions_watch_exit: Index
    conditions_warn: Index
    conditions_warn_exit: Index

    ID: ClassVar[str] = "R3"

    def __post_init__(self) -> None:
        for names in (_BONDS, _SPREAD | {Level.CRITICAL: "spread_critical"}, _CHANGE, _BAA, _LENDERS):
            check_ladder(self, *names.values())
        if not self.conditions_watch_exit < self.conditions_watch <= self.conditions_warn:
            raise ValueError("conditions_watch must be over its exit, and not over conditions_warn")
        if not self.conditions_watch_exit <= self.conditions_warn_exit < self.conditions_warn:
            raise ValueError("conditions_warn must be over its exit, and that not under conditions_watch_exit")

    def levels(self) -> tuple[Level, ...]:
        return _LEVELS

    def subjects(self, scope: Scope) -> tuple[str, ...]:
        return (ECONOMY,)

    def inputs(self, subject: str) -> tuple[str, ...]:
        return tuple(f"{subject}.{name}" for name in _NAMES)

    def _ladders(self) -> tuple[Ladder, ...]:
        risen = (_SPREAD | {Level.CRITICAL: "spread_critical"}, _CHANGE, _BAA, _LENDERS, _CONDITIONS, _CONDITIONS)
        return build_ladder(self, _BONDS, -1), *(build_ladder(self, names) for names in risen)

    def signs(self) -> tuple[tuple[str, Ladder], ...]:
        return tuple(zip(_NAMES, self._ladders(), strict=True))

    def grade(self, inputs: Sequence[Floats]) -> Graded:
        import numpy as np

        steps = []
        for place in (0, 1):  # entered, held
            signs = [grade_sign(*pair)[place] for pair in zip(self._ladders(), inputs, strict=True)]
            groups = [np.minimum(highest(signs[:4]), 3), signs[4], highest(signs[5:])]
            most, watched = highest(groups), np.sum([group >= 2 for group in groups], axis=0)
            told = np.where(watched >= 2, 3, most)
            steps.append(np.where(signs[1] == 4, 4, told).astype(np.int8))
        return Graded(steps[0], steps[1], np.where(np.isnan(inputs[1]), inputs[0], inputs[1]), any_known(inputs))

    def tell(self, told: Told) -> str:
        values = [number(told.reading.measure(one)) for one in self.inputs(told.subject)]
        bonds, spread, widening, percentile, lenders, *conditions = values
        known = [value for value in conditions if value is not None]
        parts = []
        if spread is not None:
            moved = "" if widening is None else f", {widening * 10_000:+.0f} bp in 20 days"
            parts.append(f"high-yield spread {say_percent(spread)}{moved}")
        if bonds is not None:
            parts.append(f"HYG/IEF {say_percent(abs(bonds))} under its 63-session high")
        if percentile is not None and percentile >= self.percentile_info_exit:
            parts.append(f"Baa spread in its {say_rank(percentile)}")
        if lenders is not None and lenders >= self.lenders_info_exit:
            parts.append(f"{say_percent(lenders)} more banks tighten loans to small firms than ease them")
        if known and max(known) > self.conditions_watch_exit:
            parts.append(f"financial conditions {max(known):+.2f}")
        return "; ".join(parts)
