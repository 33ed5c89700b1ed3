"""The track record as it is kept, sent and printed: frozen, plain numbers, None with its reason and never NaN."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

SCHEMA = "smid.evidence/1"
LISTED = 60
"""Episodes that a record names, the newest; all of them come from `core.evidence.build.list_episodes`."""
QUANTILES = tuple(step / 20 for step in range(21))

Kind = Literal["entry", "state"]
KINDS: tuple[Kind, ...] = ("entry", "state")
"""Every entry into what a signal says, or every day in it."""
Grade = Literal["A", "B", "C", "none"]
Parameter = float | int | str


class Episode(Struct, frozen=True):
    """One independent event; outcomes are forward log returns of the ratio, fractions."""

    session: str
    outcome: float
    executable: float | None
    """Bought a session later; None where that window is not over."""
    adverse: float
    """How far it went against the signal on its way, zero or less."""


class Outcome(Struct, frozen=True, kw_only=True):
    """What followed one signal within one horizon, by all days in its state or by its entries (`kind`).

    Returns are relative log returns (small over large). `difference` is the events' mean less `base_mean`, that of
    every session in the same sample; `low` and `high` are its 95 % interval, mildly too narrow from 60 sessions on.
    """

    kind: Kind
    horizon: int
    n_days: int
    """Sessions in the state, with a known outcome; `n_events` are entries into it."""
    n_events: int
    n_open: int
    """Days or entries whose outcome is not known yet: in neither events nor base rate."""
    n_episodes: int
    """Events at least a horizon apart: this, not the days, is how much evidence there is."""
    grade: Grade
    mean: float | None = None
    median: float | None = None
    """Of the episodes, which are listed: entries that overlap would count the same months twice."""
    quantiles: tuple[float, ...] = ()
    """Of all events at 0, 5, ... 100 %: 1 and 19 are the 5/95 %, 5 and 15 the quartiles."""
    hit_rate: float | None = None
    """Share of the episodes after which small had outperformed, with Wilson's 95 % interval."""
    hit_low: float | None = None
    hit_high: float | None = None
    base_mean: float | None = None
    base_rate: float | None = None
    """Share of all sessions after which small had outperformed."""
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    """By circular shifts, either way."""
    n_shifts: int = 0
    q: float | None = None
    """False discovery rate among all tests ever made of the pair (Benjamini-Yekutieli)."""
    p_max: float | None = None
    """How often the best of all signals did as well under the same shift (White)."""
    newey_west_t: float | None = None
    worst: float | None = None
    """The outcome that went most against what the signal says."""
    adverse: float | None = None
    """The furthest an episode went against it on its way."""
    best_two_share: float | None = None
    """Part of all episodes' result that the two best made."""
    first_half: float | None = None
    """`difference` before the middle of the sample, and after it."""
    second_half: float | None = None
    halves_agree: bool | None = None
    executable_mean: float | None = None
    executable_difference: float | None = None
    first_session_edge: bool | None = None
    """Bought a session later it changes sign or loses more than half: the edge lives in the first session."""
    as_claimed: bool | None = None
    """Whether the difference is on the side that the signal says."""
    first: str | None = None
    last: str | None = None
    """First and last event."""
    episodes: tuple[Episode, ...] = ()
    missing: dict[str, str] = {}
    """Why a field is None, by its name."""
    reason: str = ""
    """Why there is no inference at all."""


class SignalRecord(Struct, frozen=True, kw_only=True):
    """The track record of one signal on one pair."""

    name: str
    says: str
    direction: int
    source: str
    horizon: str
    level: str = ""
    note: str = ""
    parameters: dict[str, Parameter] = {}
    is_on: bool | None = None
    """At the last completed session."""
    since: str | None = None
    """The session it came on, where it is on and that is known."""
    first: str | None = None
    """The first session at which it could be told."""
    sharpe: float | None = None
    """Of a session, of being in small against large while it claims so, the other way round where it claims that."""
    deflated_sharpe: float | None = None
    """Chance that this is more than the best of so many trials would show by luck."""
    outcomes: tuple[Outcome, ...] = ()
    reason: str = ""
    """Why there is none."""


class PairRecord(Struct, frozen=True, kw_only=True):
    """All signals on one pair, over its joint completed sessions."""

    pair: str
    sessions: int
    tests: int
    """Tests ever made of one pair: what q counts."""
    first: str | None = None
    last: str | None = None
    signals: tuple[SignalRecord, ...] = ()
    reason: str = ""


class Evidence(Struct, frozen=True, kw_only=True):
    """The whole record, with what it rests on."""

    schema: str = SCHEMA
    label: str = ""
    """What must not be overlooked of the market it is of: SIMULATED, say."""
    at: datetime
    registry: str
    """Version and digest of all signals and their parameters."""
    data: str
    """Key of the panel."""
    code: str
    tests: int
    """Signals x horizons x kinds x pairs ever registered: what the deflated Sharpe ratio counts."""
    pairs: tuple[PairRecord, ...]

    def find(self, pair: str, signal: str) -> SignalRecord | None:
        """The record of one signal on one pair."""
        found = (record for one in self.pairs if one.pair == pair for record in one.signals if record.name == signal)
        return next(found, None)
