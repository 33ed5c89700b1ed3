"""How much may be asked of Yahoo: two token buckets, a minute's and an hour's, kept on disk.

There is no official number. 60 a minute and 360 an hour is what yfinance's maintainers and users report as safe
(issues 1620 and 2128 of yfinance); the settings may lower it. A failure costs three.
"""

from core.clock import Clock
from core.sources.yahoo.ledger import Account, Ledger

FAILURE_COST = 3
_MINUTE = 60.0
_HOUR = 3600.0


class Budget:
    """Tokens flow back evenly; debt is possible, because the cost of a failure is only known afterwards."""

    def __init__(self, clock: Clock, ledger: Ledger, per_minute: int, per_hour: int) -> None:
        self._clock = clock
        self._ledger = ledger
        self._per_minute = per_minute
        self._per_hour = per_hour

    def account(self) -> Account:
        """The account with the tokens that have flowed back until now."""
        now = self._clock.now().timestamp()
        held = self._ledger.load() or Account(self._per_minute, self._per_hour, now)
        passed = max(0.0, now - held.at)  # a clock put back brings no tokens
        held.minute = min(self._per_minute, held.minute + passed * self._per_minute / _MINUTE)
        held.hour = min(self._per_hour, held.hour + passed * self._per_hour / _HOUR)
        held.at = now
        return held

    def wait(self, reserve: float = 0.0) -> float:
        """Seconds until one more request is allowed, 0 for now; `reserve` (0 to 1) of the hour is left to others."""
        held = self.account()
        minute = (1 - held.minute) * _MINUTE / self._per_minute
        hour = (1 + reserve * self._per_hour - held.hour) * _HOUR / self._per_hour
        return max(0.0, minute, hour)

    def charge(self, requests: int, failed: bool) -> None:
        """Take what a call has cost: each request it sent, three at least if it failed."""
        held = self.account()
        cost = max(requests, FAILURE_COST if failed else 0)
        held.minute -= cost
        held.hour -= cost
        self._ledger.save(held)
