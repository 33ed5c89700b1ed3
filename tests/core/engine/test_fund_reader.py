"""When constituents are read: with each session and each change of a file, on a thread, nobody waiting."""

import asyncio
import os
import threading
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest
from msgspec import structs
from scripted import EVENING, EXCHANGE, TOOLS, Market, ScriptedSource, fake_snapshot, make_settings

from core.breadth.fund import Breadth, key_of
from core.clock import ManualClock
from core.config import load_settings, shipped_file
from core.engine import fund_reader
from core.engine.book import Book
from core.engine.engine import Engine
from core.engine.fund_reader import FIRST_SECONDS, LOOK_SECONDS, NEWEST_SECONDS, FundReader
from core.engine.spec import EngineSpec
from core.once.snapshot import take_snapshot
from core.settings import BreadthSettings

AT = datetime(2026, 2, 25, 23, tzinfo=UTC)
NEXT = datetime(2026, 2, 26, 23, tzinfo=UTC)
TABLE = "Date,A,B\n2026-02-24,10,20\n2026-02-25,11,19\n2026-02-26,12,18\n"


@pytest.fixture
def settings(tmp_path):
    (tmp_path / "list.csv").write_text("A,3\nB,1\n")
    (tmp_path / "closes.csv").write_text(TABLE)
    breadth = BreadthSettings(holdings=(f"IWM={tmp_path}/list.csv",), bars=(f"{tmp_path}/closes.csv",))
    return structs.replace(make_settings(), breadth=breadth)


@pytest.fixture
def clock():
    return ManualClock(AT)


@pytest.fixture
def book(settings):
    return Book(settings, TOOLS, None)


@pytest.fixture
async def reader(book, settings, clock):
    made = FundReader(book, settings, EXCHANGE, clock, lambda: None)
    clock.advance(FIRST_SECONDS)
    yield made
    await made.close()


async def look(reader, clock, at):
    """One look at `at`, to its end."""
    reader.consider(at)
    while reader.is_busy:
        await asyncio.sleep(0)
    clock.advance(LOOK_SECONDS)


async def test_constituents_are_read_up_to_the_last_complete_session(reader, book, clock):
    version = book.version
    await look(reader, clock, AT)
    assert str(book.funds["IWM"].closes.sessions[-1]) == "2026-02-25"
    assert book.version == version + 1


async def test_only_what_changed_is_read_again(reader, book, clock, tmp_path):
    await look(reader, clock, AT)
    first = book.funds
    await look(reader, clock, AT)
    assert book.funds is first
    await look(reader, clock, NEXT)
    assert str(book.funds["IWM"].closes.sessions[-1]) == "2026-02-26"
    second = book.funds
    (tmp_path / "closes.csv").write_text(TABLE.replace("12,18", "13,18.5"))
    await look(reader, clock, NEXT)
    assert book.funds is not second
    assert book.funds["IWM"].closes.values[0, -1] == 13


async def test_files_are_looked_at_once_a_minute(reader, book, clock, tmp_path):
    await look(reader, clock, AT)
    clock.advance(-1.0)
    reader.consider(NEXT)
    assert not reader.is_busy


async def test_a_broken_file_is_a_reason_until_it_is_mended(reader, book, clock, tmp_path):
    (tmp_path / "list.csv").write_text("not a symbol\n")
    await look(reader, clock, AT)
    assert book.funds["IWM"].startswith("list.csv line 1 column 1: expected a symbol")
    (tmp_path / "list.csv").write_text("A\n")
    await look(reader, clock, AT)
    assert isinstance(book.funds["IWM"], Breadth)


async def test_what_nobody_foresaw_is_a_reason_too(reader, book, clock, monkeypatch):
    def fail(*_):
        raise ValueError("a strange file")

    monkeypatch.setattr(fund_reader, "load_funds", fail)
    await look(reader, clock, AT)
    assert book.funds == {"IWM": "cannot be read: a strange file"}


