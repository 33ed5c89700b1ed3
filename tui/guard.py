"""A pane that fails says so in its own place, and the others go on. Documented boundary of `except Exception`."""

import logging
import textwrap
import traceback
from collections.abc import Callable
from pathlib import Path
from types import new_class
from typing import TYPE_CHECKING, TypeVar, cast

from rich.segment import Segment
from textual.events import Event
from textual.strip import Strip

from core.text import clean
from widgets.pane import Drawn
from widgets.view import View

logger = logging.getLogger("smid.viewer")

ADVICE = "The other panes go on. It tries again with the next numbers; the log says more."


if TYPE_CHECKING:
    _Base = Drawn
else:
    _Base = object  # a plain mixin, or the stylesheet would not see the pane's own bases


class Guard(_Base):
    """Put before a pane's class by `guarded`: whatever the pane raises becomes the text of its body."""

    failure: str = ""
    _logged: str = ""

    def show(self, view: View) -> None:
        """Draw `view`; a failure before is forgotten, so that a pane recovers with good numbers."""
        if self.failure:
            self.failure = ""
            self.repaint()
        try:
            super().show(view)
        except Exception as error:  # noqa: BLE001 - the boundary
            self._fail(error)

    def attempt(self, method: str, *arguments: object) -> None:
        """Call a method of the pane for a key."""
        try:
            getattr(self, method)(*arguments)
        except Exception as error:  # noqa: BLE001 - the boundary
            self._fail(error)

    def report(self, error: Exception) -> None:
        """A pane whose content fails keeps its frame and says so itself; the log gets it here."""
        self._log(error)

    def row(self, y: int) -> Strip:
        return self._attempt_line(super().row, y)

    def render_line(self, y: int) -> Strip:
        return self._attempt_line(super().render_line, y)

    def _attempt_line(self, draw: Callable[[int], Strip], y: int) -> Strip:
        if not self.failure:
            try:
                return draw(y)
            except Exception as error:  # noqa: BLE001 - the boundary
                self._fail(error)
        return self._error_line(y)

    async def on_event(self, event: Event) -> None:
        try:
            await super().on_event(event)
        except Exception as error:  # noqa: BLE001 - the boundary
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        self.failure = self._log(error)
        self.call_later(self.repaint)

    def _log(self, error: Exception) -> str:
        """Once for each new failure, not once for each refresh."""
        failure = _describe(error)
        if failure != self._logged:
            self._logged = failure
            logger.error("%s: %s", type(self).__name__, failure, exc_info=error)
        return failure

    def _error_line(self, y: int) -> Strip:
        width = self.content_size.width
        lines = textwrap.wrap(f"! {self.failure}", max(width, 1)) + textwrap.wrap(ADVICE, max(width, 1))
        text = lines[y][:width] if y < len(lines) else ""
        return Strip([Segment(text.ljust(width), self.rich_style)], width)


Shown = TypeVar("Shown", bound=Drawn)


def guarded(shown: type[Shown]) -> type[Shown]:
    """The class `shown`, under its own name, with the guard before it."""
    return cast("type[Shown]", new_class(shown.__name__, (Guard, shown)))


def _describe(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return clean(f"{type(error).__name__}: {error}", 160) + place
