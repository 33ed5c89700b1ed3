"""A terminal that counts: runs a command on a pty and keeps what it writes, and when."""

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Self

import pyte

from bench.process import cpu_seconds, memory_mb

Shows = Callable[[list[str]], bool]
"""Whether the rows of a screen show what is waited for."""

# pyte does not know the private sequences of the keyboard protocol, and would print their last letter.
_PRIVATE = re.compile(rb"\x1b\[[<>][0-9;]*u|\x1b\[\?[0-9;]*\$p")


class Screen:
    """One program on one pty. Nothing is interpreted while it runs: that would take its processor time."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str], size: tuple[int, int] = (120, 40)) -> None:
        self.size = size
        self.chunks: list[tuple[float, bytes]] = []
        """What was written, with the seconds since the process was started."""
        self._started = time.monotonic()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
            os.execvpe(command[0], list(command), dict(env))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self._fd)

    def read(self, seconds: float) -> int:
        """Read for `seconds`; how many bytes came."""
        before = len(self.chunks)
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and select.select([self._fd], [], [], left)[0]:
            try:
                chunk = os.read(self._fd, 65_536)
            except OSError:  # Linux says EIO when the last writer has gone
                break
            if not chunk:
                break
            self.chunks.append((time.monotonic() - self._started, chunk))
        return sum(len(chunk) for _, chunk in self.chunks[before:])

    def seconds_until(self, shows: Shows) -> float:
        """Seconds from the start of the process until the screen showed it, in what was read so far.

        Raises TimeoutError with the last screen where it never did.
        """
        screen = pyte.Screen(*self.size)
        stream = pyte.ByteStream(screen)
        for seconds, chunk in self.chunks:
            stream.feed(_PRIVATE.sub(b"", chunk))
            if shows(screen.display):
                return seconds
        raise TimeoutError("what was waited for did not appear on\n" + "\n".join(screen.display))

    def type(self, keys: bytes) -> None:
        os.write(self._fd, keys)

    def quit_seconds(self, keys: bytes = b"q") -> float:
        """Press the quit key; seconds until the process is gone."""
        before = time.monotonic()
        self.type(keys)
        while os.waitpid(self.pid, os.WNOHANG)[0] == 0:
            self.read(0.005)
            if time.monotonic() - before > 10:
                raise TimeoutError("did not quit within 10 s")
        return time.monotonic() - before

    def memory_mb(self) -> float:
        """Resident memory now, MB."""
        return memory_mb(self.pid)

    def cpu_seconds(self) -> float:
        """Processor time used so far."""
        return cpu_seconds(self.pid)
