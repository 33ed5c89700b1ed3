"""When files of published figures are read again: as soon as they change, on a thread. At first the book reads them."""

import asyncio
import contextlib
import logging
from collections.abc import Callable

from core.clock import Clock
from core.engine.book import Book
from core.fundamentals.load import load_published, take_stamp
from core.fundamentals.reader import Read
from core.settings import FundamentalsSettings

LOOK_SECONDS = 30.0
"""Between two looks at the files: a person who has corrected a line waits for it."""

_log = logging.getLogger("smid.fact_reader")


class FactReader:
    """Puts into the book what the files hold. `consider` never waits."""

    def __init__(self, book: Book, settings: FundamentalsSettings, clock: Clock, on_done: Callable[[], None]) -> None:
        self._book, self._settings, self._clock, self._on_done = book, settings, clock, on_done
        self._not_before = float("-inf")
        self._mark: object = take_stamp(settings)
        self._task: asyncio.Task[None] | None = None

    def consider(self) -> None:
        """Look whether there is something new to read, if nobody is at it."""
        is_busy = self._task is not None and not self._task.done()
        if is_busy or self._clock.monotonic() < self._not_before:
            return
        self._not_before = self._clock.monotonic() + LOOK_SECONDS
        self._task = asyncio.get_running_loop().create_task(self._read())

    async def close(self) -> None:
        """Forget what is running."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _read(self) -> None:
        found = await asyncio.to_thread(self._look)
        if found is None:
            return
        for complaint in found.complaints:
            _log.warning("%s", complaint)
        self._book.set_published(found)
        self._on_done()

    def _look(self) -> Read | None:
        """What there is to read; None where it is what was read before."""
        mark = take_stamp(self._settings)
        if mark == self._mark:
            return None
        found = load_published(self._settings)
        self._mark = mark
        return found
