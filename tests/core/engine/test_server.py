"""The socket: what viewers may say, and that one viewer's trouble is not another's."""

import asyncio
import os
import socket
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from msgspec import structs
from scripted import short_directory

from core import __version__
from core.engine import peer as peer_module
from core.engine import server as server_module
from core.engine.frames import TO_ENGINE_BYTES, TO_VIEWER_BYTES, read_frame, to_frame
from core.engine.messages import (
    PROTOCOL,
    Goodbye,
    Hello,
    Notice,
    Ping,
    Pong,
    Refresh,
    Retire,
    ToEngine,
    ToViewer,
    Update,
    WantHistory,
    Welcome,
    encoder,
    viewer_decoder,
)
from core.engine.peer import Peer
from core.engine.server import Server, bind
from core.errors import SmidError
from core.outbox import Outbox
from core.snapshot import EMPTY, SourceInfo


class Clerk:
    """A desk that only notes what it is told."""

    def __init__(self) -> None:
        self.questions: list[ToEngine] = []
        self.counts: list[int] = []
        self.retired = asyncio.Event()
        self.empty = asyncio.Event()

    def on_question(self, peer: Peer, message: ToEngine) -> None:
        self.questions.append(message)
        peer.send(Notice(text="noted"))

    def on_viewers(self, count: int) -> None:
        self.counts.append(count)
        if count == 0:
            self.empty.set()

    def on_retire(self) -> None:
        self.retired.set()


