"""What the viewer is told when the engine misbehaves: every failure is a sentence, never an exception."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from msgspec import structs
from scripted import make_settings, short_directory
from viewing import Viewer

from core import __version__
from core.clock import SystemClock
from core.engine import client as client_module
from core.engine.client import EngineClient
from core.engine.frames import TO_ENGINE_BYTES, read_frame, to_frame
from core.engine.link import LinkState
from core.engine.lock import EngineLock
from core.engine.messages import (
    PROTOCOL,
    Goodbye,
    Hello,
    Notice,
    Play,
    Refresh,
    Retire,
    ToEngine,
    ToViewer,
    Update,
    Welcome,
    encoder,
    engine_decoder,
)
from core.engine.spec import EngineSpec, engine_digest
from core.paths import prepare
from core.snapshot import EMPTY, Health, Snapshot, SourceInfo

AT = datetime(2026, 3, 25, 20, 20, tzinfo=UTC)
SETTINGS = make_settings()


class FakeEngine:
    """One end of one conversation, scripted by a test."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def say(self, message: ToViewer) -> None:
        self.writer.write(to_frame(encoder.encode(message)))

    def welcome(self, spec: EngineSpec, **changes: object) -> None:
        usual = Welcome(
            protocol=PROTOCOL,
            program=__version__,
            settings=engine_digest(SETTINGS),
            pid=os.getpid(),
            viewers=0,
        )
        self.say(structs.replace(usual, **changes))

    async def hear(self) -> ToEngine | None:
        payload = await read_frame(self.reader, TO_ENGINE_BYTES)
        return None if payload is None else engine_decoder.decode(payload)


Script = Callable[[FakeEngine, EngineSpec], Awaitable[None]]


@asynccontextmanager
async def facing(*scripts: Script, speed: float | None = None) -> AsyncIterator[tuple[Viewer, EngineClient]]:
    """A client facing one scripted engine per connection; the last script serves all further ones."""
    with short_directory() as directory:
        spec = EngineSpec("simulated", str(directory))
        prepare(spec.paths)
        lock = EngineLock(spec.paths.lock)
        assert lock.acquire()  # no other engine may be started
        calls = 0

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal calls
            script = scripts[min(calls, len(scripts) - 1)]
            calls += 1
            engine = FakeEngine(reader, writer)
            hello = await engine.hear()
            assert isinstance(hello, Hello)
            await script(engine, spec)
            writer.close()

        server = await asyncio.start_unix_server(accept, spec.paths.socket)
        viewer = Viewer()
        client = EngineClient(structs.replace(spec, speed=speed), SETTINGS, SystemClock(), viewer)
        task = asyncio.create_task(client.run())
        try:
            yield viewer, client
        finally:
            await client.close()
            assert task.done()
            server.close()
            lock.release()


async def serve(engine: FakeEngine, spec: EngineSpec) -> None:
    engine.welcome(spec)
    engine.say(Update(EMPTY))
    await engine.hear()


async def test_an_engine_killed_while_it_speaks_has_ended_like_any_other() -> None:
    async def killed(engine: FakeEngine, spec: EngineSpec) -> None:
        engine.welcome(spec)
        engine.writer.write(to_frame(encoder.encode(Update(EMPTY)))[:-7])

    async with facing(killed, serve) as (viewer, _):
        text = await viewer.until_link(LinkState.LOST)
        assert text == "The engine ended. Starting it again."
        await viewer.until_link(LinkState.LIVE)
        assert LinkState.FAILED not in {link.state for link in viewer.links}


async def test_another_protocol_in_use_is_told_with_what_to_do() -> None:
    async def older(engine: FakeEngine, spec: EngineSpec) -> None:
        engine.welcome(spec, protocol=PROTOCOL + 1, program="9.9", viewers=2)
        await engine.hear()

    async with facing(older) as (viewer, _):
        text = await viewer.until_link(LinkState.FAILED)
        assert text == (
            f"The running engine is smid 9.9 (process {os.getpid()}), this is {__version__}: "
            "close its other viewers or end it."
        )


async def test_a_lonely_engine_of_another_version_is_asked_to_retire_once() -> None:
    asked: list[ToEngine | None] = []

    async def other(engine: FakeEngine, spec: EngineSpec) -> None:
        engine.welcome(spec, program="9.9")
        engine.say(Update(structs.replace(EMPTY, program="9.9")))
        asked.append(await engine.hear())
        engine.say(Goodbye(reason="making room"))

    async def stubborn(engine: FakeEngine, spec: EngineSpec) -> None:
        engine.welcome(spec, program="9.9")
        engine.say(Update(structs.replace(EMPTY, sequence=1)))
        asked.append(await engine.hear())

    async with facing(other, stubborn) as (viewer, client):
        await viewer.until(lambda: bool(viewer.snapshots))
        assert viewer.snapshots[0].sequence == 1, "nothing is shown of an engine that is about to leave"
        client.send(Refresh())
        while len(asked) < 2:
            await asyncio.sleep(0.01)
    assert asked == [Retire(), Refresh()]


