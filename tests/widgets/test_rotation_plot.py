"""The map as cells: where points fall, quadrants in their corners, tails, labels that keep off each other."""

import math
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.style import Style

from widgets.canvas import Row, width_of
from widgets.raster import BRAILLE
from widgets.rotation_plot import Frame, RotationPlot, Way, fit_frame
from widgets.tone import COLORBLIND_DARK, DARK, Tone

QUADRANTS = ("leading", "weakening", "lagging", "improving")


def spiral(label: str, angle: float, *, quadrant: str = "leading", reach: float = 2.0, **changes: bool) -> Way:
    """Eight points that turn outwards and end at `angle` (degrees)."""
    turns = [(math.radians(angle + 12 * back), reach * (1 - back / 10)) for back in range(7, -1, -1)]
    return Way(label, quadrant, tuple((r * math.cos(a), r * math.sin(a)) for a, r in turns), **changes)


WAYS = [spiral(name, 40 + 90 * i, quadrant=q) for i, (name, q) in enumerate(zip("ABCD", QUADRANTS, strict=True))]


def draw(ways: Sequence[Way], width: int = 60, height: int = 24, marker: str = "braille", tone: Tone = DARK):
    return fit_frame(ways, width, height, marker), RotationPlot().draw(
        ways, fit_frame(ways, width, height, marker), tone, marker
    )


def text_of(rows: Sequence[Row]) -> list[str]:
    return ["".join(text for text, _ in row) for row in rows]


def cells_of(rows: Sequence[Row], frame: Frame) -> list[list[tuple[str, Style]]]:
    """The cells of the map alone."""
    flat = [[(char, style) for text, style in row for char in text] for row in rows]
    return [row[frame.left :] for row in flat[: frame.height]]


@pytest.mark.parametrize("marker", ["braille", "*"])
@pytest.mark.parametrize("size", [(12, 5), (31, 7), (32, 8), (60, 24), (133, 57)])
def test_every_row_is_as_wide_as_asked_for(size: tuple[int, int], marker: str) -> None:
    _, rows = draw(WAYS, *size, marker)
    assert {width_of(row) for row in rows} == {size[0]}
    assert len(rows) == size[1]


def test_the_quadrants_are_in_their_corners_in_their_colours() -> None:
    frame, rows = draw(WAYS)
    text = text_of(rows)
    assert text[0][frame.left :].startswith("Improving")
    assert text[0].endswith("Leading")
    assert text[frame.height - 1][frame.left :].startswith("Lagging")
    assert text[frame.height - 1].endswith("Weakening")
    cells = cells_of(rows, frame)
    corners = {cells[y][x][1] for y in (0, -1) for x in (0, -1)}
    assert corners == {DARK.style(role, bold=True) for role in ("up", "watch", "down", "info")}


def test_points_fall_where_they_are() -> None:
    """By hand: 41 by 21 cells of one dot, from -1.25 to 1.25: a cell is 0.0625 across and 0.125 up."""
    way = Way("A", "leading", ((0.0, 0.0), (1.0, 1.0)))
    low = Way("B", "lagging", ((0.0, 0.0), (-1.0, -1.0)))
    frame, rows = draw([way, low], 45, 22, "*")
    assert (frame.width, frame.height, frame.x, frame.y) == (41, 21, (-1.25, 1.25), (-1.25, 1.25))
    assert frame.to_place((0.0, 0.0)) == (20, 10)
    assert frame.to_place((1.0, 1.0)) == (36, 2)
    assert frame.to_place((-1.0, -1.0)) == (4, 18)
    cells = cells_of(rows, frame)
    assert cells[2][36][0] == cells[18][4][0] == "o"
    assert text_of(rows)[10].startswith("100 ")
    assert text_of(rows)[2].startswith("101 ")
    labels = text_of(rows)[-1]
    assert [labels.index(name) - 3 for name in (" 99", "100", "101")] == [4 - 1, 20, 36]


@given(
    st.lists(st.tuples(*[st.floats(-3.6, 3.6)] * 2), min_size=1, max_size=8),
    st.sampled_from([(12, 5), (44, 20), (90, 40)]),
)
@settings(max_examples=80, deadline=None)
def test_all_points_and_the_centre_are_inside(points: list[tuple[float, float]], size: tuple[int, int]) -> None:
    frame = fit_frame([Way("A", "leading", tuple(points))], *size, "braille")
    for point in [*points, (0.0, 0.0)]:
        x, y = frame.to_place(point)
        assert 0 <= x < frame.width
        assert 0 <= y < frame.height
    for low, high in (frame.x, frame.y):
        assert low <= -0.75
        assert high >= 0.75
        assert max(-low, high) <= 2.5 * min(-low, high) + 1, "all quadrants are seen"


