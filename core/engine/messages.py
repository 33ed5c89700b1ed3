"""What crosses the socket: tagged structs in length-prefixed MessagePack, with a version handshake."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from core.claims.record import Ledger
from core.evidence.record import Evidence
from core.explanation import Explanation
from core.journal.entry import Entry, Query
from core.outbox import Outbox
from core.rules.level import Level
from core.snapshot import History, Snapshot, SourceInfo

PROTOCOL = 6


class Hello(Struct, frozen=True, kw_only=True, tag=True):
    """First word of a viewer. `settings` is the digest of the settings the engine would be run with."""

    protocol: int
    program: str
    settings: str


class WantHistory(Struct, frozen=True, kw_only=True, tag=True):
    """Ask for the curves of a subject; unit is `session` or `minute`."""

    subject: str
    unit: str = "session"


class WantExplanation(Struct, frozen=True, tag=True):
    """Ask for all there is to say of the measure at `address`."""

    address: str


class WantEvidence(Struct, frozen=True, kw_only=True, tag=True):
    """Ask for the track record of a signal on a pair."""

    pair: str
    signal: str


class WantJournal(Struct, frozen=True, tag=True):
    """Ask for entries of the journal; no more are told at once than the engine wishes."""

    query: Query


class WantClaims(Struct, frozen=True, kw_only=True, tag=True):
    """Ask for the claims against the data; answered once they are others than those of the key `known`."""

    known: str = ""


class Refresh(Struct, frozen=True, tag=True):
    """Poll now, within the budget."""


class Play(Struct, frozen=True, kw_only=True, tag=True):
    """Steer a recording; fields left None stay as they are."""

    paused: bool | None = None
    speed: float | None = None
    step_seconds: float | None = None


class Acknowledge(Struct, frozen=True, kw_only=True, tag=True):
    """`who` has seen a finding at its present level: it is not told again until it rises. The next snapshot says so."""

    rule: str
    subject: str
    who: str
    note: str = ""


class Snooze(Struct, frozen=True, kw_only=True, tag=True):
    """Let a finding be silent at its present level until a moment, or until a session (ISO date) opens."""

    rule: str
    subject: str
    who: str
    until: Annotated[datetime, Meta(tz=True)] | None = None
    session: str = ""
    note: str = ""


class Retire(Struct, frozen=True, tag=True):
    """Ask the engine to end, to make room for one with other settings or another version."""


class Ping(Struct, frozen=True, tag=True):
    """Is anybody there? Asked after a long silence."""


class Welcome(Struct, frozen=True, kw_only=True, tag=True):
    """The engine's answer to `Hello`; `viewers` are those already there, which share its settings."""

    protocol: int
    program: str
    settings: str
    pid: int
    viewers: int
    attached: int = 0
    """All viewers already there, those with other settings too."""
    source: SourceInfo | None = None
    """How its source stands; None while nothing has been published."""
    outbox: Outbox | None = None
    """How its journal and its channels do."""


class Update(Struct, frozen=True, tag=True):
    """A new snapshot."""

    snapshot: Snapshot


class Curves(Struct, frozen=True, tag=True):
    """The answer to `WantHistory`."""

    history: History


class Explained(Struct, frozen=True, kw_only=True, tag=True):
    """The answer to `WantExplanation`; `reason` where there is none."""

    address: str
    explanation: Explanation | None = None
    reason: str = ""


class Evidenced(Struct, frozen=True, kw_only=True, tag=True):
    """The answer to `WantEvidence`: the record of that signal with all episodes; `reason` where there is none."""

    pair: str
    signal: str
    evidence: Evidence | None = None
    reason: str = ""


class Journalled(Struct, frozen=True, kw_only=True, tag=True):
    """The answer to `WantJournal`: entries, newest first, of `total` in all; `reason` where they cannot be read.

    `signals` are, by an entry's id, the pair and the signal that have the track record of what it tells.
    """

    query: Query
    entries: tuple[Entry, ...] = ()
    total: int = 0
    signals: dict[int, tuple[str, str]] = {}
    reason: str = ""


class Claimed(Struct, frozen=True, kw_only=True, tag=True):
    """The answer to `WantClaims`: all claims with their verdicts; `reason` where they cannot be calculated."""

    key: str
    ledger: Ledger | None = None
    reason: str = ""


class Notice(Struct, frozen=True, kw_only=True, tag=True):
    """A sentence for the person at the screen."""

    text: str
    severity: str = "information"


class Bell(Struct, frozen=True, kw_only=True, tag=True):
    """Ring, and tell what for: `title` is ASCII on one line, `text` has a line a finding."""

    level: Level
    title: str
    text: str


class Goodbye(Struct, frozen=True, kw_only=True, tag=True):
    """The engine closes this connection on purpose.

    `final` says that another engine would do no better, `refused` that what was asked for cannot be.
    """

    reason: str
    final: bool = False
    refused: bool = False


class Pong(Struct, frozen=True, tag=True):
    """The answer to `Ping`."""


Answer = Explained | Evidenced | Journalled | Claimed
"""What is said to a question of the person at the screen."""

Question = WantHistory | WantExplanation | WantEvidence | WantJournal | WantClaims
ToEngine = Hello | Question | Refresh | Play | Acknowledge | Snooze | Retire | Ping
ToViewer = Welcome | Update | Curves | Answer | Notice | Bell | Goodbye | Pong

encoder = msgspec.msgpack.Encoder()
engine_decoder: msgspec.msgpack.Decoder[ToEngine] = msgspec.msgpack.Decoder(ToEngine)
viewer_decoder: msgspec.msgpack.Decoder[ToViewer] = msgspec.msgpack.Decoder(ToViewer)
