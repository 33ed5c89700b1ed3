"""The ledger as it is sent and printed: each claim with what it comes to, and the verdict. Never NaN."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

SCHEMA = "smid.claims/1"


class Verdict(StrEnum):
    """What the data say of a claim."""

    CONFIRMED = "confirmed"
    DIFFERENT = "different definition"
    NOT_REPRODUCED = "not reproduced"
    OPEN = "open"
    UNCHECKED = "cannot be checked"


def is_invented(label: str) -> bool:
    """Whether the market of that label has prices that are made up."""
    return label.startswith("SIMULATED")


class Compared(Struct, frozen=True, kw_only=True):
    """One number of a claim: as claimed, and as it comes out of `of`; a date is the text that it begins with."""

    of: str
    name: str = ""
    claimed: float | str | None = None
    claimed_high: float | None = None
    """The upper end where a range is claimed."""
    recomputed: float | str | None = None
    difference: float | None = None
    """Recomputed less claimed."""
    tolerance: float = 0.0
    unit: str = ""
    adds_up: float | None = None
    """What the statement's own numbers come to; None where it gives none."""

    @property
    def is_gap(self) -> bool:
        """Whether the number is how far two percentages are apart: points."""
        return self.unit == "fraction" and "gap" in self.of.rpartition(".")[2].split("_")


class Reading(Struct, frozen=True, kw_only=True):
    """A claim read in one way, tried on every window (or session) it may mean.

    `start` and `end` are the nearest window, `fits` how many of the `known` ones make it true; `tried` counts those
    without a value as well.
    """

    read_as: str
    tried: int = 0
    known: int = 0
    fits: int = 0
    start: str | None = None
    end: str | None = None
    figures: tuple[Compared, ...] = ()
    reason: str = ""
    """Why there is no value."""


class Way(Struct, frozen=True, kw_only=True):
    """How far a forecast has come: sessions and calendar, what it must be by now, what it is.

    `required_low` and `required_high` are `(1 + a)^(sessions / 252) - 1` with the yearly rates `rate_low` and
    `rate_high` that lead to the forecast at its deadline. Curves are returns since `start`, oldest first.
    """

    start: str
    deadline: str
    earliest: str = ""
    sessions: int = 0
    of_sessions: int = 0
    """By the calendar, 252 a year."""
    low: float
    high: float
    rate_low: float | None = None
    rate_high: float | None = None
    realised: float | None = None
    required_low: float | None = None
    required_high: float | None = None
    reached: str | None = None
    """The first session at or above `low` (at or below `high` where a fall is forecast)."""
    times: tuple[int, ...] = ()
    """Days since 1970."""
    values: tuple[float, ...] = ()


class ClaimRecord(Struct, frozen=True, kw_only=True):
    """One claim and what became of it; `readings` are the literal one first, then the others that were tried."""

    id: str
    kind: str
    says: str
    who: str
    said: str
    about: str = ""
    note: str = ""
    own: bool = False
    """From the person's own file."""
    verdict: Verdict
    reason: str
    readings: tuple[Reading, ...] = ()
    way: Way | None = None
    """Of a forecast of prices."""

    @property
    def told(self) -> Reading | None:
        """The reading whose numbers are shown: the first that fits, else the literal one."""
        return next((one for one in self.readings if one.fits), self.readings[0] if self.readings else None)


class Ledger(Struct, frozen=True, kw_only=True):
    """All claims against completed history up to `until`."""

    schema: str = SCHEMA
    label: str = ""
    """What must not be overlooked of the market it is of: SIMULATED, say."""
    at: datetime
    until: str | None = None
    data: str = ""
    """Key of the panel."""
    claims: tuple[ClaimRecord, ...] = ()
    problems: tuple[str, ...] = ()
    """Claims that could not be read, a sentence each."""

    def find(self, name: str) -> ClaimRecord | None:
        """The claim of that id."""
        return next((one for one in self.claims if one.id == name), None)