class Caller:
    """A viewer made of bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def say(self, message: ToEngine) -> None:
        self.writer.write(to_frame(encoder.encode(message)))

    def hello(self, settings: str = "s", protocol: int = PROTOCOL, program: str = __version__) -> None:
        self.say(Hello(protocol=protocol, program=program, settings=settings))

    async def hear(self) -> ToViewer | None:
        async with asyncio.timeout(5):
            payload = await read_frame(self.reader, TO_VIEWER_BYTES)
            return None if payload is None else viewer_decoder.decode(payload)


class House:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.clerk = Clerk()
        self.server = Server(self.clerk, "s", stays=False)
        self.callers: list[Caller] = []

    async def call(self) -> Caller:
        caller = Caller(*await asyncio.open_unix_connection(self.path))
        self.callers.append(caller)
        return caller

    async def greet(self, settings: str = "s") -> tuple[Caller, Welcome]:
        caller = await self.call()
        caller.hello(settings)
        welcome = await caller.hear()
        assert isinstance(welcome, Welcome)
        return caller, welcome


@pytest.fixture
async def house() -> AsyncIterator[House]:
    with short_directory() as directory:
        made = House(directory / "engine.sock")
        await made.server.open(bind(made.path))
        yield made
        for caller in made.callers:
            caller.writer.close()
        await made.server.close(Goodbye(reason="the test is over"))


async def test_the_handshake_and_the_newest_snapshot_at_once(house: House) -> None:
    told = SourceInfo(name="yahoo", reason="asks us to wait")
    house.server.publish(structs.replace(EMPTY, sequence=7, source=told))
    caller, welcome = await house.greet()
    own = Welcome(
        protocol=PROTOCOL,
        program=__version__,
        settings="s",
        pid=os.getpid(),
        viewers=0,
        source=told,
        outbox=Outbox(),
    )
    assert welcome == own
    update = await caller.hear()
    assert isinstance(update, Update)
    assert update.snapshot.sequence == 7
    _, second = await house.greet()
    assert second.viewers == 1
    assert house.server.viewers == 2
    caller.writer.close()
    house.callers[1].writer.close()
    async with asyncio.timeout(5):
        await house.clerk.empty.wait()


async def test_the_socket_is_private(house: House) -> None:
    assert stat.S_IMODE(house.path.stat().st_mode) == 0o600


async def test_a_stale_socket_file_is_replaced(house: House) -> None:
    with short_directory() as directory:
        path = directory / "engine.sock"
        with socket.socket(socket.AF_UNIX) as old:
            old.bind(str(path))
        listener = bind(path)
        with socket.socket(socket.AF_UNIX) as caller:
            caller.connect(str(path))
        listener.close()


def test_a_place_without_sockets_is_told(tmp_path: Path) -> None:
    with pytest.raises(SmidError, match="Cannot listen on"):
        bind(tmp_path / "missing" / "engine.sock")


async def test_questions_reach_the_desk_and_pings_are_answered(house: House) -> None:
    caller, _ = await house.greet()
    caller.say(Ping())
    assert await caller.hear() == Pong()
    caller.say(WantHistory(subject="IWM/SPY"))
    assert await caller.hear() == Notice(text="noted")
    caller.say(Refresh())
    assert await caller.hear() == Notice(text="noted")
    assert house.clerk.questions == [WantHistory(subject="IWM/SPY"), Refresh()]


@pytest.mark.parametrize(
    "nonsense",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        (TO_ENGINE_BYTES + 1).to_bytes(4, "big") + b"x",
        to_frame(b"\xc1\xc1\xc1"),
        to_frame(msgspec.msgpack.encode({"type": "Nonsense"})),
        to_frame(msgspec.msgpack.encode({"type": "WantHistory", "subject": 7})),
        to_frame(os.urandom(1000)),
        b"\x00\x00\x00\x00",
    ],
)
@pytest.mark.parametrize("greeted", [True, False])
async def test_nonsense_costs_only_the_one_who_speaks_it(house: House, nonsense: bytes, greeted: bool) -> None:
    good, _ = await house.greet()
    if greeted:
        bad, _ = await house.greet()
    else:
        bad = await house.call()
    bad.writer.write(nonsense)
    answer = await bad.hear()
    assert isinstance(answer, Goodbye)
    assert answer.reason.startswith("unreadable")
    assert await bad.hear() is None
    house.server.publish(EMPTY)
    assert isinstance(await good.hear(), Update)


async def test_a_frame_that_is_cut_is_no_trouble(house: House) -> None:
    good, _ = await house.greet()
    bad, _ = await house.greet()
    bad.writer.write(b"\x00\x00\x00\x10half")
    bad.writer.close()
    good.say(Ping())
    assert await good.hear() == Pong()


async def test_the_first_word_must_be_hello_and_must_come(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    caller = await house.call()
    caller.say(Refresh())
    assert await caller.hear() == Goodbye(reason="the first word must be hello")
    assert house.clerk.questions == []
    monkeypatch.setattr(server_module, "HELLO_SECONDS", 0.05)
    silent = await house.call()
    assert await silent.hear() == Goodbye(reason="no hello")
    assert house.server.viewers == 0


async def test_too_many_viewers_are_refused(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "MOST_VIEWERS", 2)
    await house.greet()
    await house.greet()
    third = await house.call()
    third.hello()
    assert await third.hear() == Goodbye(reason="2 viewers are attached already", final=True)


async def test_a_slow_viewer_skips_frames_and_holds_nobody(house: House) -> None:
    slow, _ = await house.greet()
    quick, _ = await house.greet()
    big = structs.replace(EMPTY, history_key="x" * 1_000_000)  # more than the socket's buffers hold
    for number in range(1, 51):
        house.server.publish(structs.replace(big, sequence=number))
        update = await quick.hear()
        assert isinstance(update, Update)
        assert update.snapshot.sequence == number
    seen = []
    while not seen or seen[-1] != 50:
        update = await slow.hear()
        assert isinstance(update, Update)
        seen.append(update.snapshot.sequence)
    assert len(seen) <= 3, "the first one, perhaps one in the buffers, and the newest"


async def test_a_viewer_that_never_reads_is_let_go(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peer_module, "PATIENCE_SECONDS", 0.05)
    await house.greet()
    house.server.publish(structs.replace(EMPTY, history_key="x" * 5_000_000))
    async with asyncio.timeout(5):
        await house.clerk.empty.wait()


async def test_others_than_updates_wait_in_a_bounded_box(house: House) -> None:
    caller, _ = await house.greet()
    for _ in range(10_000):
        caller.say(Refresh())
    await caller.writer.drain()
    peers = list(house.server._peers)
    assert len(peers) == 1
    assert len(peers[0]._others) <= peer_module.OUTBOX


async def test_a_lonely_engine_of_other_settings_makes_room(house: House) -> None:
    caller, welcome = await house.greet("other")
    assert (welcome.settings, welcome.viewers) == ("s", 0)
    caller.say(Retire())
    async with asyncio.timeout(5):
        await house.clerk.retired.wait()


async def test_an_engine_in_use_does_not_and_says_so(house: House) -> None:
    await house.greet("s")
    caller, welcome = await house.greet("other")
    assert welcome.viewers == 1
    notice = await caller.hear()
    assert isinstance(notice, Notice)
    assert "other settings" in notice.text
    caller.say(Retire())
    notice = await caller.hear()
    assert isinstance(notice, Notice)
    assert "goes on" in notice.text
    assert not house.clerk.retired.is_set()


async def test_two_who_both_want_another_engine_do_not_hold_each_other(house: House) -> None:
    await house.greet("other")
    caller, welcome = await house.greet("other")
    assert welcome.viewers == 0
    caller.say(Retire())
    async with asyncio.timeout(5):
        await house.clerk.retired.wait()


async def test_an_engine_that_stays_does_not_retire(house: House) -> None:
    house.server._stays = True
    caller, _ = await house.greet("other")
    assert isinstance(await caller.hear(), Notice)
    caller.say(Retire())
    assert isinstance(await caller.hear(), Notice)
    assert not house.clerk.retired.is_set()


async def test_another_protocol_learns_who_is_here_and_gets_nothing_more(house: House) -> None:
    house.server.publish(EMPTY)
    caller = await house.call()
    caller.hello(protocol=PROTOCOL + 1)
    assert isinstance(await caller.hear(), Welcome)
    caller.say(Ping())
    assert await caller.hear() == Pong()


async def test_goodbye_is_said_to_all_before_the_end(house: House) -> None:
    first, _ = await house.greet()
    second, _ = await house.greet()
    goodbye = Goodbye(reason="done", final=True)
    await house.server.close(goodbye)
    for caller in (first, second):
        assert await caller.hear() == goodbye
        assert await caller.hear() is None
