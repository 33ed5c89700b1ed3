"""A5: one leg has beaten the other for many sessions in a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from core.rules.level import Level
from core.rules.rule import Graded, Ladder, PathRule, Run, Told, check_ascending, number
from core.rules.words import say_count

if TYPE_CHECKING:
    from core.rules.rule import Floats

NAME = "streak"
_LEVELS = (Level.INFO, Level.WATCH, Level.WARN)


class Streak(PathRule, frozen=True, forbid_unknown_fields=True):
    """Sessions in a row, either way, for every pair. It ends when the run ends."""

    info: Run
    watch: Run
    warn: Run

    ID: ClassVar[str] = "A5"
    is_two_sided: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_ascending("info, watch and warn", self.info, self.watch, self.warn)

    def levels(self) -> tuple[Level, ...]:
        return _LEVELS

    def inputs(self, subject: str) -> tuple[str, ...]:
        return (f"{subject}.streak",)

    def also(self, subject: str) -> tuple[str, ...]:
        return (f"{subject}.streak_runs_as_long", f"{subject}.streak_last_as_long")

    def ladder(self) -> Ladder:
        steps = (float(self.info), float(self.watch), float(self.warn))
        return Ladder(_LEVELS, steps, steps)

    def grade(self, inputs: Sequence[Floats]) -> Graded:
        graded = self.ladder().grade(abs(inputs[0]))
        return graded._replace(values=inputs[0])

    def tell(self, told: Told) -> str:
        streak = number(told.reading.measure(f"{told.subject}.streak"))
        if streak is None:
            return ""
        small, large = told.subject.split("/")
        winner, loser = (small, large) if streak > 0 else (large, small)
        last = told.reading.measure(f"{told.subject}.streak_last_as_long").value
        rare = f"the last run as long ended {last}" if last else "no run as long before"
        run = f"{say_count(round(abs(streak)), 'session')} in a row since {told.session(round(abs(streak)) - 1)}"
        return f"{winner} has beaten {loser} {run}; {rare}"
