"""When the constituents of funds are read, on a thread of their own: with each session, and when their files change."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import date, datetime

from core.breadth.fund import Breadth
from core.breadth.load import Found, load_funds, take_stamp
from core.clock import Clock
from core.engine.book import Book
from core.engine.source_thread import SourceThread
from core.market.sessions import Exchange
from core.settings import Settings
from core.text import clean

FIRST_SECONDS = 5.0
"""After the market was opened: viewers that start meanwhile have the processor for themselves."""
LOOK_SECONDS = 60.0
"""Between two looks at the files: of a directory of thousands they take some milliseconds."""

_log = logging.getLogger("smid.fund_reader")


class FundReader:
    """Puts into the book what was counted over the constituents. `consider` never waits."""

    def __init__(
        self, book: Book, settings: Settings, exchange: Exchange, clock: Clock, on_done: Callable[[], None]
    ) -> None:
        self._book, self._settings, self._exchange, self._clock = book, settings.breadth, exchange, clock
        self._on_done = on_done
        self._not_before = clock.monotonic() + FIRST_SECONDS
        self._mark: object = None
        self._task: asyncio.Task[None] | None = None
        self._thread = SourceThread() if settings.breadth.funds else None

    @property
    def is_busy(self) -> bool:
        """Whether files are being read."""
        return self._task is not None and not self._task.done()

    def consider(self, at: datetime) -> None:
        """Look whether there is something new to read at `at` (the market's time), if nobody is at it."""
        if self._thread is None or self.is_busy or self._clock.monotonic() < self._not_before:
            return
        self._not_before = self._clock.monotonic() + LOOK_SECONDS
        until = self._exchange.last_complete(at)
        self._task = asyncio.get_running_loop().create_task(self._read(self._thread, until))

    async def close(self) -> None:
        """Forget what is running; a thread that reads does not hold the process back."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self._thread is not None:
            self._thread.close()

    async def _read(self, thread: SourceThread, until: date) -> None:
        found = await thread.ask(lambda: self._look(until), None)
        if found is None:
            return
        for fund, one in found.items():
            _log.info("%s: %s", fund, f"{len(one.closes.symbols)} constituents" if isinstance(one, Breadth) else one)
        self._book.set_funds(found)
        self._on_done()

    def _look(self, until: date) -> Found | None:
        """What there is to read; None where it is what was read before."""
        mark = until, take_stamp(self._settings)
        if mark == self._mark:
            return None
        try:
            found = load_funds(self._settings, until)
        except Exception as error:  # noqa: BLE001 - boundary: a file can hold what nobody foresaw
            _log.exception("constituents cannot be read")
            found = dict.fromkeys(self._settings.funds, f"cannot be read: {clean(error) or type(error).__name__}")
        self._mark = mark
        return found
