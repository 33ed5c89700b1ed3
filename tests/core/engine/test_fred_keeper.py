"""The engine and FRED: asked beside the loop, a pause between two series, nothing waited for, nothing lost."""

import asyncio
from datetime import UTC, datetime

import numpy as np
import pytest
from msgspec import structs
from scripted import TOOLS, make_settings

from core.clock import ManualClock, SystemClock
from core.engine.book import Book
from core.engine.fred_keeper import FredKeeper
from core.macro.catalogue import CATALOGUE
from core.macro.fred import Fred
from core.store import open_store
from tests.loopback.redirect import redirect
from tests.loopback.server import Loopback

START = datetime(2026, 3, 24, 15, tzinfo=UTC)
DAY = np.datetime64("2026-03-24")
SETTINGS = structs.replace(make_settings().macro, pause_seconds=3.0, deadline_seconds=1.0)


@pytest.fixture
def clock():
    return ManualClock(START)


@pytest.fixture
def server(clock):
    with Loopback(clock, hang_seconds=20.0) as made, redirect(made.url):
        yield made.fred


@pytest.fixture
def database(tmp_path):
    return tmp_path / "smid.db"


async def run(database, clock, steps, settings=SETTINGS):
    """So many looks, a pause apart, and one more after all is there; the book, and how often it had news."""
    book = Book(make_settings(), TOOLS, open_store(database, START))
    versions = {book.version}
    keeper = FredKeeper(book, settings, Fred(SystemClock()), clock, lambda: versions.add(book.version))
    for _ in range(steps):
        keeper.consider(START)
        while keeper.is_busy:
            await asyncio.sleep(0.001)
        clock.advance(settings.pause_seconds)
    keeper.consider(START)
    await keeper.close()
    book.close()
    return book, len(versions)


async def test_one_after_another_and_the_market_is_looked_at_twice_a_minute(server, database, clock):
    book, news = await run(database, clock, len(CATALOGUE) + 1)
    assert server.counts.total() == len(CATALOGUE)
    assert book.drivers.macro.known("UNRATE", DAY).last > 0
    assert news <= 6, "39 series three seconds apart are two minutes"


async def test_no_two_questions_within_the_pause(server, database, clock):
    settings = structs.replace(SETTINGS, pause_seconds=600.0)
    book = Book(make_settings(), TOOLS, open_store(database, START))
    keeper = FredKeeper(book, settings, Fred(SystemClock()), clock, lambda: None)
    for _ in range(5):
        keeper.consider(START)
        while keeper.is_busy:
            await asyncio.sleep(0.001)
        clock.advance(100)
    await keeper.close()
    book.close()
    assert server.counts.total() == 1


async def test_what_is_held_is_there_before_anything_is_asked(server, database, clock):
    await run(database, clock, len(CATALOGUE) + 1)
    server.set("500")
    asked = server.counts.total()
    book, _ = await run(database, clock, 1)
    assert book.drivers.macro.known("UNRATE", DAY).last > 0
    assert server.counts.total() == asked


async def test_silence_is_told_and_not_waited_for(server, database, clock):
    server.set("hang")
    settings = structs.replace(SETTINGS, deadline_seconds=0.2)
    book, _ = await run(database, clock, 3, settings)
    assert server.counts.total() == 0, "a hung request is answered by nobody"
    assert "FRED cannot be reached" in book.drivers.macro.known("UNRATE", DAY)
