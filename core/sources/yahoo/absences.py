"""Symbols that Yahoo does not know: believed after three answers, then asked for again once a day."""

from datetime import datetime, timedelta

from core.clock import Clock

CONFIRMATIONS = 3
_RECHECK = timedelta(days=1)


class Absences:
    """Counts per key (an endpoint and a symbol)."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._counts: dict[str, int] = {}
        self._recheck: dict[str, datetime] = {}

    def note(self, key: str) -> int:
        """One more answer without it; returns how many there were."""
        count = self._counts[key] = self._counts.get(key, 0) + 1
        if count >= CONFIRMATIONS:
            self._recheck[key] = self._clock.now() + _RECHECK
        return count

    def clear(self, key: str) -> None:
        """It came."""
        self._counts.pop(key, None)
        self._recheck.pop(key, None)

    def recheck_at(self, key: str) -> datetime | None:
        """Until when it is not worth asking; None if it is worth it now."""
        due = self._recheck.get(key)
        return due if due is not None and due > self._clock.now() else None
