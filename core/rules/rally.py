"""R11: small gains on large, but the gain is of poor quality."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from core.rules.level import Level
from core.rules.rule import Graded, PathRule, Share, Told, number
from core.rules.words import say_percent

if TYPE_CHECKING:
    from core.rules.rule import Floats

NAME = "rally_quality"
_LEVELS = (Level.INFO, Level.WATCH)
Slack = Annotated[float, Meta(ge=0, le=0.1)]


class RallyQuality(PathRule, frozen=True, forbid_unknown_fields=True):
    """Small beats large over 20 sessions, and one (info) or two (watch) of three things are so. For every pair.

    Narrow: fewer of its constituents take part [I2]. Beta: no more than its beta explains [A8]. Style: its correlation
    with value over growth is `style` or more [E7]. What has no data is no sign. The gap and the part that beta does not
    explain count until they are `slack` beyond zero.
    """

    slack: Slack
    style: Share

    ID: ClassVar[str] = "R11"

    def levels(self) -> tuple[Level, ...]:
        return _LEVELS

    def inputs(self, subject: str) -> tuple[str, ...]:
        names = ("gap_20d", "beta_adjusted_gap_20d", "narrow_rotation", "style_correlation_126d")
        return tuple(f"{subject}.{name}" for name in names)

    def grade(self, inputs: Sequence[Floats]) -> Graded:
        import numpy as np

        gap, adjusted, narrow, style = inputs
        entered, held = (
            np.minimum(
                ((adjusted <= slack).astype(np.int8) + (narrow > 0.0) + (style >= self.style)) * (gap > -slack),
                len(_LEVELS),
            ).astype(np.int8)
            for slack in (0.0, self.slack)
        )
        return Graded(entered, held, gap, ~np.isnan(gap) & ~np.isnan(adjusted))

    def tell(self, told: Told) -> str:
        gap, adjusted, _, style = (number(told.reading.measure(one)) for one in self.inputs(told.subject))
        if gap is None or adjusted is None:
            return ""
        small, large = told.subject.split("/")
        if gap < 0.0:
            return f"{small} {say_percent(-gap)} behind {large} over 20 sessions: no gain to speak of any more"
        signs = []
        if adjusted <= self.slack:
            signs.append("no more than its beta explains")
        if told.reading.measure(f"{told.subject}.narrow_rotation").value is True:
            signs.append("with fewer of its constituents")
        if style is not None and style >= self.style:
            signs.append(f"moving with value over growth (correlation {style:.2f})")
        return f"{small} {say_percent(gap)} ahead of {large} over 20 sessions" + (
            f", {', '.join(signs)}" if signs else ""
        )
