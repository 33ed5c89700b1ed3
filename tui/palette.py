"""The command palette: every action, pane, pair, lookback and theme by name."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, cast

from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider, SearchIcon
from textual.content import Content
from textual.widgets import Input

from tui.actions import ACTIONS
from tui.help import keys_in_force
from tui.themes import PREFIX, THEMES

if TYPE_CHECKING:
    from tui.app import MonitorApp


class Entry(NamedTuple):
    title: str
    help: str
    run: Callable[[], object]


class MonitorCommands(Provider):
    """What can be found; without a word, all of it in order but the numbers, which are hundreds."""

    async def discover(self) -> Hits:
        for entry in self._entries():
            # Content, not str: a str would be read as markup.
            yield DiscoveryHit(Content(entry.title), entry.run, text=entry.title, help=entry.help)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        app = cast("MonitorApp", self.app)
        for entry in chain(self._entries(), list_numbers(app)):
            score = matcher.match(entry.title)
            if score > 0:
                yield Hit(score, matcher.highlight(entry.title), entry.run, text=entry.title, help=entry.help)

    def _entries(self) -> Iterator[Entry]:
        app = cast("MonitorApp", self.app)
        yield from list_entries(app)


class Palette(CommandPalette):
    """Textual's, with ours in it, a cursor that does not blink (nothing is sent while it waits), and no emoji."""

    def on_mount(self) -> None:
        self.query_one(Input).cursor_blink = False
        self.query_one(SearchIcon).icon = ">"


def build_palette(_: "MonitorApp") -> Palette:
    return Palette(providers=[MonitorCommands], placeholder="An action, a pair, a pane, a number ...")


def list_entries(app: "MonitorApp") -> Iterator[Entry]:
    """Everything that can be chosen now."""
    keys = keys_in_force(app)
    for action in ACTIONS.values():
        shown = f"{action.help} ({keys[action.name]})" if action.name in keys else action.help
        yield Entry(action.title, shown, partial(action.run, app))
    for name, pane in app.deck.panes.items():
        yield Entry(f"Pane: {pane.TITLE}", "Focus this pane", partial(app.deck.focus_pane, name))
    for pair in app.desk.pairs:
        yield Entry(f"Pair: {pair}", "Look at this pair", partial(app.desk.choose_pair, pair))
    for lookback in app.desk.lookbacks:
        yield Entry(f"Lookback: {lookback}", "Look this far back", partial(app.desk.choose_lookback, lookback))
    for theme in THEMES:
        yield Entry(
            f"Theme: {theme.removeprefix(PREFIX)}", "Until the monitor is left", partial(app.choose_theme, theme)
        )


def list_numbers(app: "MonitorApp") -> Iterator[Entry]:
    """Every measure of the pair of the chart and of its legs, to be explained."""
    snapshot, pair = app.view.snapshot, app.view.pair
    subjects = (pair, *pair.split("/"))
    for address in snapshot.measures:
        if address.rpartition(".")[0] in subjects:
            yield Entry(address, "Explain this number", partial(app.explain, address))
