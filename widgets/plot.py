"""The inside of the chart as cells: grid, curves, value axis with tags, time axis, crosshair."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.style import Style

from widgets.axis import date_ticks, minute_ticks, nice_range, nice_ticks, push_apart
from widgets.canvas import Row
from widgets.crosshair import to_column
from widgets.curves import EXCHANGE_ZONE, Curves
from widgets.format import format_number, format_provisional
from widgets.glyphs import TAG
from widgets.raster import DOTS, merge, rasterise, to_points
from widgets.tone import Tone

Cells = list[list[tuple[str, Style]]]


@dataclass(frozen=True, slots=True)
class Frame:
    """Where everything is: the plot's cells, the cells of the axis labels, and the values at bottom and top."""

    width: int
    height: int
    labels: int
    low: float
    high: float
    digits: int

    def row(self, value: float) -> int:
        """The row of a value, 0 at the top."""
        share = (value - self.low) / (self.high - self.low)
        return round((1 - share) * (self.height - 1))

    def text(self, value: float) -> str:
        return format_number(value, self.digits)


def fit_frame(curves: Curves, width: int, height: int) -> Frame:
    """The frame for `width` by `height` cells; without room for an axis the curves take all of it."""
    values = [v for curve in curves.curves for v in curve.values if v is not None]
    low, high = nice_range(min(values), max(values))
    digits = 4 if high < 10 else 3 if high < 100 else 2
    labels = max(len(format_number(v, digits)) for v in (low, high)) + 3
    labels = labels if width >= labels + 16 else 0
    return Frame(width - labels, height - (1 if height >= 4 else 0), labels, low, high, digits)


class Plot:
    """Draws frames; keeps the characters of each curve until its dots change."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[object, list[str]]] = {}

    def draw(self, curves: Curves, frame: Frame, tone: Tone, marker: str, cross: int | None) -> list[Row]:
        """All rows: the plot with its axis, then the time labels."""
        cells = _grid(curves, frame, tone)
        for curve in reversed(curves.curves):
            rows = self._characters(curve.role, curve.values, frame, marker)
            _lay(cells, rows, tone.style(curve.role))
        if cross is not None:
            _cross(cells, to_column(cross, len(curves.times), frame.width), tone)
        axis = _axis(curves, frame, tone)
        body: list[Row] = [[*line, *axis[y]] for y, line in enumerate(cells)]
        return [*body, *_time_row(curves, frame, tone)]

    def _characters(self, name: str, values: Sequence[float | None], frame: Frame, marker: str) -> list[str]:
        across, up = DOTS[marker]
        runs = to_points(values, frame.low, frame.high, frame.width * across, frame.height * up)
        key = (runs, frame.width, frame.height, marker)
        kept = self._kept.get(name)
        if kept is None or kept[0] != key:
            kept = self._kept[name] = (key, rasterise(runs, frame.width, frame.height, marker))
        return kept[1]


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
    return nice_ticks(frame.low, frame.high, max(2, frame.height // 3))


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
    for value in value_ticks(frame):
        rows[frame.row(value)] = [("┼", line), (f" {frame.text(value)}", muted)]
    tagged = [(curve, curve.last) for curve in curves.curves]
    shown = [(curve, last) for curve, last in tagged if last is not None]
    for (curve, last), y in zip(shown, push_apart([frame.row(v) for _, v in shown], frame.height), strict=True):
        if y >= 0:
            text = format_provisional(frame.text(last), curves.provisional)
            rows[y] = [("│", line), (f"{TAG}{text}", tone.style(curve.role, bold=True))]
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
