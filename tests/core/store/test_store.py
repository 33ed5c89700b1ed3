"""Saving and loading bars, corrections, quotes and facts."""

import contextlib
import sqlite3
import stat
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from core.errors import SmidError
from core.market.bars import COLUMNS, Bars
from core.market.quotes import Quote
from core.store import Correction, Store, open_database, open_store
from core.store.schema import MIGRATIONS

AT = datetime(2026, 2, 27, 21, 20, tzinfo=UTC)


def make_bars(symbol: str, sessions: list[str], close: list[float]) -> Bars:
    column = np.array(close)
    return Bars(
        symbol=symbol,
        sessions=np.array(sessions, dtype="datetime64[D]"),
        open=column - 1,
        high=column + 2,
        low=column - 2,
        close=column,
        adj_close=column * 0.5,
        volume=column * 1000,
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path / "smid.sqlite", AT)
    yield store
    store.close()


def test_bars_come_back_as_they_went(store: Store) -> None:
    bars = make_bars("IWM", ["2026-02-25", "2026-02-26", "2026-02-27"], [1.5, np.nan, 2.25])
    store.save_bars(bars, AT)
    back = store.load_bars("IWM")
    assert back is not None
    assert back.sessions.dtype == np.dtype("datetime64[D]")
    np.testing.assert_array_equal(back.sessions, bars.sessions)
    for name in COLUMNS:
        np.testing.assert_array_equal(getattr(back, name), getattr(bars, name))
    assert store.load_bars("SPY") is None


def test_a_corrected_value_replaces_the_old_and_both_are_kept(store: Store) -> None:
    later = AT + timedelta(days=3)
    store.save_bars(make_bars("IWM", ["2026-02-26", "2026-02-27"], [10.0, 11.0]), AT)
    correction = Correction(symbol="IWM", session=date(2026, 2, 27), field="close", old=11.0, new=11.5, seen=later)
    store.save_bars(make_bars("IWM", ["2026-02-27", "2026-03-02"], [11.5, 12.0]), later, [correction])
    back = store.load_bars("IWM")
    assert back is not None
    assert back.close.tolist() == [10.0, 11.5, 12.0]
    assert store.load_corrections("IWM") == [correction]
    assert store.load_first_seen("IWM", date(2026, 2, 27)) == AT
    assert store.load_first_seen("IWM", date(2026, 3, 2)) == later
    assert store.load_first_seen("IWM", date(2026, 3, 3)) is None


def quote(symbol: str, minutes: int, price: float) -> Quote:
    return Quote(symbol=symbol, price=price, time=AT + timedelta(minutes=minutes), name="a name")


def test_the_newest_quote_of_every_symbol(store: Store) -> None:
    store.save_quotes([quote("IWM", 0, 1.0), quote("SPY", 0, 5.0)], AT)
    store.save_quotes([quote("IWM", 1, 2.0), quote("SPY", -1, 4.0)], AT)
    store.save_quotes([quote("IWM", 1, 99.0)], AT)  # the same moment again: the first seen stays
    assert store.load_quotes() == {"IWM": quote("IWM", 1, 2.0), "SPY": quote("SPY", 0, 5.0)}


def test_quotes_are_forgotten_after_their_days_and_bars_are_not(store: Store) -> None:
    store.save_bars(make_bars("IWM", ["2026-02-27"], [10.0]), AT)
    store.save_quotes([quote("IWM", 0, 1.0)], AT)
    store.save_quotes([quote("IWM", 5000, 2.0)], AT + timedelta(minutes=5000))
    assert store.drop_quotes(AT + timedelta(days=5, seconds=1), 5) == 1
    assert store.load_quotes() == {"IWM": quote("IWM", 5000, 2.0)}
    assert store.load_bars("IWM") is not None


def test_facts(store: Store) -> None:
    store.save_facts("checked", {"IWM": "a", "SPY": "b"}, AT)
    store.save_facts("checked", {"IWM": "c"}, AT)
    assert store.load_facts("checked") == {"IWM": "c", "SPY": "b"}
    assert store.load_facts("other") == {}


