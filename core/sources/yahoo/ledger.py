"""What must outlive the process: how much was asked of Yahoo lately, and whether it told us to wait."""

import contextlib
import os
from pathlib import Path

import msgspec
from msgspec import Struct


class Account(Struct):
    """Tokens left in both buckets at `at`, and the state of the main circuit; times in seconds since 1970."""

    minute: float
    hour: float
    at: float
    open_until: float = 0.0
    steps: int = 0


class Ledger:
    """One small JSON file, replaced atomically, readable by the user alone.

    It is read before every request, so that two processes on one cache directory share one budget.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held: Account | None = None

    def load(self) -> Account | None:
        """The account as last saved by anyone, or else by this process; None where there is none."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Account)
        except (OSError, msgspec.MsgspecError):
            return self._held

    def save(self, account: Account) -> None:
        """Write the account; on a full or read-only disk this process still remembers it."""
        self._held = account
        fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(msgspec.json.encode(account))
            fresh.replace(self._path)
        except OSError:
            with contextlib.suppress(OSError):
                fresh.unlink()
