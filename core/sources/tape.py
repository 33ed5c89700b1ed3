"""The time of a recording: it runs at its speed on the monotonic clock, can be paused and moved forward."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.sources.base import Playback

SLOWEST, FASTEST = 1.0, 600.0
_LONGEST_STEP = 86_400.0


@dataclass(frozen=True, slots=True)
class Tape:
    """Where the recording was (`at`) when the monotonic clock showed `tick`; every change makes a new one.

    Being frozen, it can be read by one thread while another replaces it.
    """

    begins: datetime
    ends: datetime
    at: datetime
    tick: float
    speed: float = SLOWEST
    paused: bool = False
    waiting: bool = False
    """It does not run yet: what is to be seen with it is still being read."""

    def time(self, tick: float) -> datetime:
        """The market's time when the monotonic clock shows `tick`; it stops at the end."""
        if self.paused or self.waiting:
            return self.at
        left = (self.ends - self.at).total_seconds()
        return self.at + timedelta(seconds=min(max(0.0, tick - self.tick) * self.speed, left))

    def with_pause(self, paused: bool, tick: float) -> "Tape":
        return replace(self, at=self.time(tick), tick=tick, paused=paused)

    def started(self, tick: float) -> "Tape":
        """Waiting no more."""
        return replace(self, tick=tick, waiting=False)

    def with_speed(self, speed: float, tick: float) -> "Tape":
        """At 1 to 600 market seconds per second, whatever was asked for."""
        return replace(self, at=self.time(tick), tick=tick, speed=min(max(SLOWEST, speed), FASTEST))

    def with_step(self, seconds: float, tick: float) -> "Tape":
        """Moved forward by market seconds; never backward, never past the end."""
        forward = timedelta(seconds=min(max(0.0, seconds), _LONGEST_STEP))
        return replace(self, at=min(self.time(tick) + forward, self.ends), tick=tick)

    def playback(self) -> Playback:
        return Playback(speed=self.speed, paused=self.paused or self.waiting, begins=self.begins, ends=self.ends)
