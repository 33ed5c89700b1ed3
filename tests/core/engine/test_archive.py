"""Questions about the journal: answered from disk beside the loop, or from memory, whatever is wrong with it."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec import structs
from scripted import make_settings

from core.engine.archive import MOST, MOST_WAITING, Archive
from core.engine.messages import Journalled
from core.journal.entry import Change, Entry, Query
from core.rules.level import Level
from core.store import open_memory_journal, open_store

AT = datetime(2026, 2, 27, 21, 20, tzinfo=UTC)


class Peer:
    is_attached = True

    def __init__(self) -> None:
        self.told: list[Journalled] = []

    def send(self, message: Journalled) -> None:
        self.told.append(message)


def entry(number: int, **more: object) -> Entry:
    made = Entry(
        time=AT,
        session="2026-02-27",
        change=Change.RAISED,
        rule="pullback",
        subject="IWM/SPY",
        level_to=Level.WATCH,
        value=-0.046,
        threshold=-0.04,
        text=f"number {number}",
    )
    return structs.replace(made, **more)


async def ask(archive: Archive, *queries: Query) -> list[Journalled]:
    peer = Peer()
    for query in queries:
        archive.ask(peer, query)  # type: ignore[arg-type]
    await asyncio.gather(*archive._tasks)
    return peer.told


async def test_a_journal_on_disk_is_read_newest_first_no_more_than_an_answer_holds(tmp_path: Path) -> None:
    store = open_store(tmp_path / "market.db", AT)
    store.journal.append(entry(number) for number in range(1, MOST + 51))
    archive = Archive(make_settings())
    archive.open(store.journal, tmp_path / "market.db")
    (first,) = await ask(archive, Query(limit=10_000))
    assert (first.total, len(first.entries), first.entries[0].text) == (MOST + 50, MOST, f"number {MOST + 50}")
    (rest,) = await ask(archive, Query(before=first.entries[-1].id))
    assert [one.text for one in rest.entries] == [f"number {number}" for number in range(50, 0, -1)]
    assert rest.total == MOST + 50, "of all, not of those before"
    (new,) = await ask(archive, Query(after=MOST + 48, search="number"))
    assert [one.id for one in new.entries] == [MOST + 50, MOST + 49]
    store.close()


async def test_questions_wait_until_the_market_is_open() -> None:
    archive, peer = Archive(make_settings()), Peer()
    archive.ask(peer, Query())  # type: ignore[arg-type]
    await asyncio.sleep(0)
    assert peer.told == []
    journal = open_memory_journal()
    journal.append([entry(1)])
    archive.open(journal, None)
    await asyncio.gather(*archive._tasks)
    assert [one.text for one in peer.told[0].entries] == ["number 1"]
    journal.close()


async def test_a_database_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    file = tmp_path / "market.db"
    file.write_bytes(b"this is no database, and long enough to be looked at" * 100)
    archive = Archive(make_settings())
    archive.open(open_memory_journal(), file)
    (told,) = await ask(archive, Query())
    assert told.entries == ()
    assert "not a database" in told.reason


async def test_too_many_questions_are_refused_in_words() -> None:
    archive, peer = Archive(make_settings()), Peer()
    for number in range(MOST_WAITING + 1):
        archive.ask(peer, Query(search=str(number)))  # type: ignore[arg-type]
    assert [one.reason for one in peer.told] == ["too many questions at once: ask again"]
    await archive.close()


@pytest.mark.parametrize(
    ("made", "signal"),
    [
        (entry(1), "pullback_63d_4"),
        (entry(1, threshold=-0.02, level_to=Level.INFO), "pullback_63d_2"),
        (entry(1, change=Change.RESOLVED, level_from=Level.WARN, level_to=Level.OK, threshold=None), "pullback_63d_7"),
        (entry(1, rule="trend_break", level_to=Level.WARN, threshold=None), "trend_break_200"),
        (entry(1, rule="trend_break", level_to=Level.WATCH, threshold=None), "trend_break_50"),
        (entry(1, rule="streak", value=8.0, threshold=8.0, level_to=Level.INFO), "streak_won_8"),
        (entry(1, rule="streak", value=-11.0, threshold=10.0), "streak_lost_10"),
        (entry(1, rule="streak", value=None, threshold=10.0), None),
        (entry(1, rule="volatility", subject="IWM", value=0.93, threshold=0.9), "volatility_90"),
        (entry(1, rule="volatility", subject="IWM", value=0.5, threshold=0.9), None),
        (entry(1, rule="momentum_fade", threshold=None), "momentum_fade"),
        (entry(1, rule="data_quality"), None),
        (entry(1, rule="gone_since"), None),
        (entry(1, rule="", subject="", change=Change.FAILED), None),
        (entry(1, subject="KRE/XLF"), None),
    ],
)
async def test_an_entry_has_the_track_record_of_what_it_told(made: Entry, signal: str | None) -> None:
    journal, archive = open_memory_journal(), Archive(make_settings())
    journal.append([made])
    archive.open(journal, None)
    (told,) = await ask(archive, Query())
    assert told.reason == ""
    assert told.signals == ({1: ("IWM/SPY", signal)} if signal else {})
    journal.close()
