"""The journal and the notifications of a whole engine, with a scripted market and a rule of one line."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import structs
from scripted import OPEN, SYMBOLS, TOOLS, Market, ScriptedSource, make_settings, problem

from core.clock import ManualClock
from core.engine.engine import Engine
from core.engine.messages import (
    Acknowledge,
    Bell,
    Journalled,
    Notice,
    Snooze,
    ToViewer,
    WantJournal,
    encoder,
    engine_decoder,
)
from core.engine.server import Server
from core.engine.spec import EngineSpec
from core.journal.entry import Entry, Query
from core.journal.recorder import Recorder
from core.notify.errors import DeliveryError
from core.notify.message import Message
from core.rules.level import Level
from core.settings import Settings
from core.snapshot import Finding, Snapshot
from core.sources.base import ProblemKind
from core.store import reading_journal

KEY = {"rule": "pullback", "subject": "IWM/SPY"}


def judge(*args: object, **kwargs: object) -> Snapshot:
    """IWM at 150 or under is a warning, at 130 or under critical; provisional while the session runs."""
    snapshot: Snapshot = TOOLS.build_snapshot(*args, **kwargs)
    found = snapshot.measures.get("IWM.price")
    price = found.value if found else None
    if not isinstance(price, float) or price > 150:
        return snapshot
    level = Level.CRITICAL if price <= 130 else Level.WARN
    finding = Finding(
        **KEY, level=level, text=f"IWM at {price:g}", value=price, threshold=150.0, measures=("IWM.price",),
        provisional=not snapshot.session.is_final,
    )  # fmt: skip
    return structs.replace(snapshot, findings=(finding,))


def settings_of(**notify: object) -> Settings:
    settings = make_settings()
    changed = {"channels": ("hook",), "hold_seconds": 60.0, "group_seconds": 10.0, "confirm": "live"} | notify
    hook = structs.replace(settings.hook, command=("/bin/true",))
    rules: dict[str, dict[str, object]] = {"pullback": {"enabled": True}}  # no cool-down of its own
    return structs.replace(settings, notify=structs.replace(settings.notify, **changed), hook=hook, rules=rules)


FILLER = """
    INSERT INTO journal (time, change, rule, subject, level_from, level_to, provisional, quality, text, who, note)
    VALUES (0, 'failed', 'x', '', 'ok', 'ok', 0, '', zeroblob(?), '', '')
