"""The inside of the rotation map as cells: cross, quadrants, tails from dim to bright, newest points with labels."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rich.cells import cell_len
from rich.style import Style

from widgets.canvas import Row
from widgets.raster import DOTS, Point, merge, rasterise
from widgets.tone import Tone, mix

ROLES = {"leading": "up", "weakening": "watch", "lagging": "down", "improving": "info"}
CENTRE = 100
_CORNERS = (("improving", 0, 0), ("leading", 1, 0), ("lagging", 0, 1), ("weakening", 1, 1))
"""Quadrant, and whether it is at the right and at the bottom."""
_LEAST_SIDE = 0.75
"""Deviations that are seen on either side of the centre in any case,"""
_OTHER_SIDE = 0.4
"""and as a part of what is seen on the other side: all quadrants stay in the picture."""
_LABELS = 4
"""Cells of the labels at the left."""
_NAMED = 40
"""Cells that can spare those of the names of the axes."""
_LEVEL, _MOMENTUM = "level →", "↑ momentum"
_DIM, _BRIGHT = 0.3, 0.9
"""The colour that the oldest and the newest step of a tail have of their quadrant's."""
_OTHERS = 0.62
"""The part of that which is left to those not chosen."""

Cells = list[list[tuple[str, Style]]]
Place = tuple[int, int]
"""Column and row of a cell."""


@dataclass(frozen=True, slots=True)
class Way:
    """A tail: `points` are distances from the centre, oldest first; `is_old` where they are not of now."""

    label: str
    quadrant: str
    points: tuple[tuple[float, float], ...]
    is_chosen: bool = False
    is_old: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """The cells of the map, those of the labels beside it and below, and its edges as distances from the centre.

    `x` and `y` are the lowest and the highest value of an axis; `dots` are in one cell, across and up.
    """

    width: int
    height: int
    left: int
    below: int
    x: tuple[float, float]
    y: tuple[float, float]
    dots: tuple[int, int]

    def to_dot(self, point: tuple[float, float]) -> Point:
        """Dots from the left and from the bottom."""
        x, y = (
            round((value - low) / (high - low) * (cells * dots - 1))
            for value, (low, high), cells, dots in zip(
                point, (self.x, self.y), (self.width, self.height), self.dots, strict=True
            )
        )
        return x, y

    def to_place(self, point: tuple[float, float]) -> Place:
        return self.cell_of(self.to_dot(point))

    def cell_of(self, dot: Point) -> Place:
        return dot[0] // self.dots[0], self.height - 1 - dot[1] // self.dots[1]


def fit_frame(ways: Sequence[Way], width: int, height: int, marker: str) -> Frame:
    """The frame for `width` by `height` cells; the centre is in it, though not always in the middle."""
    left, below = _LABELS * (width >= 8 * _LABELS), int(height >= 8)
    points = [point for way in ways for point in way.points]
    x, y = (_fit_axis([point[axis] for point in points]) for axis in (0, 1))
    return Frame(width - left, height - below, left, below, x, y, DOTS[marker])


def _fit_axis(values: Sequence[float]) -> tuple[float, float]:
    """On quarters with something to spare, so that a point that moves a little does not move the scale."""
    under, over = (max((sign * value for value in values), default=0.0) for sign in (-1, 1))
    under, over = max(under, _LEAST_SIDE, _OTHER_SIDE * over), max(over, _LEAST_SIDE, _OTHER_SIDE * under)
    return -math.ceil(under * 4.2) / 4, math.ceil(over * 4.2) / 4


