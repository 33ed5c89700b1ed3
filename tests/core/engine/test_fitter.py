"""When models are fitted: once a day a symbol, kept in the store, nobody waiting; and what a failure costs."""

import asyncio
import logging
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from msgspec import structs
from scripted import EXCHANGE, OPEN, TOOLS, Market, ScriptedSource, fake_snapshot, make_bars, make_settings

from core.clock import ManualClock
from core.engine.book import Book, read_fits
from core.engine.engine import Engine
from core.engine.fitter import FIRST_SECONDS, RETRY_SECONDS, FitError, Fitter, to_key
from core.engine.fitting import Found
from core.engine.spec import EngineSpec
from core.market.bars import Bars
from core.market.line import line_of
from core.sources.base import Ok
from core.store import open_store

AT = datetime(2026, 2, 27, 23, tzinfo=UTC)
YESTERDAY = datetime(2026, 2, 26, 23, tzinfo=UTC)
NAMES = ("IWM", "SPY", "MDY")
DAYS = EXCHANGE.sessions(date(2020, 1, 2), AT.date())
_SCRIPTED = make_settings()
SETTINGS = structs.replace(_SCRIPTED, universe=structs.replace(_SCRIPTED.universe, symbols=("KRE",)))


def closes(seed):
    return 100 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.01, len(DAYS))))


def make(symbol, prices, days=DAYS):
    return Bars(symbol, days, *(prices,) * 5, np.full(len(prices), 1e6))


class Workshop:
    """Stands in for the process: keeps what it was asked, answers when it is let go."""

    def __init__(self):
        self.asked, self.go, self.error = [], asyncio.Event(), None
        self.go.set()

    async def __call__(self, samples):
        self.asked.append([sample.symbol for sample in samples])
        await self.go.wait()
        if self.error is not None:
            raise self.error
        return [Found(s.symbol, 0.05, 0.03, 0.1, 0.88, 1.5, True) for s in samples]


@pytest.fixture
def clock():
    return ManualClock(AT)


@pytest.fixture
def store(tmp_path, clock):
    store = open_store(tmp_path / "smid.sqlite", clock.now())
    yield store
    store.close()


@pytest.fixture
def book(store):
    return fill(Book(SETTINGS, TOOLS, store))


def fill(book, at=AT):
    for seed, name in enumerate((*NAMES, "KRE"), start=1):
        book.add_history(name, make(name, closes(seed)), at)  # what is not complete at that moment is left out
    book.panel(at, 0.0, least_gap=0.0, is_live=True)
    return book


def make_fitter(book, clock, workshop):
    done = []
    fitter = Fitter(book, SETTINGS, clock, lambda: done.append(1), workshop)
    clock.advance(FIRST_SECONDS)
    return fitter, done


async def settle(fitter):
    while fitter.is_busy:
        await asyncio.sleep(0)


async def test_legs_and_symbols_of_the_volatility_pane_are_fitted_once(book, clock):
    workshop = Workshop()
    fitter, done = make_fitter(book, clock, workshop)
    version = book.version
    for _ in range(3):
        fitter.consider(AT)
        await settle(fitter)
    assert workshop.asked == [list(NAMES)]  # KRE is only watched
    assert done == [1]
    assert book.version > version
    fit = book.fits["IWM"]
    line = line_of(book.base, "IWM")
    assert (fit.session, fit.fitted, fit.observations) == ("2026-02-27", "2026-02-27", len(line.values) - 1)
    assert fit.key == to_key(line)
    assert (fit.alpha, fit.variance, fit.converged) == (0.1, 1.5, True)


async def test_nobody_waits_for_a_fit(book, clock):
    """It goes on while refreshes do; nothing is started beside it."""
    workshop = Workshop()
    workshop.go.clear()
    fitter, done = make_fitter(book, clock, workshop)
    fitter.consider(AT)
    assert fitter.is_busy
    await asyncio.sleep(0)
    fitter.consider(AT + timedelta(days=1))
    assert (len(workshop.asked), done, book.fits) == (1, [], {})
    workshop.go.set()
    await settle(fitter)
    assert book.fits.keys() == set(NAMES)


async def test_nothing_is_fitted_while_viewers_start(book, clock):
    workshop = Workshop()
    fitter = Fitter(book, SETTINGS, clock, lambda: None, workshop)
    fitter.consider(AT)
    assert not fitter.is_busy
    clock.advance(FIRST_SECONDS)
    fitter.consider(AT)
    assert fitter.is_busy
    await settle(fitter)


async def test_a_new_session_is_fitted_the_next_day_and_a_quiet_day_is_not(store, clock):
    workshop = Workshop()
    book = fill(Book(SETTINGS, TOOLS, store), YESTERDAY)
    fitter, _ = make_fitter(book, clock, workshop)
    fitter.consider(YESTERDAY)
    await settle(fitter)
    fitter.consider(YESTERDAY + timedelta(days=1))  # the next day, nothing new in the history
    await settle(fitter)
    assert len(workshop.asked) == 1
    fill(book, AT)
    fitter.consider(AT)
    await settle(fitter)
    assert workshop.asked == [list(NAMES)] * 2
    assert {fit.session for fit in book.fits.values()} == {"2026-02-27"}


