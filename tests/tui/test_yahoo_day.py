"""A trading day as header and footer tell it: real engine, real yfinance client, loopback server, one manual clock."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec import structs
from textual.app import App, ComposeResult

from core.clock import Clock, ManualClock
from core.config import load_settings, shipped_file
from core.engine.engine import TICK_SECONDS, Engine
from core.engine.link import Link, LinkState
from core.engine.opening import Opened
from core.engine.spec import EngineSpec
from core.engine.tools import load_tools
from core.settings import Settings
from core.snapshot import Health, Snapshot, SubjectState
from core.sources.base import Context
from core.sources.yahoo.source import YahooSource
from tests.loopback.day import DATE, NEW_YORK
from tests.loopback.market import calendar, days_of
from tests.loopback.redirect import redirect
from tests.loopback.server import Loopback
from widgets.footer import Footer
from widgets.header import Header
from widgets.view import View

SYMBOLS = ("IWM", "SPY", "^RUT", "^GSPC", "^TNX", "KRE")
LONGEST_JITTER = 0.999


def make_settings() -> Settings:
    """The shipped settings with two pairs and six symbols."""
    settings = load_settings(shipped_file())
    universe = structs.replace(
        settings.universe,
        pairs=("IWM/SPY", "^RUT/^GSPC"),
        symbols=("^TNX", "KRE"),
        sectors=False,
        averages=("IWM", "IWM/SPY"),
        volatility=("IWM", "SPY"),
    )
    return structs.replace(settings, universe=universe)


def open_yahoo(spec: EngineSpec, settings: Settings, clock: Clock) -> Opened:
    """As the engine opens it, but every jitter is the longest: what is asked when is then known."""
    tools = load_tools()
    context = Context(clock, settings, spec.paths.cache, exchange=tools.exchange)
    return Opened(YahooSource(context, random=lambda: LONGEST_JITTER), tools)


def at(time: str) -> datetime:
    """A time of the day in New York."""
    return datetime.fromisoformat(f"{DATE} {time}").replace(tzinfo=NEW_YORK)


def close_of(symbol: str) -> float:
    row = calendar().sessions.tolist().index(datetime.fromisoformat(DATE).date())
    return float(days_of(symbol).close[row])


class Lines(App[None]):
    """The first and the last line of the screen."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.header, self.footer = Header(settings), Footer(settings)

    def compose(self) -> ComposeResult:
        yield self.header
        yield self.footer


@dataclass
class Day:
    """Moves the one clock from one thing that is due to the next, and reads the screen."""

    clock: ManualClock
    server: Loopback
    engine: Engine
    lines: Lines

    @property
    def snapshot(self) -> Snapshot:
        return self.engine.publisher.snapshot

    async def until(self, time: str) -> None:
        """Live on, as the engine's own loop does, without its waiting."""
        while (left := (at(time) - self.clock.now()).total_seconds()) > 0:
            await self.engine.cycle()
            due = self.engine.fetcher.seconds_to_next() if self.engine.fetcher else 0.0
            self.clock.advance(min(left, max(0.01, min(due, TICK_SECONDS))))
        await self.engine.cycle()

    def sleep_until(self, time: str) -> None:
        """Time passes and nobody lives: a closed lid."""
        self.clock.advance((at(time) - self.clock.now()).total_seconds())

    def asked(self) -> dict[str, int]:
        """What the server was asked since the last look."""
        counts = dict(self.server.counts)
        self.server.reset_counts()
        return counts

    def next_poll(self) -> float:
        """Seconds until then, as the screen counts them down."""
        due = self.snapshot.source.next_poll
        assert due is not None
        return (due - self.clock.now()).total_seconds()

    def header(self) -> str:
        self._show()
        return " ".join(self.lines.header.row(0).text.split())

    def footer(self) -> str:
        self._show()
        return " ".join(self.lines.footer.row(0).text.split())

    def _show(self) -> None:
        view = View(snapshot=self.snapshot, link=Link(LinkState.LIVE), pair="IWM/SPY")
        for line in (self.lines.header, self.lines.footer):
            line.show(view)
            line.tick(self.clock.now())


@asynccontextmanager
async def live(path: Path) -> AsyncIterator[Day]:
    settings, clock = make_settings(), ManualClock(at("09:25"))
    spec = EngineSpec("yahoo", str(path))
    spec.paths.data.mkdir(parents=True)
    lines = Lines(settings)
    with Loopback(clock) as server, redirect(server.url):
        engine = Engine(spec, settings, clock, open_yahoo)
        async with lines.run_test(size=(120, 4)):
            yield Day(clock, server, engine, lines)
        await engine.finish()


async def test_the_story_of_a_day(tmp_path: Path) -> None:
    async with live(tmp_path) as day:
        await before_the_open(day)
        await open_and_polling(day)
        await ten_minutes_of_429(day)
        await recovery(day)
        await the_close(day)


