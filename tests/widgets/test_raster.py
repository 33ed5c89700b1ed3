"""Facts about rasterised curves: every dot where it was asked for, no extreme lost."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from widgets.raster import bucket, merge, rasterise, to_points

# Which dot of a cell each bit of a braille character is: across, down.
BITS = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))


def dots_of(rows: list[str]) -> set[tuple[int, int]]:
    """Dots from the left and from the bottom, read back from the characters."""
    height = 4 * len(rows)
    return {
        (2 * x + across, height - 1 - (4 * y + down))
        for y, row in enumerate(rows)
        for x, char in enumerate(row)
        if char != " "
        for bit, (across, down) in enumerate(BITS)
        if (ord(char) - 0x2800) >> bit & 1
    }


@pytest.mark.parametrize("dot", [*itertools.product((0, 1, 6, 19), (0, 1, 2, 7, 15))])
def test_every_dot_is_where_it_was_asked_for(dot: tuple[int, int]) -> None:
    assert dots_of(rasterise([[dot]], 10, 4, "braille")) == {dot}


def test_a_rising_line_occupies_ascending_rows() -> None:
    dots = dots_of(rasterise([[(0, 0), (19, 15)]], 10, 4, "braille"))
    heights = [max(y for x, y in dots if x == column) for column in range(20)]
    assert heights == sorted(heights)
    assert heights[0] == 0
    assert heights[-1] == 15


def test_a_flat_line_stays_in_its_row() -> None:
    assert {y for _, y in dots_of(rasterise([[(0, 7), (19, 7)]], 10, 4, "braille"))} == {7}


def test_runs_are_not_joined() -> None:
    dots = dots_of(rasterise([[(0, 3), (4, 3)], [(12, 3), (15, 3)]], 10, 4, "braille"))
    assert {x for x, _ in dots} == {0, 1, 2, 3, 4, 12, 13, 14, 15}


def test_ascii() -> None:
    assert rasterise([[(0, 0), (3, 3)]], 4, 4, "*") == ["   *", "  * ", " *  ", "*   "]


@pytest.mark.parametrize("size", [(1, 1), (1, 5), (5, 1), (200, 60)])
def test_any_size_gives_that_size(size: tuple[int, int]) -> None:
    width, height = size
    rows = rasterise([[(0, 0), (2 * width - 1, 4 * height - 1)]], width, height, "braille")
    assert [len(row) for row in rows] == [width] * height


def test_a_bucket_keeps_both_extremes_in_their_order() -> None:
    assert bucket([1.0, 9.0, 2.0, 5.0, 4.0, 6.0, 0.0, 3.0], 2) == [[(0, 1.0), (0, 9.0), (1, 6.0), (1, 0.0)]]


def test_a_missing_value_breaks_the_line() -> None:
    assert bucket([1.0, None, 2.0], 3) == [[(0, 1.0)], [(2, 2.0)]]
    assert bucket([None, None], 4) == []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=600), st.integers(2, 240))
def test_cost_is_bounded_and_no_extreme_is_lost(values: list[float], columns: int) -> None:
    (run,) = bucket(values, columns)
    assert len(run) <= 2 * columns
    assert max(v for _, v in run) == max(values)
    assert min(v for _, v in run) == min(values)
    assert [x for x, _ in run] == sorted(x for x, _ in run)
    assert run[-1][0] == columns - 1


def test_scaling_puts_low_and_high_on_the_outer_dots() -> None:
    assert to_points([1.0, 2.0, 3.0], 1.0, 3.0, 5, 9) == [[(0, 0), (2, 4), (4, 8)]]


def test_merging() -> None:
    assert merge(" ", "┊") == "┊"
    assert merge("⠁", "┊") == "⠁"
    assert merge("⠁", "⠂") == "⠃"
    assert merge("*", "⠂") == "*"


def test_the_manual_of_plotext_is_not_composed_for_a_curve() -> None:
    rasterise([[(0, 0)]], 2, 1, "braille")
    import plotext

    assert plotext.doc is None
