"""How days and moments are stored, and what one transaction is."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

_EPOCH = date(1970, 1, 1)


def to_day(session: date) -> int:
    """Days since 1970-01-01."""
    return (session - _EPOCH).days


def to_date(day: int) -> date:
    return _EPOCH + timedelta(days=day)


def to_moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is written in the block, or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite itself has rolled back after some errors, a full disk among them
            connection.execute("ROLLBACK")
        raise
