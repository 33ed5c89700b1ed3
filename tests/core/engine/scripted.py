"""A scripted market for the engine's tests: a real `Source` on a manual clock, with real panel tools."""

import contextlib
import tempfile
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
from msgspec import structs

from core.breadth.load import NOTHING_READ, Found
from core.clock import Clock, ManualClock
from core.config import load_settings, shipped_file
from core.drivers import NO_DRIVERS, Drivers
from core.engine.opening import Opened
from core.engine.spec import EngineSpec
from core.engine.tools import Tools
from core.errors import UsageError
from core.evidence.findings import NOTHING_KNOWN, Known
from core.explanation import Explanation
from core.market.bars import Bars, MinuteBars
from core.market.build import build_panel, line_of, merge_bars, to_completed, with_quotes
from core.market.panel import Panel
from core.market.quotes import Quote
from core.market.sessions import Exchange
from core.settings import Settings
from core.snapshot import History, Measure, SessionInfo, Snapshot, SourceInfo
from core.sources.base import Ok, Playback, Problem, ProblemKind, QuoteBatch
from core.studies.fits import NO_FITS, Fits

EXCHANGE = Exchange()
SYMBOLS = ("IWM", "SPY", "MDY")
FIRST = date(2025, 6, 2)
# Wednesday; New York is at UTC-5, so the session runs from 14:30 to 21:00.
OPEN = datetime(2026, 2, 25, 15, 0, tzinfo=UTC)
EVENING = datetime(2026, 2, 25, 23, 0, tzinfo=UTC)


def make_settings(**refresh: float) -> Settings:
    """The shipped settings, cut down to three symbols and two pairs."""
    settings = load_settings(shipped_file(), source="simulated")
    universe = structs.replace(
        settings.universe,
        pairs=("IWM/SPY", "MDY/SPY"),
        symbols=(),
        sectors=False,
        averages=("IWM",),
        volatility=("IWM", "SPY"),
    )
    changed = structs.replace(settings.refresh, **refresh)
    return structs.replace(settings, universe=universe, refresh=changed)


class ScriptedSource:
    """Prices are round numbers one can check: a symbol's close is its base plus a hundredth per session."""

    name = "scripted"
    label = ""
    poll_seconds: float | None = None

    def __init__(self, clock: Clock, *, is_live: bool = True) -> None:
        self.is_live = is_live
        self._clock = clock
        self.calls: list[str] = []
        self.price: dict[str, float] = {"IWM": 200.0, "SPY": 500.0, "MDY": 400.0}
        self.problem: Problem | None = None
        self.history_problem: Problem | None = None
        self.error: Exception | None = None
        self.gate: threading.Event | None = None
        self.factor = 1.0
        self.threads: set[str] = set()
        self.inside = 0
        self.most_inside = 0
        self.closed = False

    def now(self) -> datetime:
        return self._clock.now()

    def fetch_history(self, symbol: str, since: date | None = None) -> Ok[Bars] | Problem:
        with self._call(f"history {symbol}{' since' if since else ''}"):
            if self.history_problem is not None:
                return self.history_problem
            return Ok(make_bars(symbol, since or FIRST, self.now(), self.price[symbol], self.factor), self.now())

    def fetch_quotes(self, symbols: Sequence[str]) -> Ok[QuoteBatch] | Problem:
        with self._call("quotes"):
            if self.problem is not None:
                return self.problem
            at = self.now()
            return Ok(QuoteBatch({s: Quote(symbol=s, price=self.price[s], time=at) for s in symbols}, {}), at)

    def fetch_minutes(self, symbol: str) -> Ok[MinuteBars] | Problem:
        with self._call(f"minutes {symbol}"):
            start = np.datetime64("2026-02-25T14:30", "s") + np.timedelta64(60 if symbol == "SPY" else 0, "s")
            times = start + np.arange(3) * np.timedelta64(60, "s")
            close = np.array([100.0, 110.0, 120.0]) if symbol == "SPY" else np.array([50.0, 55.0, 66.0])
            return Ok(MinuteBars(symbol, times, close, np.ones(3)), self.now())

    def close(self) -> None:
        self.closed = True

    @contextlib.contextmanager
    def _call(self, what: str) -> Iterator[None]:
        self.calls.append(what)
        self.threads.add(threading.current_thread().name)
        self.inside += 1
        self.most_inside = max(self.most_inside, self.inside)
        try:
            if self.gate is not None:
                assert self.gate.wait(30)
            if self.error is not None:
                raise self.error
            yield
        finally:
            self.inside -= 1


