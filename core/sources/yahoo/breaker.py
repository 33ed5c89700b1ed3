"""Circuit breakers: after a failure nothing is asked for a while, twice as long after each further one."""

from collections.abc import Callable
from datetime import datetime, timedelta

from core.clock import Clock
from core.sources.yahoo.budget import Budget
from core.sources.yahoo.ledger import Ledger

Random = Callable[[], float]  # uniform in [0, 1)


class Breaker:
    """Waits `first` seconds, doubled up to `cap`, with full jitter but never under half of `first`.

    Closed while all is well; open after a failure until the wait is over; then half-open: one small request
    decides. A wait that Yahoo itself names is honoured if it is the longer one.
    """

    def __init__(self, clock: Clock, first: float, cap: float, random: Random) -> None:
        self._clock = clock
        self._first = first
        self._cap = cap
        self._random = random
        self._steps = 0
        self._until = 0.0
        self.reason = ""

    def retry_at(self) -> datetime | None:
        """When asking again makes sense; None if it does now."""
        left = self._until - self._clock.now().timestamp()
        return self._clock.now() + timedelta(seconds=left) if left > 0 else None

    @property
    def is_half_open(self) -> bool:
        """Whether the wait is over but no request has succeeded yet."""
        return self._steps > 0 and self.retry_at() is None

    @property
    def failures(self) -> int:
        """How many in a row."""
        return self._steps

    def trip(self, reason: str, retry_after: float | None = None) -> None:
        """Open after a failure."""
        top = min(self._cap, self._first * 2.0 ** min(self._steps, 30))
        wait = max(self._first / 2, top * self._random(), retry_after or 0.0)
        self._steps += 1
        self._until = self._clock.now().timestamp() + wait
        self.reason = reason

    def reset(self) -> None:
        """Close after a success."""
        self._steps, self._until, self.reason = 0, 0.0, ""


class Circuit(Breaker):
    """The one breaker for everything (429): it outlives the process, so a restart does not ask again at once."""

    def __init__(self, clock: Clock, ledger: Ledger, budget: Budget, random: Random) -> None:
        super().__init__(clock, first=60.0, cap=1800.0, random=random)
        self._ledger = ledger
        self._budget = budget
        self.reload()

    def reload(self) -> None:
        """Take over what another process on the same cache directory has learnt."""
        held = self._ledger.load()
        if held is not None:
            self._steps = held.steps
            self._until = min(held.open_until, self._clock.now().timestamp() + 86_400.0)
            self.reason = self.reason or "Yahoo asks us to wait"

    def trip(self, reason: str, retry_after: float | None = None) -> None:
        """Open, and remember it on disk."""
        super().trip(reason, retry_after)
        self._save()

    def reset(self) -> None:
        """Close, and remember it on disk if it was open."""
        was_open = self._steps > 0
        super().reset()
        if was_open:
            self._save()

    def _save(self) -> None:
        account = self._budget.account()
        account.open_until, account.steps = self._until, self._steps
        self._ledger.save(account)
