"""The rotation map."""

from widgets.canvas import Row
from widgets.grid import TablePane


class RotationPane(TablePane):
    NAME = "rotation"
    TITLE = "Rotation map"
    HELP = "Level against momentum."

    def content(self, width: int, height: int) -> list[Row]:
        return []

    def step_group(self) -> None: ...
    def step_pace(self) -> None: ...
    def step_against(self) -> None: ...
