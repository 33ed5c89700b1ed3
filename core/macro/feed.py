"""Where economic series come from that are not fetched: files, or made up."""

from datetime import datetime
from typing import Protocol

from core.macro.macro import Macro


class Feed(Protocol):
    """All series at once, at any time (`at` is the market's); `load` may take a second, and belongs on a thread."""

    def stamp(self, at: datetime) -> object:
        """Equal while `load` would answer the same."""
        ...

    def load(self, at: datetime) -> Macro:
        """What is there, some of it not yet published at `at`."""
        ...
