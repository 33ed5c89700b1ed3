"""The election: whoever holds the lock of a data directory is its engine. The kernel lets go when a process dies."""

import fcntl
import os
from pathlib import Path
from threading import Event

from core.paths import PRIVATE_FILE


class EngineLock:
    """An advisory lock on a file that is never removed (removing it would let two processes hold 'the' lock)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def acquire(self) -> bool:
        """Take the lock without waiting; False where another process (or holder) has it. Raises `OSError`."""
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        self._handle = handle
        return True

    def insist(self, seconds: float = 0.5) -> bool:
        """`acquire`, trying a little longer: somebody may just be looking (`find_holder`) or just be leaving."""
        for _ in range(10):
            if self.acquire():
                return True
            Event().wait(seconds / 10)
        return False

    def release(self) -> None:
        """Let go; harmless when not held."""
        if self._handle is not None:
            os.ftruncate(self._handle, 0)
            os.close(self._handle)
            self._handle = None


def find_holder(path: Path) -> int | None:
    """The process id that holds the lock at `path`; None where nobody does. Raises `OSError` other than absence."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        text = os.pread(handle, 20, 0).split()
        return int(text[0]) if text and text[0].isdigit() else None
    finally:
        os.close(handle)
    return None
