"""A table as rows of styled cells: columns that give way, alignment, a row cursor, a window that scrolls.

Not a widget of its own and not a DataTable, which repaints itself whole for one changed cell (14,850 bytes
measured): the pane that shows it compares rows cell by cell and repaints what differs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from textual.binding import BindingType

from widgets.canvas import Row, Span, width_of
from widgets.pane import ACROSS, Pane, fit_row
from widgets.spots import Spot, find_beside
from widgets.tone import Tone

Cell = Span


@dataclass(frozen=True, slots=True)
class Column:
    """`width` cells, content at the right unless `left`; columns of the highest `gives_way` go first."""

    title: str
    width: int
    left: bool = False
    gives_way: int = 0
    grows: bool = True
    """Whether it takes its share of spare room."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table; `note` stands in place of all cells after the first."""

    cells: Sequence[Cell]
    note: Cell | None = None


@dataclass(slots=True)
class Window:
    """Which rows are seen, and the cursor among them."""

    top: int = 0
    cursor: int = 0
    rows: int = field(default=1)
    height: int = field(default=1)

    def move(self, steps: int) -> None:
        self.cursor = max(0, min(self.rows - 1, self.cursor + steps))

    def fit(self, rows: int, height: int) -> slice:
        """The rows to show of `rows` in `height` lines, the cursor among them."""
        self.rows, self.height = max(1, rows), max(1, height)
        self.move(0)
        self.top = max(0, min(self.top, rows - self.height, self.cursor))
        if self.cursor >= self.top + self.height:
            self.top = self.cursor - self.height + 1
        return slice(self.top, self.top + self.height)

    @property
    def hidden(self) -> tuple[int, int]:
        """How many rows there are above and below."""
        return self.top, max(0, self.rows - self.top - self.height)


def fit_columns(columns: Sequence[Column], width: int, gap: int = 1) -> dict[int, int]:
    """Index and cells of the columns that fit into `width`, `gap` cells between; spare room is shared out.

    A narrow column comes back where a wide one that went after it has left enough room.
    """
    kept, gone = list(range(len(columns))), list[int]()

    def needed() -> int:
        return sum(columns[i].width for i in kept) + gap * (len(kept) - 1)

    while len(kept) > 1 and needed() > width:
        gone.append(max(kept, key=lambda i: (columns[i].gives_way, i)))
        kept.remove(gone[-1])
    for i in reversed(gone):
        if needed() + gap + columns[i].width <= width:
            kept = sorted([*kept, i])
    widths = {i: columns[i].width for i in kept}
    growing = [i for i in kept if columns[i].grows]
    spare = min(max(0, width - needed()), 6 * len(growing))
    for place, i in enumerate(growing):
        widths[i] += spare // len(growing) + (place < spare % len(growing))
    return widths


def align(cell: Cell, width: int, *, left: bool) -> Cell:
    """The cell in exactly `width` cells; what does not fit ends in an ellipsis."""
    text, style = cell
    if cell_len(text) > width:
        text = "".join(part for part, _ in fit_row([cell], width, style))
    pad = " " * max(0, width - cell_len(text))
    return (text + pad if left else pad + text, style)


def to_rows(
    columns: Sequence[Column], lines: Sequence[Line], width: int, tone: Tone, *, cursor: int = -1, gap: int = 1
) -> list[Row]:
    """The header and all lines; the line at `cursor` is set off by its background."""
    widths = fit_columns(columns, width, gap)
    between = (" " * gap, tone.style())
    titles = Line([(column.title, tone.style("muted")) for column in columns])
    header, *body = [_line(columns, widths, line, between, width) for line in [titles, *lines]]
    if 0 <= cursor < len(body):
        body[cursor] = lit(body[cursor], tone)
    return [header, *body]


def _line(columns: Sequence[Column], widths: dict[int, int], line: Line, between: Span, width: int) -> list[Span]:
    row: list[Span] = []
    for i, cells in widths.items():
        if row and line.note is not None:
            return [*row, (" ", between[1]), *fit_row([line.note], width - width_of(row) - 1, line.note[1])]
        row += [between] if row else []
        row.append(align(line.cells[i], cells, left=columns[i].left))
    return row


def lit(row: Row, tone: Tone) -> list[Span]:
    """`row` on the cursor's background, cells that have a colour of their own left alone."""
    plain, cursor = tone.style().bgcolor, Style(bgcolor=tone.style(on="cursor").bgcolor)
    return [(text, style + cursor if style.bgcolor == plain else style) for text, style in row]


class TablePane(Pane):
    """A pane around one table with a cursor."""

    BINDINGS: ClassVar[list[BindingType]] = ACROSS
    GAP: ClassVar[int] = 1
    """Blank cells between two columns."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.window = Window()
        self._head = 0

    def table(self, columns: Sequence[Column], lines: Sequence[Line], width: int, height: int) -> list[Row]:
        """The part of the table that fits in `height` rows, its header always with it."""
        seen = self.window.fit(len(lines), max(1, height - 1))
        cursor = self.window.cursor - seen.start if self.has_focus else -1
        rows = to_rows(columns, lines[seen], width, self.tone, cursor=cursor, gap=self.GAP)
        self._head = int(height > 1)
        return rows if self._head else rows[1:]

    def more_note(self) -> Row:
        """How much is out of sight."""
        above, below = self.window.hidden
        words = [f"+{above} above"] * (above > 0) + [f"+{below} more"] * (below > 0)
        return [(" · ".join(words), self.tone.style("muted"))] if words else ()

    def bottom_note(self) -> Row:
        return self.more_note()

    def action_scroll_rows(self, rows: int) -> None:
        self.window.move(rows)
        self.redraw()
        if self.spot is not None:
            self.put_cursor(find_beside(self.spots, self.spot, self._cursor_row))

    def action_move(self, across: int, down: int) -> None:
        """Through the rows of the table, hidden ones too, then as elsewhere."""
        row = self.window.cursor + down
        if down and self._is_in_table(self.spot) and 0 <= row < self.window.rows:
            self.action_scroll_rows(down)
        else:
            super().action_move(across, down)

    def put_cursor(self, spot: Spot | None) -> None:
        if spot is not None and self._is_in_table(spot):
            self.window.cursor = self.window.top + spot.y - self._first_row
        super().put_cursor(spot)

    @property
    def _first_row(self) -> int:
        """Where the first line of the table is seen, the frame included."""
        return self._head + self._is_framed

    @property
    def _cursor_row(self) -> int:
        return self._first_row + self.window.cursor - self.window.top

    def _is_in_table(self, spot: Spot | None) -> bool:
        return spot is None or 0 <= spot.y - self._first_row < min(self.window.rows, self.window.height)

    def _first_spot(self) -> Spot | None:
        return next((spot for spot in self.spots if spot.y == self._cursor_row), super()._first_spot())
