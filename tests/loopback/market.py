"""An invented market for the loopback server: prices as a function of symbol and moment, nothing recorded.

The same seed gives the same prices at any time in any process, so history, quotes and minutes always agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from core.clock import SystemClock

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Profile:
    """What a symbol is. `level` is its price in the middle of the calendar, `sigma` a day's volatility."""

    name: str
    kind: str = "ETF"
    level: float = 100.0
    sigma: float = 0.010
    beta: float = 1.0
    zone: str = "America/New_York"
    pull: float = 0.0
    """How strongly its logarithm returns to the level each day; 0 is a random walk."""
    pays: bool = True


_INDEX = Profile("", kind="INDEX", pays=False)
_RATE = replace(_INDEX, zone="America/Chicago", pull=0.01, sigma=0.02, beta=0.2)
PROFILES = {
    "SPY": Profile("Loopback Large Caps 500", level=420),
    "IWM": Profile("Loopback Small Caps 2000", level=190, sigma=0.014, beta=1.2),
    "IJR": Profile("Loopback Small Caps 600", level=98, sigma=0.013, beta=1.15),
    "MDY": Profile("Loopback Mid Caps 400", level=470, sigma=0.012, beta=1.1),
    "RSP": Profile("Loopback Equal Weight", level=150),
    "QQQ": Profile("Loopback Growth", level=360, sigma=0.013, beta=1.15),
    "AAPL": Profile("Loopback Fruit Inc.", kind="EQUITY", level=170, sigma=0.017, beta=1.2),
    "^RUT": replace(_INDEX, name="Loopback Small Cap Index", level=1900, sigma=0.014, beta=1.2),
    "^GSPC": replace(_INDEX, name="Loopback Large Cap Index", level=4200),
    "^VIX": replace(_INDEX, name="Loopback Implied Volatility", level=17, sigma=0.06, beta=-4, pull=0.05),
    "^TNX": replace(_RATE, name="Loopback 10 Year Yield", level=4.0),
    "^FVX": replace(_RATE, name="Loopback 5 Year Yield", level=3.8),
    "^IRX": replace(_RATE, name="Loopback 13 Week Yield", level=3.5),
    "DX-Y.NYB": replace(_INDEX, name="Loopback Dollar Index", level=100, sigma=0.004, beta=-0.1),
}


def profile_of(symbol: str) -> Profile:
    """The profile of `symbol`; an unlisted one is a fund, or an index if it begins with ^."""
    fallback = _INDEX if symbol.startswith("^") else Profile("", level=40 + crc32(symbol.encode()) % 160)
    return PROFILES.get(symbol) or replace(fallback, name=f"Loopback {symbol}")


@dataclass(frozen=True)
class Calendar:
    """Sessions as datetime64[D]; opens and closes in seconds since 1970."""

    sessions: NDArray[np.datetime64]
    opens: NDArray[np.int64]
    closes: NDArray[np.int64]

    def last_started(self, now: datetime) -> int:
        """Row of the newest session that has begun."""
        return int(np.searchsorted(self.opens, now.timestamp(), side="right")) - 1

    def is_open(self, now: datetime) -> bool:
        row = self.last_started(now)
        return bool(now.timestamp() < self.closes[row])


@cache
def calendar() -> Calendar:
    """The New York sessions from 2000 to a year from now."""
    import exchange_calendars

    last = SystemClock().now().date() + timedelta(days=365)
    schedule = exchange_calendars.get_calendar("XNYS", start="2000-01-03", end=last.isoformat()).schedule
    opens = schedule["open"].dt.tz_convert(None).to_numpy().astype("datetime64[s]").astype(np.int64)
    closes = schedule["close"].dt.tz_convert(None).to_numpy().astype("datetime64[s]").astype(np.int64)
    return Calendar(schedule.index.to_numpy().astype("datetime64[D]"), opens, closes)


@dataclass(frozen=True)
class Days:
    """A symbol's whole life, one row a session of the calendar, the future included."""

    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats


