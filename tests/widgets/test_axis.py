"""Ticks by hand."""

from collections.abc import Sequence
from datetime import date
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets import axis


def day(text: str) -> int:
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


@pytest.mark.parametrize(
    ("span", "count", "step"), [(0.06, 3, 0.02), (0.1, 4, 0.025), (1.0, 5, 0.2), (100, 3, 50), (7, 7, 1), (0, 3, 1.0)]
)
def test_steps_are_round(span: float, count: int, step: float) -> None:
    assert axis.nice_step(span, count) == pytest.approx(step)


def test_ticks_lie_within() -> None:
    assert axis.nice_ticks(0.3125, 0.3775, 4) == pytest.approx((0.32, 0.34, 0.36))
    assert axis.nice_ticks(-1, 1, 2) == (-1, 0, 1)


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))
def test_a_range_holds_its_values_and_has_room_to_move(low: float, span: float) -> None:
    bottom, top = axis.nice_range(low, low + span)
    assert bottom < low + 1e-6 * abs(low) + 1e-9
    assert top > low + span - 1e-6 * abs(low) - 1e-9
    assert top - bottom < 1.8 * span + 1e-6 * abs(low)


def test_a_flat_line_gets_a_range() -> None:
    assert axis.nice_range(2.0, 2.0) == (1.98, 2.02)
    assert axis.nice_range(0.0, 0.0) == (-1.0, 1.0)


def test_the_range_stands_still_while_the_last_value_moves_a_little() -> None:
    assert axis.nice_range(0.3190, 0.3700) == axis.nice_range(0.3189, 0.3701)


def test_months_and_years() -> None:
    days = [day(f"{y}-{m:02d}-{d:02d}") for y in (2025, 2026) for m in range(1, 13) for d in (2, 15)]
    labels = [label for _, label in axis.date_ticks(days, 12)]
    assert labels == ["Mar", "May", "Jul", "Sep", "Nov", "2026", "Mar", "May", "Jul", "Sep", "Nov"]
    assert [label for _, label in axis.date_ticks(days, 3)] == ["Jul", "2026", "Jul"]


def test_years_and_decades() -> None:
    days = [day(f"{y}-01-04") for y in range(1990, 2027)]
    assert [label for _, label in axis.date_ticks(days, 5)] == ["2000", "2010", "2020"]


def test_weeks() -> None:
    days = [day("2026-11-02") + i for i in range(12) if i % 7 < 5]
    ticks = axis.date_ticks(days, 10)
    assert [label for _, label in ticks] == ["5 Nov", "12 Nov"] or len(ticks) == 2


def test_hours_of_a_session_in_new_york() -> None:
    opens = 1_795_185_000  # 2026-11-20 14:30 UTC, 9:30 in New York
    times = [opens + 60 * i for i in range(390)]
    ticks = axis.minute_ticks(times, 8, ZoneInfo("America/New_York"))
    assert [label for _, label in ticks] == ["10:00", "11:00", "12:00", "13:00", "14:00", "15:00"]
    assert ticks[0][0] == 30


@pytest.mark.parametrize(
    ("span", "step"), [(0.00125, 0.0005), (0.0007, 0.0002), (0.0002, 0.0001), (0.00001, 0.0001), (0.0125, 0.0025)]
)
def test_steps_are_such_as_the_decimals_show(span: float, step: float) -> None:
    assert axis.nice_step(span, 5, 4) == pytest.approx(step)


@given(st.floats(0.01, 9), st.floats(1e-6, 5), st.integers(2, 12))
def test_no_tick_is_rounded_on_its_label(low: float, span: float, count: int) -> None:
    for tick in axis.nice_ticks(low, low + span, count, 4):
        assert round(tick, 4) == pytest.approx(tick, abs=1e-9)


@pytest.mark.parametrize(
    ("wanted", "height", "rows"),
    [([1, 5], 10, [1, 5]), ([3, 3, 3], 10, [2, 3, 4]), ([9, 9, 9], 10, [7, 8, 9]), ([0, 0], 1, [0, -1]),
     ([-4, 20], 5, [0, 4]), ([], 5, []), ([5.3, 5.35], 10, [5, 6]), ([4.7, 4.75], 10, [4, 5]),
     ([12.1, 13.6, 14.0], 16, [12, 13, 14]), ([2, 1], 9, [1, 2])],
)  # fmt: skip
def test_labels_stand_as_near_as_they_can(wanted: list[float], height: int, rows: list[int]) -> None:
    assert axis.spread_rows(wanted, height) == rows


@given(st.lists(st.floats(-5, 40), max_size=12), st.integers(1, 30))
def test_labels_never_share_a_row_and_keep_their_order(wanted: list[float], height: int) -> None:
    placed = axis.spread_rows(wanted, height)
    rows = [row for row in placed if row >= 0]
    assert len(rows) == min(len(wanted), height)
    assert rows == sorted(set(rows))
    assert all(0 <= row < height for row in rows)
    assert placed[: len(rows)] == rows, "what is left out are the last ones"


@given(st.lists(st.integers(-2, 9), min_size=1, max_size=4), st.integers(4, 8))
def test_no_other_rows_are_nearer(wanted: list[int], height: int) -> None:
    """Against every way there is to place them."""
    wanted = sorted(wanted)

    def cost(rows: Sequence[int]) -> int:
        return sum((row - want) ** 2 for row, want in zip(rows, wanted, strict=True))

    assert cost(axis.spread_rows(wanted, height)) == min(map(cost, combinations(range(height), len(wanted))))
