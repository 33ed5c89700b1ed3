"""The journal on the screen: listed, filtered, read on while one scrolls, live, and each entry with its page."""

from datetime import timedelta

import pytest
from made import AT, ScriptedClient, make_settings, make_snapshot
from msgspec import structs
from textual.widgets import Static

from core.clock import ManualClock
from core.engine.link import Link, LinkState
from core.engine.messages import Evidenced, Journalled, WantEvidence, WantJournal
from core.journal.entry import Change, Entry, Query
from core.outbox import Outbox
from core.rules.level import Level
from core.store import open_memory_journal
from tui.app import MonitorApp
from tui.help import build_help
from tui.palette import list_entries

DESIGN, SMALL = (120, 40), (80, 24)
PAGE = 100


def entry(number: int, **more: object) -> Entry:
    made = Entry(
        time=AT + timedelta(minutes=number),
        session="2026-03-24",
        change=Change.RAISED,
        rule="pullback" if number % 2 else "streak",
        subject="IWM/SPY",
        level_to=Level.WATCH,
        value=-0.046,
        threshold=-0.04,
        quality="ok",
        text=f"number {number} of IWM/SPY",
    )
    return structs.replace(made, **more)


class ArchiveClient(ScriptedClient):
    """Answers for the journal from a ledger in memory, as the engine does."""

    ledger = None
    answers = True

    def send(self, message):
        if not isinstance(message, WantJournal):
            super().send(message)
            return
        self.sent.append(message)
        if not self.answers:
            return
        entries = tuple(self.ledger.read(structs.replace(message.query, limit=PAGE)))
        signals = {one.id: ("IWM/SPY", "pullback_63d_4") for one in entries if one.rule == "pullback"}
        total = self.ledger.count(message.query)
        told = Journalled(query=message.query, entries=entries, total=total, signals=signals)
        self.desk.on_explained(told)


class House:
    def __init__(self, count: int = 3, *, answers: bool = True) -> None:
        self.ledger = open_memory_journal()
        self.write(*(entry(number) for number in range(1, count + 1)))
        self.answers = answers
        self.app = MonitorApp(make_settings(), ManualClock(AT), self._connect)

    def _connect(self, desk):
        self.client = ArchiveClient(desk, [self.snapshot()])
        self.client.ledger, self.client.answers = self.ledger, self.answers
        return self.client

    def write(self, *entries: Entry) -> None:
        self.ledger.append(entries)

    def snapshot(self, sequence: int = 1):
        return structs.replace(make_snapshot(sequence), outbox=Outbox(newest=self.ledger.newest()))

    @property
    def rows(self) -> list[str]:
        return [strip.text for strip in self.app.deck.panes["journal"]._rows]

    @property
    def text(self) -> str:
        return "\n".join(self.rows)

    @property
    def asked(self) -> list[Query]:
        return [message.query for message in self.client.sent if isinstance(message, WantJournal)]

    @property
    def page(self) -> str:
        return str(self.app.screen.query_one(Static).content)


@pytest.mark.parametrize("size", [DESIGN, SMALL], ids=str)
async def test_the_key_opens_it_newest_first_and_nothing_was_asked_before(size):
    house = House()
    async with house.app.run_test(size=size) as pilot:
        await pilot.pause()
        assert house.asked == []
        await pilot.press("j")
        await pilot.pause()
        assert house.app.deck.alone == "journal"
        assert house.asked == [Query()]
        told = [row for row in house.rows if "number" in row]
        assert ["number 3" in told[0], "number 2" in told[1], "number 1" in told[2]] == [True] * 3
        assert "WATCH" in told[0]
        assert "raised" in told[0]
        assert "3 entries" in house.text
        assert "-0.046 against -0.04" in house.text, "the whole of the entry that the cursor is on"
        await pilot.press("escape")
        assert house.app.deck.alone is None


async def test_older_entries_are_read_as_one_comes_to_them_and_the_cursor_stays_on_its_entry():
    house = House(450)
    async with house.app.run_test(size=DESIGN) as pilot:
        await pilot.press("j")
        await pilot.pause()
        assert "450 entries" in house.text
        await pilot.press(*["pagedown"] * 6)
        await pilot.pause()
        pane = house.app.deck.panes["journal"]
        assert len(pane.view.journal.entries) == 200
        chosen = pane.chosen_entry
        assert chosen is not None
        assert f"+{pane.window.top} above" in house.rows[-1]
        house.write(entry(451), entry(452))
        house.app.desk.on_snapshot(house.snapshot(2))
        await pilot.pause()
        assert pane.view.journal.entries[0].text == "number 452 of IWM/SPY"
        assert pane.chosen_entry == chosen
        await pilot.press("home")
        assert "number 452" in house.text


