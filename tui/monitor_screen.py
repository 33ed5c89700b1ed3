"""The screen that the panes are on; pages and the palette lie above it."""

from typing import TYPE_CHECKING

from textual.events import Resize
from textual.screen import Screen

from tui.manners.memory import forget_removed

if TYPE_CHECKING:
    from tui.app import MonitorApp


class MonitorScreen(Screen[None], inherit_bindings=False):
    """Its keys are those of the app alone."""

    app: "MonitorApp"

    def on_resize(self, event: Resize) -> None:
        """Textual tells a new screen its size once more after it has been laid out: 30 kB for the same picture."""
        if event.size == self.app.deck.size:
            event.prevent_default()

    def on_screen_resume(self) -> None:
        """A page or the palette has been left."""
        forget_removed()
        self.app.catch_up()
