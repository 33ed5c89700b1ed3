"""Files of figures in the engine: there from the start, read again when they change, their mistakes told."""

import asyncio
from datetime import UTC, date, datetime

import pytest
from msgspec import structs
from scripted import TOOLS, ScriptedSource, make_settings

from core.clock import ManualClock
from core.engine.book import Book
from core.engine.fact_reader import LOOK_SECONDS, FactReader
from core.engine.health import Pulse, build_source_info

HEAD = "date,index,metric,period,value,source\n"
DAY = date(2026, 2, 27)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(f"{HEAD}2026-02-01,Russell 2000,pe,,15,me\n")
    return path


@pytest.fixture
def settings(file):
    settings = make_settings()
    return structs.replace(settings, fundamentals=structs.replace(settings.fundamentals, files=(str(file),)))


async def test_they_are_there_from_the_start_and_read_again_when_they_change(settings, file):
    clock, told = ManualClock(datetime(2026, 2, 27, tzinfo=UTC)), []
    book = Book(settings, TOOLS, None)
    await book.load()
    assert book.drivers.fundamentals.find("IWM", "pe", DAY).value == 15.0
    assert book.drivers.fundamentals.find("SPY", "forward_pe", DAY).value == 21.5
    reader = FactReader(book, settings.fundamentals, clock, lambda: told.append(1))
    version = book.version
    for text in ("", "2026-02-02,Russell 2000,pe,,16,me\nx,Russell 2000,pe,,17,me\ny,Russell 2000,pe,,17,me\n"):
        if text:
            file.write_text(HEAD + text)
        reader.consider()
        await asyncio.wait_for(reader._task, 10)
        clock.advance(LOOK_SECONDS)
        assert (book.version > version) == bool(text) == bool(told)
    assert book.drivers.fundamentals.find("IWM", "pe", DAY).value == 16.0
    assert book.misreading == ("mine.csv line 3 column date: expected a day such as 2026-01-31, found 'x' (and 1 more)")
    info = build_source_info(ScriptedSource(clock), book, Pulse(), settings.symbols, 0)
    assert book.misreading in info.reason
    await reader.close()


async def test_the_shipped_figures_can_be_left_out(settings):
    fundamentals = structs.replace(settings.fundamentals, shipped=False)
    book = Book(structs.replace(settings, fundamentals=fundamentals), TOOLS, None)
    await book.load()
    assert book.drivers.fundamentals.find("SPY", "forward_pe", DAY) is None
    assert book.drivers.fundamentals.find("IWM", "pe", DAY).value == 15.0