class RotationPlot:
    """Draws frames; keeps the characters of each tail until its dots change."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[object, list[str]]] = {}

    def draw(self, ways: Sequence[Way], frame: Frame, tone: Tone, marker: str) -> list[Row]:
        """All rows; the chosen way is over the others."""
        cells = _cross(frame, tone)
        ordered = sorted(ways, key=lambda way: way.is_chosen)
        for way in ordered:
            self._lay_tail(cells, way, frame, tone, marker)
        taken = _put_corners(cells, frame, tone)
        _put_heads(cells, ordered[::-1], frame, tone, taken, is_ascii=marker == "*")
        _name_axes(cells, frame, tone)
        return _with_labels(cells, frame, tone)

    def _lay_tail(self, cells: Cells, way: Way, frame: Frame, tone: Tone, marker: str) -> None:
        dots = [frame.to_dot(point) for point in way.points]
        if len(dots) < 2:
            return
        ages = _find_ages(dots, frame)
        for y, row in enumerate(self._characters(way.label, dots, frame, marker)):
            for x, char in enumerate(row):
                if char != " ":
                    style = _shade(way, tone, ages.get((x, y), 0.5))
                    cells[y][x] = ("." if char == "*" else merge(char, _braille_of(cells[y][x][0])), style)

    def _characters(self, label: str, dots: list[Point], frame: Frame, marker: str) -> list[str]:
        key = (dots, frame.width, frame.height, marker)
        kept = self._kept.get(label)
        if kept is None or kept[0] != key:
            kept = self._kept[label] = (key, rasterise([dots], frame.width, frame.height, marker))
        return kept[1]


def _braille_of(char: str) -> str:
    """What a tail may share a cell with: another tail, not the cross."""
    return char if char >= "\u2800" else " "


def _find_ages(dots: Sequence[Point], frame: Frame) -> dict[Place, float]:
    """How new the tail is in each cell that it crosses: 0 where it begins, 1 at its newest step."""
    ages: dict[Place, float] = {}
    steps = list(pairwise(dots))
    for number, ((x, y), (to_x, to_y)) in enumerate(steps):
        length = max(abs(to_x - x), abs(to_y - y), 1)
        for i in range(length + 1):
            dot = round(x + (to_x - x) * i / length), round(y + (to_y - y) * i / length)
            ages[frame.cell_of(dot)] = number / max(1, len(steps) - 1)
    return ages


def _shade(way: Way, tone: Tone, age: float) -> Style:
    """The quadrant's colour, the nearer to the background the older; where mixed colours are none, as it is."""
    role = ROLES.get(way.quadrant, "muted")
    if not tone.heat:
        return tone.style(role, bold=way.is_chosen)
    share = (_DIM + (_BRIGHT - _DIM) * age) * (1.0 if way.is_chosen else _OTHERS) * (0.6 if way.is_old else 1.0)
    return tone.style(mix(tone.background, str(getattr(tone, role)), share))


def _cross(frame: Frame, tone: Tone) -> Cells:
    """The axes through 100 and 100, with a mark at every whole deviation."""
    axis, blank = tone.style("border"), tone.style()
    cells: Cells = [[(" ", blank)] * frame.width for _ in range(frame.height)]
    middle_x, middle_y = frame.to_place((0.0, 0.0))
    cells[middle_y] = [("─", axis)] * frame.width
    for y in range(frame.height):
        cells[y][middle_x] = ("│", axis)
    for mark in _marks(frame.x):
        cells[middle_y][frame.to_place((mark, 0.0))[0]] = ("┼", axis)
    for mark in _marks(frame.y):
        cells[frame.to_place((0.0, mark))[1]][middle_x] = ("┼", axis)
    return cells


def _marks(axis: tuple[float, float]) -> range:
    """Whole deviations from the centre."""
    return range(math.ceil(axis[0]), math.floor(axis[1]) + 1)


def _name_axes(cells: Cells, frame: Frame, tone: Tone) -> None:
    """What the axes are, each at the first of its places that nothing else has."""
    middle_x, middle_y = frame.to_place((0.0, 0.0))
    ends = [(frame.width - len(_LEVEL), middle_y + down) for down in (-1, 1)]
    tops = [(middle_x + 2, y) for y in (0, 1)] + [(middle_x - 1 - len(_MOMENTUM), y) for y in (0, 1)]
    for text, places in ((_LEVEL, ends), (_MOMENTUM, tops)):
        inside = [(x, y) for x, y in places if 0 <= x < frame.width - len(text) + 1 and 0 <= y < frame.height]
        free = (place for place in inside if not _hidden(cells, place, len(text)))
        if frame.width >= _NAMED and (place := next(free, None)):
            _write(cells, place, text, tone.style("muted"))


