"""The journal: what became of every finding, newest first, to browse and to search. A page of its own."""

import textwrap
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

from msgspec import structs
from textual.events import Key
from textual.message import Message

from core.errors import UsageError
from core.journal.entry import Entry, Query
from core.journal.filter import read_filter, write_filter
from core.journal.words import find_level, list_details, say_body
from core.rules.level import Level
from core.settings import Settings
from widgets.canvas import Row, Span
from widgets.entries import to_address
from widgets.format import PROVISIONAL
from widgets.grid import Column, Line, TablePane, to_rows
from widgets.pane import fit_row, spread
from widgets.risk import WORDS
from widgets.spots import Spot, at

_HINT = "rule:NAME subject:S level:L since:DATE until:DATE, or any words"
_LEVELS = (Level.OK, Level.INFO, Level.WATCH, Level.WARN, Level.CRITICAL)
_ROOMY = 90
_DETAIL_ROWS = 4
_LEAST_WITH_DETAILS = 14
_AHEAD = 60
"""Entries that are read before the cursor comes to them."""
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class JournalWanted(Message):
    """A person wants to see what `query` asks for."""

    def __init__(self, query: Query) -> None:
        super().__init__()
        self.query = query


class JournalReadOn(Message):
    """A person comes to the end of what has been read."""


