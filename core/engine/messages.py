"""What crosses the socket: tagged structs in length-prefixed MessagePack, with a version handshake."""

import msgspec
from msgspec import Struct

from core.evidence.record import Evidence
from core.explanation import Explanation
from core.snapshot import History, Snapshot, SourceInfo

PROTOCOL = 2


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


class Refresh(Struct, frozen=True, tag=True):
    """Poll now, within the budget."""


class Play(Struct, frozen=True, kw_only=True, tag=True):
    """Steer a recording; fields left None stay as they are."""

    paused: bool | None = None
    speed: float | None = None
    step_seconds: float | None = None


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


class Notice(Struct, frozen=True, kw_only=True, tag=True):
    """A sentence for the person at the screen."""

    text: str
    severity: str = "information"


class Goodbye(Struct, frozen=True, kw_only=True, tag=True):
    """The engine closes this connection on purpose.

    `final` says that another engine would do no better, `refused` that what was asked for cannot be.
    """

    reason: str
    final: bool = False
    refused: bool = False


class Pong(Struct, frozen=True, tag=True):
    """The answer to `Ping`."""


ToEngine = Hello | WantHistory | WantExplanation | WantEvidence | Refresh | Play | Retire | Ping
ToViewer = Welcome | Update | Curves | Explained | Evidenced | Notice | Goodbye | Pong

encoder = msgspec.msgpack.Encoder()
engine_decoder: msgspec.msgpack.Decoder[ToEngine] = msgspec.msgpack.Decoder(ToEngine)
viewer_decoder: msgspec.msgpack.Decoder[ToViewer] = msgspec.msgpack.Decoder(ToViewer)
