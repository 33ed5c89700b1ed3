"""A terminal that counts: runs a command on a pty and watches bytes, time, memory and processor use."""

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

_TICKS = os.sysconf("SC_CLK_TCK")


class Screen:
    """One program on one pty; `bytes_seen` grows as it writes."""

    def __init__(self, command: Sequence[str], env: dict[str, str], size: tuple[int, int] = (120, 40)) -> None:
        self.started = time.monotonic()
        self.output = bytearray()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], list(command), env)
        columns, rows = size
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self._fd)

    def _chunks(self, seconds: float) -> Iterator[bytes]:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if not select.select([self._fd], [], [], left)[0]:
                return
            try:
                chunk = os.read(self._fd, 65_536)
            except OSError:
                return
            if not chunk:
                return
            yield chunk

    def read(self, seconds: float) -> int:
        """Read for `seconds`; how many bytes came."""
        before = len(self.output)
        for chunk in self._chunks(seconds):
            self.output += chunk
        return len(self.output) - before

    def wait_for(self, wanted: bytes, seconds: float = 30.0) -> float:
        """Seconds from the start of the process until `wanted` was written; raises TimeoutError."""
        if wanted in self.output:
            return time.monotonic() - self.started
        for chunk in self._chunks(seconds):
            self.output += chunk
            if wanted in self.output:
                return time.monotonic() - self.started
        raise TimeoutError(f"{wanted!r} was not written within {seconds} s; last: {bytes(self.output[-300:])!r}")

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
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))

    def cpu_seconds(self) -> float:
        """Processor time used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS
