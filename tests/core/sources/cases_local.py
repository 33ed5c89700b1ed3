"""The sources that need no network, for the contract test."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from source_makers import SETTINGS, Case, opened, utc, walk, write_daily, write_minutes

from core.clock import ManualClock
from core.sources.base import Source

_FIRST, _LAST = date(2025, 6, 2), date(2026, 3, 24)


@contextmanager
def _simulated(tmp_path: Path, clock: ManualClock) -> Iterator[Source]:
    with opened("simulated:3", tmp_path, clock) as source:
        yield source


@contextmanager
def _evaluated(tmp_path: Path, clock: ManualClock) -> Iterator[Source]:
    with opened("simulated:3", tmp_path, clock, date=date(2026, 2, 27)) as source:
        yield source


@contextmanager
def _files(tmp_path: Path, clock: ManualClock) -> Iterator[Source]:
    for symbol in ("SPY", "IWM"):
        write_daily(tmp_path / "daily", symbol, _FIRST, _LAST)
    with opened(f"files:{tmp_path / 'daily'}", tmp_path, clock) as source:
        yield source


@contextmanager
def _replay(tmp_path: Path, clock: ManualClock) -> Iterator[Source]:
    for symbol in ("SPY", "IWM"):
        write_daily(tmp_path / "daily", symbol, _FIRST, _LAST)
        write_minutes(tmp_path / "intraday", f"{symbol}_1m", utc("2026-03-24 13:30"), walk(120.0, 390), 60)
    with opened(f"replay:{tmp_path}", tmp_path, clock) as source:
        for symbol in SETTINGS.symbols:  # its tape waits for that
            source.fetch_history(symbol)
        clock.advance(1800)  # half an hour into the day
        yield source


CASES = [
    Case("simulated", _simulated),
    Case("simulated", _evaluated),
    Case("files", _files, has_minutes=False),
    Case("replay", _replay),
]