def test_a_failed_save_leaves_nothing_half_done(store: Store) -> None:
    bad = Correction(symbol="IWM", session=date(2026, 2, 27), field=None, old=1.0, new=2.0, seen=AT)  # type: ignore[arg-type]
    with pytest.raises(sqlite3.IntegrityError):
        store.save_bars(make_bars("IWM", ["2026-02-27"], [10.0]), AT, [bad])
    assert store.load_bars("IWM") is None
    store.save_bars(make_bars("IWM", ["2026-02-27"], [10.0]), AT)


def test_files_are_private(tmp_path: Path) -> None:
    store = open_store(tmp_path / "smid.sqlite", AT)
    store.save_facts("x", {"": "y"}, AT)
    files = list(tmp_path.iterdir())
    assert len(files) == 3
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    store.close()


def test_an_older_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "smid.sqlite"
    store = open_store(path, AT)
    store.save_facts("x", {"": "kept"}, AT)
    store.close()
    more = (*MIGRATIONS, "CREATE TABLE news (headline TEXT)", "ALTER TABLE news ADD COLUMN seen REAL")
    for _ in range(2):  # the second time there is nothing to do
        connection, notice = open_database(path, AT, more)
        assert notice == ""
        assert connection.execute("PRAGMA user_version").fetchone() == (len(more),)
        assert connection.execute("SELECT headline, seen FROM news").fetchall() == []
        assert connection.execute("SELECT value FROM facts").fetchall() == [("kept",)]
        connection.close()


def test_a_broken_migration_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "smid.sqlite"
    open_store(path, AT).close()
    with pytest.raises(SmidError):
        open_database(path, AT, (*MIGRATIONS, "CREATE TABLE one (a); CREATE TABLE one (a)"))
    connection, notice = open_database(path, AT)
    assert notice == ""
    assert connection.execute("SELECT name FROM sqlite_schema WHERE name = 'one'").fetchall() == []
    connection.close()


def test_a_newer_schema_is_refused_with_advice(tmp_path: Path) -> None:
    path = tmp_path / "smid.sqlite"
    connection, _ = open_database(path, AT, (*MIGRATIONS, "CREATE TABLE future (a)"))
    connection.close()
    with pytest.raises(SmidError, match="newer smid"):
        open_store(path, AT)


@pytest.mark.parametrize("damage", ["garbage", "cut", "hole"])
def test_a_damaged_file_is_moved_aside_and_said(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "smid.sqlite"
    store = open_store(path, AT)
    sessions = [str(np.datetime64("2020-01-01") + day) for day in range(2000)]
    store.save_bars(make_bars("IWM", sessions, [10.0] * 2000), AT)
    store.close()
    whole = path.read_bytes()
    broken = {
        "garbage": b"not a database at all" * 1000,
        "cut": whole[: len(whole) // 2],
        "hole": whole[:4096] + b"\xff" * 8192 + whole[12288:],
    }[damage]
    path.write_bytes(broken)
    store = open_store(path, AT)
    kept = tmp_path / "smid-damaged-20260227-212000.sqlite"
    assert kept.read_bytes() == broken
    assert kept.name in store.notice
    assert store.load_bars("IWM") is None
    store.save_bars(make_bars("IWM", ["2026-02-27"], [10.0]), AT)
    store.close()
    store = open_store(path, AT)
    assert store.notice == ""
    store.close()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises((SmidError, OSError)):
        open_store(tmp_path / "nowhere" / "smid.sqlite", AT)


def test_a_quote_that_cannot_be_read_is_forgotten(tmp_path: Path) -> None:
    """Another version wrote it: the others are as good as before."""
    path = tmp_path / "smid.sqlite3"
    store = open_store(path, AT)
    store.save_quotes([Quote(symbol="IWM", price=200.0, time=AT), Quote(symbol="SPY", price=600.0, time=AT)], AT)
    store.close()
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE quotes SET quote = ? WHERE symbol = 'SPY'", (b"\x93nonsense",))
    again = open_store(path, AT)
    assert {symbol: quote.price for symbol, quote in again.load_quotes().items()} == {"IWM": 200.0}
    again.close()
