"""Reads the journal page by page: asks the engine for what the screen comes to, and for what is new."""

from collections.abc import Callable
from dataclasses import replace

from msgspec import structs

from core.engine.messages import Journalled, ToEngine, WantJournal
from core.journal.entry import Query
from widgets.entries import Entries


class JournalReader:
    """`known` is what the screen shows. Asks nothing before it is first opened."""

    def __init__(self, ask: Callable[[ToEngine], None]) -> None:
        self._ask = ask
        self.known = Entries()
        self._is_open = False
        self._asked: set[Query] = set()
        self._newest = 0
        """The newest entry that was asked for."""

    def open(self, query: Query, newest: int) -> None:
        """Read what `query` asks for, from the newest on; `newest` is the id that the journal has come to."""
        if self._is_open and query == self.known.query and self.known.is_answered and not self.known.reason:
            return
        self.known, self._is_open = Entries(query), True
        self._asked.clear()
        self._newest = newest
        self._want(query)

    def more(self) -> None:
        """Read on where the oldest known entry ends."""
        known = self.known
        if known.is_answered and len(known.entries) < known.total and known.entries:
            self._want(structs.replace(known.query, before=known.entries[-1].id))

    def catch_up(self, newest: int) -> None:
        """Read what was written since, where anything was."""
        if not self._is_open or newest == self._newest:
            return
        first = self.known.entries[0].id if self.known.entries and self._newest >= 0 else None
        self._newest = newest
        self._want(structs.replace(self.known.query, after=first))

    def ask_again(self) -> None:
        """Another engine may have come: with another journal perhaps, and without our questions."""
        self._asked.clear()
        self._newest = -1

    def take(self, told: Journalled) -> bool:
        """Put an answer where it belongs; whether it was one to what is asked now."""
        if told.query not in self._asked:
            return False
        self._asked.discard(told.query)
        known, query = self.known, told.query
        entries = told.entries
        if query.before is not None:
            entries = known.entries + tuple(entry for entry in entries if entry.id < query.before)
        elif query.after is not None and (not entries or _reaches(told, known)):
            entries = entries + known.entries
        # Else it is the first page, or more has been written than one answer holds: begin anew with the newest.
        self.known = replace(
            known,
            entries=known.entries if told.reason else entries,
            total=known.total if told.reason else told.total,
            signals={**known.signals, **told.signals},
            is_answered=True,
            reason=told.reason,
        )
        return True

    def _want(self, query: Query) -> None:
        if query not in self._asked:
            self._asked.add(query)
            self._ask(WantJournal(query))


def _reaches(told: Journalled, known: Entries) -> bool:
    """Whether nothing is missing between what is new and what was known."""
    return told.total - known.total <= len(told.entries)
