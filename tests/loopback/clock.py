"""The market's clock of a running loopback server: the machine's, moved and perhaps faster, shared through a file."""

import json
from datetime import UTC, datetime
from pathlib import Path

from core.clock import Clock, SystemClock


class MarketClock:
    """Tells `market + (real - real then) * speed`; with a file, every process that reads it tells the same."""

    def __init__(self, file: Path | None = None) -> None:
        self._real = SystemClock()
        self._file = file
        now = self._real.now().timestamp()
        self._state = {"real": now, "market": now, "speed": 1.0}
        self._save()

    def now(self) -> datetime:
        return to_market(self._state, self._real.now())

    def monotonic(self) -> float:
        return self._real.monotonic()

    def set(self, moment: datetime | None = None, speed: float | None = None) -> None:
        """Go to a moment, change the speed, or both."""
        real, market = self._real.now(), self.now()
        faster = self._state["speed"] if speed is None else speed
        self._state = {"real": real.timestamp(), "market": (moment or market).timestamp(), "speed": faster}
        self._save()

    def _save(self) -> None:
        if self._file is None:
            return
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps(self._state), encoding="utf-8")
        fresh.replace(self._file)


class FollowingClock:
    """The same time in another process: it reads the server's file at every look."""

    def __init__(self, file: Path, real: Clock) -> None:
        self._file = file
        self._real = real

    def now(self) -> datetime:
        return to_market(json.loads(self._file.read_text(encoding="utf-8")), self._real.now())

    def monotonic(self) -> float:
        return self._real.monotonic()


def to_market(state: dict[str, float], real: datetime) -> datetime:
    """The market's time at a real one."""
    seconds = state["market"] + (real.timestamp() - state["real"]) * state["speed"]
    return datetime.fromtimestamp(seconds, UTC)
