"""Markets on disk made for tests, and the hook by which a source joins the contract test.

A source joins by a file `cases_<source>.py` in this directory with a list `CASES` of `Case`; `test_contract.py`
then puts every promise of `core.sources.base.Source` to each of them.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

from core.clock import ManualClock
from core.config import load_settings
from core.market.sessions import Exchange
from core.sources.base import Context, Source
from core.sources.registry import open_source

EXCHANGE = Exchange()
SETTINGS = load_settings()
WALL = datetime(2026, 3, 26, 3, 0, tzinfo=UTC)  # the night after Wednesday the 25th in New York
REAL = Path(__file__).parents[4] / "shared" / "market"


@dataclass(frozen=True)
class Case:
    """How to open one source for the contract test.

    `open(tmp_path, clock)` enters to a working source that knows SPY and IWM; it must not reach any network but
    loopback, and `clock` (which shows `WALL` at first) is its only time.
    """

    name: str
    open: Callable[[Path, ManualClock], AbstractContextManager[Source]]
    has_minutes: bool = True


def make_context(tmp_path: Path, clock: ManualClock | None = None, **more: object) -> Context:
    return Context(clock or ManualClock(WALL), SETTINGS, tmp_path / "cache", exchange=EXCHANGE, **more)  # type: ignore[arg-type]


@contextmanager
def opened(spec: str, tmp_path: Path, clock: ManualClock | None = None, **more: object) -> Iterator[Source]:
    """A source by its name, closed at the end."""
    source = open_source(spec, make_context(tmp_path, clock, **more))
    try:
        yield source
    finally:
        source.close()


def write_daily(directory: Path, symbol: str, first: date, last: date, start: float = 100.0) -> Path:
    """A file of plausible bars; the close rises by 0.1 a session, the adjusted close is 2 % below it."""
    directory.mkdir(parents=True, exist_ok=True)
    lines = ["Date,Open,High,Low,Close,Adj Close,Volume"]
    for row, day in enumerate(EXCHANGE.sessions(first, last).tolist()):
        close = start + row / 10
        prices = f"{close - 0.2:.2f},{close + 0.5:.2f},{close - 0.5:.2f},{close:.2f},{close * 0.98:.6f}"
        lines.append(f"{day},{prices},{1000 + row}")
    path = directory / f"{symbol}.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def write_minutes(directory: Path, name: str, begin: datetime, closes: list[float], step: int) -> Path:
    """A recording with one bar every `step` seconds; each opens at the close before it, volume 10."""
    directory.mkdir(parents=True, exist_ok=True)
    lines, before = ["Datetime,Open,High,Low,Close,Volume"], closes[0]
    for row, close in enumerate(closes):
        at = (begin + timedelta(seconds=row * step)).strftime("%Y-%m-%dT%H:%M:%SZ")
        lines.append(
            f"{at},{before:.4f},{max(before, close) + 0.05:.4f},{min(before, close) - 0.05:.4f},{close:.4f},10"
        )
        before = close
    path = directory / f"{name}.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def walk(start: float, count: int, seed: int = 0) -> list[float]:
    """Prices that wander around `start`."""
    prices: list[float] = (
        (start * np.exp(np.random.default_rng(seed).normal(0, 0.0005, count).cumsum())).round(4).tolist()
    )
    return prices


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
