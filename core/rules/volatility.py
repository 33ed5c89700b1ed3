"""R1: small caps are unusually volatile, by their own past or against large caps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from core.rules.level import Level
from core.rules.rule import Graded, Ladder, PathRule, Positive, Scope, Share, Told, build_ladder, check_ladder, number
from core.rules.words import say_percent, say_rank, say_times

if TYPE_CHECKING:
    from core.rules.rule import Floats

NAME, RATIO_NAME = "volatility", "volatility_ratio"
_STEPS = {level: f"percentile_{level}" for level in (Level.INFO, Level.WATCH, Level.WARN, Level.CRITICAL)}
_OWN = {level: f"{level}_percentile" for level in (Level.INFO, Level.WATCH, Level.WARN)}
_RATIOS = {Level.INFO: "info", Level.WATCH: "watch", Level.WARN: "warn"}


class Volatility(PathRule, frozen=True, forbid_unknown_fields=True):
    """The small leg's 20-day volatility, and what options expect of it, as percentiles of their own five years.

    The higher of the two counts. Critical also needs the volatility itself to be high.
    """

    percentile_info: Share
    percentile_info_exit: Share
    percentile_watch: Share
    percentile_watch_exit: Share
    percentile_warn: Share
    percentile_warn_exit: Share
    percentile_critical: Share
    percentile_critical_exit: Share
    volatility_critical: Positive

    ID: ClassVar[str] = "R1"

    def __post_init__(self) -> None:
        check_ladder(self, *_STEPS.values())

    def levels(self) -> tuple[Level, ...]:
        return tuple(_STEPS)

    def subjects(self, scope: Scope) -> tuple[str, ...]:
        return scope.volatility[:1]

    def inputs(self, subject: str) -> tuple[str, ...]:
        names = ("volatility_percentile_1260d", "volatility_20d", "implied_percentile_1260d")
        return tuple(f"{subject}.{name}" for name in names)

    def ladder(self) -> Ladder:
        return build_ladder(self, _STEPS)

    def grade(self, inputs: Sequence[Floats]) -> Graded:
        import numpy as np

        realised, volatility, implied = inputs
        graded = self.ladder().grade(np.fmax(realised, implied))
        most = np.where(volatility >= self.volatility_critical, len(_STEPS), len(_STEPS) - 1).astype(np.int8)
        # Once critical it is so until the percentile has left, however the volatility itself falls.
        return graded._replace(entered=np.minimum(graded.entered, most), good=~np.isnan(realised))

    def tell(self, told: Told) -> str:
        rank, now, implied = (number(told.reading.measure(address)) for address in self.inputs(told.subject))
        if rank is None or now is None:
            return ""
        text = f"{told.subject} 20-day volatility {say_percent(now)} a year, {say_rank(rank)} of five years"
        return f"{text}; implied {say_rank(implied)}" if implied is not None and implied > rank else text


class VolatilityRatio(PathRule, frozen=True, forbid_unknown_fields=True):
    """Small's 20-day volatility over large's: a level needs its fixed step, and the percentile of the ratio's own past.

    The percentile counts once the past is five years long: what is usual for a pair is no warning.
    """

    info: Positive
    info_exit: Positive
    info_percentile: Share
    info_percentile_exit: Share
    watch: Positive
    watch_exit: Positive
    watch_percentile: Share
    watch_percentile_exit: Share
    warn: Positive
    warn_exit: Positive
    warn_percentile: Share
    warn_percentile_exit: Share

    ID: ClassVar[str] = "R1, C2"

    def __post_init__(self) -> None:
        check_ladder(self, *_RATIOS.values())
        check_ladder(self, *_OWN.values())

    def levels(self) -> tuple[Level, ...]:
        return tuple(_RATIOS)

    def subjects(self, scope: Scope) -> tuple[str, ...]:
        pair = "/".join(scope.volatility[:2])
        return (pair,) if pair in scope.pairs else ()

    def inputs(self, subject: str) -> tuple[str, ...]:
        return f"{subject}.volatility_ratio_20d", f"{subject}.rank(volatility_ratio_20d)"

    def ladder(self) -> Ladder:
        return build_ladder(self, _RATIOS)

    def grade(self, inputs: Sequence[Floats]) -> Graded:
        import numpy as np

        ratio, rank = inputs
        graded, own = self.ladder().grade(ratio), build_ladder(self, _OWN).grade(np.where(np.isnan(rank), 1.0, rank))
        entered, held = np.minimum(graded.entered, own.entered), np.minimum(graded.held, own.held)
        return graded._replace(entered=entered, held=held)

    def tell(self, told: Told) -> str:
        ratio = number(told.reading.measure(f"{told.subject}.volatility_ratio_20d"))
        small, large = told.subject.split("/")
        return "" if ratio is None else f"{small} {say_times(ratio)} as volatile as {large} over 20 sessions"