class JournalPane(TablePane):
    NAME = "journal"
    TITLE = "Journal"
    HELP = (
        "What became of every finding, newest first: found (it was there when the journal began), raised, lowered, "
        "resolved; of a rise while a session ran whether the close confirmed it or it was withdrawn; who acknowledged "
        "or snoozed it, and on which channel it was notified. `~` means provisional: the session was not over. Under "
        "the list stands the whole of the entry that the cursor is on.\n\n"
        "The filter is a line of words. `rule:pullback subject:IWM/SPY level:warn since:2026-01-01 until:2026-02-27` "
        "and other words, all of which an entry then has; since:30d is 30 days ago. An empty filter shows everything.\n"
        "\nKeys: up, down, page up and page down move through the entries, older ones are read as you come to them; "
        "enter opens the page of an entry with its evidence; `/` writes the filter (enter applies it, escape leaves "
        "it as it was), `l` goes through the levels, `f` follows the chosen finding alone and lets go of it again."
    )
    MIN_HEIGHT = 5
    IDEAL_HEIGHT = 20

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._typed: str | None = None
        """The filter while it is being written."""
        self._complaint = ""
        self._query = Query()
        self._listed: Sequence[Entry] = ()
        """What was listed last, and of these the one that the cursor was on."""
        self._chosen_id = 0

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)
        if has_focus:
            self.post_message(JournalWanted(self._query))

    def edit_filter(self) -> None:
        """Write the filter from now on."""
        self._typed = write_filter(self._query)
        self._typed += " " if self._typed else ""
        self.redraw()

    def step_level(self) -> None:
        """Only what is at the next level or above it; after the highest everything."""
        level = _LEVELS[(_LEVELS.index(self._query.level) + 1) % len(_LEVELS)]
        self._want(structs.replace(self._query, level=level))

    def follow(self) -> None:
        """Only the chosen finding, or all again."""
        query, entry = self._query, self.chosen_entry
        if query.rule and query.subject:
            self._want(structs.replace(query, rule="", subject=""))
        elif entry is not None and entry.rule:
            self._want(structs.replace(query, rule=entry.rule, subject=entry.subject))

    def _want(self, query: Query) -> None:
        self._query, self._complaint = query, ""
        self.window.cursor = self._chosen_id = 0
        self.post_message(JournalWanted(query))

    def on_key(self, event: Key) -> None:
        """While the filter is written, keys are letters of it."""
        if self._typed is None:
            return
        event.stop()
        event.prevent_default()
        if event.key == "enter":
            self._apply(self._typed)
        elif event.key == "escape":
            self._typed, self._complaint = None, ""
        elif event.key in ("backspace", "ctrl+h"):
            self._typed = self._typed[:-1]
        elif event.key == "ctrl+u":
            self._typed = ""
        elif event.character is not None and event.is_printable and len(self._typed) < 200:
            self._typed += event.character
        self.redraw()

    def _apply(self, text: str) -> None:
        try:
            query = read_filter(text, self.settings.rules, self._today)
        except UsageError as error:
            self._complaint = str(error)
            return
        self._typed = None
        self._want(query)

    @property
    def _today(self) -> date:
        return (self.view.now or _NEVER).date()

    @property
    def chosen_entry(self) -> Entry | None:
        """The one that the cursor is on."""
        entries = self.view.journal.entries
        return entries[self.window.cursor] if self.window.cursor < len(entries) else None

    def content(self, width: int, height: int) -> list[Row]:
        entries = self.view.journal.entries
        head = self._filter_row(width)
        if not entries:
            self.window.fit(0, height)
            return [head, *self._nothing(width)]
        self._stay(entries)
        below = _DETAIL_ROWS + 1 if height >= _LEAST_WITH_DETAILS else 0
        rows = self._list(entries, width, height - 1 - below)
        if not below:
            return [head, *rows]
        rows += [()] * (height - 1 - below - len(rows))
        return [head, *rows, *self._details(width)]

    def _stay(self, entries: Sequence[Entry]) -> None:
        """The cursor stays on its entry when newer ones come; at the top it stays at the newest."""
        if entries is not self._listed and self.window.cursor:
            place = next((n for n, entry in enumerate(entries) if entry.id == self._chosen_id), None)
            if place is not None:
                self.window.top += place - self.window.cursor
                self.window.cursor = place
        self._listed = entries

    def _list(self, entries: Sequence[Entry], width: int, height: int) -> list[Row]:
        clock = 16 if width >= _ROOMY else 10
        columns = [
            Column("time (UTC)", clock, left=True, grows=False),
            Column("level", 6, left=True, grows=False, gives_way=1),
            Column("change", 12, left=True, grows=False, gives_way=2),
            Column("finding", max(10, width - clock - 21), left=True, grows=False),
        ]
        seen = self.window.fit(len(entries), max(1, height - 1))
        self._chosen_id = entries[self.window.cursor].id
        lines = [self._line(entry, clock) for entry in entries[seen]]
        self._head = 1
        return to_rows(columns, lines, width, self.tone, cursor=self.window.cursor - seen.start)

    def _line(self, entry: Entry, clock: int) -> Line:
        tone, level = self.tone, find_level(entry)
        mark = PROVISIONAL if entry.provisional else " "
        word = "" if level is Level.OK else f"{mark}{WORDS[level]}"
        is_over = entry.level_to is Level.OK
        text = at(tone.style("muted" if is_over else "text"), to_address(entry))
        return Line(
            [
                (f"{entry.time:%Y-%m-%d %H:%M}"[:clock], tone.style("muted")),
                (word, tone.style("muted" if is_over else level.value, bold=not is_over)),
                (entry.change.value, tone.style("muted" if is_over else "text")),
                (_say(entry), text),
            ]
        )

    def _details(self, width: int) -> Iterator[Row]:
        entry = self.chosen_entry
        yield [("─" * width, self.tone.style("border"))]
        if entry is None:
            return
        level = find_level(entry)
        told = f"{entry.time:%Y-%m-%d %H:%M} UTC, session {entry.session or 'not known'}: {entry.change.value}"
        told += "" if level is Level.OK else f", {level.value}"
        told += ", provisional" if entry.provisional else ""
        told += f", data {entry.quality}" if entry.quality else ""
        lines = textwrap.wrap(say_body(entry), width)[: _DETAIL_ROWS - 1]
        yield [(told, self.tone.style("muted"))]
        yield from ([(line, self.tone.style("bright"))] for line in lines)
        more = "; ".join(list_details(entry))
        yield from ([(line, self.tone.style("text"))] for line in textwrap.wrap(more, width))

    def _filter_row(self, width: int) -> Row:
        tone, known = self.tone, self.view.journal
        if self._typed is not None:
            room = max(8, width - 2)
            shown = self._typed if len(self._typed) < room else "…" + self._typed[-room + 2 :]
            edge: list[Span] = [("/", tone.style("focus", bold=True)), (shown, tone.style("bright"))]
            edge.append((" ", tone.style("bright", reverse=True)))
            beside = self._complaint or _HINT
            role = "warn" if self._complaint else "muted"
            return [*edge, *fit_row([(f"  {beside}", tone.style(role))], width - len(shown) - 2, tone.style())]
        text = write_filter(self._query)
        count = f"{known.total:,} {'entry' if known.total == 1 else 'entries'}" if known.is_answered else ""
        name, style = (f"filter: {text}", "focus") if text else ("filter: none", "muted")
        return spread([(name, tone.style(style))], [(count, tone.style("muted"))], width, tone.style())

    def _nothing(self, width: int) -> list[Row]:
        known, tone = self.view.journal, self.tone
        if known.reason:
            text = f"The journal cannot be read: {known.reason}."
        elif not known.is_answered:
            text = "The journal is being read." if self.view.is_live else self.view.link.text or "No engine answers."
        elif known.query == Query():
            text = "The journal is empty: no rule has found anything since it began."
        else:
            text = "No entry is what the filter asks for."
        return [[(line, tone.style("muted"))] for line in textwrap.wrap(text, max(1, width))]

    def more_note(self) -> Row:
        """How much is out of sight, whether it has been read or not."""
        above = self.window.top
        below = max(0, self.view.journal.total - above - self.window.height) if self.view.journal.entries else 0
        words = [f"+{above:,} above"] * (above > 0) + [f"+{below:,} more"] * (below > 0)
        return [(" · ".join(words), self.tone.style("muted"))] if words else ()

    def action_scroll_rows(self, rows: int) -> None:
        super().action_scroll_rows(rows)
        self._read_ahead()

    def put_cursor(self, spot: Spot | None) -> None:
        super().put_cursor(spot)
        self._read_ahead()

    def _read_ahead(self) -> None:
        if self.window.cursor >= len(self.view.journal.entries) - _AHEAD:
            self.post_message(JournalReadOn())

    @property
    def _first_row(self) -> int:
        return super()._first_row + 1  # under the filter


def _say(entry: Entry) -> str:
    """Its text on one line; of a notification the channel first, of what a person said who it was."""
    who = f"{entry.note}: " if entry.change.value == "notified" else ""
    return f"{who}{say_body(entry)}"
