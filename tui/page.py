"""A page over the whole screen to read and leave again: help, or what a number is made of."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

if TYPE_CHECKING:
    from core.engine.messages import Answer


class Page(ModalScreen[None]):
    """Nothing is seen of the panes behind it, so they are not drawn meanwhile (see `MonitorApp.is_covered`).

    `label` is that of the market, which no screen may be without: SIMULATED, say.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,enter", "dismiss", "Close")]

    def __init__(self, label: str) -> None:
        super().__init__()
        self._label = label

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="page") as box:
            box.border_subtitle = Content("esc closes")
            yield Static()

    def show(self, answer: "Answer") -> None:
        """Take what the engine says; pages that have not asked ignore it."""

    def write(self, title: str, content: Content) -> None:
        """Put `content` on the page."""
        self.query_one("#page").border_title = Content(f"{title} · {self._label}" if self._label else title)
        self.query_one(Static).update(content)
