"""The database file: its schema versions, and what happens to a broken or a newer one."""

import contextlib
import os
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from core.errors import SmidError
from core.paths import PRIVATE_FILE
from core.text import clean

# One script a version; a database of version n has run the first n of them.
# Sessions are days since 1970-01-01, moments are seconds since then (UTC). A missing number is NULL.
MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE bars (
        symbol TEXT NOT NULL, session INTEGER NOT NULL,
        open REAL, high REAL, low REAL, close REAL, adj_close REAL, volume REAL,
        first_seen REAL NOT NULL,
        PRIMARY KEY (symbol, session)
    ) WITHOUT ROWID;
    CREATE TABLE corrections (
        symbol TEXT NOT NULL, session INTEGER NOT NULL, field TEXT NOT NULL,
        old REAL, new REAL, seen REAL NOT NULL
    );
    CREATE INDEX corrections_of ON corrections (symbol, session);
    CREATE TABLE quotes (
        symbol TEXT NOT NULL, time REAL NOT NULL, price REAL NOT NULL,
        received REAL NOT NULL, quote BLOB NOT NULL,
        PRIMARY KEY (symbol, time)
    ) WITHOUT ROWID;
    CREATE INDEX quotes_received ON quotes (received);
    CREATE TABLE facts (
        subject TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, seen REAL NOT NULL,
        PRIMARY KEY (subject, name)
    ) WITHOUT ROWID;
    """,
    """
    CREATE TABLE journal (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        time REAL NOT NULL, session INTEGER, change TEXT NOT NULL,
        rule TEXT NOT NULL, subject TEXT NOT NULL, level_from TEXT NOT NULL, level_to TEXT NOT NULL,
        value REAL, threshold REAL, provisional INTEGER NOT NULL, quality TEXT NOT NULL,
        text TEXT NOT NULL, who TEXT NOT NULL, until REAL, note TEXT NOT NULL
    );
    CREATE INDEX journal_time ON journal (time);
    CREATE INDEX journal_of ON journal (rule, subject, id);
    CREATE TRIGGER journal_keeps BEFORE UPDATE ON journal
        BEGIN SELECT RAISE(ABORT, 'the journal is only appended to'); END;
    CREATE TRIGGER journal_stays BEFORE DELETE ON journal
        BEGIN SELECT RAISE(ABORT, 'the journal is only appended to'); END;
    """,
    """
    CREATE TABLE macro (
        series TEXT NOT NULL, observed INTEGER NOT NULL, seen REAL NOT NULL, value REAL NOT NULL, absent REAL,
        PRIMARY KEY (series, observed, seen)
    ) WITHOUT ROWID;
    CREATE TRIGGER macro_keeps BEFORE UPDATE ON macro
        BEGIN SELECT RAISE(ABORT, 'observations are only appended to'); END;
    CREATE TRIGGER macro_stays BEFORE DELETE ON macro
        BEGIN SELECT RAISE(ABORT, 'observations are only appended to'); END;
    """,
    """
    CREATE TABLE fundamentals (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        subject TEXT NOT NULL, metric TEXT NOT NULL, period TEXT NOT NULL, session INTEGER NOT NULL,
        value REAL NOT NULL, source TEXT NOT NULL, method TEXT NOT NULL, seen REAL NOT NULL,
        UNIQUE (subject, metric, period, session, source)
    );
    CREATE INDEX fundamentals_session ON fundamentals (session);
    CREATE TRIGGER fundamentals_keep BEFORE UPDATE ON fundamentals
        BEGIN SELECT RAISE(ABORT, 'fundamentals are only appended to'); END;
    CREATE TRIGGER fundamentals_stay BEFORE DELETE ON fundamentals
        BEGIN SELECT RAISE(ABORT, 'fundamentals are only appended to'); END;
    """,
)

_SUFFIXES = ("", "-wal", "-shm")


def open_database(path: Path, at: datetime, migrations: Sequence[str] = MIGRATIONS) -> tuple[sqlite3.Connection, str]:
    """A connection on the newest schema, and a sentence where a broken file had to be moved aside (else '').

    `at` dates that file's new name. Raises `SmidError` on a newer schema than ours or a file that cannot be opened.
    """
    try:
        return _open(path, migrations), ""
    except sqlite3.OperationalError as error:  # locked, read-only, full, no permission: not a broken file
        raise SmidError(f"Cannot open {clean(path)}: {clean(error)}.") from error
    except sqlite3.DatabaseError as error:
        kept = move_aside(path, at)
        told = f"The stored data was damaged ({clean(error, 80)}): kept as {clean(kept.name)}, beginning anew."
        return _open(path, migrations), told


def open_memory() -> sqlite3.Connection:
    """A database on the newest schema that ends with its connection."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    _migrate(connection, Path(":memory:"), MIGRATIONS)
    return connection


def move_aside(path: Path, at: datetime) -> Path:
    """Rename a database with its journals to a dated name, which is returned."""
    kept = path.with_name(f"{path.stem}-damaged-{at:%Y%m%d-%H%M%S}{path.suffix}")
    for suffix in _SUFFIXES:
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(kept.with_name(kept.name + suffix))
    return kept


def _open(path: Path, migrations: Sequence[str]) -> sqlite3.Connection:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE))  # SQLite gives its journals the file's own mode
    path.chmod(PRIVATE_FILE)
    connection = sqlite3.connect(path, timeout=5.0, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        _check(connection)
        _migrate(connection, path, migrations)
    except BaseException:
        connection.close()
        raise
    return connection


def _check(connection: sqlite3.Connection) -> None:
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise sqlite3.DatabaseError(str(verdict).splitlines()[0])


def _migrate(connection: sqlite3.Connection, path: Path, migrations: Sequence[str]) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(migrations):
        raise SmidError(
            f"{clean(path)} was written by a newer smid (schema {version}, this one knows {len(migrations)}): "
            "update smid, or use another --data-dir."
        )
    for number, script in enumerate(migrations[version:], start=version + 1):
        # One transaction a version: a kill in the middle leaves the older version whole.
        connection.executescript(f"BEGIN IMMEDIATE;{script};PRAGMA user_version = {number};COMMIT;")