async def test_an_engine_that_stays_is_joined_with_its_newest_snapshot() -> None:
    async def stays(engine: FakeEngine, spec: EngineSpec) -> None:
        engine.welcome(spec, settings="other")
        engine.say(Update(structs.replace(EMPTY, sequence=5)))
        await engine.hear()
        engine.say(Notice(text="goes on"))
        await engine.hear()

    async with facing(stays) as (viewer, _):
        await viewer.until(lambda: bool(viewer.snapshots))
        assert viewer.snapshots[0].sequence == 5
        assert viewer.notices == [Notice(text="goes on")]
        assert viewer.links[-1].state is LinkState.LIVE


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"\xff\xff\xff\xff", "something unreadable"),
        (to_frame(b"\xc1"), "something unreadable"),
        (to_frame(encoder.encode(Notice(text="hi"))), "did not say who it is"),
        (to_frame(encoder.encode(Goodbye(reason="full\x1b[2J"))), "refuses: full\N{REPLACEMENT CHARACTER}[2J"),
    ],
)
async def test_nonsense_from_the_engine_is_told_and_tried_again(data: bytes, complaint: str) -> None:
    async def nonsense(engine: FakeEngine, spec: EngineSpec) -> None:
        engine.writer.write(data)
        await engine.hear()

    async with facing(nonsense, serve) as (viewer, _):
        await viewer.until(lambda: any(link.state is LinkState.FAILED for link in viewer.links))
        assert complaint in viewer.links[-1].text
        await viewer.until_link(LinkState.LIVE)


async def test_a_final_goodbye_is_not_answered_by_another_try_at_once() -> None:
    async def final(engine: FakeEngine, spec: EngineSpec) -> None:
        engine.welcome(spec)
        engine.say(Goodbye(reason="written by a newer smid", final=True))

    async with facing(final) as (viewer, _):
        assert await viewer.until_link(LinkState.FAILED) == "written by a newer smid"


async def test_a_refusal_counts_at_the_start_alone() -> None:
    """Who has seen the market keeps the last of it on the screen."""
    goodbye = Goodbye(reason="no such day", final=True, refused=True)

    async def refuse(engine: FakeEngine, spec: EngineSpec) -> None:
        engine.welcome(spec)
        engine.say(Update(EMPTY))
        engine.say(goodbye)

    async def refuse_later(engine: FakeEngine, spec: EngineSpec) -> None:
        engine.welcome(spec)
        engine.say(Update(structs.replace(EMPTY, source=SourceInfo(name="files", health=Health.OK))))
        engine.say(goodbye)

    async with facing(refuse) as (viewer, _):
        assert await viewer.until_link(LinkState.REFUSED) == "no such day"
    async with facing(refuse_later) as (viewer, _):
        assert await viewer.until_link(LinkState.FAILED) == "no such day"


async def test_a_replay_that_is_being_watched_is_brought_to_the_speed_asked_for() -> None:
    heard: list[ToEngine | None] = []

    async def play(engine: FakeEngine, spec: EngineSpec) -> None:
        engine.welcome(spec)
        for health, ends, speed in ((Health.WAITING, None, 1.0), (Health.OK, AT, 600.0), (Health.OK, AT, 60.0)):
            engine.say(
                Update(structs.replace(EMPTY, source=SourceInfo(name="r", health=health, ends=ends, speed=speed)))
            )
        engine.say(Update(structs.replace(EMPTY, source=SourceInfo(name="r", health=Health.OK, ends=AT, speed=5.0))))
        heard.append(await engine.hear())
        engine.say(Notice(text="heard"))
        heard.append(await engine.hear())

    async with facing(play, speed=60.0) as (viewer, client):
        await viewer.until(lambda: bool(viewer.notices))
        client.send(Refresh())
        await viewer.until(lambda: len(heard) == 2 or viewer.links[-1].state is LinkState.LOST)
    assert heard == [Play(speed=60.0), Refresh()], "once: the keys change it from there on"


async def test_a_mistake_of_the_screen_does_not_end_the_conversation(caplog: pytest.LogCaptureFixture) -> None:
    async with facing(serve) as (viewer, _):

        def fails(snapshot: Snapshot) -> None:
            viewer.snapshots.append(snapshot)
            viewer._news.set()
            raise RuntimeError("a pane")

        viewer.on_snapshot = fails  # type: ignore[method-assign]
        await viewer.until(lambda: bool(viewer.snapshots))
        assert viewer.links[-1].state is LinkState.LIVE
    assert "the viewer failed to take a message" in caplog.text


async def test_a_mistake_of_the_client_becomes_a_link(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(spec: EngineSpec) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(client_module, "reach", broken)
    async with facing(serve) as (viewer, _):
        assert await viewer.until_link(LinkState.FAILED) == "Talking to the engine failed: ZeroDivisionError."


async def test_closing_is_quick_and_can_be_done_before_there_is_an_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    started = asyncio.Event()

    async def never(spec: EngineSpec) -> None:
        started.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(client_module, "reach", never)
    async with facing(serve) as (_, client):
        await started.wait()
        client.send(Refresh())
        async with asyncio.timeout(0.5):
            await client.close()
