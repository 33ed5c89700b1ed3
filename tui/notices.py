"""What is said in passing: a sentence in the corner, and the terminal's own bell for a finding that has risen."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.notifications import SeverityLevel

from core.engine.messages import Bell, Notice
from core.rules.level import Level
from core.text import clean
from tui.manners.bell import ring

if TYPE_CHECKING:
    from textual.app import App

    from core.clock import Clock

_SEVERITIES: dict[str, SeverityLevel] = {"warning": "warning", "error": "error"}


class Notices:
    """Tells through `app`, and nothing twice while it is still to be read; `write` sends to the terminal."""

    def __init__(self, app: "App[None]", clock: "Clock", write: Callable[[str], None]) -> None:
        self._app, self._clock, self._write = app, clock, write
        self._told, self._told_at = "", 0.0

    def tell(self, notice: Notice) -> None:
        now = self._clock.monotonic()
        if self._told == notice.text and now - self._told_at < self._app.NOTIFICATION_TIMEOUT:
            return
        self._told, self._told_at = notice.text, now
        severity = _SEVERITIES.get(notice.severity, "information")
        self._app.notify(clean(notice.text), severity=severity, markup=False)

    def ring(self, bell: Bell) -> None:
        """Of a finding that has risen; the terminal may be behind other windows."""
        self.tell(Notice(text=bell.text, severity="error" if bell.level is Level.CRITICAL else "warning"))
        ring(self._write, bell.title)
