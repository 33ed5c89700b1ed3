"""When economic series are read: at once, and again when they changed; what fails says so."""

import asyncio
from datetime import UTC, date, datetime

import numpy as np
import pytest
from scripted import EVENING, TOOLS, make_settings

from core.clock import ManualClock
from core.config import load_settings, shipped_file
from core.engine.book import Book
from core.engine.macro_keeper import LOOK_SECONDS, MacroKeeper
from core.engine.spec import EngineSpec
from core.macro.folder import FolderFeed
from core.once.explanation import take_explanation
from core.once.snapshot import take_snapshot

DAY = np.datetime64("2026-02-25")


class Broken:
    def stamp(self, _at):
        return 1

    def load(self, _at):
        raise ValueError("no such\x1b[2J thing")


@pytest.fixture
def clock():
    return ManualClock(EVENING)


@pytest.fixture
def book():
    return Book(make_settings(), TOOLS, None)


async def look(book, feed, clock, times=1):
    """So many looks at `feed`, each when it is due; how often there was news."""
    news: list[int] = []
    keeper = MacroKeeper(book, feed, clock, lambda: news.append(book.version))
    for _ in range(times):
        keeper.consider(EVENING)
        while keeper.is_busy:
            await asyncio.sleep(0)
        clock.advance(LOOK_SECONDS)
    await keeper.close()
    return len(news)


async def test_files_are_read_once_and_again_when_they_change(book, clock, tmp_path):
    (tmp_path / "UNRATE.csv").write_text("observation_date,UNRATE\n2026-01-01,4.3\n")
    assert await look(book, FolderFeed(tmp_path), clock, times=3) == 1
    assert book.drivers.macro.known("UNRATE", DAY).last == 4.3
    version = book.version
    (tmp_path / "UNRATE.csv").write_text("observation_date,UNRATE\n2026-01-01,4.35\n")
    assert await look(book, FolderFeed(tmp_path), clock) == 1
    assert book.drivers.macro.known("UNRATE", DAY).last == 4.35
    assert book.version > version


async def test_what_cannot_be_read_says_so_and_is_tried_again(book, clock):
    assert await look(book, Broken(), clock, times=2) == 2
    told = book.drivers.macro.known("UNRATE", DAY)
    assert told == "needs UNRATE of FRED: cannot be read: no such\ufffd[2J thing"


def test_one_answer_reads_the_economy_of_its_day(tmp_path):
    spec = EngineSpec(source="simulated", data_dir=str(tmp_path), date="2026-02-27")
    settings = load_settings(shipped_file(), source="simulated")
    clock = ManualClock(datetime(2026, 3, 2, 12, tzinfo=UTC))
    snapshot = take_snapshot(spec, settings, since=None, clock=clock)
    assert snapshot.measures["US.term_spread"].as_of.date() == date(2026, 2, 26), "that of the day comes on the next"
    told = take_explanation(spec, settings, "US.recession_probability", since=None, clock=clock)
    assert told.label == "SIMULATED"
    assert told.measure == snapshot.measures["US.recession_probability"]
    assert len(told.values) == 252
