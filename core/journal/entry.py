"""One line of the journal, and the questions it answers. No sqlite here: viewers read entries too."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from core.rules.level import Level

ENGINE = "engine"
"""Who wrote what no person did."""
HISTORY = "history"
"""Who would have written what nobody saw: a walk of the rules through the past."""


class Change(StrEnum):
    """What a line of the journal says of a finding."""

    FOUND = "found"  # it was there when the journal began: no news
    RAISED = "raised"
    LOWERED = "lowered"
    RESOLVED = "resolved"
    CONFIRMED = "confirmed"  # a provisional rise held to the close
    WITHDRAWN = "withdrawn"  # it did not
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    WOKEN = "woken"  # the snooze is over
    NOTIFIED = "notified"  # `note` names the channel
    FAILED = "failed"  # a notification: `note` says why


class Entry(Struct, frozen=True, kw_only=True):
    """A change of a finding; all that is said is clean text. `rule` and `subject` are '' for a whole notification.

    `time` is the market's (UTC), `session` an ISO date, `quality` the state of the subject's data then; `until` ends
    a snooze. `id` is 0 until the entry is saved.
    """

    id: int = 0
    time: datetime
    session: str | None
    change: Change
    rule: str
    subject: str
    level_from: Level = Level.OK
    level_to: Level = Level.OK
    value: float | None = None
    threshold: float | None = None
    provisional: bool = False
    quality: str = ""
    text: str = ""
    who: str = ENGINE
    until: datetime | None = None
    note: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """The finding that it is about."""
        return self.rule, self.subject


class Query(Struct, frozen=True, kw_only=True):
    """Which entries: `since` and `until` are days (UTC) and both count; `level` is that or above, before or after.

    Every word of `search` is somewhere in the entry; `limit` keeps the newest. `before` and `after` are ids: entries
    older than the one, newer than the other.
    """

    since: date | None = None
    until: date | None = None
    rule: str = ""
    subject: str = ""
    level: Level = Level.OK
    search: str = ""
    limit: int | None = None
    before: int | None = None
    after: int | None = None


class JournalError(Exception):
    """The journal cannot be read or written now; the reason is clean."""


class Ledger(Protocol):
    """Where entries are kept, in order and for good. All of it raises `JournalError`."""

    def append(self, entries: Iterable[Entry]) -> None:
        """Save all of `entries` or none; after it returns, a kill loses nothing."""
        ...

    def read(self, query: Query) -> Sequence[Entry]:
        """What `query` asks for, newest first."""
        ...

    def count(self, query: Query) -> int:
        """How many entries `query` asks for, wherever they begin and however few are to be read at once."""
        ...

    def newest(self) -> int:
        """The id of the newest entry, 0 where there is none."""
        ...

    def read_standing(self, at: datetime) -> Sequence[Entry]:
        """What the state of all findings at `at` rests on, oldest first."""
        ...

    def close(self) -> None:
        """Let go of what is the ledger's own."""
        ...
