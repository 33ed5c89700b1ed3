"""The inside of the chart as cells: grid, curves, value axis with tags, time axis, crosshair."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.style import Style

from widgets.axis import date_ticks, minute_ticks, nice_range, nice_ticks, spread_rows
from widgets.canvas import Row
from widgets.crosshair import to_column
from widgets.curves import EXCHANGE_ZONE, Curve, Curves
from widgets.format import format_number, format_provisional
from widgets.glyphs import TAG
from widgets.raster import DOTS, merge, rasterise, to_points
from widgets.spots import at
from widgets.strokes import stroke_of
from widgets.tone import Tone

Cells = list[list[tuple[str, Style]]]

_LEAST = 16
"""Cells of a plot worth having beside an axis."""
_NAMED = 40
"""Cells of a plot that can spare those of the names in the tags."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where everything is: the plot's cells, the cells of the axis labels, and the values at bottom and top.

    `dots` are in one cell, across and up; `named` tags carry the names of their curves.
    """

    width: int
    height: int
    labels: int
    low: float
    high: float
    digits: int
    dots: tuple[int, int]
    named: bool

    def place(self, value: float) -> float:
        """Rows from the middle of the top one down to the dot that stands for a value."""
        up = self.dots[1]
        dot = round((value - self.low) / (self.high - self.low) * (self.height * up - 1))
        return self.height - 0.5 - (dot + 0.5) / up

    def row(self, value: float) -> int:
        """The row in which a curve draws a value, 0 at the top."""
        return round(self.place(value))

    def text(self, value: float) -> str:
        return format_number(value, self.digits)


def fit_frame(curves: Curves, width: int, height: int, marker: str) -> Frame:
    """The frame for `width` by `height` cells; without room for an axis the curves take all of it."""
    values = [v for curve in curves.curves for v in curve.values if v is not None]
    low, high = nice_range(min(values), max(values))
    digits = 4 if high < 10 else 3 if high < 100 else 2
    plain = max(len(format_number(v, digits)) for v in (low, high)) + 3
    named = plain + max(len(_name_of(curve)) for curve in curves.curves)
    labels = named if width >= named + _NAMED else plain if width >= plain + _LEAST else 0
    rows = height - (1 if height >= 4 else 0)
    return Frame(width - labels, rows, labels, low, high, digits, DOTS[marker], labels == named)


def _name_of(curve: Curve) -> str:
    """What its tag says after the value; the ratio is what the pane is about and needs no name."""
    return "" if curve.role == "ratio" else f" {curve.name}"


class Plot:
    """Draws frames; keeps the characters of each curve until its dots change."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[object, list[str]]] = {}

    def draw(self, curves: Curves, frame: Frame, tone: Tone, marker: str, cross: int | None) -> list[Row]:
        """All rows: the plot with its axis, then the time labels."""
        cells = _grid(curves, frame, tone)
        for curve in reversed(curves.curves):
            rows = self._characters(curve, frame, marker)
            _lay(cells, rows, tone.style(curve.role))
        if cross is not None:
            _cross(cells, to_column(cross, len(curves.times), frame.width), tone)
        return _beside_axes(cells, curves, frame, tone)

    def draw_axes(self, curves: Curves, frame: Frame, tone: Tone) -> list[Row]:
        """The rows of `draw` before there are curves: grid, axes and tags."""
        return _beside_axes(_grid(curves, frame, tone), curves, frame, tone)

    def _characters(self, curve: Curve, frame: Frame, marker: str) -> list[str]:
        across, up = frame.dots
        runs = to_points(curve.values, frame.low, frame.high, frame.width * across, frame.height * up)
        key = (runs, frame.width, frame.height, marker)
        kept = self._kept.get(curve.role)
        if kept is None or kept[0] != key:
            rows = rasterise(runs, frame.width, frame.height, marker)
            kept = self._kept[curve.role] = (key, stroke_of(curve.role).apply(rows))
        return kept[1]


def _beside_axes(cells: Cells, curves: Curves, frame: Frame, tone: Tone) -> list[Row]:
    axis = _axis(curves, frame, tone)
    body: list[Row] = [[*line, *axis[y]] for y, line in enumerate(cells)]
    return [*body, *_time_row(curves, frame, tone)]


def _ticks(curves: Curves, width: int) -> list[tuple[int, str]]:
    count = max(1, width // 10)
    if curves.is_minutes:
        return minute_ticks(curves.times, count, EXCHANGE_ZONE)
    return date_ticks(curves.times, count)


def _grid(curves: Curves, frame: Frame, tone: Tone) -> Cells:
    """Faint lines at the ticks."""
    faint = tone.style("faint")
    rows = {frame.row(v) for v in value_ticks(frame)} if frame.labels else set()
    columns = {to_column(i, len(curves.times), frame.width) for i, _ in _ticks(curves, frame.width)}
    return [
        [("┄" if y in rows else "┊" if x in columns else " ", faint) for x in range(frame.width)]
        for y in range(frame.height)
    ]


def value_ticks(frame: Frame) -> tuple[float, ...]:
    """Round values on the axis, one for every three rows at most."""
    return nice_ticks(frame.low, frame.high, max(2, frame.height // 3), frame.digits)


def _lay(cells: Cells, rows: Sequence[str], style: Style) -> None:
    """Put a curve's characters over what is there; dots of two curves share a cell, the upper one's colour wins."""
    for line, row in zip(cells, rows, strict=True):
        for x, char in enumerate(row):
            if char != " ":
                line[x] = (merge(char, line[x][0]), style)


def _cross(cells: Cells, column: int, tone: Tone) -> None:
    for line in cells:
        char, style = line[column]
        lit = tone.style("bright", bold=True)
        line[column] = ("│", tone.style("watch")) if char in " ┄┊" else (char, lit if style != lit else style)


def _axis(curves: Curves, frame: Frame, tone: Tone) -> list[Row]:
    """The value axis: a line, values at the ticks, and the last value of each curve as a tag in its colour."""
    if not frame.labels:
        return [()] * frame.height
    line, muted = tone.style("axis"), tone.style("muted")
    rows: list[Row] = [[("│", line)] for _ in range(frame.height)]
    left = " " * (1 + curves.provisional)  # under the digits of the tags
    for value in value_ticks(frame):
        rows[frame.row(value)] = [("┼", line), (f"{left}{frame.text(value)}", muted)]
    shown = sorted(
        ((last, curve) for curve in curves.curves if (last := curve.last) is not None), key=lambda tag: -tag[0]
    )
    for (last, curve), y in zip(shown, spread_rows([frame.place(v) for v, _ in shown], frame.height), strict=True):
        if y >= 0:
            text = format_provisional(frame.text(last), curves.provisional) + (_name_of(curve) if frame.named else "")
            rows[y] = [rows[y][0], (f"{TAG}{text}", at(tone.style(curve.role, bold=True), curve.address))]
    return rows


def _time_row(curves: Curves, frame: Frame, tone: Tone) -> list[Row]:
    """Month, year or hour under the first point of each; labels that would touch are left out."""
    if frame.height < 3:
        return []
    text = [" "] * (frame.width + frame.labels)
    free = 0
    for i, label in _ticks(curves, frame.width):
        start = max(0, to_column(i, len(curves.times), frame.width) - len(label) // 2)
        if start >= free and start + len(label) <= len(text):
            text[start : start + len(label)] = label
            free = start + len(label) + 2
    return [[("".join(text), tone.style("muted"))]]
