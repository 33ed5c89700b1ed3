"""The help screen: what the focused pane shows, then every key, read off the bindings that are in force."""

from collections.abc import Mapping, Sequence
from textwrap import dedent, wrap
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from tui.actions import ACTIONS
from tui.page import Page
from widgets.view import View

if TYPE_CHECKING:
    from tui.app import MonitorApp

MARKS = """\
~ before a value: provisional, the session is not over
dimmed, with an age: stale, or of an earlier session; the last known value
— : missing; the risk pane says why"""


_WIDTH = 74
"""Cells of a line that the page holds."""


class HelpScreen(Page):
    """Closed by the keys that opened it, too."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("question_mark,f1", "dismiss", "Close")]

    def __init__(self, content: Content, title: str, label: str) -> None:
        super().__init__(label)
        self._content, self._title = content, title

    def on_mount(self) -> None:
        self.write(self._title, self._content)


def build_help(app: "MonitorApp") -> HelpScreen:
    """The help for what is on the screen now; the focused pane first."""
    panes = app.deck.panes
    pane = panes[app.deck.focused_name or next(iter(panes))]
    parts = [
        dedent(pane.HELP).strip(),
        MARKS,
        _source(app.view),
        *_key_groups(keys_in_force(app), [pane.TITLE for pane in panes.values()]),
    ]
    text = "\n\n".join(part for part in parts if part)
    return HelpScreen(Content(text), f"Help: {pane.TITLE}", app.view.snapshot.source.label)


def _source(view: View) -> str:
    """How the source does, with the whole of the reason that the footer has to shorten."""
    source = view.snapshot.source
    words = [f"{source.name} {source.health.value.replace('_', ' ')}".strip(), source.trouble, view.link.text]
    return "\n".join(["Source", *(f"  {line}" for word in words for line in wrap(word, _WIDTH))])


def keys_in_force(app: "MonitorApp") -> Mapping[str, str]:
    """Action name to its keys as a person reads them, of the bindings that are active now."""
    keys: dict[str, list[str]] = {}
    for active in app.screen_stack[0].active_bindings.values():
        if active.binding.id in ACTIONS:
            keys.setdefault(active.binding.id, []).append(app.get_key_display(active.binding))
    return {name: " ".join(found) for name, found in keys.items()}


def _key_groups(keys: Mapping[str, str], panes: Sequence[str]) -> list[str]:
    width = max((len(text) for text in keys.values()), default=0)
    groups: dict[str, list[str]] = {
        "Panes": [_line(str(number), title, width) for number, title in enumerate(panes, 1)]
    }
    for name, action in ACTIONS.items():
        if name in keys:
            groups.setdefault(action.group, []).append(_line(keys[name], action.help, width))
    return ["\n".join([group, *lines]) for group, lines in groups.items()]


def _line(keys: str, text: str, width: int) -> str:
    return f"  {keys.ljust(width)}  {text}"
