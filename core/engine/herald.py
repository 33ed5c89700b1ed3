"""Keeps the journal of findings and tells of them: the engine's one collaborator for both."""

import logging
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Protocol

from msgspec import structs

from core.clock import Clock
from core.engine.fetcher import Fetcher
from core.engine.last_known import is_last_known
from core.engine.messages import Acknowledge, Bell, Snooze, ToViewer
from core.engine.opening import Opened
from core.engine.publisher import Publisher
from core.journal.entry import Change, Entry, Ledger
from core.journal.look import Look
from core.journal.recorder import Recorder
from core.journal.standing import is_news
from core.notify.deliver import Deliver, deliver_by
from core.notify.message import Message
from core.notify.router import Router
from core.outbox import Outbox
from core.rules.level import Level
from core.settings import Settings
from core.snapshot import Snapshot
from core.text import clean

_log = logging.getLogger("smid.herald")

BELL = "bell"
OWED = timedelta(days=1)
"""After a restart: what was not told and is older is no news any more."""
LONGEST_SNOOZE = timedelta(days=366)


class Audience(Protocol):
    """The viewers that are attached."""

    @property
    def viewers(self) -> int: ...

    def tell(self, message: ToViewer) -> None: ...


class Herald:
    """`follow` after every refresh; nothing here waits."""

    def __init__(
        self,
        ledger: Ledger,
        settings: Settings,
        opened: Opened,
        clock: Clock,
        server: Audience,
        on_done: Callable[[], None],
        deliver: Deliver | None = None,
    ) -> None:
        self._ledger, self._settings, self._server = ledger, settings, server
        self._exchange, at = opened.tools.exchange, opened.source.now()
        self._outside = deliver or deliver_by(settings)
        self._is_live_mode = settings.notify.confirm == "live"
        self._rules = frozenset(name for name, table in settings.rules.items() if table.get("enabled", True))
        hold = settings.notify.hold_seconds
        self.recorder = Recorder(ledger, at, hold_seconds=hold, live=self._is_live_mode)
        self.router = Router(
            _levels(settings, is_live=opened.source.is_live),
            settings.notify,
            clock,
            self,
            self._deliver,
            self._describe,
            on_done,
        )
        self._snapshot: Snapshot | None = None
        self._at = at
        self._failure = ""
        self.router.offer(self.recorder.owed(at - OWED))

    def follow(self, publisher: Publisher, fetcher: Fetcher) -> Snapshot | None:
        """Keep and tell what changed by what is shown; what is to be shown, where that adds something to it."""
        shown = publisher.snapshot
        whole = not (publisher.failure or fetcher.loading or is_last_known(shown))
        settled = shown.session.is_final and not fetcher.has_first_tries()
        self.consider(shown, fetcher.source.now(), whole=whole, settled=settled)
        return publisher.dress_anew()

    def consider(self, snapshot: Snapshot, at: datetime, *, whole: bool, settled: bool) -> None:
        """Write what changed by `snapshot` at `at` (the market's time), and send what is due.

        `whole`: it was made of all histories, just now; `settled`: its session is over, and its closing values are in.
        """
        self._snapshot, self._at = snapshot, at
        try:
            self._follow(snapshot, whole=whole, settled=settled)
            self._failure = ""
        except Exception as error:  # noqa: BLE001 - boundary: a mistake here must not take the market from the screen
            failure = f"the journal failed: {clean(error) or type(error).__name__}"
            if failure != self._failure:
                _log.exception("the journal failed")
            self._failure = failure

    def _follow(self, snapshot: Snapshot, *, whole: bool, settled: bool) -> None:
        at, session = self._at, snapshot.session
        if whole:
            failing = frozenset(rule.name for rule in snapshot.rules if rule.state == "failing")
            seen = snapshot.findings, snapshot.quality, self._rules, failing
            look = Look(at, session.date, session.closes, settled, *seen)
            written = self.recorder.take(look)
            self.router.offer(entry for entry in written if is_news(entry, live=self._is_live_mode))
        self.router.consider(at, session.phase)

    def answer(self, message: Acknowledge | Snooze, at: datetime) -> str:
        """Do what a person asks; a sentence where that cannot be, '' where the next snapshot is the answer."""
        rule, subject, who = message.rule, message.subject, message.who
        if isinstance(message, Acknowledge):
            return self.recorder.acknowledge(rule, subject, who, at, message.note)
        until = message.until or self._opening(message.session)
        if until is None:
            return f"'{clean(message.session, 40)}' is no session to snooze until: write a date such as 2026-02-27."
        if until > at + LONGEST_SNOOZE:
            return "A snooze ends within a year: choose an earlier moment."
        return self.recorder.snooze(rule, subject, until, at, who, message.note)

    def dress(self, snapshot: Snapshot) -> Snapshot:
        """`snapshot` with what persons and channels did about its findings."""
        trouble = self.recorder.trouble or self._failure
        outbox = Outbox(trouble=trouble, channels=self.router.states, newest=self.recorder.newest)
        findings = self.recorder.dress(snapshot.findings, self._at)
        return structs.replace(snapshot, findings=findings, outbox=outbox)

    async def close(self) -> None:
        """End what is on its way, and a journal that ends with the process."""
        await self.router.close()
        self._ledger.close()

    def holds(self, entry: Entry, channel: str) -> bool:
        """Whether what `entry` says is still so, nobody asked for silence, and `channel` was not told of it lately."""
        standing = self.recorder.standing(entry.key)
        if standing.now.rank < entry.level_to.rank or standing.is_quiet(self._at):
            return False
        told = standing.told.get(channel)
        if told is None or told.level_to.rank < entry.level_to.rank:
            return True
        if told.time >= entry.time:
            return False
        # Who let it sleep asked to be told when the time is over.
        return entry.change is Change.WOKEN or self._sessions_since(told) >= self._cooldown(entry.rule)

    def note_sent(self, entries: Iterable[Entry], channel: str) -> None:
        if channel == BELL and not self._server.viewers:
            return  # nobody heard it
        self.recorder.note_sent(entries, channel, self._at, self._session)

    def note_failed(self, title: str, reason: str) -> None:
        self.recorder.note_failed(title, reason, self._at, self._session)

    @property
    def _session(self) -> str | None:
        return self._snapshot.session.date if self._snapshot else None

    def _sessions_since(self, told: Entry) -> int:
        """Sessions begun since that of `told`."""
        if told.session is None or self._session is None:
            return 0
        first, last = date.fromisoformat(told.session), date.fromisoformat(self._session)
        return max(0, len(self._exchange.sessions(first, last)) - 1)

    def _cooldown(self, rule: str) -> int:
        own = self._settings.rules.get(rule, {}).get("cooldown")
        return own if isinstance(own, int) else self._settings.notify.cooldown_sessions

    def _opening(self, session: str) -> datetime | None:
        """When the session `session` opens, or the first after it where there is none that day."""
        try:
            day = date.fromisoformat(session)
        except ValueError:
            return None
        if not self._at.year <= day.year <= self._at.year + 2:
            return None
        return self._exchange.opens_at(day if self._exchange.is_session(day) else self._exchange.next_session(day))

    def _describe(self) -> tuple[str, str]:
        source = self._snapshot.source if self._snapshot else None
        return (source.name, source.label) if source else ("", "")

    async def _deliver(self, channel: str, message: Message) -> None:
        if channel == BELL:
            self._server.tell(Bell(level=message.level, title=message.title, text=message.text))
        else:
            await self._outside(channel, message)


def _levels(settings: Settings, *, is_live: bool) -> dict[str, Level]:
    """The channels that are on, with the level from which on each is told."""
    notify = settings.notify
    levels = {BELL: Level(notify.bell)} if notify.bell != "off" else {}
    from_level = {"hook": settings.hook.level, "webhook": settings.webhook.level, "email": settings.email.level}
    if is_live or not notify.only_live:
        levels |= {name: Level(from_level[name]) for name in notify.channels}
    return levels