"""


def fill(database: sqlite3.Connection) -> None:
    """Write until not even the smallest line has room."""
    for size in (500, 0):
        with contextlib.suppress(sqlite3.OperationalError):
            while True:
                database.execute(FILLER, (size,))


class Post:
    """Stands in for the channels."""

    def __init__(self) -> None:
        self.error: DeliveryError | None = None
        self.messages: list[Message] = []

    async def __call__(self, channel: str, message: Message) -> None:
        assert channel == "hook"
        if self.error is not None:
            raise self.error
        self.messages.append(message)

    @property
    def texts(self) -> list[list[str]]:
        return [[one.text for one in message.findings] for message in self.messages]


class Peer:
    """Somebody who asks."""

    is_attached = True

    def __init__(self) -> None:
        self.said: list[str] = []
        self.journalled: list[Journalled] = []

    def send(self, message: Notice | Journalled) -> None:
        if isinstance(message, Journalled):
            self.journalled.append(message)
        else:
            self.said.append(message.text)


class Stage:
    """An engine whose cycles are made by hand, with `viewers` attached and what they are told."""

    def __init__(self, path: Path, clock: ManualClock, source: ScriptedSource, settings: Settings, post: Post) -> None:
        self.clock, self.source, self.post, self.peer = clock, source, post, Peer()
        self.spec = EngineSpec("yahoo", str(path))
        self.spec.paths.data.mkdir(parents=True, exist_ok=True)
        self.engine = Engine(self.spec, settings, clock, Market(source, replace(TOOLS, build_snapshot=judge)))
        self.told: list[ToViewer] = []
        self.engine.server.tell = self.told.append  # type: ignore[method-assign]

    @property
    def last(self) -> Snapshot:
        return self.engine.publisher.snapshot

    @property
    def bells(self) -> list[Bell]:
        return [one for one in self.told if isinstance(one, Bell)]

    @property
    def shown(self) -> Finding:
        (finding,) = self.last.findings
        return finding

    async def load(self) -> None:
        await self.engine.cycle()
        assert self.engine._herald is not None
        self.engine._herald._outside = self.post
        await self.run(3.0, 4 + 2 * len(SYMBOLS))

    async def run(self, seconds: float, cycles: int) -> None:
        for _ in range(cycles):
            await self.engine.cycle()
            if self.engine._herald is not None:
                await self.engine._herald.router.wait()
            self.clock.advance(seconds)

    async def fall(self, price: float) -> None:
        """IWM falls, and that holds for long enough to be told."""
        self.source.price["IWM"] = price
        await self.run(15.0, 8)

    def ask(self, message: Acknowledge | Snooze | WantJournal) -> None:
        self.engine.on_question(self.peer, engine_decoder.decode(encoder.encode(message)))  # type: ignore[arg-type]

    def journal(self) -> list[Entry]:
        with reading_journal(self.spec.paths.database) as journal:
            assert journal is not None
            return [entry for entry in reversed(journal.read(Query())) if entry.rule != "x"]

    def words(self) -> list[str]:
        return [entry.change.value + ("~" if entry.provisional else "") for entry in self.journal()]


@asynccontextmanager
async def stage(
    path: Path, *, is_live: bool = True, at: datetime = OPEN, post: Post | None = None, **notify: object
) -> AsyncIterator[Stage]:
    clock = ManualClock(at)
    source = ScriptedSource(clock, is_live=is_live)
    source.poll_seconds = None if is_live else 1.0
    made = Stage(path, clock, source, settings_of(**notify), post or Post())
    try:
        await made.load()
        yield made
    finally:
        await made.engine.finish()


@pytest.mark.parametrize("is_live", [True, False])
async def test_viewers_read_the_journal_and_see_that_there_is_news(tmp_path: Path, is_live: bool) -> None:
    async with stage(tmp_path, is_live=is_live) as s:
        assert s.last.outbox.newest == 0
        await s.fall(140.0)
        newest = s.last.outbox.newest
        assert newest > 0
        s.ask(WantJournal(Query(rule="pullback", limit=1)))
        await asyncio.gather(*s.engine._archive._tasks)
        (told,) = s.peer.journalled
        assert (told.entries[0].id, told.total) == (newest, newest)
        assert told.signals[newest][0] == "IWM/SPY"


async def test_a_warning_is_written_told_and_shown_without_a_viewer(tmp_path: Path) -> None:
    async with stage(tmp_path) as s:
        await s.fall(140.0)
        assert s.words() == ["raised~", "notified~"]
        assert s.post.texts == [["IWM at 140"]]
        assert (s.post.messages[0].source, s.post.messages[0].label) == ("scripted", "")
        assert s.shown.notified_at is not None
        assert s.last.outbox.trouble == ""
        hook = next(one for one in s.last.outbox.channels if one.name == "hook")
        assert (hook.last_success is not None, hook.waiting, hook.reason) == (True, 0, "")


async def test_what_was_there_at_the_first_start_is_no_news(tmp_path: Path) -> None:
    clock = ManualClock(OPEN)
    source = ScriptedSource(clock)
    source.price["IWM"] = 125.0
    made = Stage(tmp_path, clock, source, settings_of(), Post())
    await made.load()
    await made.run(15.0, 10)
    assert made.words() == ["found~"]
    assert made.post.messages == []
    await made.engine.finish()


async def test_nothing_is_written_while_histories_are_still_to_come(tmp_path: Path) -> None:
    async with stage(tmp_path) as s:
        await s.fall(140.0)
    clock = ManualClock(OPEN + timedelta(hours=1))
    source = ScriptedSource(clock)
    source.price["IWM"] = 140.0
    source.history_problem = problem(ProblemKind.ERROR, "down", clock.now())
    again = Stage(tmp_path, clock, source, settings_of(hold_seconds=0.0), Post())
    await again.load()
    assert again.words() == ["raised~", "notified~"]
    await again.engine.finish()


async def test_by_default_only_what_a_close_confirmed_is_told(tmp_path: Path) -> None:
    async with stage(tmp_path, confirm="close") as s:
        await s.fall(140.0)
        assert s.words() == ["raised~"]
        s.clock.advance((datetime(2026, 2, 25, 21, 21, tzinfo=UTC) - s.clock.now()).total_seconds())
        await s.run(15.0, 20)
        assert s.words() == ["raised~", "confirmed", "notified"]
        assert s.post.texts == [["IWM at 140"]]
        await s.run(15.0, 20)
        assert len(s.post.messages) == 1


@pytest.mark.parametrize("cooldown", [0, 5])
async def test_a_restart_tells_nothing_twice(tmp_path: Path, cooldown: int) -> None:
    for number in range(3):
        async with stage(tmp_path, at=OPEN + timedelta(minutes=10 * number), cooldown_sessions=cooldown) as s:
            await s.fall(140.0)
            assert s.words() == ["raised~", "notified~"]
            assert len(s.post.messages) == (number == 0)
            assert s.shown.notified_at is not None


async def test_what_was_not_told_before_a_restart_is_told_after_it(tmp_path: Path) -> None:
    failing = Post()
    failing.error = DeliveryError("down")
    async with stage(tmp_path, post=failing) as s:
        await s.fall(140.0)
        assert s.words() == ["raised~", "failed"]
        hook = next(one for one in s.last.outbox.channels if one.name == "hook")
        assert (hook.waiting, hook.reason) == (1, "down")
    async with stage(tmp_path, at=OPEN + timedelta(hours=1)) as s:
        await s.fall(140.0)
        assert s.words() == ["raised~", "failed", "notified~"]
        assert s.post.texts == [["IWM at 140"]]
    async with stage(tmp_path, at=OPEN + timedelta(hours=2)) as s:
        await s.fall(140.0)
        assert s.post.messages == []


async def test_the_same_level_waits_out_its_cool_down_and_a_higher_one_does_not(tmp_path: Path) -> None:
    async with stage(tmp_path, hold_seconds=0.0) as s:
        await s.fall(140.0)
        s.source.price["IWM"] = 200.0
        s.clock.advance((datetime(2026, 2, 25, 21, 21, tzinfo=UTC) - s.clock.now()).total_seconds())
        await s.run(15.0, 20)
        assert s.words() == ["raised~", "notified~", "withdrawn"]
        s.clock.advance(18 * 3600)
        await s.fall(140.0)
        assert s.words()[3:] == ["raised~"], "told the session before"
        await s.fall(125.0)
        assert s.words()[4:] == ["raised~", "notified~"]
        s.clock.advance((datetime(2026, 3, 5, 15, 0, tzinfo=UTC) - s.clock.now()).total_seconds())
        await s.fall(200.0)
        assert s.post.texts == [["IWM at 140"], ["IWM at 125"]]


async def test_acknowledging_is_answered_by_the_next_snapshot(tmp_path: Path) -> None:
    async with stage(tmp_path) as s:
        await s.fall(140.0)
        sequence = s.last.sequence
        s.ask(Acknowledge(**KEY, who="ann", note="seen"))
        await s.run(1.0, 1)
        assert s.shown.acknowledged_by == "ann"
        assert s.last.sequence > sequence
        assert s.peer.said == []
        s.ask(Acknowledge(**KEY, who="bob"))
        s.ask(Acknowledge(rule="streak", subject="IWM", who="bob"))
        assert s.peer.said == [
            "ann has acknowledged it already.",
            "There is no warning 'streak' of IWM to acknowledge.",
        ]
        assert (s.journal()[-1].who, s.journal()[-1].note) == ("ann", "seen")
    async with stage(tmp_path, at=OPEN + timedelta(hours=1)) as s:
        await s.fall(140.0)
        assert s.shown.acknowledged_by == "ann"


async def test_what_is_acknowledged_in_time_is_not_told_until_it_rises(tmp_path: Path) -> None:
    async with stage(tmp_path, group_seconds=600.0) as s:
        await s.fall(140.0)
        s.ask(Acknowledge(**KEY, who="ann"))
        await s.run(60.0, 20)
        assert s.post.messages == []
        await s.fall(125.0)
        await s.run(60.0, 20)
        assert s.post.texts == [["IWM at 125"]]
        assert s.shown.acknowledged_by == ""


async def test_a_snooze_until_a_session_ends_when_it_opens(tmp_path: Path) -> None:
    async with stage(tmp_path) as s:
        await s.fall(140.0)
        s.ask(Snooze(**KEY, who="ann", session="2026-02-28"))  # a Saturday
        await s.run(1.0, 1)
        monday = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)
        assert s.shown.snoozed_until == monday
        assert s.peer.said == []
        s.clock.advance((monday - s.clock.now()).total_seconds())
        await s.fall(140.0)
        assert s.shown.snoozed_until is None
        assert "woken" in [entry.change for entry in s.journal()]
        assert len(s.post.messages) == 2, "it still holds: told again, cool-down or not"


@pytest.mark.parametrize(
    ("session", "until", "told"),
    [
        ("tomorrow", None, "'tomorrow' is no session to snooze until: write a date such as 2026-02-27."),
        ("", None, "'' is no session to snooze until: write a date such as 2026-02-27."),
        ("1984-01-02", None, "'1984-01-02' is no session to snooze until: write a date such as 2026-02-27."),
        ("2026-01-05", None, "2026-01-05 14:30 UTC is over: snooze until a later moment."),
        ("", datetime(2029, 1, 1, tzinfo=UTC), "A snooze ends within a year: choose an earlier moment."),
    ],
)
async def test_snoozes_that_cannot_be(tmp_path: Path, session: str, until: datetime | None, told: str) -> None:
    async with stage(tmp_path) as s:
        await s.fall(140.0)
        s.ask(Snooze(**KEY, who="ann", session=session, until=until))
        assert s.peer.said == [told]


@pytest.mark.parametrize("viewers", [0, 1])
async def test_a_bell_is_written_only_where_somebody_heard_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, viewers: int
) -> None:
    monkeypatch.setattr(Server, "viewers", viewers)
    async with stage(tmp_path, channels=(), bell="watch") as s:
        await s.fall(140.0)
        assert s.bells == [Bell(level=Level.WARN, title="smid WARN: IWM at 140", text=s.bells[0].text)]
        assert s.words() == ["raised~", *["notified~"] * viewers]
        monkeypatch.undo()


async def test_a_bell_that_is_off_is_silent(tmp_path: Path) -> None:
    async with stage(tmp_path, channels=(), bell="off") as s:
        await s.fall(140.0)
        assert s.bells == []
        assert s.last.outbox.channels == ()


async def test_a_market_that_is_not_live_rings_and_keeps_its_journal_in_memory(tmp_path: Path) -> None:
    async with stage(tmp_path, is_live=False) as s:
        await s.fall(140.0)
        assert s.post.messages == []
        assert len(s.bells) == 1
        assert not s.spec.paths.database.exists()
        s.ask(Acknowledge(**KEY, who="ann"))
        await s.run(1.0, 1)
        assert s.shown.acknowledged_by == "ann"


async def test_a_full_disk_is_shown_and_the_market_and_the_messages_go_on(tmp_path: Path) -> None:
    async with stage(tmp_path) as s:
        assert s.engine._book is not None
        assert s.engine._book._store is not None
        database: sqlite3.Connection = s.engine._book._store._db
        pages = database.execute("PRAGMA page_count").fetchone()[0]
        database.execute(f"PRAGMA max_page_count = {pages}")
        fill(database)
        await s.fall(140.0)
        assert s.last.outbox.trouble == "the journal cannot be kept: database or disk is full"
        assert s.post.texts == [["IWM at 140"]]
        assert s.last.measures["IWM.price"].value == 140.0
        database.execute("PRAGMA max_page_count = 1000000")
        await s.run(15.0, 2)
        assert s.last.outbox.trouble == ""
        assert s.words() == ["raised~", "notified~"]


async def test_a_mistake_in_the_journal_leaves_the_market_on_the_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage(tmp_path) as s:
        with monkeypatch.context() as broken:
            broken.setattr(Recorder, "take", lambda *_: 1 / 0)
            await s.fall(140.0)
        assert s.last.outbox.trouble == "the journal failed: division by zero"
        assert s.last.measures["IWM.price"].value == 140.0
        await s.fall(140.0)
        assert s.last.outbox.trouble == ""
        assert s.words() == ["raised~", "notified~"]


async def test_before_the_market_is_open_a_person_is_told_so(tmp_path: Path) -> None:
    clock = ManualClock(OPEN)
    made = Stage(tmp_path, clock, ScriptedSource(clock), settings_of(), Post())
    made.ask(Acknowledge(**KEY, who="ann"))
    assert made.peer.said == ["The market is still being opened."]
    await made.engine.finish()


async def test_a_rules_own_cool_down_goes_before(tmp_path: Path) -> None:
    async with stage(tmp_path, cooldown_sessions=5) as s:
        herald = s.engine._herald
        assert herald is not None
        assert herald._cooldown("pullback") == 5
        herald._settings = structs.replace(herald._settings, rules={"pullback": {"cooldown": 2}})
        assert herald._cooldown("pullback") == 2