async def test_newest_prices_move_what_was_counted(book, settings, clock, tmp_path):
    """Written on Thursday morning, again, then badly; the completed counts stay what they are."""
    newest = tmp_path / "newest.csv"

    def write(text, hour):
        newest.write_text(text)
        written = datetime(2026, 2, 26, hour, tzinfo=UTC).timestamp()
        os.utime(newest, (written, written))

    write("A,12.5\nB,18.5\n", 16)
    named = structs.replace(settings, breadth=structs.replace(settings.breadth, newest=str(newest)))
    reader = FundReader(book, named, EXCHANGE, clock, lambda: None)
    clock.advance(FIRST_SECONDS)
    await look(reader, clock, datetime(2026, 2, 26, 16, tzinfo=UTC))
    first = book.funds["IWM"]
    assert first.moved.prices.tolist() == [12.5, 18.5]
    assert (first.moved.session, first.moved.before) == (date(2026, 2, 26), date(2026, 2, 25))
    write("A,12.75\n", 17)
    clock.advance(NEWEST_SECONDS - LOOK_SECONDS)
    await look(reader, clock, datetime(2026, 2, 26, 17, tzinfo=UTC))
    second = book.funds["IWM"]
    np.testing.assert_array_equal(second.moved.prices, [12.75, np.nan])
    assert second.closes is first.closes
    assert key_of(book.funds) == key_of({"IWM": first})
    version = book.version
    await look(reader, clock, datetime(2026, 2, 26, 17, tzinfo=UTC))
    assert book.version == version
    write("A,12.75\nB,lost\n", 18)
    await look(reader, clock, datetime(2026, 2, 26, 18, tzinfo=UTC))
    assert book.funds["IWM"].moved == 'newest.csv line 2: expected a symbol and a price, found "B,lost".'
    newest.unlink()
    await look(reader, clock, datetime(2026, 2, 26, 18, tzinfo=UTC))
    assert book.funds["IWM"].moved == "newest.csv: cannot be read: No such file or directory"
    await reader.close()


async def test_nobody_waits(reader, book, clock, monkeypatch):
    """Not the loop while files are read, and not the end of the engine."""
    go = threading.Event()
    monkeypatch.setattr(fund_reader, "load_funds", lambda *_: go.wait(30) and {})
    reader.consider(AT)
    assert reader.is_busy
    await asyncio.sleep(0)
    reader.consider(NEXT)
    await reader.close()
    assert book.funds == {}
    go.set()


async def test_nothing_is_read_while_viewers_start_or_where_nothing_is_named(book, settings, clock):
    early = FundReader(book, settings, EXCHANGE, clock, lambda: None)
    early.consider(AT)
    assert not early.is_busy
    none = FundReader(book, make_settings(), EXCHANGE, clock, lambda: None)
    clock.advance(FIRST_SECONDS)
    none.consider(AT)
    assert not none.is_busy
    for reader in (early, none):
        await reader.close()


async def test_the_engine_shows_what_was_read(settings, tmp_path):
    clock, seen = ManualClock(EVENING), []

    def analysis(*args, funds, **kwargs):
        seen.append(dict(funds))
        return fake_snapshot(*args, **kwargs)

    spec = EngineSpec("yahoo", str(tmp_path / "home"))
    spec.paths.data.mkdir(parents=True)
    market = Market(ScriptedSource(clock), replace(TOOLS, build_snapshot=analysis))
    engine = Engine(spec, settings, clock, market)
    for _ in range(30):
        await engine.cycle()
        clock.advance(3)
    async with asyncio.timeout(20):
        while not (seen and seen[-1]):
            await asyncio.sleep(0.01)
            await engine.cycle()
    assert seen[0] == {}
    assert isinstance(seen[-1]["IWM"], Breadth)
    await engine.finish()


@pytest.mark.parametrize("is_named", [True, False])
def test_smid_once_reads_them_before_it_answers(tmp_path, is_named):
    """On the simulated market of a Monday morning: two of four constituents are above their 20-session average."""
    days = EXCHANGE.sessions(date(2026, 1, 5), date(2026, 2, 27))
    rows = [f"{day},{100 + i},{100 - i},{50 + i},{50 - i}" for i, day in enumerate(days)]
    (tmp_path / "closes.csv").write_text("\n".join(["Date,A,B,C,D", *rows]) + "\n")
    (tmp_path / "list.csv").write_text("A,5\nB,1\nC,3\nD,1\n")
    settings = load_settings(shipped_file(), source="simulated")
    breadth = BreadthSettings(holdings=(f"IWM={tmp_path}/list.csv",), bars=(f"{tmp_path}/closes.csv",))
    settings = structs.replace(settings, breadth=breadth) if is_named else settings
    clock = ManualClock(datetime(2026, 3, 2, 12, tzinfo=UTC))
    snapshot = take_snapshot(EngineSpec("simulated", str(tmp_path / "home")), settings, since=None, clock=clock)
    found = snapshot.measures["IWM.breadth_above_20"]
    if is_named:
        assert found.value == 0.5
        assert found.as_of == datetime(2026, 2, 27, 21, tzinfo=UTC)
        assert snapshot.measures["IWM.breadth_above_20_weighted"].value == pytest.approx(0.8)
        assert len(snapshot.series["IWM.breadth_above_50"]) == len(days)
        assert snapshot.measures["SPY.breadth_above_20"].reason.startswith("needs a holdings file")
    else:
        assert found.reason == "needs a holdings file: name one under [breadth] in the settings"
    assert "XLF.breadth_above_20" not in snapshot.measures
