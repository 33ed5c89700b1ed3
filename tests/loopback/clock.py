"""The market's clock of a running loopback server: the machine's, moved and perhaps faster, shared through a file."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.clock import Clock, SystemClock


@dataclass(frozen=True)
class Pace:
    """Where both clocks stood when the pace was set: the machine's wall and monotonic seconds, and the market's."""

    wall: float
    monotonic: float
    market: float
    elapsed: float
    speed: float = 1.0

    def now(self, real: Clock) -> datetime:
        """The market's time: a jump of the machine's wall clock is one of the market's too."""
        return datetime.fromtimestamp(self.market + (real.now().timestamp() - self.wall) * self.speed, UTC)

    def monotonic_of(self, real: Clock) -> float:
        """Seconds of the market's monotonic clock, which knows the speed but no jumps."""
        return self.elapsed + (real.monotonic() - self.monotonic) * self.speed


class MarketClock:
    """Tells `market + (real - real then) * speed`; with a file, every process that reads it tells the same."""

    def __init__(self, file: Path | None = None, real: Clock | None = None) -> None:
        self._real = real or SystemClock()
        self.file = file
        now, monotonic = self._real.now().timestamp(), self._real.monotonic()
        self._keep(Pace(now, monotonic, now, monotonic))

    def now(self) -> datetime:
        return self._pace.now(self._real)

    def monotonic(self) -> float:
        return self._pace.monotonic_of(self._real)

    @property
    def speed(self) -> float:
        """Market seconds per second."""
        return self._pace.speed

    def set(self, moment: datetime | None = None, speed: float | None = None) -> None:
        """Go to a moment, change the speed, or both."""
        market, faster = (moment or self.now()).timestamp(), self._pace.speed if speed is None else speed
        wall, monotonic = self._real.now().timestamp(), self._real.monotonic()
        self._keep(Pace(wall, monotonic, market, self.monotonic(), faster))

    def _keep(self, pace: Pace) -> None:
        self._pace = pace
        if self.file is None:
            return
        fresh = self.file.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(pace)), encoding="utf-8")
        fresh.replace(self.file)


class FollowingClock:
    """The same time in another process, by the server's file."""

    def __init__(self, file: Path, real: Clock) -> None:
        self._file = file
        self._real = real
        self._read: tuple[tuple[int, int], Pace] | None = None

    @property
    def pace(self) -> Pace:
        """As the file has it now; read again when it was replaced, remembered when the server took it along."""
        try:
            found = self._file.stat()
            stamp = found.st_ino, found.st_mtime_ns
            if self._read is None or self._read[0] != stamp:
                self._read = stamp, Pace(**json.loads(self._file.read_text(encoding="utf-8")))
        except FileNotFoundError:
            if self._read is None:
                raise
        return self._read[1]

    def now(self) -> datetime:
        return self.pace.now(self._real)

    def monotonic(self) -> float:
        return self.pace.monotonic_of(self._real)
