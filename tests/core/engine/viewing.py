"""A listener that can be waited on, and real engines in a directory of their own."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from scripted import short_directory

from core.clock import SystemClock
from core.config import load_settings
from core.engine.client import EngineClient
from core.engine.frames import TO_VIEWER_BYTES, read_frame, to_frame
from core.engine.link import Link, LinkState
from core.engine.lock import find_holder
from core.engine.messages import PROTOCOL, Bell, Explained, Hello, Notice, Welcome, encoder, viewer_decoder
from core.engine.spec import EngineSpec
from core.snapshot import History, Snapshot

PATIENCE = 30.0


class Viewer:
    """Keeps what it is told and wakes whoever waits for it."""

    def __init__(self) -> None:
        self.snapshots: list[Snapshot] = []
        self.histories: list[History] = []
        self.explained: list[Explained] = []
        self.links: list[Link] = []
        self.notices: list[Notice] = []
        self.bells: list[Bell] = []
        self._news = asyncio.Event()

    def on_snapshot(self, snapshot: Snapshot) -> None:
        self.snapshots = [*self.snapshots[-50:], snapshot]
        self._news.set()

    def on_history(self, history: History) -> None:
        self.histories.append(history)
        self._news.set()

    def on_explained(self, explained: Explained) -> None:
        self.explained.append(explained)
        self._news.set()

    def on_link(self, link: Link) -> None:
        self.links.append(link)
        self._news.set()

    def on_bell(self, bell: Bell) -> None:
        self.bells.append(bell)
        self._news.set()

    def on_notice(self, notice: Notice) -> None:
        self.notices.append(notice)
        self._news.set()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Return when `holds`, looking again at every piece of news."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not holds():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            source = self.snapshots[-1].source if self.snapshots else None
            raise AssertionError(f"waited in vain: {self.links[-3:]}, {source}") from None

    async def until_link(self, state: LinkState) -> str:
        await self.until(lambda: bool(self.links) and self.links[-1].state is state)
        return self.links[-1].text

    async def until_numbers(self) -> Snapshot:
        """The first snapshot, from now on, that is computed and complete."""
        self.snapshots.clear()
        await self.until(lambda: bool(self.snapshots) and is_complete(self.snapshots[-1]))
        return self.snapshots[-1]


def is_complete(snapshot: Snapshot) -> bool:
    return bool(snapshot.measures) and not snapshot.source.loading and "last known" not in snapshot.source.reason


class Home:
    """A data directory and a settings file; ends whatever engine is left in it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.config = directory / "config.toml"
        self.configure()
        self.spec = EngineSpec("simulated", str(directory / "data"), str(self.config))

    def configure(self, linger: float = 5, more: str = "") -> None:
        self.config.write_text(f"[engine]\nlinger_seconds = {linger}\n[refresh]\nsimulated_seconds = 0.2\n{more}\n")

    def holder(self) -> int | None:
        return find_holder(self.spec.paths.lock)

    async def until_left(self) -> None:
        """Return when the engine has noticed that all its viewers are gone."""
        async with asyncio.timeout(PATIENCE):
            while await self._others():
                await asyncio.sleep(0.02)

    async def _others(self) -> int:
        reader, writer = await asyncio.open_unix_connection(self.spec.paths.socket)
        writer.write(to_frame(encoder.encode(Hello(protocol=PROTOCOL, program="", settings="a test's"))))
        payload = await read_frame(reader, TO_VIEWER_BYTES)
        assert payload is not None
        welcome = viewer_decoder.decode(payload)
        assert isinstance(welcome, Welcome)
        writer.close()
        return welcome.viewers

    async def until_ended(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while self.holder() is not None:
                await asyncio.sleep(0.02)

    @contextlib.asynccontextmanager
    async def viewing(
        self, *, spec: EngineSpec | None = None, silence_seconds: float = 20.0
    ) -> AsyncIterator[tuple[Viewer, EngineClient]]:
        spec = spec or self.spec
        viewer = Viewer()
        settings = load_settings(Path(spec.config_file) if spec.config_file else None, source=spec.source)
        client = EngineClient(spec, settings, SystemClock(), viewer, silence_seconds=silence_seconds)
        task = asyncio.create_task(client.run())
        try:
            yield viewer, client
        finally:
            await client.close()
            assert task.done()

    def end(self) -> None:
        pid = self.holder()
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@pytest.fixture
def home() -> Iterator[Home]:
    with short_directory() as directory:
        made = Home(directory)
        yield made
        made.end()
