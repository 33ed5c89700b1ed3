"""When claims are held against the data: once somebody asks, anew when history, constituents or the files change."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import datetime

from core.clock import Clock
from core.engine.book import Book
from core.engine.fetcher import Fetcher
from core.engine.messages import Claimed, WantClaims
from core.market.panel import Panel
from core.settings import Settings
from core.text import clean

REST_SECONDS = 15.0
"""Before the first calculation and between two while histories are still coming: each of them changes what is known."""
LOOK_SECONDS = 5.0
"""Between two looks at the files."""

_log = logging.getLogger("smid.claims")


class ClaimKeeper:
    """Keeps the last ledger in memory; `answer` never waits."""

    def __init__(self, settings: Settings, clock: Clock, on_done: Callable[[], None]) -> None:
        self._settings, self._clock, self._on_done = settings, clock, on_done
        self._told: Claimed | None = None
        self._mark: object = None
        """What the last ledger rests on, or the one that is being made."""
        self._count = 0
        self._stamp: object = None
        self._not_before: float | None = None
        """While histories are coming; None before the first question."""
        self._look_at = float("-inf")
        self._task: asyncio.Task[None] | None = None

    def answer(self, want: WantClaims, book: Book | None, fetcher: Fetcher | None) -> Claimed | None:
        """The newest ledger, None as long as there is none but what is known already."""
        panel = book.base if book else None
        if panel is not None and book is not None and fetcher is not None:
            self._consider(panel, book, fetcher)
        told = self._told
        return told if told is not None and told.key != want.known else None

    async def close(self) -> None:
        """Forget what is running."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def _consider(self, panel: Panel, book: Book, fetcher: Fetcher) -> None:
        now, is_whole = self._clock.monotonic(), not fetcher.loading and not fetcher.has_first_tries()
        if self._not_before is None:
            self._not_before = now + REST_SECONDS
        if (self._task is not None and not self._task.done()) or (now < self._not_before and not is_whole):
            return
        if now >= self._look_at:
            from core.claims.read import take_stamp  # heavy like the tools, which are loaded by now

            self._stamp, self._look_at = take_stamp(self._settings), now + LOOK_SECONDS
        mark = panel.key, id(book.funds), book.drivers.key, self._stamp
        if mark != self._mark:
            self._mark, self._not_before = mark, now + REST_SECONDS
            made = self._make(panel, book, fetcher.source.now(), fetcher.source.label)
            self._task = asyncio.get_running_loop().create_task(made)

    async def _make(self, panel: Panel, book: Book, at: datetime, label: str) -> None:
        from core.claims.make import make_ledger

        completed = panel.completed or panel
        self._count += 1
        try:
            given = self._settings, completed, book.funds, book.drivers, at, label
            ledger = await asyncio.to_thread(make_ledger, *given)
            self._told = Claimed(key=str(self._count), ledger=ledger)
        except Exception as error:  # noqa: BLE001 - boundary: a claim must not take the market from the screen
            _log.exception("the claims were not calculated")
            reason = f"the claims were not calculated: {clean(error) or type(error).__name__}"
            self._told = Claimed(key=str(self._count), reason=reason)
        self._on_done()
