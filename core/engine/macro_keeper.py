"""When economic series that are not fetched are read, on a thread of their own: with each session, or new files."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import datetime

from core.clock import Clock
from core.engine.book import Book
from core.engine.source_thread import SourceThread
from core.macro.feed import Feed
from core.macro.macro import Macro
from core.text import clean

LOOK_SECONDS = 60.0

_log = logging.getLogger("smid.macro")


class MacroKeeper:
    """Puts the economy of `feed` into the book. `consider` never waits."""

    def __init__(self, book: Book, feed: Feed, clock: Clock, on_done: Callable[[], None]) -> None:
        self._book, self._feed, self._clock, self._on_done = book, feed, clock, on_done
        self._not_before = clock.monotonic()
        self._stamp: object = self  # nothing that a feed would say
        self._task: asyncio.Task[None] | None = None
        self._thread = SourceThread()

    @property
    def is_busy(self) -> bool:
        """Whether series are being read."""
        return self._task is not None and not self._task.done()

    def consider(self, at: datetime) -> None:
        """Look whether there is something new to read at `at` (the market's time), if nobody is at it."""
        if self.is_busy or self._clock.monotonic() < self._not_before:
            return
        self._not_before = self._clock.monotonic() + LOOK_SECONDS
        self._task = asyncio.get_running_loop().create_task(self._read(at))

    async def close(self) -> None:
        """Forget what is running; a thread that reads does not hold the process back."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self._thread.close()

    async def _read(self, at: datetime) -> None:
        macro = await self._thread.ask(lambda: self._look(at), None)
        if macro is not None:
            _log.info("%d economic series read, %d not there", len(macro.series), len(macro.problems))
            self._book.set_macro(macro)
            self._on_done()

    def _look(self, at: datetime) -> Macro | None:
        """The series; None where they are those that were read before."""
        try:
            stamp = self._feed.stamp(at)
            if stamp == self._stamp:
                return None
            macro = self._feed.load(at)
        except Exception as error:  # noqa: BLE001 - boundary: a file can hold what nobody foresaw
            _log.exception("economic series cannot be read")
            return Macro(reason=f"cannot be read: {clean(error, 160) or type(error).__name__}")
        self._stamp = stamp
        return macro