async def before_the_open(day: Day) -> None:
    await day.until("09:29")
    once = {"cookie": 1, "crumb": 1, "quote": 1, "chart": 6, "summary": 3}
    assert day.asked() == once, "a poll, each history once, and what the holdings of each fund cost"
    assert re.search(r"NYSE ● pre-market opens in \S+ data 17h 09:29:00 ET", day.header())
    assert "~" not in day.header(), "yesterday's close is no provisional value"
    assert "yahoo ok · 6/6 fresh · next " in day.footer()
    assert 60 < day.next_poll() < 63, "the next one just after the open"


async def open_and_polling(day: Day) -> None:
    await day.until("09:40")
    asked = day.asked()
    assert asked.pop("summary") == 1, "one company, of six an hour"
    assert asked == {"quote": 40, "chart": 6}, "from 09:30:02 every 15 s; histories again, with the session's bar"
    assert "IWM vs SPY ~0." in day.header()
    assert "NYSE ● open" in day.header()
    assert re.search(r"closes \S+ data (0|5|10|15)s 09:40:00 ET", day.header())
    assert "yahoo ok · 6/6 fresh · next " in day.footer()
    assert 0 <= day.next_poll() <= 15
    assert {quality.state for quality in day.snapshot.quality.values()} == {SubjectState.OK}


async def ten_minutes_of_429(day: Day) -> None:
    day.server.set("429")
    known = day.snapshot.measure("IWM/SPY.ratio")
    said = r"yahoo rate limited · Yahoo asks us to wait .*next try \S+$"
    await day.until("09:40:45")
    assert re.search(said, day.footer())
    assert 0 < day.next_poll() <= 60
    assert "data " in day.header(), "a minute old is no fault yet"
    await day.until("09:42:30")
    assert re.search(said, day.footer())
    assert 0 < day.next_poll() <= 60
    assert "stale 2m" in day.header()
    assert day.snapshot.quality_of("IWM/SPY").state is SubjectState.STALE
    await day.until("09:50")
    assert re.search(said, day.footer())
    assert 240 < day.next_poll() <= 315
    assert re.search(r"stale (9|10)m 09:50:00 ET", day.header())
    assert day.snapshot.measure("IWM/SPY.ratio").value == known.value, "the last numbers stay"
    assert day.snapshot.measure("IWM/SPY.ratio").provisional
    assert day.asked() == {"quote": 4}, "after 60, 120, 240 and 480 seconds"


async def recovery(day: Day) -> None:
    day.server.set("ok")
    await day.until("09:55")
    assert day.asked() == {}, "the wait that was agreed is kept"
    await day.until("09:56")
    assert day.asked() == {"quote": 5}, "one symbol, then all of them, then every 15 s"
    assert "yahoo ok · 6/6 fresh · next " in day.footer()
    assert re.search(r"data (0|5|10|15)s", day.header())
    assert {quality.state for quality in day.snapshot.quality.values()} == {SubjectState.OK}


async def the_close(day: Day) -> None:
    day.sleep_until("15:50")
    await day.until("16:01")
    day.asked()
    assert "IWM vs SPY ~0." in day.header(), "not final for twenty minutes"
    assert re.search(r"NYSE ● after hours opens in \S+ data 1m 16:01:00 ET", day.header())
    assert not day.snapshot.session.is_final
    ratio = close_of("IWM") / close_of("SPY")
    assert day.snapshot.measure("IWM.last").value == pytest.approx(close_of("IWM"))
    await day.until("16:21")
    asked = day.asked()
    assert asked.pop("summary") == 4, "the funds once more, and a company"
    assert asked == {"quote": 4, "chart": 6}, "every five minutes, once when final, and each history once"
    assert day.snapshot.session.is_final
    assert "~" not in day.header()
    assert f"IWM vs SPY {ratio:.4f}" in day.header()
    await day.until("17:21")
    asked = day.asked()
    assert asked.pop("summary", 0) <= 6, "companies, of which there are few here"
    assert asked == {"quote": 12}
    assert re.search(r"NYSE ● after hours opens in \S+ data 1h 17:21:00 ET", day.header())
    assert day.snapshot.source.health is Health.OK


async def test_a_lid_that_was_closed_for_hours_shows_its_numbers_as_stale_until_the_next_poll(tmp_path: Path) -> None:
    async with live(tmp_path) as day:
        await day.until("09:45")
        day.server.set("500")
        day.sleep_until("13:00")
        await day.engine.cycle()
        assert "stale 3h" in day.header()
        assert day.snapshot.source.reason == "Yahoo has an error (500)"
        assert "yahoo error · Yahoo has an error" in day.footer()
        day.server.set("ok")
        day.clock.advance(timedelta(minutes=3).total_seconds())
        await day.engine.cycle()
        assert "data 0s" in day.header()
