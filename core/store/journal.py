"""The journal's table: entries appended for good, read with filters."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from msgspec import structs

from core.errors import SmidError
from core.journal.entry import Change, Entry, JournalError, Query
from core.rules.level import Level
from core.store.schema import MIGRATIONS, open_memory
from core.store.units import to_date, to_day, to_moment, transaction
from core.text import clean

SCHEMA = 2
"""The first version of the database that has a journal."""
_TOLD_DAYS = 60
"""How long a notification counts for the cool-down."""

_COLUMNS = (
    "time, session, change, rule, subject, level_from, level_to, value, threshold, provisional, quality, text, who,"
    " until, note"
)
_SAVE = f"INSERT INTO journal ({_COLUMNS}) VALUES ({', '.join('?' * 15)})"  # noqa: S608 - our own words
_STANDING = f"""
    WITH ended AS (
        SELECT rule, subject, max(id) AS last FROM journal
        WHERE level_to = 'ok' AND provisional = 0 AND change IN ('resolved', 'withdrawn') GROUP BY rule, subject
    )
    SELECT id, {_COLUMNS} FROM journal LEFT JOIN ended USING (rule, subject)
    WHERE rule <> '' AND (
        id > coalesce(ended.last, 0) OR (change = 'notified' AND time > ?)
        OR (change IN ('snoozed', 'woken') AND id >= (
            SELECT min(s.id) FROM journal s
            WHERE s.rule = journal.rule AND s.subject = journal.subject AND s.change = 'snoozed' AND s.until > ?))
    ) ORDER BY id
"""  # noqa: S608 - our own words


class JournalTable:
    """The journal in a database; the connection is that of the store, unless it `owns` it."""

    def __init__(self, connection: sqlite3.Connection, *, owns: bool = False) -> None:
        self._db, self._owns = connection, owns

    def append(self, entries: Iterable[Entry]) -> None:
        """Save all of `entries` or none; raises `JournalError`."""
        with _told(), transaction(self._db):
            self._db.executemany(_SAVE, [_to_row(entry) for entry in entries])

    def read(self, query: Query) -> list[Entry]:
        """What `query` asks for, newest first; raises `JournalError`."""
        where, values = _to_where(query)
        limit = -1 if query.limit is None else query.limit
        sql = f"SELECT id, {_COLUMNS} FROM journal {where} ORDER BY id DESC LIMIT ?"  # noqa: S608 - values are bound
        with _told():
            return [_to_entry(row) for row in self._db.execute(sql, (*values, limit))]

    def count(self, query: Query) -> int:
        """How many entries `query` asks for, wherever they begin and however few are to be read at once."""
        where, values = _to_where(structs.replace(query, before=None, after=None))
        with _told():
            return int(self._db.execute(f"SELECT count(*) FROM journal {where}", values).fetchone()[0])  # noqa: S608

    def newest(self) -> int:
        """The id of the newest entry, 0 where there is none; raises `JournalError`."""
        with _told():
            return int(self._db.execute("SELECT coalesce(max(id), 0) FROM journal").fetchone()[0])

    def read_standing(self, at: datetime) -> list[Entry]:
        """What is open, snoozed or was told lately, oldest first; raises `JournalError`."""
        told = (at - timedelta(days=_TOLD_DAYS)).timestamp()
        with _told():
            return [_to_entry(row) for row in self._db.execute(_STANDING, (told, at.timestamp()))]

    def close(self) -> None:
        """Let go of a connection of its own."""
        if self._owns:
            self._db.close()


def open_memory_journal() -> JournalTable:
    """A journal that ends with its process: for markets that are not kept either."""
    return JournalTable(open_memory(), owns=True)


@contextmanager
def reading_journal(path: Path) -> Iterator[JournalTable | None]:
    """The journal in the database at `path`, whoever writes it meanwhile; None where there is none yet.

    Nothing there is changed. Raises `SmidError` where it cannot be read.
    """
    if not path.exists():
        yield None
        return
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5.0)
    except sqlite3.Error as error:
        raise SmidError(f"Cannot read {clean(path)}: {clean(error, 80)}.") from error
    try:
        yield JournalTable(connection) if _version_of(connection, path) >= SCHEMA else None
    except JournalError as error:
        raise SmidError(f"Cannot read {clean(path)}: {error}.") from error
    finally:
        connection.close()


def _version_of(connection: sqlite3.Connection, path: Path) -> int:
    with _told():
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > len(MIGRATIONS):
        raise SmidError(f"{clean(path)} was written by a newer smid: update smid, or use another --data-dir.")
    return version


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise JournalError(clean(error, 80)) from error


def _to_where(query: Query) -> tuple[str, list[object]]:
    """The condition of `query` and the values it binds."""
    parts: list[tuple[str, tuple[object, ...]]] = []
    if query.since is not None:
        parts.append(("time >= ?", (_midnight(query.since),)))
    if query.until is not None:
        parts.append(("time < ?", (_midnight(query.until + timedelta(days=1)),)))
    if query.before is not None:
        parts.append(("id < ?", (query.before,)))
    if query.after is not None:
        parts.append(("id > ?", (query.after,)))
    if query.rule:
        parts.append(("rule = ?", (query.rule,)))
    if query.subject:
        parts.append(("subject = ? COLLATE NOCASE", (query.subject,)))
    if query.level is not Level.OK:
        words = tuple(level.value for level in Level if level.rank >= query.level.rank)
        marks = ", ".join("?" * len(words))
        parts.append((f"(level_from IN ({marks}) OR level_to IN ({marks}))", words + words))
    for word in query.search.split():
        told = "rule || ' ' || subject || ' ' || change || ' ' || text || ' ' || who || ' ' || note"
        parts.append((f"{told} LIKE ? ESCAPE '\\'", (f"%{_escape(word)}%",)))
    where = " AND ".join(condition for condition, _ in parts)
    return (f"WHERE {where}" if where else ""), [value for _, values in parts for value in values]


def _escape(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _midnight(day: date) -> float:
    return datetime.combine(day, time(), UTC).timestamp()


def _to_row(entry: Entry) -> Sequence[object]:
    return (
        entry.time.timestamp(),
        to_day(date.fromisoformat(entry.session)) if entry.session else None,
        entry.change.value,
        entry.rule,
        entry.subject,
        entry.level_from.value,
        entry.level_to.value,
        entry.value,
        entry.threshold,
        entry.provisional,
        entry.quality,
        entry.text,
        entry.who,
        entry.until.timestamp() if entry.until else None,
        entry.note,
    )


def _to_entry(row: Sequence[Any]) -> Entry:
    number, seconds, day, change, rule, subject, before, after, value, threshold, provisional, *said = row
    quality, text, who, until, note = said
    try:
        return Entry(
            id=number,
            time=to_moment(seconds),
            session=None if day is None else to_date(day).isoformat(),
            change=Change(change),
            rule=rule,
            subject=subject,
            level_from=Level(before),
            level_to=Level(after),
            value=value,
            threshold=threshold,
            provisional=bool(provisional),
            quality=quality,
            text=text,
            who=who,
            until=None if until is None else to_moment(until),
            note=note,
        )
    except (TypeError, ValueError, OverflowError) as error:
        raise JournalError(f"line {number} is damaged") from error
