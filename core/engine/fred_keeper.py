"""When FRED is asked, one series after another on a thread of its own; what is held is in the book from the start."""

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import Callable
from datetime import datetime

from core.clock import Clock
from core.engine.book import Book
from core.engine.source_thread import Late, SourceThread
from core.macro.archive import Archive
from core.macro.fred import Answer, Fred, FredError, Question
from core.settings import MacroSettings
from core.text import clean

PUBLISH_SECONDS = 30.0
"""Between two looks at the market with new series, while more are coming: the rules are walked anew each time."""

_log = logging.getLogger("smid.fred")


class FredKeeper:
    """Puts FRED's series into the book. `consider` never waits."""

    def __init__(
        self, book: Book, settings: MacroSettings, fred: Fred, clock: Clock, on_done: Callable[[], None]
    ) -> None:
        self._book, self._settings, self._fred, self._clock, self._on_done = book, settings, fred, clock, on_done
        self.archive = Archive(settings, book.store)
        self._not_before = self._published_at = float("-inf")
        self._task: asyncio.Task[None] | None = None
        self._thread = SourceThread()
        self._is_loaded = self._has_news = False

    @property
    def is_busy(self) -> bool:
        """Whether FRED is being asked."""
        return (self._task is not None and not self._task.done()) or self._thread.is_busy

    def consider(self, _at: datetime) -> None:
        """Ask what is due, if nobody is at it."""
        if not self._is_loaded:
            self._load()
        now = self._clock.monotonic()
        if self.is_busy or now < self._not_before:
            return
        question = self.archive.next_question(self._clock.now())
        if self._has_news and (question is None or now - self._published_at >= PUBLISH_SECONDS):
            self._publish()
        if question is not None:
            self._not_before = now + self._settings.pause_seconds
            self._task = asyncio.get_running_loop().create_task(self._ask(question))

    async def close(self) -> None:
        """Forget what is running; a thread that waits for an answer does not hold the process back."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self._thread.close()

    def _load(self) -> None:
        self._is_loaded = True
        try:
            self.archive.load()
        except sqlite3.Error as error:
            _log.error("what is held of FRED cannot be read: %s", error)
        self._publish()

    def _publish(self) -> None:
        self._has_news, self._published_at = False, self._clock.monotonic()
        self._book.set_macro(self.archive.build())
        self._on_done()

    async def _ask(self, question: Question) -> None:
        seconds = self._settings.deadline_seconds
        try:
            answer = await self._thread.ask(lambda: self._fred.fetch(question, seconds), seconds + 5.0)
            keep(self.archive, question, answer, self._clock.now())
        except FredError as error:
            self._fail(question, error)
        except Late:
            self._fail(question, FredError(f"FRED does not answer within {seconds:.0f} s"))
        except sqlite3.Error as error:
            self._fail(question, FredError(f"it cannot be saved: {clean(error, 80)}"))
        except Exception as error:  # noqa: BLE001 - boundary: an answer can hold what nobody foresaw
            _log.exception("%s of FRED", question.name)
            self._fail(question, FredError(clean(error, 100) or type(error).__name__, is_series=True))
        self._has_news = True
        self._on_done()

    def _fail(self, question: Question, error: FredError) -> None:
        _log.warning("%s of FRED: %s", question.name, error)
        with contextlib.suppress(sqlite3.Error):  # the book tells of a disk that is full
            self.archive.note_failure(question, error, self._clock.now())


def keep(archive: Archive, question: Question, answer: Answer, now: datetime) -> None:
    """Take what came, and tell the log of what is new."""
    if archive.take(question, answer, now):
        _log.info("%s of FRED: new values", question.name)
