"""What one channel has to send: gathered, sent as one message, tried again with ever longer pauses."""

from datetime import datetime, timedelta

from core.clock import Clock
from core.journal.entry import Entry
from core.outbox import ChannelState

FIRST_PAUSE_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 3600.0


class Post:
    """The queue of one channel; of each finding the newest change alone. Times are the wall clock's."""

    def __init__(self, name: str, clock: Clock, *, group_seconds: float, most_tries: int) -> None:
        self.name, self._clock = name, clock
        self._group, self._most_tries = group_seconds, most_tries
        self._waiting: dict[tuple[str, str], Entry] = {}
        self._not_before = float("-inf")
        self._tries = 0
        self._last_success: datetime | None = None
        self._last_failure: datetime | None = None
        self._reason = ""
        self._next_try: datetime | None = None
        self.is_sending = False

    @property
    def waiting(self) -> tuple[Entry, ...]:
        return tuple(self._waiting.values())

    @property
    def is_due(self) -> bool:
        """Whether something waits, nothing is on its way, and the time for it has come."""
        return bool(self._waiting) and not self.is_sending and self._clock.monotonic() >= self._not_before

    @property
    def state(self) -> ChannelState:
        return ChannelState(
            name=self.name,
            last_success=self._last_success,
            last_failure=self._last_failure,
            reason=self._reason,
            waiting=len(self._waiting),
            tries=self._tries,
            next_try=self._next_try if self._waiting else None,
        )

    def add(self, entry: Entry) -> None:
        """Let `entry` wait for the end of its group; the first one begins it."""
        if not self._waiting and not self._tries:
            self._not_before = self._clock.monotonic() + self._group
        self._waiting[entry.key] = entry

    def drop(self, entry: Entry) -> None:
        """What it says holds no longer."""
        if self._waiting.get(entry.key) is entry:
            del self._waiting[entry.key]

    def take_all(self) -> list[Entry]:
        """Take what waits, to be sent now."""
        taken = list(self._waiting.values())
        self._waiting.clear()
        self.is_sending = True
        return taken

    def note_success(self) -> None:
        self.is_sending, self._tries, self._not_before = False, 0, float("-inf")
        if self._waiting:  # came meanwhile: a group of its own
            self._not_before = self._clock.monotonic() + self._group
        self._last_success, self._next_try = self._clock.now(), None

    def note_failure(self, entries: list[Entry], reason: str) -> bool:
        """Keep `entries` for another try; False where this was the last one."""
        self.is_sending, self._reason = False, reason
        self._last_failure = self._clock.now()
        self._tries += 1
        if self._tries >= self._most_tries:
            self._tries, self._next_try = 0, None
            self._not_before = self._clock.monotonic() + self._group
            return False
        pause = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** (self._tries - 1))
        self._not_before = self._clock.monotonic() + pause
        self._next_try = self._last_failure + timedelta(seconds=pause)
        self._waiting = {entry.key: entry for entry in entries} | self._waiting
        return True
