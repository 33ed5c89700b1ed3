"""What all panes share: the frame with number and title, one method to show a view, scrolling, and failing alone."""

from typing import ClassVar

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Mount, MouseScrollDown, MouseScrollUp
from textual.strip import Strip

from core.settings import Settings
from core.text import clean
from widgets.canvas import Canvas, Row, Span, to_strip, width_of
from widgets.glyphs import SUPERSCRIPT
from widgets.spots import Spot, find_again, light, step
from widgets.tone import Tone, tone_of
from widgets.view import View


class Drawn(Canvas):
    """A canvas that knows settings, view and palette."""

    def __init__(self, settings: Settings, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.settings = settings
        self.view = View()

    @property
    def tone(self) -> Tone:
        """The palette in force; faded while nothing new is coming."""
        return self._tone(live=self.view.is_live or self.view.snapshot.as_of is None)

    @property
    def bright(self) -> Tone:
        """The palette that never fades, for what must be seen just then."""
        return self._tone(live=True)

    def _tone(self, *, live: bool) -> Tone:
        theme = self.app.theme if self.app.theme.startswith("smid-") else self.settings.theme.name
        return tone_of(theme, live=live, colours=self.app.console.color_system)

    @property
    def ascii_only(self) -> bool:
        return self.settings.panes.ascii

    def on_mount(self, _event: Mount) -> None:
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self.redraw())

    def show(self, view: View) -> None:
        """Draw `view`; only cells that changed are sent to the terminal."""
        self.view = view
        self.redraw()

    def strip(self, row: Row, width: int, style: Style) -> Strip:
        return to_strip(row, width, style, ascii_only=self.ascii_only)


ACROSS: list[BindingType] = [
    Binding("left", "move(-1, 0)", "Left", show=False),
    Binding("right", "move(1, 0)", "Right", show=False),
]
"""For panes with numbers side by side; elsewhere these keys move the chart's crosshair."""


