"""The page of one number, or of several in turn: what is known of it here at once, the rest when the engine answers."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from core.engine.messages import Explained
from core.explanation import Explanation
from core.settings import Settings
from tui.desk import Desk
from tui.explained import lay_out
from tui.lines import Line
from tui.page import Page
from tui.themes import PREFIX
from widgets.tone import TONES

_FRAME = 7
"""Cells of frame, padding and scrollbar."""
_WIDEST = 78
_BOLD = {"bright": " bold", "ratio": " bold"}


class ExplainScreen(Page):
    """Left and right go through `addresses`, r calculates anew."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,n", "step(1)", "Next"),
        Binding("left,p", "step(-1)", "Previous"),
        Binding("r", "step(0)", "Anew"),
    ]

    def __init__(self, addresses: Sequence[str], settings: Settings, desk: Desk) -> None:
        super().__init__(desk.view.snapshot.source.label)
        self._addresses, self._at = tuple(addresses), 0
        self._settings, self._desk = settings, desk
        self._told = self._known_here()

    @property
    def address(self) -> str:
        """The one that is shown."""
        return self._addresses[self._at]

    def on_mount(self) -> None:
        self.action_step(0)

    def on_resize(self) -> None:
        self._write()

    def action_step(self, steps: int) -> None:
        """Another of the addresses, round and round; 0: the same one, calculated anew."""
        self._at = (self._at + steps) % len(self._addresses)
        self._told = self._known_here()
        self._write()
        self._desk.explain(self.address)

    def show(self, explained: Explained) -> None:
        """Take an answer, if it is to the question that is open."""
        if explained.address == self.address:
            self._told = explained.explanation or self._known_here(explained.reason)
            self._write()

    def _known_here(self, note: str = "the engine has not answered yet") -> Explanation:
        """What the last snapshot says of the number."""
        snapshot = self._desk.view.snapshot
        return Explanation(
            address=self.address,
            measure=snapshot.measure(self.address),
            label=snapshot.source.label,
            quality=snapshot.quality.get(self.address.rpartition(".")[0]),
            note=note,
        )

    def _write(self) -> None:
        count = len(self._addresses)
        place = f" {self._at + 1} of {count}: left and right" if count > 1 else ""
        width = max(20, min(_WIDEST, self.app.size.width - _FRAME))
        lines = lay_out(self._told, width, ascii_only=self._settings.panes.ascii)
        self.write(f"Explained{place}", Content("\n").join(self._coloured(line) for line in lines))

    def _coloured(self, line: Line) -> Content:
        tone = TONES[self.app.theme.removeprefix(PREFIX)]
        return Content.assemble(*((text, f"{tone.colour(role)}{_BOLD.get(role, '')}") for text, role in line))
