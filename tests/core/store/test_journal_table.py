"""The journal's table: what went in comes out, filtered, and nothing is ever taken away."""

import sqlite3
import stat
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import structs

from core.errors import SmidError
from core.journal.entry import Change, Entry, JournalError, Query
from core.rules.level import Level
from core.store import JournalTable, open_database, open_memory_journal, open_store, reading_journal
from core.store.schema import MIGRATIONS

AT = datetime(2026, 2, 27, 21, 20, tzinfo=UTC)


def entry(number: int = 0, **more: object) -> Entry:
    """One of a series, an hour apart."""
    made = Entry(
        time=AT + timedelta(hours=number),
        session="2026-02-27",
        change=Change.RAISED,
        rule="pullback",
        subject="IWM/SPY",
        level_to=Level.WATCH,
    )
    return structs.replace(made, **more)


@pytest.fixture
def journal() -> Iterator[JournalTable]:
    made = open_memory_journal()
    yield made
    made.close()


def without_ids(entries: list[Entry]) -> list[Entry]:
    return [structs.replace(one, id=0) for one in entries]


def test_entries_come_back_as_they_went_in_their_order(journal):
    full = entry(
        1,
        change=Change.SNOOZED,
        level_from=Level.WARN,
        level_to=Level.CRITICAL,
        value=-0.0712,
        threshold=-0.07,
        provisional=True,
        quality="stale",
        text="it's “7 %”; DROP TABLE journal",
        who="ann",
        until=AT + timedelta(days=3),
        note="seen",
        session=None,
    )
    journal.append([entry(), full])
    journal.append([entry(2)])
    back = journal.read(Query())
    assert without_ids(back) == [entry(2), full, entry()]
    assert [one.id for one in back] == [3, 2, 1]


def test_nothing_can_be_changed_or_removed(journal):
    journal.append([entry()])
    for statement in ("UPDATE journal SET text = 'x'", "DELETE FROM journal"):
        with pytest.raises(sqlite3.IntegrityError, match="only appended to"):
            journal._db.execute(statement)
    assert len(journal.read(Query())) == 1


SERIES = [
    entry(0, text="ratio 4 % under its high"),
    entry(1, level_from=Level.WATCH, level_to=Level.WARN, text="ratio 7 % under its high"),
    entry(2, rule="volatility", subject="IWM", level_to=Level.INFO, text="IWM volatility, 91st percentile"),
    entry(5, level_from=Level.WARN, level_to=Level.OK, change=Change.RESOLVED),
    entry(30, change=Change.ACKNOWLEDGED, level_from=Level.INFO, level_to=Level.INFO, who="ann", note="100_% sure"),
]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        (Query(), [4, 3, 2, 1, 0]),
        (Query(limit=2), [4, 3]),
        (Query(since=date(2026, 2, 28)), [4, 3]),
        (Query(until=date(2026, 2, 27)), [2, 1, 0]),
        (Query(since=date(2026, 2, 28), until=date(2026, 2, 28)), [3]),
        (Query(rule="volatility"), [2]),
        (Query(subject="iwm"), [2]),
        (Query(subject="IWM/SPY", limit=1), [4]),
        (Query(level=Level.WARN), [3, 1]),
        (Query(level=Level.WATCH), [3, 1, 0]),
        (Query(level=Level.CRITICAL), []),
        (Query(search="HIGH ratio"), [1, 0]),
        (Query(search="high 7"), [1]),
        (Query(search="volatility"), [2]),
        (Query(search="ann"), [4]),
        (Query(search="100_%"), [4]),
        (Query(search="0_0"), []),
        (Query(search="%"), [4, 1, 0]),
        (Query(search="\\"), []),
        (Query(rule="'; --"), []),
    ],
)
def test_filters(journal, query, numbers):
    journal.append(SERIES)
    assert without_ids(journal.read(query)) == [SERIES[number] for number in numbers]


