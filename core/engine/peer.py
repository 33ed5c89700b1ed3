"""One attached viewer as the engine sees it: a bounded outbox, so that a slow reader never holds the engine."""

import asyncio
from collections import deque

from core.engine.frames import to_frame
from core.engine.messages import Goodbye, ToViewer, encoder

OUTBOX = 32
"""Other messages than updates that may wait; the oldest goes first."""
PATIENCE_SECONDS = 30.0
"""A viewer that reads nothing for this long is let go."""


class Peer:
    """Of updates only the newest waits to be sent: a slow viewer skips frames."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._update: bytes | None = None
        self._others: deque[bytes] = deque(maxlen=OUTBOX)
        self._wake = asyncio.Event()
        self._closing = False
        self.settings = ""
        """The digest it came with; empty before its `Hello`."""
        writer.transport.set_write_buffer_limits(high=0)  # `drain` waits for the reader, not for the buffer

    @property
    def is_dismissed(self) -> bool:
        return self._closing

    @property
    def is_attached(self) -> bool:
        return bool(self.settings) and not self._closing

    def send(self, message: ToViewer) -> None:
        """Queue any message but an update."""
        self._others.append(to_frame(encoder.encode(message)))
        self._wake.set()

    def send_update(self, frame: bytes) -> None:
        """Queue an encoded update in place of one still waiting."""
        self._update = frame
        self._wake.set()

    def dismiss(self, goodbye: Goodbye) -> None:
        """Say goodbye and close once that is written; the first one stands."""
        if self._closing:
            return
        self._update = None
        self.send(goodbye)
        self._closing = True

    async def write_all(self) -> None:
        """Write what is queued until dismissed or gone; raises `TimeoutError` where nobody reads."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while frame := self._next():
                self._writer.write(frame)
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await self._writer.drain()
            if self._closing:
                return

    def _next(self) -> bytes | None:
        if self._others:
            return self._others.popleft()
        frame, self._update = self._update, None
        return frame