def _write(cells: Cells, place: Place, text: str, style: Style) -> None:
    for x, char in enumerate(text, place[0]):
        cells[place[1]][x] = (char, style)


def _put_corners(cells: Cells, frame: Frame, tone: Tone) -> set[Place]:
    """The names of the quadrants, where they fit; the cells that they take."""
    taken: set[Place] = set()
    if frame.width < 24 or frame.height < 5:
        return taken
    for quadrant, right, bottom in _CORNERS:
        place = (frame.width - len(quadrant)) * right, (frame.height - 1) * bottom
        _write(cells, place, quadrant.capitalize(), tone.style(ROLES[quadrant], bold=True))
        taken |= _cells_of(place, quadrant)
    return taken


def _cells_of(place: Place, text: str) -> set[Place]:
    return {(x, place[1]) for x in range(place[0], place[0] + cell_len(text))}


def _put_heads(
    cells: Cells, ways: Sequence[Way], frame: Frame, tone: Tone, taken: set[Place], *, is_ascii: bool
) -> None:
    """The newest points, the first of `ways` on top, and their labels where no other is in the way."""
    signs = ("O", "o") if is_ascii else ("●", "○")
    heads = [frame.to_place(way.points[-1]) for way in ways]
    for way, (x, y) in reversed(list(zip(ways, heads, strict=True))):
        role = "muted" if way.is_old else ROLES.get(way.quadrant, "muted")
        cells[y][x] = (signs[not way.is_chosen], tone.style(role, bold=way.is_chosen))
    taken |= set(heads)
    for way, head in zip(ways, heads, strict=True):
        place = _find_room(cells, head, way.label, taken, frame)
        if place is not None:
            role = "bright" if way.is_chosen else "muted" if way.is_old else ROLES.get(way.quadrant, "muted")
            _write(cells, place, way.label, tone.style(role, bold=way.is_chosen))
            taken |= _cells_of(place, way.label)


def _find_room(cells: Cells, head: Place, label: str, taken: set[Place], frame: Frame) -> Place | None:
    """The place near `head` that hides little of what is drawn; None where others have all of them.

    It keeps a cell off other labels and points: whose it is must be plain.
    """
    x, y = head
    size = cell_len(label)
    near = [(x + 2, y), (x - 1 - size, y)]
    near += [(x + across, y + down) for down in (-1, 1, -2, 2) for across in (1, -size, -size // 2)]
    free = [
        (left, row)
        for left, row in near
        if 0 <= left <= frame.width - size and 0 <= row < frame.height
        if not _cells_of((left - 1, row), f" {label} ") & taken
    ]
    return min(free, key=lambda place: _hidden(cells, place, size) + 2 * abs(place[1] - y), default=None)


def _hidden(cells: Cells, place: Place, size: int) -> int:
    return sum(char != " " for char, _ in cells[place[1]][place[0] : place[0] + size])


def _with_labels(cells: Cells, frame: Frame, tone: Tone) -> list[Row]:
    """The map between its labels: momentum at the left, level below."""
    muted = tone.style("muted")
    names = {frame.to_place((0.0, mark))[1]: f"{CENTRE + mark:>{_LABELS - 1}} " for mark in _marks(frame.y)}
    rows: list[Row] = [[(names.get(y, " " * _LABELS)[: frame.left], muted), *line] for y, line in enumerate(cells)]
    if frame.below:
        text = [" "] * (frame.left + frame.width)
        for mark in _marks(frame.x):
            name, start = str(CENTRE + mark), frame.left + frame.to_place((mark, 0.0))[0] - 1
            if 0 <= start <= len(text) - len(name) and (not start or text[start - 1] == " "):
                text[start : start + len(name)] = name
        rows.append([("".join(text), muted)])
    return rows
