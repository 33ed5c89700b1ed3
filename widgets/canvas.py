"""A widget drawn row by row that repaints only what differs from what was shown.

Textual resends whatever is refreshed, even when it is the same, and a dirty cell resends its row from the left
edge of its widget (measured at a pty). So rows are compared here, and a wide canvas may be cut into
slices: child widgets that show a part of the same rows, each with a left edge of its own.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.app import ComposeResult
from textual.events import Click, Resize
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from widgets.glyphs import to_ascii
from widgets.spots import Spot, SpotChosen, read_spots

Span = tuple[str, Style]
Row = Sequence[Span]

# Two changes in a row further apart than this are sent on their own: moving the cursor costs about 12 bytes.
_NEAR = 6

# Up to here a character takes one cell, and need not be measured.
_LAST_NARROW = "\x7e"


def width_of(row: Iterable[Span]) -> int:
    """The cells that a row takes."""
    return sum(cell_len(text) for text, _ in row)


def to_strip(row: Row, width: int, style: Style, *, ascii_only: bool = False) -> Strip:
    """Exactly `width` cells of a row, neighbours of one style joined, the rest filled with `style`."""
    spans = ((to_ascii(text), s) for text, s in row) if ascii_only else row
    segments = [Segment(text, span_style) for text, span_style in spans if text]
    return Strip(segments).adjust_cell_length(width, style).simplify()


def to_cells(strip: Strip) -> list[tuple[str, Style | None]]:
    """One entry a cell; the second cell of a wide character is empty."""
    cells: list[tuple[str, Style | None]] = []
    for text, style, _ in strip:
        for char in text:
            cells.append((char, style))
            if char > _LAST_NARROW:
                cells.extend([("", style)] * (cell_len(char) - 1))
    return cells


def find_changes(old: Strip, new: Strip) -> Iterator[tuple[int, int]]:
    """The runs `[start, end)` of cells in which two rows differ."""
    if old == new:
        return
    before, after = to_cells(old), to_cells(new)
    width = max(len(before), len(after))
    start = end = -1
    for x in range(width):
        same = x < len(before) and x < len(after) and before[x] == after[x]
        if same or (start >= 0 and x - end > _NEAR):
            if start >= 0 and x - end > _NEAR:
                yield start, end
                start = -1
            if same:
                continue
        if start < 0:
            start = x
        end = x + 1
    if start >= 0:
        yield start, end


class Slice(Widget):
    """Shows its part of the parent canvas's rows."""

    DEFAULT_CSS = "Slice { height: 100%; width: 1fr; }"

    def __init__(self, width: int | str) -> None:
        super().__init__()
        self.styles.width = width

    @property
    def left(self) -> int:
        """The column of the parent at which this slice begins."""
        return self.virtual_region.x

    def render_line(self, y: int) -> Strip:
        canvas = self.parent
        assert isinstance(canvas, Canvas)
        left = self.left
        return canvas.row(y).crop(left, left + self.size.width)


class Canvas(Widget):
    """Subclasses write `draw`; `redraw` shows what changed. At a new size it is drawn when it is first seen."""

    DEFAULT_CSS = "Canvas { layout: horizontal; overflow: hidden hidden; }"
    SLICES: ClassVar[tuple[int | str, ...]] = ()

    _rows: list[Strip]
    _drawn_size: Size | None

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's own word)
        super().__init__(id=id)
        self._rows, self._drawn_size = [], None
        self.spots: tuple[Spot, ...] = ()

    def compose(self) -> ComposeResult:
        for width in self.SLICES:
            yield Slice(width)

    def draw(self, width: int, height: int) -> list[Strip]:
        """All rows, each `width` cells."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Draw again and repaint the cells that changed."""
        if not self.size.area:
            self._drawn_size = None
            return
        if self._drawn_size != self.size:
            self._draw_rows()
            self.repaint()
            return
        old = self._rows
        self._draw_rows()
        changes = (find_changes(a, b) for a, b in zip(old, self._rows, strict=True))
        regions = [Region(a, y, b - a, 1) for y, runs in enumerate(changes) for a, b in runs]
        if regions:
            self._repaint_cells(regions)

    def repaint(self) -> None:
        """Send all of it again, whether it changed or not."""
        for widget in chain([self], self.query_children(Slice)):
            widget.refresh()

    def _draw_rows(self) -> None:
        self._rows, self.spots = read_spots(self.draw(*self.size))
        self._drawn_size = self.size

    def _repaint_cells(self, regions: list[Region]) -> None:
        slices = list(self.query_children(Slice))
        if not slices:
            self.refresh(*regions)
        for part in slices:
            offset = Region(part.left, 0, part.size.width, self.size.height)
            mine = [region.intersection(offset).translate((-part.left, 0)) for region in regions]
            if mine := [region for region in mine if region.area]:
                part.refresh(*mine)

    def row(self, y: int) -> Strip:
        """What is to be seen in row `y`. Textual paints before it tells of a new size: no frame is to be empty."""
        if self._drawn_size != self.size:
            self._draw_rows()
        return self._rows[y]

    def render_line(self, y: int) -> Strip:
        return self.row(y)

    def choose(self, spot: Spot) -> None:
        """A click is on `spot`."""
        self.post_message(SpotChosen(spot.addresses))

    def on_click(self, event: Click) -> None:
        x, y = int(event.screen_x) - self.region.x, int(event.screen_y) - self.region.y
        for spot in self.spots:
            if spot.y == y and spot.left <= x < spot.right:
                event.stop()
                self.choose(spot)
                return

    def on_resize(self, _event: Resize) -> None:
        # Textual keeps the drawing of a slice whose own size is the same, though other columns may be its now.
        self.repaint()
