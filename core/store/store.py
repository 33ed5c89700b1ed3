"""Bars, corrections, quotes and facts, saved and loaded; the journal beside them."""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np
from msgspec import Struct

from core.market.bars import Bars
from core.market.quotes import Quote
from core.store.facts import FactTable
from core.store.journal import JournalTable
from core.store.macro import MacroTable
from core.store.schema import open_database
from core.store.units import to_date, to_day, to_moment, transaction

StoreError = sqlite3.Error
"""What all tables raise when the disk does not do its part: full, gone, not to be written on."""

_COLUMNS = ("open", "high", "low", "close", "adj_close", "volume")

_SAVE_BAR = """
    INSERT INTO bars (symbol, session, open, high, low, close, adj_close, volume, first_seen)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (symbol, session) DO UPDATE SET
        open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close,
        adj_close = excluded.adj_close, volume = excluded.volume
"""  # first_seen stays that of the first time


class Correction(Struct, frozen=True, kw_only=True):
    """A value that its source changed afterwards; `session` is a date, None where there was or is no number."""

    symbol: str
    session: date
    field: str
    old: float | None
    new: float | None
    seen: datetime


class Store:
    """One connection, one writer. Every `save_*` is one transaction: after it returns, a kill loses nothing of it."""

    def __init__(self, connection: sqlite3.Connection, notice: str = "") -> None:
        self._db = connection
        self.notice = notice
        """What a person should know about the file (it was damaged and moved aside); else ''."""
        self.journal = JournalTable(connection)
        self.macro = MacroTable(connection)
        self.facts = FactTable(connection)

    def close(self) -> None:
        self._db.close()

    def save_bars(self, bars: Bars, at: datetime, corrections: Iterable[Correction] = ()) -> None:
        """Insert new sessions and update known ones (their first-seen moment stays), noting `corrections`."""
        days = bars.sessions.astype("datetime64[D]").astype(np.int64).tolist()
        columns = [getattr(bars, name).tolist() for name in _COLUMNS]
        seen = at.timestamp()
        rows = ((bars.symbol, *row, seen) for row in zip(days, *columns, strict=True))
        with self._transaction():
            self._db.executemany(_SAVE_BAR, rows)  # NaN is stored as NULL
            self._db.executemany(
                "INSERT INTO corrections VALUES (?, ?, ?, ?, ?, ?)",
                [(c.symbol, to_day(c.session), c.field, c.old, c.new, c.seen.timestamp()) for c in corrections],
            )

    def load_bars(self, symbol: str) -> Bars | None:
        """The whole history of `symbol`, None where there is none."""
        rows = self._db.execute(
            "SELECT session, open, high, low, close, adj_close, volume FROM bars WHERE symbol = ? ORDER BY session",
            (symbol,),
        ).fetchall()
        if not rows:
            return None
        sessions, *columns = zip(*rows, strict=True)
        days = np.array(sessions, dtype=np.int64).astype("datetime64[D]")
        return Bars(symbol, days, *(np.array(column, dtype=np.float64) for column in columns))

    def load_corrections(self, symbol: str) -> list[Correction]:
        """What was changed afterwards, in the order it was seen."""
        query = "SELECT symbol, session, field, old, new, seen FROM corrections WHERE symbol = ? ORDER BY rowid"
        return [
            Correction(symbol=name, session=to_date(day), field=field, old=old, new=new, seen=to_moment(seen))
            for name, day, field, old, new, seen in self._db.execute(query, (symbol,))
        ]

    def load_first_seen(self, symbol: str, session: date) -> datetime | None:
        """When the bar of `session` was first saved."""
        query = "SELECT first_seen FROM bars WHERE symbol = ? AND session = ?"
        row = self._db.execute(query, (symbol, to_day(session))).fetchone()
        return to_moment(row[0]) if row else None

    def save_quotes(self, quotes: Iterable[Quote], at: datetime) -> None:
        """Keep quotes by the exchange's time; one already there stays as it was first seen."""
        rows = [(q.symbol, q.time.timestamp(), q.price, at.timestamp(), msgspec.msgpack.encode(q)) for q in quotes]
        with self._transaction():
            self._db.executemany("INSERT OR IGNORE INTO quotes VALUES (?, ?, ?, ?, ?)", rows)

    def load_quotes(self) -> dict[str, Quote]:
        """The newest quote of every symbol; one that another version wrote and cannot be read is left out."""
        # With one max() SQLite takes the other columns from the row that has it.
        rows = self._db.execute("SELECT quote, max(time) FROM quotes GROUP BY symbol").fetchall()
        quotes = (_read_quote(row[0]) for row in rows)
        return {quote.symbol: quote for quote in quotes if quote is not None}

    def drop_quotes(self, at: datetime, kept_days: int) -> int:
        """Forget quotes received more than `kept_days` before `at`; how many they were."""
        limit = (at - timedelta(days=kept_days)).timestamp()
        with self._transaction():
            return self._db.execute("DELETE FROM quotes WHERE received < ?", (limit,)).rowcount

    def save_facts(self, name: str, values: Mapping[str, str], at: datetime) -> None:
        """Remember one fact of several subjects (a symbol, or '' for the source itself)."""
        rows = [(subject, name, value, at.timestamp()) for subject, value in values.items()]
        with self._transaction():
            self._db.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?, ?, ?)", rows)

    def load_facts(self, name: str) -> dict[str, str]:
        """One fact, by subject."""
        return dict(self._db.execute("SELECT subject, value FROM facts WHERE name = ?", (name,)).fetchall())

    def _transaction(self) -> AbstractContextManager[None]:
        return transaction(self._db)


def open_store(path: Path, at: datetime) -> Store:
    """The store at `path`, made or brought up to date; raises `SmidError` where it cannot be used."""
    connection, notice = open_database(path, at)
    return Store(connection, notice)


def _read_quote(data: bytes) -> Quote | None:
    try:
        return msgspec.msgpack.decode(data, type=Quote)
    except msgspec.MsgspecError:
        return None
