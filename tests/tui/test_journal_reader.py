"""The journal read page by page, against a ledger that answers as the engine does."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from core.engine.messages import Journalled, ToEngine, WantJournal
from core.journal.entry import Change, Entry, Query
from core.rules.level import Level
from core.store import JournalTable, open_memory_journal
from tui.journal_reader import JournalReader

AT = datetime(2026, 2, 27, 21, 20, tzinfo=UTC)
PAGE = 10


def entry(number: int, rule: str = "pullback") -> Entry:
    return Entry(
        time=AT + timedelta(minutes=number),
        session="2026-02-27",
        change=Change.RAISED,
        rule=rule,
        subject="IWM/SPY",
        level_to=Level.WATCH,
        text=f"number {number}",
    )


class House:
    """A ledger, and a reader whose questions are answered when `answer` says so."""

    def __init__(self) -> None:
        self.ledger: JournalTable = open_memory_journal()
        self.asked: list[Query] = []
        self.reader = JournalReader(self._ask)

    def _ask(self, message: ToEngine) -> None:
        assert isinstance(message, WantJournal)
        self.asked.append(message.query)

    def write(self, count: int, rule: str = "pullback") -> None:
        first = self.ledger.newest()
        self.ledger.append([entry(first + n + 1, rule) for n in range(count)])

    def answer(self) -> None:
        while self.asked:
            query = self.asked.pop(0)
            found = self.ledger.read(structs.replace(query, limit=PAGE))
            self.reader.take(Journalled(query=query, entries=tuple(found), total=self.ledger.count(query)))

    @property
    def ids(self) -> list[int]:
        return [one.id for one in self.reader.known.entries]


@pytest.fixture
def house():
    made = House()
    yield made
    made.ledger.close()


def test_nothing_is_asked_before_it_is_opened(house):
    house.write(3)
    house.reader.catch_up(3)
    house.reader.more()
    assert house.asked == []


def test_pages_follow_each_other_until_the_end(house):
    house.write(25)
    house.reader.open(Query(), 25)
    house.answer()
    assert house.ids == list(range(25, 15, -1))
    assert house.reader.known.total == 25
    house.reader.more()
    house.reader.more()  # asked once while the answer is on its way
    assert len(house.asked) == 1
    house.answer()
    house.reader.more()
    house.answer()
    assert house.ids == list(range(25, 0, -1))
    house.reader.more()
    assert house.asked == [], "there are no older ones"


def test_what_is_written_meanwhile_comes_on_top(house):
    house.write(12)
    house.reader.open(Query(), 12)
    house.answer()
    house.write(2)
    house.reader.catch_up(14)
    house.reader.catch_up(14)
    assert len(house.asked) == 1
    house.answer()
    assert house.ids == list(range(14, 2, -1))
    assert house.reader.known.total == 14


def test_more_than_an_answer_holds_begins_anew_rather_than_with_a_hole(house):
    house.write(5)
    house.reader.open(Query(), 5)
    house.answer()
    house.write(30)
    house.reader.catch_up(35)
    house.answer()
    assert house.ids == list(range(35, 25, -1))
    house.reader.more()
    house.answer()
    assert house.ids == list(range(35, 15, -1))


def test_other_entries_do_not_come_into_a_filter(house):
    house.write(3)
    house.reader.open(Query(rule="pullback"), 3)
    house.answer()
    house.write(2, rule="streak")
    house.reader.catch_up(5)
    house.answer()
    assert house.ids == [3, 2, 1]
    assert house.reader.known.total == 3


def test_a_late_answer_to_another_filter_is_dropped(house):
    house.write(3)
    house.reader.open(Query(), 3)
    first = house.asked.pop()
    house.reader.open(Query(rule="streak"), 3)
    assert not house.reader.take(Journalled(query=first, entries=tuple(house.ledger.read(first)), total=3))
    assert house.ids == []


def test_a_failure_keeps_what_is_known_and_is_asked_again_when_opened(house):
    house.write(3)
    house.reader.open(Query(), 3)
    house.answer()
    house.reader.catch_up(4)
    house.reader.take(Journalled(query=house.asked.pop(), reason="disk"))
    assert house.ids == [3, 2, 1]
    assert house.reader.known.reason == "disk"
    house.reader.open(Query(), 4)
    house.answer()
    assert house.reader.known.reason == ""


def test_a_new_engine_is_asked_again(house):
    house.write(2)
    house.reader.open(Query(), 2)
    house.asked.clear()  # it died with the question
    house.reader.ask_again()
    house.reader.catch_up(2)
    house.answer()
    assert house.ids == [2, 1]
