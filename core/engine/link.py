"""How a viewer stands with its engine."""

from enum import StrEnum

from msgspec import Struct


class LinkState(StrEnum):
    STARTING = "starting"  # no engine yet: one is being started
    LIVE = "live"
    LOST = "lost"  # the engine went away: the last snapshot stays, marked
    FAILED = "failed"  # no engine can be had; `text` says why
    REFUSED = "refused"  # nor ever will: what was asked for at the start cannot be; `text` says why


class Link(Struct, frozen=True):
    """`text` is a sentence for the person at the screen, empty while all is well."""

    state: LinkState
    text: str = ""