def test_what_stands_rests_on_what_is_not_over(journal):
    told = entry(2, change=Change.NOTIFIED, note="hook")
    over = [entry(0), entry(1, change=Change.RESOLVED, level_from=Level.WATCH, level_to=Level.OK)]
    asleep = entry(1, rule="streak", change=Change.SNOOZED, until=AT + timedelta(days=9))
    ended = entry(3, rule="streak", change=Change.RESOLVED, level_to=Level.OK)
    again = entry(4)
    journal.append([over[0], told, over[1], asleep, ended, again])
    assert without_ids(list(journal.read_standing(AT + timedelta(days=1)))) == [told, asleep, again]
    late = AT + timedelta(days=100)
    assert without_ids(list(journal.read_standing(late))) == [again], "the snooze is over, the notification long ago"


def test_a_full_disk_is_told_and_leaves_nothing_half_done(journal):
    journal.append([entry()])
    pages = journal._db.execute("PRAGMA page_count").fetchone()[0]
    journal._db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(JournalError, match="full"):
        journal.append([entry(number, text="x" * 200) for number in range(500)])
    assert len(journal.read(Query())) == 1
    journal._db.execute("PRAGMA max_page_count = 100000")
    journal.append([entry(1)])
    assert len(journal.read(Query())) == 2


def test_an_older_store_gets_its_journal_and_keeps_the_rest(tmp_path):
    path = tmp_path / "smid.sqlite"
    connection, _ = open_database(path, AT, MIGRATIONS[:1])
    connection.execute("INSERT INTO facts VALUES ('', 'x', 'kept', 0)")
    connection.close()
    with reading_journal(path) as journal:
        assert journal is None, "reading changes nothing"
    store = open_store(path, AT)
    store.journal.append([entry()])
    assert store.load_facts("x") == {"": "kept"}
    with reading_journal(path) as journal:
        assert journal is not None
        assert without_ids(journal.read(Query())) == [entry()]
    store.close()
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}


def test_reading_needs_no_engine_and_leaves_nothing(tmp_path):
    path = tmp_path / "smid.sqlite"
    with reading_journal(path) as journal:
        assert journal is None
    assert not path.exists()
    store = open_store(path, AT)
    store.journal.append([entry()])
    store.close()
    with reading_journal(path) as journal:
        assert journal is not None
        assert len(journal.read(Query())) == 1
        with pytest.raises(JournalError, match="readonly"):
            journal.append([entry()])
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}


def test_what_cannot_be_read_is_a_sentence(tmp_path):
    path = tmp_path / "smid.sqlite"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(SmidError, match=r"Cannot read .*smid.sqlite: file is not a database"), reading_journal(path):
        pass
    path.unlink()
    connection, _ = open_database(path, AT, (*MIGRATIONS, "CREATE TABLE future (a)"))
    connection.close()
    with pytest.raises(SmidError, match="newer smid"), reading_journal(path):
        pass


def test_a_damaged_line_is_told(journal):
    journal._db.execute(
        "INSERT INTO journal VALUES (7, 0, 0, 'exploded', '', '', 'ok', 'ok', NULL, NULL, 0, '', '', '', NULL, '')"
    )
    with pytest.raises(JournalError, match="line 7 is damaged"):
        journal.read(Query())


def test_a_store_and_its_journal_close_once(tmp_path: Path) -> None:
    store = open_store(tmp_path / "smid.sqlite", AT)
    store.journal.close()
    store.save_facts("x", {"": "y"}, AT)
    store.close()


def test_a_stretch_of_it_is_read_by_ids_and_counted_whole(journal):
    assert journal.newest() == 0
    journal.append([entry(number, rule="pullback" if number % 2 else "streak") for number in range(10)])
    assert journal.newest() == 10
    assert [one.id for one in journal.read(Query(before=8, limit=3))] == [7, 6, 5]
    assert [one.id for one in journal.read(Query(after=7))] == [10, 9, 8]
    assert [one.id for one in journal.read(Query(rule="pullback", before=8, after=2))] == [6, 4]
    assert journal.count(Query(rule="pullback", before=8, limit=1)) == 5
