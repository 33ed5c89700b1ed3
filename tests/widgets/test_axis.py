"""Ticks by hand."""

from datetime import date
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
    ("wanted", "height", "given"),
    [([5, 1], 10, [5, 1]), ([3, 3, 3], 10, [3, 4, 5]), ([9, 9, 9], 10, [7, 8, 9]), ([0, 0], 1, [0, -1]),
     ([-4, 20], 5, [0, 4]), ([], 5, [])],
)  # fmt: skip
def test_labels_are_pushed_apart(wanted: list[int], height: int, given: list[int]) -> None:
    assert axis.push_apart(wanted, height) == given


@given(st.lists(st.integers(-5, 40), max_size=12), st.integers(1, 30))
def test_labels_never_share_a_row(wanted: list[int], height: int) -> None:
    placed = [row for row in axis.push_apart(wanted, height) if row >= 0]
    assert len(placed) == len(set(placed)) == min(len(wanted), height)
    assert all(0 <= row < height for row in placed)