@lru_cache(maxsize=256)
def days_of(symbol: str) -> Days:
    """All daily bars of a symbol: one common factor, its own noise, gaps at the open."""
    profile, size = profile_of(symbol), len(calendar().sessions)
    common = np.random.default_rng(crc32(b"market")).standard_t(5, size) * 0.006
    rng = np.random.default_rng(crc32(symbol.encode()))
    steps = profile.beta * common + profile.sigma * 0.7 * rng.standard_normal(size) + 0.0002
    log = _accumulate(steps, profile.pull)
    close = np.round(profile.level * np.exp(log - (0 if profile.pull else log[size // 2])), 2)
    gap = np.exp(0.3 * profile.sigma * rng.standard_normal(size))
    before = np.concatenate([close[:1], close[:-1]])
    open_ = np.round(before * gap, 2)
    reach = np.exp(0.4 * profile.sigma * np.abs(rng.standard_normal((2, size))))
    high = np.round(np.maximum(open_, close) * reach[0], 2)
    low = np.round(np.minimum(open_, close) / reach[1], 2)
    volume = np.zeros(size) if profile.kind == "INDEX" else np.round(3e7 * np.exp(0.3 * rng.standard_normal(size)))
    return Days(open_, high, low, close, volume)


def _accumulate(steps: Floats, pull: float) -> Floats:
    if not pull:
        return np.cumsum(steps)
    level, out = 0.0, np.empty_like(steps)
    for row, step in enumerate(steps):
        level = level * (1 - pull) + step
        out[row] = level
    return out


@lru_cache(maxsize=512)
def path_of(symbol: str, row: int) -> Floats:
    """Prices at every minute of session `row`, its open first and its close last, within its high and low."""
    days, when = days_of(symbol), calendar()
    minutes = int(when.closes[row] - when.opens[row]) // 60
    rng = np.random.default_rng((crc32(symbol.encode()), row))
    walk = np.concatenate([[0.0], np.cumsum(rng.standard_normal(minutes))]) * profile_of(symbol).sigma / 25
    along = np.linspace(0.0, 1.0, minutes + 1)
    line = np.log(days.open[row]) * (1 - along) + np.log(days.close[row]) * along
    path = np.exp(line + walk - along * walk[-1])
    path[0], path[-1] = days.open[row], days.close[row]
    clipped: Floats = np.clip(path, days.low[row], days.high[row])
    return clipped


@dataclass(frozen=True)
class Trade:
    """The state of a symbol at a moment: its last trade and its day so far."""

    row: int
    price: float
    time: int
    open: float
    high: float
    low: float
    volume: float
    previous: float
    is_open: bool


def trade_at(symbol: str, now: datetime) -> Trade:
    """The last trade at `now`: interpolated within the minute, so that every second has a price of its own."""
    when, days = calendar(), days_of(symbol)
    row = when.last_started(now)
    begin, end = int(when.opens[row]), int(when.closes[row])
    at = min(int(now.timestamp()), end)
    path, minute = path_of(symbol, row), (at - begin) // 60
    if at >= end:
        price, high, low = days.close[row], days.high[row], days.low[row]
    else:
        part = (at - begin) % 60 / 60
        price = round(float(path[minute] * (1 - part) + path[minute + 1] * part), 2)
        high, low = max(float(path[: minute + 1].max()), price), min(float(path[: minute + 1].min()), price)
    volume = float(np.floor(days.volume[row] * (at - begin) / (end - begin)))
    previous = float(days.close[row - 1])
    day = (float(days.open[row]), round(float(high), 2), round(float(low), 2))
    return Trade(row, float(price), at, *day, volume, previous, at < end)


def dividend_rows(symbol: str, upto: int) -> list[tuple[int, float]]:
    """Ex-dividend sessions and amounts: the first session from the 15th of March, June, September, December."""
    if not profile_of(symbol).pays:
        return []
    sessions, close = calendar().sessions[: upto + 1], days_of(symbol).close
    months = sessions.astype("datetime64[M]")
    late = (sessions - months.astype("datetime64[D]")).astype(int) >= 14
    first = np.flatnonzero(late & ~np.concatenate([[True], late[:-1]]))
    rows = [int(row) for row in first if months[row].astype(int) % 3 == 2]
    return [(row, round(0.003 * float(close[row - 1]), 3)) for row in rows if row > 0]


def adjust(close: Floats, dividends: Sequence[tuple[int, float]]) -> Floats:
    """Adjusted closes of rows 0..n: before an ex-date everything is multiplied by 1 - dividend / close before it."""
    factors = np.ones(len(close))
    for row, amount in dividends:
        factors[:row] *= 1 - amount / close[row - 1]
    return close * factors


def moment(text: str) -> datetime:
    """ISO text as UTC."""
    parsed = datetime.fromisoformat(text)
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
