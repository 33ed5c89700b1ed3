"""A market to test the Yahoo source in: the loopback server, one clock for both sides, and the source itself."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec
from source_makers import SETTINGS, utc

from core.clock import ManualClock
from core.market.quotes import Quote
from core.settings import Settings
from core.sources.base import Context, Ok, Problem, QuoteBatch
from core.sources.yahoo.source import YahooSource
from tests.loopback.redirect import redirect
from tests.loopback.server import Loopback

OPEN = utc("2026-03-24 15:00")  # a Tuesday, 11:00 in New York
THREE = ("SPY", "IWM", "AAPL")


@dataclass
class Lab:
    server: Loopback
    clock: ManualClock
    source: YahooSource
    cache: Path

    def poll(self, symbols: Sequence[str] = THREE, after: float = 0.0) -> QuoteBatch:
        """Move on, poll, and insist on a batch."""
        self.clock.advance(after)
        answer = self.source.fetch_quotes(symbols)
        assert isinstance(answer, Ok), answer
        return answer.value

    def fail(self, symbols: Sequence[str] = THREE, after: float = 0.0) -> Problem:
        """Move on, poll, and insist on a problem."""
        self.clock.advance(after)
        answer = self.source.fetch_quotes(symbols)
        assert isinstance(answer, Problem), answer
        return answer

    def quote(self, symbol: str, after: float = 0.0) -> Quote:
        return self.poll([symbol], after).quotes[symbol]

    def set(self, mode: str, on: str = "quote,chart", symbols: str = "") -> None:
        """Change what the server does, and count from here."""
        self.server.set(mode, on=on, symbols=symbols)
        self.server.reset_counts()


def settings_with(**refresh: float) -> Settings:
    return msgspec.structs.replace(SETTINGS, refresh=msgspec.structs.replace(SETTINGS.refresh, **refresh))


@contextmanager
def open_lab(cache: Path, at: datetime = OPEN, chance: float = 0.999, **refresh: float) -> Iterator[Lab]:
    """`chance` is what the random number of every jitter is: near 1 makes waits their longest."""
    clock = ManualClock(at)
    with Loopback(clock) as server, redirect(server.url):
        source = YahooSource(Context(clock, settings_with(**refresh), cache), random=lambda: chance)
        try:
            yield Lab(server, clock, source, cache)
        finally:
            source.close()
