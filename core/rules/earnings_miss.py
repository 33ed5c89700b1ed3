"""R6: what is expected of small caps' earnings is being lowered, or rests on a base effect."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from core.rules.level import Level
from core.rules.rule import CODES, Graded, Ladder, PathRule, Told, build_ladder, number
from core.rules.words import say_percent

if TYPE_CHECKING:
    from core.rules.rule import Floats

NAME = "earnings_miss"
_STEPS = {Level.INFO: "info", Level.WATCH: "watch", Level.WARN: "warn"}
_BASE = (CODES["info"], CODES["watch"])
Breadth = Annotated[float, Meta(ge=-1, le=1)]


class EarningsMiss(PathRule, frozen=True, forbid_unknown_fields=True):
    """Estimates raised less lowered over both, of the small leg's largest constituents [F7], for every pair.

    Where this year's growth rests on a base effect [F6] it is one level more, and info by itself: either is enough to
    judge by. Of completed sessions.
    """

    info: Breadth
    info_exit: Breadth
    watch: Breadth
    watch_exit: Breadth
    warn: Breadth
    warn_exit: Breadth

    ID: ClassVar[str] = "R6"

    def __post_init__(self) -> None:
        enters, exits = ((self.info, self.watch, self.warn), (self.info_exit, self.watch_exit, self.warn_exit))
        if any(after > before for some in (enters, exits) for before, after in pairwise(some)):
            raise ValueError("info, watch and warn must get stricter from left to right, and their exits too")
        for name, enter, leave in zip(_STEPS.values(), enters, exits, strict=True):
            if leave <= enter:
                raise ValueError(f"{name} must be stricter than {name}_exit: what is entered is left later")

    def levels(self) -> tuple[Level, ...]:
        return tuple(_STEPS)

    def inputs(self, subject: str) -> tuple[str, ...]:
        return f"{subject}.revision_breadth_small_30d", f"{subject}.eps_base_state"

    def also(self, subject: str) -> tuple[str, ...]:
        return (f"{subject}.eps_stacked_share_2y",)

    def grade(self, inputs: Sequence[Floats]) -> Graded:
        import numpy as np

        breadth, base = inputs
        graded = self._ladder().grade(breadth)
        extra = np.isin(base, _BASE).astype(np.int8)
        entered, held = (np.minimum(steps + extra, len(_STEPS)).astype(np.int8) for steps in graded[:2])
        return Graded(entered, np.maximum(entered, held), breadth, ~np.isnan(breadth) | ~np.isnan(base))

    def _ladder(self) -> Ladder:
        """Of the breadth alone; the value told does not decide by itself."""
        return build_ladder(self, _STEPS, sign=-1)

    def tell(self, told: Told) -> str:
        subject, reading = told.subject, told.reading
        breadth, state = (reading.measure(address) for address in self.inputs(subject))
        left = number(reading.measure(self.also(subject)[0]))
        small, parts = subject.partition("/")[0], []
        value = number(breadth)
        if value is not None:
            way = "lowered" if value < 0.0 else "raised"
            parts.append(f"estimates of {small}'s largest {way} on balance ({value:+.2f})")
        if state.value in ("info", "watch"):
            rest = f", {say_percent(left)} of its gap is left over two years" if left is not None else ""
            parts.append(f"{small}'s growth this year rests on a base effect{rest}")
        return f"{subject}: {'; '.join(parts)}" if parts else ""
