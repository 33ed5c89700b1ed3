"""Who is told what and when, on a clock that moves only when told to."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta

import pytest
from msgspec import structs
from notices import AT, news, shipped

from core.clock import ManualClock
from core.journal.entry import Entry
from core.notify.errors import DeliveryError
from core.notify.message import Message
from core.notify.router import Router
from core.rules.level import Level
from core.snapshot import Phase

GROUP = 30.0
LEVELS = {"hook": Level.WARN, "email": Level.CRITICAL}


class Desk:
    """Keeps what it is told; `over` are findings that no longer hold."""

    def __init__(self) -> None:
        self.over: set[str] = set()
        self.sent: list[tuple[str, tuple[str, ...]]] = []
        self.failed: list[str] = []

    def holds(self, entry: Entry, channel: str) -> bool:
        return entry.subject not in self.over

    def note_sent(self, entries: Iterable[Entry], channel: str) -> None:
        self.sent.append((channel, tuple(entry.subject for entry in entries)))

    def note_failed(self, title: str, reason: str) -> None:
        self.failed.append(f"{title} | {reason}")


class Wire:
    """Takes messages, or fails as it is told to."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, Message]] = []
        self.error: Exception | None = None
        self.gate: asyncio.Event | None = None

    async def __call__(self, channel: str, message: Message) -> None:
        self.messages.append((channel, message))
        if self.gate is not None:
            await self.gate.wait()
        if self.error is not None:
            raise self.error


class Office:
    def __init__(self, **changes: object) -> None:
        self.clock, self.desk, self.wire, self.pokes = ManualClock(AT), Desk(), Wire(), 0
        settings = structs.replace(shipped().notify, group_seconds=GROUP, tries=3, **changes)
        self.router = Router(LEVELS, settings, self.clock, self.desk, self.wire, lambda: ("yahoo", ""), self._poke)
        self.phase = Phase.OPEN

    def _poke(self) -> None:
        self.pokes += 1

    async def after(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.router.consider(self.clock.now(), self.phase)
        if self.wire.gate is None:
            await self.router.wait()

    def subjects(self, channel: str = "hook") -> list[tuple[str, ...]]:
        return [tuple(one.subject for one in m.findings) for name, m in self.wire.messages if name == channel]


async def test_a_bad_open_sends_one_message_with_a_list():
    office = Office()
    for number in range(40):
        office.router.offer([news(f"S{number:02}")])
        await office.after(0.5)
    assert office.wire.messages == []
    await office.after(GROUP - 20)
    (subjects,) = office.subjects()
    assert len(subjects) == 40
    assert office.desk.sent == [("hook", subjects)]
    assert office.pokes == 1
    await office.after(1000)
    assert len(office.wire.messages) == 1


async def test_each_channel_has_its_level_and_a_finding_its_newest_change():
    office = Office()
    office.router.offer([news("A", Level.WATCH), news("B", Level.WARN), news("C", Level.CRITICAL)])
    office.router.offer([news("B", Level.CRITICAL)])
    await office.after(GROUP)
    assert office.subjects("hook") == [("B", "C")]
    assert office.subjects("email") == [("B", "C")]
    office.router.offer([news("D", Level.WARN)])
    await office.after(GROUP)
    assert office.subjects("email") == [("B", "C")]


async def test_what_is_over_before_it_is_sent_is_not_sent():
    office = Office()
    office.router.offer([news("A"), news("B")])
    office.desk.over = {"A"}
    await office.after(GROUP)
    assert office.subjects() == [("B",)]
    office.router.offer([news("A")])
    await office.after(GROUP)
    assert len(office.wire.messages) == 1


async def test_a_failure_is_tried_again_ever_later_and_given_up_with_a_reason():
    office = Office()
    office.wire.error = DeliveryError("the server says 500")
    office.router.offer([news("A")])
    await office.after(GROUP)
    (state, _) = office.router.states
    assert (state.waiting, state.tries, state.reason) == (1, 1, "the server says 500")
    assert (state.last_failure, state.last_success) == (office.clock.now(), None)
    assert state.next_try == office.clock.now() + timedelta(seconds=60)
    await office.after(59)
    assert len(office.wire.messages) == 1
    await office.after(1)
    await office.after(119)
    assert len(office.wire.messages) == 2
    await office.after(1)
    assert len(office.wire.messages) == 3
    (state, _) = office.router.states
    assert (state.waiting, state.tries, state.next_try) == (0, 0, None)
    title = "smid WARN: A is 7.1 % under its high"
    assert office.desk.failed == [
        f"{title} | hook: the server says 500",
        f"{title} | hook: the server says 500",
        f"{title} | hook: the server says 500; given up",
    ]
    assert office.desk.sent == []
    await office.after(10_000)
    assert len(office.wire.messages) == 3


async def test_what_comes_while_a_channel_fails_goes_with_the_next_try():
    office = Office()
    office.wire.error = DeliveryError("down")
    office.router.offer([news("A")])
    await office.after(GROUP)
    office.router.offer([news("B")])
    await office.after(GROUP)
    assert office.subjects() == [("A",)]
    office.wire.error = None
    await office.after(GROUP)
    assert office.subjects() == [("A",), ("A", "B")]
    assert office.desk.sent == [("hook", ("A", "B"))]
    (state, _) = office.router.states
    assert (state.last_success, state.waiting, state.tries) == (office.clock.now(), 0, 0)


async def test_a_channel_that_is_slow_holds_up_nothing_and_is_not_asked_twice():
    office = Office()
    office.wire.gate = asyncio.Event()
    office.router.offer([news("A", Level.CRITICAL)])
    await office.after(GROUP)
    await asyncio.sleep(0)  # both begin
    office.router.offer([news("B", Level.CRITICAL)])
    await office.after(1000)
    await asyncio.sleep(0)
    assert sorted(name for name, _ in office.wire.messages) == ["email", "hook"]
    office.wire.gate.set()
    await office.router.wait()
    office.wire.gate = None
    await office.after(GROUP)
    assert office.subjects() == [("A",), ("B",)]


async def test_a_mistake_in_a_channel_is_a_failure_like_any_other():
    office = Office()
    office.wire.error = ZeroDivisionError("by\x1bzero")
    office.router.offer([news("A")])
    await office.after(GROUP)
    assert office.router.states[0].reason == "by\N{REPLACEMENT CHARACTER}zero"


@pytest.mark.parametrize(("loud", "sent"), [("critical", True), ("never", False)])
async def test_quiet_hours_keep_what_is_not_loud_until_they_are_over(loud, sent):
    office = Office(quiet=("post", "18:00-07:00"), loud=loud)
    office.phase = Phase.POST
    office.router.offer([news("A"), news("B")])
    await office.after(GROUP)
    await office.after(3 * 3600)  # 19:20 in New York
    office.phase = Phase.CLOSED
    await office.after(60)
    assert office.wire.messages == []
    office.router.offer([news("C", Level.CRITICAL)])
    await office.after(GROUP)
    assert office.subjects() == ([("C", "A", "B")] if sent else [])
    office.desk.over = {"A"}
    await office.after(12 * 3600)
    assert office.subjects() == ([("C", "A", "B")] if sent else [("C", "B")])


async def test_closing_ends_what_is_on_its_way():
    office = Office()
    office.wire.gate = asyncio.Event()
    office.router.offer([news("A")])
    await office.after(GROUP)
    await asyncio.sleep(0)
    await office.router.close()
    assert office.desk.sent == []
    assert office.desk.failed == []
