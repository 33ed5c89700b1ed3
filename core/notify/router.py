"""Who is told what, and when: levels and pauses of each channel, quiet hours, groups, and tries after a failure."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from core.clock import Clock
from core.journal.entry import Entry
from core.notify.deliver import Deliver
from core.notify.errors import DeliveryError
from core.notify.message import Message, build_message
from core.notify.post import Post
from core.notify.quiet import is_quiet
from core.outbox import ChannelState
from core.rules.level import Level
from core.settings import NotifySettings
from core.snapshot import Phase
from core.text import clean

_log = logging.getLogger("smid.notify")


class Desk(Protocol):
    """Who knows what holds, and keeps what became of a message."""

    def holds(self, entry: Entry, channel: str) -> bool:
        """Whether `entry` is still to be told on `channel`."""
        ...

    def note_sent(self, entries: Iterable[Entry], channel: str) -> None: ...

    def note_failed(self, title: str, reason: str) -> None: ...


class Router:
    """`levels` are those from which on each channel is told. Nothing here waits: messages are sent by tasks."""

    def __init__(
        self,
        levels: Mapping[str, Level],
        settings: NotifySettings,
        clock: Clock,
        desk: Desk,
        deliver: Deliver,
        describe: Callable[[], tuple[str, str]],
        on_done: Callable[[], None],
    ) -> None:
        self._levels, self._settings, self._desk, self._deliver = levels, settings, desk, deliver
        self._describe, self._on_done = describe, on_done
        self._posts = {
            name: Post(name, clock, group_seconds=settings.group_seconds, most_tries=settings.tries) for name in levels
        }
        self._tasks: dict[str, asyncio.Task[None]] = {}

    @property
    def states(self) -> tuple[ChannelState, ...]:
        """How each channel is doing."""
        return tuple(post.state for post in self._posts.values())

    def offer(self, entries: Iterable[Entry]) -> None:
        """Let news wait on every channel whose level it has."""
        for entry in entries:
            for name, post in self._posts.items():
                if entry.level_to.rank >= self._levels[name].rank and self._desk.holds(entry, name):
                    post.add(entry)

    def consider(self, at: datetime, phase: Phase) -> None:
        """Send what is due at `at` (the market's time), in `phase` of the exchange's day."""
        quiet = is_quiet(self._settings.quiet, at, phase)
        for name, post in self._posts.items():
            for entry in post.waiting:
                if not self._desk.holds(entry, name):
                    post.drop(entry)
            if post.is_due and not (quiet and not any(map(self._is_loud, post.waiting))):
                entries = post.take_all()
                source, label = self._describe()
                message = build_message(entries, source=source, label=label, at=at)
                self._tasks[name] = asyncio.get_running_loop().create_task(self._send(post, entries, message))

    async def wait(self) -> None:
        """Return when nothing is on its way."""
        await asyncio.gather(*self._tasks.values())

    async def close(self) -> None:
        """End what is on its way; the journal knows that it was not told."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _is_loud(self, entry: Entry) -> bool:
        loud = self._settings.loud
        return loud != "never" and entry.level_to.rank >= Level(loud).rank

    async def _send(self, post: Post, entries: list[Entry], message: Message) -> None:
        try:
            await self._deliver(post.name, message)
        except DeliveryError as error:
            self._fail(post, entries, message, str(error))
        except Exception as error:  # noqa: BLE001 - boundary: a mistake in a channel must not end the engine
            _log.exception("%s failed", post.name)
            self._fail(post, entries, message, clean(error) or type(error).__name__)
        else:
            post.note_success()
            self._desk.note_sent(entries, post.name)
        self._on_done()

    def _fail(self, post: Post, entries: list[Entry], message: Message, reason: str) -> None:
        again = post.note_failure(entries, reason)
        end = "" if again else "; given up"
        _log.warning("%s: %s%s", post.name, reason, end)
        self._desk.note_failed(message.title, f"{post.name}: {reason}{end}")
