"""How the journal and the channels of notifications are doing, as a snapshot says it."""

from datetime import datetime

from msgspec import Struct


class ChannelState(Struct, frozen=True, kw_only=True):
    """How a channel of notifications is doing; `waiting` are the changes still to be sent, `tries` those in vain."""

    name: str
    last_success: datetime | None = None
    last_failure: datetime | None = None
    reason: str = ""
    """Of the last failure."""
    waiting: int = 0
    tries: int = 0
    next_try: datetime | None = None
    """By the wall clock, where something waits for it."""


class Outbox(Struct, frozen=True, kw_only=True):
    """What becomes of the findings: `trouble` says why the journal cannot be kept, '' where it is."""

    trouble: str = ""
    channels: tuple[ChannelState, ...] = ()
    newest: int = 0
    """The id of the newest entry of the journal."""
