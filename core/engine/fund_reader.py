"""When the constituents of funds are read, on a thread of their own: with each session, and when their files change.

Their newest prices, where a file of these is named, are looked at far oftener: it is one small file.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import date, datetime

from core.breadth.fund import Breadth, key_of
from core.breadth.load import Found, load_funds, move_funds, take_newest_stamp, take_stamp
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

NEWEST_SECONDS = 5.0
"""Between two looks at the file of newest prices."""

_log = logging.getLogger("smid.fund_reader")


class FundReader:
    """Puts into the book what was counted over the constituents. `consider` never waits."""

    def __init__(
        self, book: Book, settings: Settings, exchange: Exchange, clock: Clock, on_done: Callable[[], None]
    ) -> None:
        self._book, self._settings, self._exchange, self._clock = book, settings.breadth, exchange, clock
        self._on_done = on_done
        self._not_before = self._newest_not_before = clock.monotonic() + FIRST_SECONDS
        self._mark: object = None
        self._newest_mark: object = None
        self._task: asyncio.Task[None] | None = None
        self._thread = SourceThread() if settings.breadth.funds else None

    @property
    def is_busy(self) -> bool:
        """Whether files are being read."""
        return self._task is not None and not self._task.done()

    def consider(self, at: datetime) -> None:
        """Look whether there is something new to read at `at` (the market's time), if nobody is at it."""
        now = self._clock.monotonic()
        if self._thread is None or self.is_busy or now < self._newest_not_before:
            return
        self._newest_not_before = now + NEWEST_SECONDS
        until = self._exchange.last_complete(at) if now >= self._not_before else None
        if until:
            self._not_before = now + LOOK_SECONDS
        if until or (self._settings.newest and self._book.funds):
            self._task = asyncio.get_running_loop().create_task(self._read(self._thread, until))

    async def close(self) -> None:
        """Forget what is running; a thread that reads does not hold the process back."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self._thread is not None:
            self._thread.close()

    async def _read(self, thread: SourceThread, until: date | None) -> None:
        """Read what is new of completed sessions up to `until` (None: not looked at now), and the newest prices."""
        found = await thread.ask(lambda: self._look(until), None) if until else None
        for fund, one in (found or {}).items():
            _log.info("%s: %s", fund, f"{len(one.closes.symbols)} constituents" if isinstance(one, Breadth) else one)
        completed = self._book.funds if found is None else found
        moved = await thread.ask(lambda: self._move(completed), None) if self._settings.newest else None
        if moved is None and found is None:
            return
        self._book.set_funds(moved or completed)
        self._on_done()

    def _move(self, funds: Found) -> Found | None:
        """`funds` with the newest prices; None where neither has changed."""
        mark = take_newest_stamp(self._settings), key_of(funds)
        if mark == self._newest_mark:
            return None
        self._newest_mark = mark
        return move_funds(self._settings, funds, self._exchange)

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