class ScriptedTape(ScriptedSource):
    """The same, steerable."""

    poll_seconds = 1.0

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock, is_live=False)
        self.speed, self.paused, self.skipped = 1.0, False, 0.0

    def playback(self) -> Playback:
        return Playback(speed=self.speed, paused=self.paused, begins=OPEN, ends=OPEN + timedelta(hours=6))

    def pause(self, paused: bool) -> None:
        self.paused = paused

    def step(self, seconds: float) -> None:
        self.skipped += seconds

    def set_speed(self, speed: float) -> None:
        self.speed = speed


def make_bars(symbol: str, first: date, at: datetime, base: float, factor: float = 1.0) -> Bars:
    """Flat bars (open = high = low = close), with the running session's as the last one, as sources do."""
    sessions = EXCHANGE.sessions(first, EXCHANGE.session_at(at))
    numbers = (sessions - np.datetime64(FIRST)).astype(float)
    close = base + numbers / 100
    return Bars(symbol, sessions, close, close, close, close, close * factor, np.full(len(sessions), 1e6))


def fake_snapshot(
    panel: Panel,
    settings: Settings,
    *,
    at: datetime,
    session: SessionInfo,
    source: SourceInfo,
    since: date | None = None,
    sequence: int = 0,
    fits: Fits = NO_FITS,
    funds: Found = NOTHING_READ,
    evidence: Known = NOTHING_KNOWN,
    drivers: Drivers = NO_DRIVERS,
) -> Snapshot:
    """Only the last prices: what the engine does with a snapshot does not depend on what is in it."""
    found = dict(zip(panel.symbols, panel.last_price.tolist(), strict=True))
    measures = {f"{s}.price": Measure(price, "price", at) for s, price in found.items() if price == price}
    return Snapshot(
        as_of=at,
        source=source,
        session=session,
        pairs=settings.pairs,
        symbols=settings.symbols,
        measures=measures,
        quality=panel.quality,
        history_key=panel.key,
        sequence=sequence,
    )


def fake_history(panel: Panel, subject: str) -> History:
    line = line_of(panel, subject)
    days = line.sessions.astype("datetime64[D]").astype(int).tolist()
    return History(
        subject=subject, unit="session", key=panel.key, times=tuple(days), values=tuple(line.values.tolist())
    )


def fake_explanation(panel: Panel, settings: Settings, address: str, *, label: str = "", **_: object) -> Explanation:
    subject, _, name = address.rpartition(".")
    if name != "price" or subject not in panel.symbols:
        raise UsageError(f"{address} is no address")
    price = float(panel.last_price[panel.symbols.index(subject)])
    return Explanation(address=address, measure=Measure(price, "price", None), label=label)


def fake_walk(panel: Panel, settings: Settings, *, funds: Found, drivers: Drivers) -> tuple[object, ...]:
    return ()


TOOLS = Tools(
    EXCHANGE,
    build_panel,
    with_quotes,
    to_completed,
    merge_bars,
    fake_snapshot,
    fake_history,
    fake_explanation,
    fake_walk,
)


class Market:
    """Stands in for `open_market`, and keeps what it opened."""

    def __init__(self, source: ScriptedSource, tools: Tools = TOOLS) -> None:
        self.source, self.tools, self.opened = source, tools, 0

    def __call__(self, spec: EngineSpec, settings: Settings, clock: Clock) -> Opened:
        self.opened += 1
        return Opened(self.source, self.tools)


def problem(kind: ProblemKind, reason: str, at: datetime, retry_at: datetime | None = None) -> Problem:
    return Problem(kind=kind, reason=reason, at=at, retry_at=retry_at)


@contextlib.contextmanager
def short_directory() -> Iterator[Path]:
    """pytest's own directories can be too long for a socket's address."""
    with tempfile.TemporaryDirectory(prefix="smid-") as name:
        yield Path(name)


def manual() -> ManualClock:
    return ManualClock(OPEN)
