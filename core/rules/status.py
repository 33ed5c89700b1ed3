"""What a snapshot says of rules beside their findings: where a finding is in its life, which rules watch, how often."""

from enum import StrEnum

from msgspec import Struct

from core.rules.level import Level


class FindingState(StrEnum):
    """Where a finding is in its life."""

    PENDING = "pending"  # entered, and not confirmed by a close yet
    FIRING = "firing"
    RESOLVED = "resolved"  # over with the last close, or with this one if it stays so


class Progress(Struct, frozen=True, kw_only=True):
    """The way of a finding to another level: how many of the closes in a row that it needs are there."""

    level: Level
    closes: int
    needed: int
    threshold: float | None = None
    """The value from which on a close counts."""
    distance: float | None = None
    """What the value lacks to it, in its own unit; zero or less once it is there."""


class Calibration(Struct, frozen=True, kw_only=True):
    """How often a rule was at a level in the loaded history of all its subjects, and how often it is meant to be."""

    level: Level
    sessions: int
    """Sessions that could be judged, of all subjects."""
    share: float | None
    """None while there are too few of them."""
    low: float
    high: float

    @property
    def is_off(self) -> bool:
        """Whether the share is outside the band."""
        return self.share is not None and not self.low <= self.share <= self.high


class RuleStatus(Struct, frozen=True, kw_only=True):
    """A rule of the settings: whether it watches, and why not."""

    name: str
    source: str
    """Where the specification of the indicators has it."""
    text: str
    """What it looks at, in a sentence."""
    state: str
    """`watching`, `off`, `no data`, or `failing`: it raised; the log says more."""
    reason: str = ""
    subjects: tuple[str, ...] = ()
    """What it has data of."""
    calibration: tuple[Calibration, ...] = ()
