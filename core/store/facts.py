"""What a source said of funds and companies, kept for good: nobody offers the past of it."""

import sqlite3
from collections.abc import Collection, Iterable
from datetime import date, datetime

from core.fundamentals.fact import Fact
from core.store.units import to_date, to_day, transaction

_SAVE = "INSERT OR IGNORE INTO fundamentals VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)"
_LOAD = "SELECT subject, metric, period, session, value, source, method FROM fundamentals"


class FactTable:
    """Only ever appended to; a number that is there for a session stays as it was first seen."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def append(self, facts: Iterable[Fact], at: datetime) -> None:
        """Save all of `facts`, seen at `at`, or none."""
        rows = [
            (one.subject, one.metric, one.period, to_day(one.day), one.value, one.source, one.method, at.timestamp())
            for one in facts
        ]
        with transaction(self._db):
            self._db.executemany(_SAVE, rows)

    def load(self, funds: Collection[str], since: date) -> list[Fact]:
        """Everything of `funds`; of companies what is from `since` on, and the share counts of all time. In order."""
        marks = ", ".join("?" * len(funds))
        where = f"WHERE subject IN ({marks}) OR session >= ? OR metric = 'shares_billion' ORDER BY session, id"
        rows = self._db.execute(f"{_LOAD} {where}", (*funds, to_day(since))).fetchall()
        return [
            Fact(to_date(day), subject, metric, period, value, source, method)
            for subject, metric, period, day, value, source, method in rows
        ]