class Pane(Drawn, can_focus=True):
    """Subclasses write `content`, and `title_note` or `bottom_note` where they have something to say on the frame."""

    NAME: ClassVar[str] = ""
    TITLE: ClassVar[str] = ""
    HELP: ClassVar[str] = ""
    """What it shows, how that is calculated, its keys; shown by the help panel."""
    MIN_HEIGHT: ClassVar[int] = 4
    """Rows, frame included, below which it had better not be shown at all."""
    IDEAL_HEIGHT: ClassVar[int] = 9
    """Rows, frame included, at which everything of its normal size is seen with the shipped settings."""
    PADDING: ClassVar[int] = 1
    """Blank cells between the content and the right side of the frame."""

    DEFAULT_CSS = "Pane { height: 1fr; width: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(0, -1)", "Up", show=False),
        Binding("down", "move(0, 1)", "Down", show=False),
        Binding("pageup", "scroll_rows(-10)", "Page up", show=False),
        Binding("pagedown", "scroll_rows(10)", "Page down", show=False),
        Binding("home", "scroll_rows(-9999)", "First row", show=False),
        Binding("end", "scroll_rows(9999)", "Last row", show=False),
    ]

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, id=f"pane-{self.NAME}")
        shown = settings.panes.names
        self.number = shown.index(self.NAME) + 1 if self.NAME in shown else 0
        self._is_framed = False
        self.spot: Spot | None = None
        """Where the cursor is, once it has been moved."""

    @property
    def full_height(self) -> int | None:
        """Rows, frame included, beyond which it has nothing more to show; None where there is no such number."""
        return None

    def content(self, width: int, height: int) -> list[Row]:
        """At most `height` rows of at most `width` cells."""
        raise NotImplementedError

    def title_note(self) -> Row:
        """What follows the title on the frame: a legend, counts."""
        return ()

    def bottom_note(self) -> Row:
        """What the lower edge of the frame says, at the right."""
        return ()

    def draw(self, width: int, height: int) -> list[Strip]:
        framed = self._is_framed = width >= 8 and height >= 3
        inner = (width - 3 - self.PADDING, height - 2) if framed else (width, height)
        rows, above, below = self._parts(*inner)
        rows = [*rows[: inner[1]], *([()] * (inner[1] - len(rows)))]
        blank = self.tone.style()
        if not framed:
            return [self.strip(row, width, blank) for row in rows]
        body = [self._framed(row, width) for row in rows]
        return [self._top_edge(above, width), *body, self._bottom_edge(below, width)]

    def _parts(self, width: int, height: int) -> tuple[list[Row], Row, Row]:
        """Content and what the frame says. A pane that fails says so in its own place, and the others go on."""
        try:
            rows = list(self.content(width, height))
            return rows, self.title_note(), self.bottom_note()
        except Exception as error:  # noqa: BLE001  (the documented boundary between panes)
            self.report(error)
            tone, why = self.tone, clean(f"{type(error).__name__}: {error}", 160)
            failed: Row = [("This pane failed. ", tone.style("critical", bold=True)), (why, tone.style("muted"))]
            return [failed], (), ()

    def report(self, error: Exception) -> None:
        """Say elsewhere, too, that the content failed."""
        self.log(error)

    def _edge_style(self) -> Style:
        return self.tone.style("focus" if self.has_focus else "border")

    def _framed(self, row: Row, width: int) -> Strip:
        edge, blank = self._edge_style(), self.tone.style()
        inner = self.strip(row, width - 3 - self.PADDING, blank)
        right = " " * self.PADDING + "│"
        sides = self.strip([("│ ", edge)], 2, blank), self.strip([(right, edge)], len(right), blank)
        return Strip.join([sides[0], inner, sides[1]]).simplify()

    def title(self) -> list[Span]:
        """Number and title as the frame shows them."""
        number = SUPERSCRIPT[self.number] if 0 < self.number < 10 else ""
        return [(f" {number} " if number else " ", self.tone.style("muted")), (self.TITLE, self.tone.style(bold=True))]

    def _top_edge(self, note: Row, width: int) -> Strip:
        edge, blank = self._edge_style(), self.tone.style()
        label: list[Span] = [*self.title()]
        if note:
            *others, (last, style) = note
            label += [("  ", blank), *others, (last.rstrip(), style)]
        label.append((" ", blank))
        room = width - 5
        spans = [("╭─", edge), *fit_row(label, room, blank)]
        return self._close_edge(spans, width, "╮")

    def _bottom_edge(self, note: Row, width: int) -> Strip:
        edge, blank = self._edge_style(), self.tone.style()
        if note:
            note = fit_row([(" ", blank), *note, (" ", blank)], width - 5, blank)
        left = "╰" + "─" * (width - 3 - width_of(note))
        return self._close_edge([(left, edge), *note], width, "╯")

    def _close_edge(self, spans: list[Span], width: int, corner: str) -> Strip:
        rest = width - 1 - width_of(spans)
        edge = self._edge_style()
        return self.strip([*spans, ("─" * rest + corner, edge)], width, edge)

    @property
    def chosen(self) -> str:
        """The addresses under the cursor; before it is moved, those of the first number."""
        spot = self.spot or self._first_spot()
        return spot.addresses if spot else ""

    def _first_spot(self) -> Spot | None:
        return next(iter(self.spots), None)

    def _draw_rows(self) -> None:
        super()._draw_rows()
        if self.spot is not None:
            self.spot = find_again(self.spots, self.spot)
        if self.spot is not None and self.has_focus:
            light(self._rows, self.spot)

    def choose(self, spot: Spot) -> None:
        """A click puts the cursor there; one where it is already asks about the number."""
        if spot == self.spot:
            super().choose(spot)
        self.put_cursor(spot)

    def put_cursor(self, spot: Spot | None) -> None:
        """Move the cursor to `spot`, if there is one."""
        self.spot = spot or self.spot
        self.redraw()

    def action_move(self, across: int, down: int) -> None:
        """Move the cursor to the next number in a direction; at the edge of what is seen, scroll first."""
        if self.spot is None:
            self.put_cursor(self._first_spot())
            return
        target = step(self.spots, self.spot, across, down)
        if target is None and down:
            self.action_scroll_rows(down)
            target = self.spot and step(self.spots, self.spot, across, down)
        self.put_cursor(target)

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)
        self.redraw()

    def action_scroll_rows(self, rows: int) -> None:
        """Move the page by rows; panes that have none ignore it."""

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        event.stop()
        self.action_scroll_rows(1)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        event.stop()
        self.action_scroll_rows(-1)


def fit_row(row: Row, width: int, style: Style) -> list[Span]:
    """`row` cut to `width` cells, with an ellipsis where something is lost."""
    if width_of(row) <= width:
        return list(row)
    if width < 2:
        return []
    cut = to_strip(row, width - 1, style)
    return [*((segment.text, segment.style or style) for segment in cut), ("…", style)]


def spread(left: Row, right: Row, width: int, style: Style) -> list[Span]:
    """`left` and `right` at the two ends of `width` cells; the left one gives way."""
    room = width - width_of(right)
    if room < 1:
        return fit_row(right, width, style)
    start = fit_row(left, room, style)
    return [*start, (" " * (room - width_of(start)), style), *right]
