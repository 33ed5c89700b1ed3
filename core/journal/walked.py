"""What a walk of the rules through history says. No numpy here: the page of it is made by what needs none."""

from msgspec import Struct

from core.journal.entry import Entry
from core.rules.level import Level


class Tally(Struct, frozen=True, kw_only=True):
    """How often a rule was at a level, over all that it watches: the sessions, and how often it came to it."""

    rule: str
    level: Level
    times: int
    sessions: int
    judged: int
    """Sessions that could be judged."""
    last: str
    """The last session at the level, '' where there was none."""


class Walk(Struct, frozen=True, kw_only=True):
    """What the rules would have found: `entries` of what was asked for, oldest first, `tallies` of everything."""

    first: str
    last: str
    label: str
    entries: tuple[Entry, ...]
    tallies: tuple[Tally, ...]
