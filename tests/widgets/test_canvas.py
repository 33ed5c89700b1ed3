"""Only what changed is repainted: runs of cells, slices, and the bytes that come of it."""

import re
from typing import Any

import pytest
from rich.segment import Segment
from rich.style import Style
from stage import Stage
from textual._compositor import CompositorUpdate
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from widgets.canvas import Canvas, find_changes, to_cells, to_strip

RED, BLUE = Style(color="red", bgcolor="black"), Style(color="blue", bgcolor="black")


def strip(text: str, style: Style = RED) -> Strip:
    return Strip([Segment(text, style)])


class Board(Canvas):
    """Shows lines of text."""

    DEFAULT_CSS = "Board { height: 100%; width: 100%; }"

    def __init__(self) -> None:
        super().__init__()
        self.lines = ["." * 60] * 10

    def draw(self, width: int, height: int) -> list[Strip]:
        lines = [*self.lines[:height], *([""] * (height - len(self.lines)))]
        return [to_strip([(line, RED)], width, RED) for line in lines]

    def change(self, y: int, x: int, text: str) -> None:
        line = self.lines[y]
        self.lines[y] = line[:x] + text + line[x + len(text) :]
        self.redraw()


class SlicedBoard(Board):
    SLICES = ("1fr", "1fr", "1fr", 15)


def test_equal_rows_have_no_changes() -> None:
    assert list(find_changes(strip("abc"), strip("abc"))) == []


def test_a_changed_cell_is_a_run_of_one() -> None:
    assert list(find_changes(strip("abcdef"), strip("abXdef"))) == [(2, 3)]


def test_a_changed_style_is_a_change() -> None:
    assert list(find_changes(strip("abc"), Strip([Segment("a", RED), Segment("bc", BLUE)]))) == [(1, 3)]


def test_near_changes_are_one_run_and_far_ones_two() -> None:
    old = "." * 40
    assert list(find_changes(strip(old), strip("x..x" + "." * 36))) == [(0, 4)]
    assert list(find_changes(strip(old), strip("x" + "." * 30 + "y" + "." * 8))) == [(0, 1), (31, 32)]


def test_wide_characters_count_two_cells() -> None:
    assert len(to_cells(strip("日x"))) == 3
    assert list(find_changes(strip("日x"), strip("日y"))) == [(2, 3)]


def test_a_strip_is_cut_padded_joined_and_never_without_style() -> None:
    row = to_strip([("ab", RED), ("cd", RED), ("", BLUE)], 6, BLUE)
    assert row.text == "abcd  "
    assert len(list(row)) == 2
    assert all(segment.style is not None for segment in row)
    assert to_strip([("abcdef", RED)], 3, RED).text == "abc"
    assert to_strip([("▲▼σ日…", RED)], 8, RED, ascii_only=True).text == "^vs??>  "


async def test_the_same_again_costs_nothing() -> None:
    board = Board()
    app = Stage(board)
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.pause()
        app.sent = 0
        board.redraw()
        await pilot.pause()
        assert app.sent == 0


async def test_one_cell_costs_its_row_up_to_it() -> None:
    board = Board()
    app = Stage(board)
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.pause()
        app.sent = 0
        board.change(4, 3, "#")
        await pilot.pause()
        assert 0 < app.sent < 60
        assert board.row(4).text.startswith("...#.")


async def test_slices_show_the_same_and_spare_the_left_of_the_row() -> None:
    plain, sliced = Board(), SlicedBoard()
    costs = []
    for board in (plain, sliced):
        app = Stage(board)
        async with app.run_test(size=(60, 10)) as pilot:
            await pilot.pause()
            app.sent = 0
            board.change(4, 50, "#")
            await pilot.pause()
            costs.append(app.sent)
            width = app.size.width
            shown = [app.screen._compositor.render_strips()[y].text[:width] for y in range(10)]
            assert shown[4] == "." * 50 + "#" + "." * 9
            assert shown[5] == "." * 60
    assert costs[1] < costs[0] - 35


async def test_a_new_size_is_drawn_anew() -> None:
    board = SlicedBoard()
    app = Stage(board)
    async with app.run_test(size=(60, 10)) as pilot:
        for size in ((20, 4), (1, 1), (61, 12)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert len(board.row(0).text) == size[0]
            assert board.size == size


class Frames(Stage):
    """Keeps what each frame sent, without its escape sequences."""

    def __init__(self, *widgets: Widget) -> None:
        super().__init__(*widgets)
        self.frames: list[str] = []

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        if isinstance(renderable, CompositorUpdate):
            self.frames.append(re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", renderable.render_segments(self.console)))
        super()._display(screen, renderable)


@pytest.mark.parametrize("kind", [Board, SlicedBoard])
async def test_no_frame_is_empty_not_even_the_first_of_a_size(kind: type[Board]) -> None:
    app = Frames(kind())
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.resize_terminal(61, 12)
        await pilot.pause()
    assert app.frames
    assert [frame for frame in app.frames if "." * 15 not in frame and frame.strip()] == []
    assert all("." in frame for frame in app.frames if len(frame) >= 600)