def test_the_scale_stays_while_a_point_moves_a_little() -> None:
    frames = {fit_frame([Way("A", "leading", ((move, 1.3 + move),))], 50, 20, "braille") for move in (0.0, 0.01, 0.02)}
    assert len(frames) == 1


def test_a_tail_goes_from_dim_to_bright() -> None:
    frame, rows = draw([Way("A", "leading", tuple((-2 + 0.5 * i, 1.0) for i in range(8)), is_chosen=True)])
    y = frame.to_place((0.0, 1.0))[1]
    row = cells_of(rows, frame)[y]
    dots = [style for char, style in row if char >= chr(BRAILLE)]
    shades = [style.color.triplet.green for style in dots if style.color and style.color.triplet]
    assert shades == sorted(shades)
    assert len(set(shades)) == 7, "a shade a step"
    assert (row[frame.to_place((1.5, 1.0))[0]]) == ("●", DARK.style("up", bold=True))


def test_the_chosen_one_is_brighter_and_on_top() -> None:
    way, other = (spiral(name, 40, is_chosen=name == "A") for name in "AB")
    frame, rows = draw([way, other])
    x, y = frame.to_place(way.points[-1])
    assert cells_of(rows, frame)[y][x] == ("●", DARK.style("up", bold=True))
    alone, dim = (draw([spiral("A", 40, is_chosen=chosen)])[1] for chosen in (True, False))
    sums = [
        sum(sum(style.color.triplet) for row in rows for text, style in row if text >= chr(BRAILLE) and style.color)
        for rows in (alone, dim)
    ]
    assert sums[0] > 1.3 * sums[1]
    assert "○" in "".join(text_of(dim))


def test_labels_keep_off_each_other_and_off_the_points() -> None:
    names = ["IWM", "IJR", "MDY", "IWC", "RSP", "QQQ", "XLF"]
    ways = [spiral(name, 35 + 3 * i, is_chosen=name == "QQQ") for i, name in enumerate(names)]
    frame, rows = draw(ways, 60, 24)
    text = "\n".join(text_of(rows))
    heads = {frame.to_place(way.points[-1]) for way in ways}
    assert text.count("○") + text.count("●") == len(heads)
    assert " QQQ " in text, "the chosen one has its label in any case"
    shown = [name for name in names if name in text]
    assert len(shown) >= 4
    for name in shown:
        (line,) = [line for line in text.split("\n") if name in line]
        at = line.index(name)
        beside = line[at - 1] + line[at + 3 : at + 4]
        assert not any(char.isalnum() or char in "○●" for char in beside), line


def test_no_label_where_all_room_is_taken() -> None:
    ways = [spiral(f"LONGNAME{i}", 40) for i in range(40)]
    frame, rows = draw(ways, 40, 12)
    assert {width_of(row) for row in rows} == {40}
    assert sum(text.count("LONGNAME") for text in text_of(rows)) < 10
    assert frame.height == 11


def test_the_axes_are_named_where_nothing_is_drawn() -> None:
    _, rows = draw([spiral("A", 200, reach=1.0)], 70, 24)
    text = "\n".join(text_of(rows))
    assert "↑ momentum" in text
    assert "level →" in text
    _, small = draw(WAYS, 36, 12)
    assert "level" not in "\n".join(text_of(small))


def test_where_colours_cannot_be_mixed_they_are_whole() -> None:
    flat = DARK.faded(0.0)
    plain = type(flat)(**{**{name: getattr(flat, name) for name in flat.__dataclass_fields__}, "heat": 0.0})
    frame, rows = draw([spiral("A", 40)], tone=plain)
    dots = {style for row in cells_of(rows, frame) for char, style in row if char >= chr(BRAILLE)}
    assert dots == {plain.style("up")}


def test_one_point_has_no_tail_and_nothing_has_a_cross() -> None:
    _, rows = draw([Way("A", "leading", ((1.0, 1.0),))])
    assert sum(char >= chr(BRAILLE) for line in text_of(rows) for char in line) == 0
    assert "○ A" in "\n".join(text_of(rows))
    _, empty = draw([], tone=COLORBLIND_DARK)
    assert "┼" in "\n".join(text_of(empty))
