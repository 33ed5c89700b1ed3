"""The engine's end of the socket: handshake, questions in, newest snapshot out."""

import asyncio
import contextlib
import logging
import os
import socket
from pathlib import Path
from typing import Protocol

import msgspec

from core import __version__
from core.engine.frames import TO_ENGINE_BYTES, FrameError, read_frame, to_frame
from core.engine.messages import (
    PROTOCOL,
    Goodbye,
    Hello,
    Notice,
    Ping,
    Pong,
    Retire,
    ToEngine,
    ToViewer,
    Update,
    Welcome,
    encoder,
    engine_decoder,
)
from core.engine.peer import Peer
from core.errors import SmidError
from core.snapshot import Snapshot
from core.text import clean

HELLO_SECONDS = 5.0
MOST_VIEWERS = 32

_log = logging.getLogger("smid.server")


class Desk(Protocol):
    """Who answers what viewers ask."""

    def on_question(self, peer: Peer, message: ToEngine) -> None: ...

    def on_viewers(self, count: int) -> None: ...

    def on_retire(self) -> None: ...


def bind(path: Path) -> socket.socket:
    """A private listening socket at `path`; removes a stale file there (hold the lock!). Raises `SmidError`."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        path.unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            listener.bind(str(path))
        finally:
            os.umask(before)
        listener.listen(MOST_VIEWERS)
    except OSError as error:
        listener.close()
        raise SmidError(f"Cannot listen on {clean(path)}: {clean(error.strerror or error)}.") from error
    listener.setblocking(False)
    return listener


class Server:
    """Keeps the peers and the newest update, encoded once for all of them."""

    def __init__(self, desk: Desk, digest: str, *, stays: bool) -> None:
        self._desk, self._digest, self._stays = desk, digest, stays
        self._peers: set[Peer] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._update: bytes | None = None
        self._shown: Snapshot | None = None
        self._server: asyncio.Server | None = None

    @property
    def viewers(self) -> int:
        """Viewers that have said hello."""
        return sum(peer.is_attached for peer in self._peers)

    async def open(self, listener: socket.socket) -> None:
        """Begin to accept on `listener`."""
        self._server = await asyncio.start_unix_server(self._accept, sock=listener)

    async def close(self, goodbye: Goodbye) -> None:
        """Tell every viewer why, give them a second to read it, and stop listening."""
        if self._server is not None:
            self._server.close()
        for peer in self._peers:
            peer.dismiss(goodbye)
        if self._tasks:
            _, slow = await asyncio.wait(self._tasks, timeout=1.0)
            for task in slow:
                task.cancel()
            await asyncio.gather(*slow, return_exceptions=True)

    def publish(self, snapshot: Snapshot) -> int:
        """Send `snapshot` to all; returns the bytes of its frame."""
        self._update, self._shown = to_frame(encoder.encode(Update(snapshot))), snapshot
        for peer in self._peers:
            if peer.is_attached:
                peer.send_update(self._update)
        return len(self._update)

    def tell(self, message: ToViewer) -> None:
        """Send `message` to all viewers."""
        for peer in self._peers:
            if peer.is_attached:
                peer.send(message)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        peer = Peer(writer)
        self._peers.add(peer)
        try:
            if len(self._peers) <= 2 * MOST_VIEWERS:
                await self._serve(peer, reader)
        except (OSError, TimeoutError) as error:
            _log.info("a viewer was let go: %s", clean(error) or type(error).__name__)
        except asyncio.CancelledError:
            _log.info("a viewer did not read the goodbye")  # the task ends here; asyncio would print it otherwise
        finally:
            self._peers.discard(peer)
            with contextlib.suppress(OSError):
                writer.close()
            self._desk.on_viewers(self.viewers)

    async def _serve(self, peer: Peer, reader: asyncio.StreamReader) -> None:
        """Read and write at once; the end of either ends both."""
        reading = asyncio.create_task(self._read(peer, reader))
        writing = asyncio.create_task(peer.write_all())
        try:
            await asyncio.wait((reading, writing), return_when=asyncio.FIRST_COMPLETED)
            if peer.is_dismissed:
                await asyncio.wait((writing,), timeout=1.0)  # let the goodbye out
        finally:
            reading.cancel()
            writing.cancel()
            results = await asyncio.gather(reading, writing, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result

    async def _read(self, peer: Peer, reader: asyncio.StreamReader) -> None:
        """Questions until the viewer leaves or speaks nonsense; a viewer's mistakes are its own."""
        try:
            async with asyncio.timeout(HELLO_SECONDS):
                first = await self._next(reader)
            if first is None or not self._greet(peer, first):
                return
            while (message := await self._next(reader)) is not None:
                self._answer(peer, message)
        except TimeoutError:
            peer.dismiss(Goodbye(reason="no hello"))
        except (FrameError, msgspec.MsgspecError) as error:
            _log.warning("a viewer sent something unreadable: %s", clean(error))
            peer.dismiss(Goodbye(reason=f"unreadable: {clean(error)}"))

    async def _next(self, reader: asyncio.StreamReader) -> ToEngine | None:
        payload = await read_frame(reader, TO_ENGINE_BYTES)
        return None if payload is None else engine_decoder.decode(payload)

    def _greet(self, peer: Peer, hello: ToEngine) -> bool:
        if not isinstance(hello, Hello):
            peer.dismiss(Goodbye(reason="the first word must be hello"))
            return False
        if self.viewers >= MOST_VIEWERS:
            peer.dismiss(Goodbye(reason=f"{MOST_VIEWERS} viewers are attached already", final=True))
            return False
        peer.send(
            Welcome(
                protocol=PROTOCOL,
                program=__version__,
                settings=self._digest,
                pid=os.getpid(),
                viewers=self._settled(peer),
                attached=self.viewers,
                source=self._shown.source if self._shown else None,
                outbox=self._shown.outbox if self._shown else None,
            )
        )
        peer.settings = hello.settings or "?"
        if hello.protocol == PROTOCOL:
            self._tell_difference(peer, hello)
            if self._update is not None:
                peer.send_update(self._update)
            self._desk.on_viewers(self.viewers)
        return True

    def _tell_difference(self, peer: Peer, hello: Hello) -> None:
        alone = self._settled(peer) == 0 and not self._stays
        if alone or (hello.settings == self._digest and hello.program == __version__):
            return
        what = "other settings" if hello.settings != self._digest else f"version {__version__}"
        peer.send(Notice(text=f"The running engine uses {what}; yours apply when it ends.", severity="warning"))

    def _answer(self, peer: Peer, message: ToEngine) -> None:
        if isinstance(message, Ping):
            peer.send(Pong())
        elif isinstance(message, Retire):
            if self._stays or self._settled(peer):
                peer.send(Notice(text="The engine is in use and goes on with its own settings.", severity="warning"))
            else:
                self._desk.on_retire()
        else:
            self._desk.on_question(peer, message)

    def _settled(self, peer: Peer) -> int:
        """Other viewers that run with this engine's settings, and would lose it."""
        return sum(p.is_attached and p.settings == self._digest for p in self._peers if p is not peer)
