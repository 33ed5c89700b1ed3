"""What the screen knows of the journal: the entries read so far, and what they were asked by."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.journal.entry import Entry, Query

_SIGN = "entry:"


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """`entries` of `query`, newest first, of `total` that there are; `reason` why they cannot be read.

    `signals` are, by an entry's id, the pair and the signal of its track record.
    """

    query: Query = field(default_factory=Query)
    entries: tuple[Entry, ...] = ()
    total: int = 0
    signals: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    is_answered: bool = False
    reason: str = ""

    def find(self, address: str) -> Entry | None:
        """The entry at `address`, None where it is none of these."""
        number = address.removeprefix(_SIGN)
        return next((entry for entry in self.entries if str(entry.id) == number), None)


def to_address(entry: Entry) -> str:
    """Where the page of `entry` is asked for, among the addresses of measures."""
    return f"{_SIGN}{entry.id}"


def is_entry(address: str) -> bool:
    """Whether `address` is that of an entry of the journal."""
    return address.startswith(_SIGN)
