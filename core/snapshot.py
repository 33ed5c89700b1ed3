"""The frozen truth of one refresh: what crosses the socket, what `smid once --json` prints.

Numbers are fractions (0.0718), volatilities annualised fractions, times UTC. A missing value is None with its
reason; NaN never gets this far. The JSON Schema of these structs is `smid schema`.
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from core.economy import NO_ECONOMY, EconomyInfo
from core.outbox import Outbox
from core.outlook import Outlook
from core.regime import Regime as Regime
from core.rules.level import Level
from core.rules.status import FindingState as FindingState
from core.rules.status import Progress as Progress
from core.rules.status import RuleStatus
from core.tracks import Track as Track
from core.tracks import TrackPoint as TrackPoint

SCHEMA = "smid.snapshot/1"

Value = float | int | bool | str | None


class Measure(Struct, frozen=True):
    """One number with an address; `unit` says what kind (fraction, price, ...): docs/measures.md lists them.

    `as_of` is the close (or, while provisional, the last trade) that it rests on.
    """

    value: Value
    unit: str
    as_of: datetime | None
    provisional: bool = False
    reason: str | None = None


class SubjectState(StrEnum):
    """Whether the numbers of a subject may be believed."""

    OK = "ok"
    DEGRADED = "degraded"  # more than 2 of the last 20 sessions missing, or over 5 % of a window
    STALE = "stale"  # the newest price is older than it should be, or the last session is missing
    ASYNC = "async"  # the legs of a pair traded more than a minute apart
    MISSING = "missing"  # nothing usable at all


class Quality(Struct, frozen=True, kw_only=True):
    """The data behind one symbol or pair. Dates are ISO sessions."""

    state: SubjectState
    reason: str = ""
    as_of: datetime | None = None
    provisional: bool = False
    sessions: int = 0
    first_session: str | None = None
    last_session: str | None = None
    missing_sessions: tuple[str, ...] = ()
    quarantined: tuple[str, ...] = ()
    basis: str = ""
    """`TR` where dividends are in the price, `PR` where they are not."""
    name: str = ""


class Finding(Struct, frozen=True, kw_only=True):
    """What a rule says of a subject now; `since` is the session it began, `measures` the addresses it rests on.

    `level` is what it is, or while the session runs what it would be at this close; `ok` with the state pending or
    resolved.
    """

    rule: str
    subject: str
    level: Level
    text: str
    since: str | None = None
    provisional: bool = False
    blocked: bool = False
    """The data is not good enough to judge: the level is not to be lowered on its strength."""
    value: float | None = None
    threshold: float | None = None
    measures: tuple[str, ...] = ()
    state: FindingState = FindingState.FIRING
    confirmed: Level | None = None
    """The level as of the last completed session; None of a rule that judges the moment alone."""
    sessions: int | None = None
    """Sessions since `since`, that one and the running one included."""
    quiet: bool = False
    """It was at this level a short while ago (the rule's cool-down): not to be announced again."""
    raising: Progress | None = None
    """What is missing to the next level."""
    releasing: Progress | None = None
    """What is missing until the level goes down."""
    share: float | None = None
    """The part of all sessions of the loaded history that this rule was at this level for this subject."""
    uncalibrated: bool = False
    """That share is outside the band that the level is meant for."""
    evidence: str = ""
    """What followed earlier ones, in short, or why that is not said; empty where no signal stands for it."""
    signal: str = ""
    """The signal whose track record it has, and the pair that this is of."""
    pair: str = ""
    acknowledged_by: str = ""
    """Who has seen it at this level; '' where nobody said so."""
    snoozed_until: datetime | None = None
    notified_at: datetime | None = None
    """When it was last sent to somebody at this level."""


class Health(StrEnum):
    """How the source is doing."""

    WAITING = "waiting"  # nothing asked yet
    OK = "ok"
    DEGRADED = "degraded"  # some symbols fail
    RATE_LIMITED = "rate_limited"
    ERROR = "error"


_FAILING = (Health.RATE_LIMITED, Health.ERROR)


class SourceInfo(Struct, frozen=True, kw_only=True):
    """The source of all numbers here, and whether it answers."""

    name: str
    label: str = ""
    is_live: bool = False
    health: Health = Health.WAITING
    reason: str = ""
    last_success: datetime | None = None
    next_poll: datetime | None = None
    """By the wall clock; None where the market is not live: nobody waits for it."""
    fresh: int = 0
    total: int = 0
    loading: int = 0
    """Symbols whose history is still to be fetched."""
    speed: float = 1.0
    """Market seconds per second: 1 for a live market, 0 for a fixed evaluation; a pause leaves it as it is."""
    paused: bool = False
    ends: datetime | None = None
    """Where a recording ends."""

    @property
    def trouble(self) -> str:
        """Why there is nothing new, with the next try where one is due; '' where nothing is to be said."""
        due = f"next try {self.next_poll:%H:%M} UTC" if self.health in _FAILING and self.next_poll else ""
        return "; ".join(part for part in (self.reason, due) if part)


class Phase(StrEnum):
    """Where the exchange is in its day."""

    OPEN = "open"
    PRE = "pre"
    POST = "post"
    CLOSED = "closed"


class SessionInfo(Struct, frozen=True, kw_only=True):
    """The exchange's session at `as_of`; `date` is the running session or the last one that ran."""

    exchange: str = "NYSE"
    phase: Phase = Phase.CLOSED
    date: str | None = None
    opens: datetime | None = None
    closes: datetime | None = None
    next_open: datetime | None = None
    is_half_day: bool = False
    is_final: bool = True
    """Whether the values of `date` are confirmed (close + 20 minutes, and the closing values fetched)."""
    reason: str = ""
    """Why it is closed: weekend, holiday's name, after hours."""


class ConeRow(Struct, frozen=True, kw_only=True):
    """Realised volatility over `window` sessions now, against its own five years [C8]; annualised fractions."""

    window: int
    low: float
    p10: float
    p25: float
    p50: float
    p75: float
    p90: float
    high: float
    now: float
    overlap_factor: float = 1.0
    """Overlapping windows understate a deviation: any of these times this factor is adjusted for it [C8]."""


class Snapshot(Struct, frozen=True, kw_only=True):
    """Everything the panes and the scripts know of one moment."""

    schema: str = SCHEMA
    program: str = ""
    sequence: int = 0
    as_of: datetime | None = None
    source: SourceInfo
    session: SessionInfo
    benchmark: str = ""
    pairs: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()
    measures: dict[str, Measure] = {}
    findings: tuple[Finding, ...] = ()
    rules: tuple[RuleStatus, ...] = ()
    regime: Regime = Regime()
    outlook: Outlook = Outlook()
    economy: EconomyInfo = NO_ECONOMY
    quality: dict[str, Quality] = {}
    series: dict[str, tuple[float | None, ...]] = {}
    """Short recent histories of measures, oldest first, for small pictures."""
    cones: dict[str, tuple[ConeRow, ...]] = {}
    tracks: tuple[Track, ...] = ()
    history_key: str = ""
    """Changes whenever completed history changes: a viewer then asks for its curves again."""
    outbox: Outbox = Outbox()

    def measure(self, address: str) -> Measure:
        """The measure at `address`; a measure with a reason where there is none."""
        return self.measures.get(address) or Measure(None, "", None, reason="not computed")

    def quality_of(self, subject: str) -> Quality:
        """The data quality of a symbol or pair, MISSING where nothing is known of it."""
        return self.quality.get(subject) or Quality(state=SubjectState.MISSING, reason="no data yet")


class History(Struct, frozen=True, kw_only=True):
    """The curves of one subject, oldest first, all of the same length.

    `times` are days since 1970-01-01 (unit `session`) or seconds since then (unit `minute`);
    the averages are None until their window is full.
    """

    subject: str
    unit: str
    key: str
    times: tuple[int, ...]
    values: tuple[float | None, ...]
    sma_50: tuple[float | None, ...] = ()
    sma_200: tuple[float | None, ...] = ()
    provisional: bool = False
    reason: str = ""


EMPTY = Snapshot(source=SourceInfo(name=""), session=SessionInfo())
