"""Answers what viewers ask of the journal: beside the loop where it is on disk, since a search reads all of it."""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

from msgspec import structs

from core.engine.messages import Journalled
from core.engine.peer import Peer
from core.errors import SmidError
from core.journal.entry import Entry, JournalError, Ledger, Query
from core.settings import Settings
from core.store import reading_journal

MOST = 200
"""Entries told at once: some 60 kB, several screens."""
MOST_WAITING = 16

_log = logging.getLogger("smid.journal")


class Archive:
    """Questions wait until the journal is there (`open`)."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._ledger: Ledger | None = None
        self._file: Path | None = None
        self._opened = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    def open(self, ledger: Ledger, file: Path | None) -> None:
        """Read `file` with connections of its own from now on; without one, `ledger`, which is in memory."""
        self._ledger, self._file = ledger, file
        self._opened.set()

    def ask(self, peer: Peer, query: Query) -> None:
        """Answer `query` as soon as it is read; nothing here waits."""
        if len(self._tasks) >= MOST_WAITING:
            peer.send(Journalled(query=query, reason="too many questions at once: ask again"))
            return
        task = asyncio.create_task(self._answer(peer, query))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Let go of what is being read."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _answer(self, peer: Peer, query: Query) -> None:
        few = structs.replace(query, limit=min(query.limit or MOST, MOST))
        try:
            entries, total = await self._read(few)
            from core.evidence.entries import name_signals  # heavy like the tools, which are loaded by now

            signals = name_signals(entries, self._settings)
            answer = Journalled(query=query, entries=tuple(entries), total=total, signals=signals)
        except (SmidError, JournalError) as error:
            answer = Journalled(query=query, reason=str(error))
        except Exception as error:  # noqa: BLE001 - boundary: one question must not take the market from the screen
            _log.exception("the journal cannot be read")
            answer = Journalled(query=query, reason=f"the journal cannot be read: {type(error).__name__}")
        if peer.is_attached:
            peer.send(answer)

    async def _read(self, query: Query) -> tuple[Sequence[Entry], int]:
        await self._opened.wait()
        if self._file is not None:
            return await asyncio.to_thread(_read_file, self._file, query)
        assert self._ledger is not None
        return _read_from(self._ledger, query)


def _read_file(file: Path, query: Query) -> tuple[Sequence[Entry], int]:
    with reading_journal(file) as journal:
        return ([], 0) if journal is None else _read_from(journal, query)


def _read_from(ledger: Ledger, query: Query) -> tuple[Sequence[Entry], int]:
    return ledger.read(query), ledger.count(query)
