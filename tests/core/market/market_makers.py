"""Bars and quotes made for tests."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np

from core.market.bars import Bars
from core.market.quotes import Quote
from core.market.sessions import Exchange

DAILY = Path(__file__).parents[4] / "shared" / "market" / "daily"
EXCHANGE = Exchange()


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def make_bars(
    symbol: str,
    sessions: Sequence[str] | np.ndarray,
    close: Sequence[float] | np.ndarray,
    adj_close: Sequence[float] | np.ndarray | None = None,
    volume: float = 1e6,
) -> Bars:
    """Bars that open and stay at their close, give or take one percent."""
    prices = np.asarray(close, dtype=np.float64)
    spread = np.where(np.isfinite(prices), np.abs(prices) * 0.01, 0.0)
    return Bars(
        symbol=symbol,
        sessions=np.asarray(sessions, dtype="datetime64[D]"),
        open=prices.copy(),
        high=prices + spread,
        low=prices - spread,
        close=prices,
        adj_close=prices.copy() if adj_close is None else np.asarray(adj_close, dtype=np.float64),
        volume=np.full(len(prices), volume),
    )


def sessions_until(last: str, count: int) -> np.ndarray:
    """The last `count` sessions up to `last`."""
    day = date.fromisoformat(last)
    return EXCHANGE.sessions(date(day.year - 2 - count // 250, 1, 1), day)[-count:]


def walk(symbol: str, last: str = "2026-03-23", count: int = 300, seed: int = 1, factor: float = 1.0) -> Bars:
    """A random walk of 1 % a day that ends with `last`; its adjusted closes are `factor` times the closes."""
    steps = np.random.default_rng([seed, len(symbol), ord(symbol[-1])]).normal(0, 0.01, count)
    prices = 100 * np.exp(np.cumsum(steps))
    return make_bars(symbol, sessions_until(last, count), prices, prices * factor)


def quote(symbol: str, price: float, time: str, **details: float | str | None) -> Quote:
    return Quote(symbol=symbol, price=price, time=utc(time), **details)  # type: ignore[arg-type]
