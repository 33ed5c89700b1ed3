"""Yahoo, by the real yfinance client against the loopback server, for the contract test."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from source_makers import Case, opened

from core.clock import ManualClock
from core.sources.base import Source
from tests.loopback.redirect import redirect
from tests.loopback.server import Loopback


@contextmanager
def _yahoo(tmp_path: Path, clock: ManualClock) -> Iterator[Source]:
    with Loopback(clock) as server, redirect(server.url), opened("yahoo", tmp_path, clock) as source:
        yield source


CASES = [Case("yahoo", _yahoo)]
