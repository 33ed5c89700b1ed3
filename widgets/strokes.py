"""How the chart's lines differ where colours do not: solid, dashed, dotted; with ASCII by their letters."""

from collections.abc import Sequence
from dataclasses import dataclass

from widgets.raster import BRAILLE

_LEFT = 0x47
"""The dots of the left half of a braille cell."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """`mark` stands for the line in the legend, `letter` draws it with ASCII; `gap` is every how many cells it breaks.

    A `thin` line has the left dots of each cell only.
    """

    mark: str
    letter: str
    gap: int = 0
    thin: bool = False

    def apply(self, rows: Sequence[str]) -> list[str]:
        """The characters of a solid line, as rasterised, in this stroke."""
        return ["".join(self._cell(x, char) for x, char in enumerate(row)) for row in rows]

    def _cell(self, x: int, char: str) -> str:
        if char == "*":
            return self.letter
        if char == " " or (self.gap and x % self.gap == 0):
            return " "
        if not self.thin:
            return char
        dots = ord(char) & _LEFT
        return chr(BRAILLE | dots) if dots else " "


SOLID, DASHED, DOTTED = Stroke("━", "*"), Stroke("╍", "o", gap=4), Stroke("┈", ".", thin=True)
_STROKES = {"average_50": DASHED, "average_200": DOTTED}


def stroke_of(role: str) -> Stroke:
    """The stroke of a line by its role in the palette."""
    return _STROKES.get(role, SOLID)