async def test_a_correction_on_the_same_day_waits_for_the_next(book, clock):
    workshop = Workshop()
    fitter, _ = make_fitter(book, clock, workshop)
    fitter.consider(AT)
    await settle(fitter)
    prices = closes(1)
    prices[-3] *= 1.02
    book.add_history("IWM", make("IWM", prices), AT)
    book.panel(AT, 0.0, least_gap=0.0, is_live=True)
    fitter.consider(AT)
    await settle(fitter)
    assert len(workshop.asked) == 1
    fitter.consider(AT + timedelta(days=1))
    await settle(fitter)
    assert workshop.asked[1:] == [["IWM"]]


async def test_fits_are_kept(book, store, clock):
    workshop = Workshop()
    fitter, _ = make_fitter(book, clock, workshop)
    fitter.consider(AT)
    await settle(fitter)
    again = Book(SETTINGS, TOOLS, store)
    await again.load()
    assert again.fits == book.fits
    again.panel(AT, 0.0, least_gap=0.0, is_live=True)
    restarted, _ = make_fitter(again, clock, workshop)
    restarted.consider(AT)
    await settle(restarted)
    assert len(workshop.asked) == 1  # not twice a day, whoever restarts


def test_a_kept_fit_that_cannot_be_read_is_forgotten():
    assert read_fits({"IWM": "{}", "SPY": "\x1b[2J"}) == {}


@pytest.mark.parametrize("error", [FitError("it ended with 1: no module"), OSError(12, "no memory"), TimeoutError()])
async def test_a_failure_is_told_once_and_tried_again_an_hour_later(book, clock, caplog, error):
    workshop = Workshop()
    workshop.error = error
    fitter, done = make_fitter(book, clock, workshop)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            fitter.consider(AT)
            await settle(fitter)
    assert (len(workshop.asked), done, book.fits) == (1, [], {})
    assert len(caplog.messages) == 1
    assert "GARCH models were not fitted" in caplog.text
    workshop.error = None
    clock.advance(RETRY_SECONDS)
    fitter.consider(AT)
    await settle(fitter)
    assert book.fits.keys() == set(NAMES)


async def test_too_little_history_is_not_fitted(clock):
    workshop = Workshop()
    book = Book(SETTINGS, TOOLS, None)
    book.add_history("IWM", make("IWM", closes(1)[-1000:], DAYS[-1000:]), AT)
    book.panel(AT, 0.0, least_gap=0.0, is_live=True)
    fitter, _ = make_fitter(book, clock, workshop)
    fitter.consider(AT)
    assert not fitter.is_busy
    assert not workshop.asked


async def test_returns_that_are_no_numbers_are_left_out(book, clock):
    workshop = Workshop()
    book.base.adj[1000, book.base.column("MDY")] = 0.0
    fitter, _ = make_fitter(book, clock, workshop)
    fitter.consider(AT)
    await settle(fitter)
    assert workshop.asked == [["IWM", "SPY"]]
    assert "MDY" not in book.fits


async def test_the_end_does_not_wait_either(book, clock):
    workshop = Workshop()
    workshop.go.clear()
    fitter, _ = make_fitter(book, clock, workshop)
    fitter.consider(AT)
    await asyncio.sleep(0)
    await fitter.close()
    assert not fitter.is_busy
    assert book.fits == {}
    await fitter.close()


class LongSource(ScriptedSource):
    """Six years of every symbol."""

    def fetch_history(self, symbol, since=None):
        with self._call(f"history {symbol}"):
            return Ok(make_bars(symbol, since or date(2020, 1, 2), self.now(), self.price[symbol]), self.now())


async def test_the_engine_refreshes_meanwhile_and_shows_what_was_found(tmp_path):
    workshop, clock, seen = Workshop(), ManualClock(OPEN), []
    workshop.go.clear()

    def analysis(*args, fits, **kwargs):
        seen.append(dict(fits))
        return fake_snapshot(*args, **kwargs)

    source = LongSource(clock)
    spec = EngineSpec("yahoo", str(tmp_path))
    spec.paths.data.mkdir(parents=True, exist_ok=True)
    market = Market(source, replace(TOOLS, build_snapshot=analysis))
    engine = Engine(spec, make_settings(), clock, market, fit_all=workshop)

    async def poll(price):
        source.price["IWM"] = price
        clock.advance(16)
        await engine.cycle()

    for _ in range(2 + 2 * len(NAMES)):
        await engine.cycle()
        clock.advance(3)
    await asyncio.sleep(0)
    assert workshop.asked == [list(NAMES)], "once all histories are there"
    before = len(seen)
    for price in (201.0, 202.0, 203.0):
        await poll(price)
        assert engine.publisher.snapshot.measures["IWM.price"].value == price
    assert seen[before:] == [{}] * 3
    workshop.go.set()
    for _ in range(5):
        await asyncio.sleep(0)
    await engine.cycle()
    assert seen[-1].keys() == set(NAMES), "without waiting for a poll"
    await engine.finish()

    again = Engine(spec, make_settings(), clock, market, fit_all=workshop)
    for _ in range(4):
        await again.cycle()
        clock.advance(3)
    assert seen[-1].keys() == set(NAMES), "kept, and there from the first snapshot on"
    await again.finish()
    assert len(workshop.asked) == 1
