"""R10: the trend of the ratio is broken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from core.rules.level import Level
from core.rules.rule import CODES, Graded, LevelName, PathRule, Told

if TYPE_CHECKING:
    from core.rules.rule import Floats

NAME = "trend_break"
_FALLING = "sma_50_change_20d"
Rise = Annotated[float, Meta(ge=0, le=0.5)]


class TrendBreak(PathRule, frozen=True, forbid_unknown_fields=True):
    """The ratio under its average by the band (`trend_200` or `trend_50` down) while its 50-session average falls.

    It ends once the ratio is over that average by the band, or the 50-session average rises by `change_exit`.
    """

    level_50: LevelName
    level_200: LevelName
    change_exit: Rise

    ID: ClassVar[str] = "R10"

    def __post_init__(self) -> None:
        if Level(self.level_50).rank > Level(self.level_200).rank:
            raise ValueError("level_200 must not be milder than level_50: the longer trend weighs more")

    def levels(self) -> tuple[Level, ...]:
        found = {Level(name) for name in (self.level_50, self.level_200)} - {Level.OK}
        return tuple(sorted(found, key=lambda level: level.rank))

    def inputs(self, subject: str) -> tuple[str, ...]:
        return f"{subject}.{_FALLING}", f"{subject}.trend_50", f"{subject}.trend_200"

    def also(self, subject: str) -> tuple[str, ...]:
        return f"{subject}.trend_200_since", f"{subject}.sma_200"

    def grade(self, inputs: Sequence[Floats]) -> Graded:
        import numpy as np

        change, *trends = inputs
        levels = self.levels()
        entered, held = np.zeros((2, len(change)), np.int8)
        for trend, name in zip(trends, (self.level_50, self.level_200), strict=True):
            step = levels.index(Level(name)) + 1 if Level(name) in levels else 0
            down = trend == CODES["down"]
            entered = np.maximum(entered, step * (down & (change < 0.0))).astype(np.int8)
            held = np.maximum(held, step * (down & (change < self.change_exit))).astype(np.int8)
        return Graded(entered, held, change, ~np.isnan(change) & ~np.isnan(trends[-1]))

    def tell(self, told: Told) -> str:
        reading, subject = told.reading, told.subject
        broken = [days for days in (200, 50) if reading.measure(f"{subject}.trend_{days}").value == "down"]
        change = reading.measure(f"{subject}.{_FALLING}").value
        if not isinstance(change, float):
            return ""
        where = f"under its {broken[0]}-session average" if broken else "over its 50- and 200-session averages again"
        joined = ("and" if broken else "but") if change < 0.0 else ("but" if broken else "and")
        return f"{subject} {where}, {joined} its 50-session average {'falls' if change < 0.0 else 'rises'}"
