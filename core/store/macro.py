"""Economic observations, every version of each: appended for good, for some are served for a few years only."""

import sqlite3
from collections.abc import Iterable

import numpy as np
from msgspec import Struct

from core.market.bars import Floats, Sessions
from core.store.units import transaction

_SAVE = "INSERT OR IGNORE INTO macro (series, observed, seen, value, absent) VALUES (?, ?, ?, ?, ?)"
_LOAD = "SELECT observed, seen, value, absent FROM macro WHERE series = ? ORDER BY observed, seen"


class Version(Struct, frozen=True):
    """A value of the day `observed` (days since 1970) as it was first `seen` (seconds, UTC)."""

    observed: int
    seen: float
    value: float
    absent: float | None = None
    """When it was last looked for and not there."""


class Versions(Struct, frozen=True):
    """All versions of one series, by day and then by when they were seen; `absent` is NaN where nobody had looked."""

    observed: Sessions
    seen: Floats
    values: Floats
    absent: Floats


class MacroTable:
    """The table of versions; one connection, one writer."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def append(self, series: str, versions: Iterable[Version]) -> None:
        """Save all of them or none; what is there already stays as it is."""
        rows = [(series, one.observed, one.seen, one.value, one.absent) for one in versions]
        with transaction(self._db):
            self._db.executemany(_SAVE, rows)

    def load(self, series: str) -> Versions:
        """Everything that was ever seen of `series`."""
        rows = self._db.execute(_LOAD, (series,)).fetchall()
        columns = np.array(rows, dtype=np.float64).reshape(-1, 4).T  # NULL becomes NaN
        return Versions(columns[0].astype(np.int64).astype("datetime64[D]"), columns[1], columns[2], columns[3])