async def test_it_is_live_while_nothing_new_is_asked_without_news():
    house = House()
    async with house.app.run_test(size=DESIGN) as pilot:
        while not house.app.view.is_live:
            await pilot.pause()
        await pilot.press("j")
        await pilot.pause()
        assert house.asked == [Query()]
        house.app.desk.on_snapshot(house.snapshot(2))
        await pilot.pause()
        assert len(house.asked) == 1
        house.write(entry(4, text="it rose again: IWM/SPY"))
        house.app.desk.on_snapshot(house.snapshot(3))
        await pilot.pause()
        assert "it rose again" in house.text
        assert house.asked[-1] == Query(after=3)


async def test_the_filter_is_written_applied_and_left():
    house = House(6)
    async with house.app.run_test(size=DESIGN) as pilot:
        await pilot.press("j", "slash", *"rule:streak", "space", *"q")
        assert "/rule:streak q" in house.text, "letters that are keys elsewhere belong to it"
        await pilot.press("backspace", "enter")
        await pilot.pause()
        assert house.asked[-1] == Query(rule="streak")
        assert "3 entries" in house.text
        assert "number 5" not in house.text
        await pilot.press("slash", "x", "escape")
        assert "filter: rule:streak" in house.text
        assert house.app.deck.alone == "journal", "escape left the filter, not the page"
        await pilot.press("slash", "ctrl+u", *"level:loud", "enter")
        assert "a level is one of info, watch, warn, critical" in house.text
        await pilot.press("ctrl+u", "enter")
        await pilot.pause()
        assert "6 entries" in house.text


async def test_levels_are_stepped_through_and_one_finding_is_followed():
    house = House(6)
    house.write(entry(7, level_to=Level.WARN))
    async with house.app.run_test(size=DESIGN) as pilot:
        await pilot.press("l", "l", "l")
        await pilot.pause()
        assert house.asked[-1] == Query(level=Level.WARN)
        assert "1 entry" in house.text
        await pilot.press("l", "l", "down", "f")
        await pilot.pause()
        assert house.asked[-1] == Query(rule="streak", subject="IWM/SPY")
        await pilot.press("f")
        assert house.app.desk.view.journal.query == Query()


async def test_enter_opens_the_page_of_an_entry_with_its_evidence():
    house = House(3)
    async with house.app.run_test(size=DESIGN) as pilot:
        await pilot.press("j")
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert "number 3 of IWM/SPY" in house.page
        assert "pullback finds nothing of IWM/SPY" in house.page
        assert [m for m in house.client.sent if isinstance(m, WantEvidence)] == [
            WantEvidence(pair="IWM/SPY", signal="pullback_63d_4")
        ]
        house.app.desk.on_explained(Evidenced(pair="IWM/SPY", signal="pullback_63d_4", reason="is being calculated"))
        assert "is being calculated." in house.page
        await pilot.press("escape", "down", "enter")
        await pilot.pause()
        assert "No signal with a track record stands for this entry." in house.page
        await pilot.press("escape")
        assert house.app.deck.alone == "journal"


async def test_what_is_not_there_is_told():
    house = House(0)
    async with house.app.run_test(size=SMALL) as pilot:
        await pilot.press("j")
        await pilot.pause()
        assert "The journal is empty" in house.text
        await pilot.press("l")
        await pilot.pause()
        assert "No entry is what the filter asks for." in house.text
    silent = House(1, answers=False)
    async with silent.app.run_test(size=SMALL) as pilot:
        await pilot.press("j")
        await pilot.pause()
        assert "is being read" in silent.text
        silent.app.desk.on_explained(Journalled(query=Query(), reason="disk I/O error"))
        await pilot.pause()
        assert "The journal cannot be read: disk I/O error." in silent.text
        silent.app.desk.on_link(Link(LinkState.LOST, "The engine ended."))
        await pilot.pause()
        assert "cannot be read" in silent.text


async def test_texts_are_shown_as_they_are():
    house = House(1)
    loud = "[/nope] [red]boom[/] [@click=app.quit]x[/]"
    house.write(entry(2, text=loud, subject="a,b", note=loud, who=loud))
    async with house.app.run_test(size=DESIGN) as pilot:
        await pilot.press("j", "enter")
        await pilot.pause()
        assert loud in house.page


async def test_palette_and_help_know_it():
    house = House()
    async with house.app.run_test(size=DESIGN) as pilot:
        await pilot.press("j")
        entries = {one.title for one in list_entries(house.app)}
        assert {"Pane: Journal", "Journal: filter", "Journal: level", "Journal: follow"} <= entries
        assert "What became of every finding" in str(build_help(house.app)._content)
