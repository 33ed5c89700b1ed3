"""Which panes fit, and where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.layout import Box, Plan, Rows, dropping_order, plan_screen

PANES = {
    "chart": Rows(8, 19),
    "gaps": Rows(7, 9),
    "averages": Rows(7, 9),
    "volatility": Rows(7, 10),
    "risk": Rows(4, 10),
}


def shown(plan: Plan) -> list[str]:
    return [name for name in PANES if name in plan.boxes]


def test_the_design_size_is_the_chart_over_two_by_two() -> None:
    plan = plan_screen(120, 40, PANES)
    assert plan.boxes == {
        "header": Box(0, 0, 120, 2),
        "chart": Box(0, 2, 120, 18),
        "gaps": Box(0, 20, 60, 9),
        "averages": Box(60, 20, 60, 9),
        "volatility": Box(0, 29, 60, 10),
        "risk": Box(60, 29, 60, 10),
        "footer": Box(0, 39, 120, 1),
    }


def test_80x24_shows_chart_gaps_and_risk() -> None:
    plan = plan_screen(80, 24, PANES)
    assert plan.boxes == {
        "header": Box(0, 0, 80, 1),
        "chart": Box(0, 1, 80, 8),
        "gaps": Box(0, 9, 80, 9),
        "risk": Box(0, 18, 80, 5),
        "footer": Box(0, 23, 80, 1),
    }


def test_the_dropping_order_is_from_the_end_but_risk_stays() -> None:
    assert dropping_order(tuple(PANES)) == ("volatility", "averages", "gaps", "chart", "risk")


@pytest.mark.parametrize(
    ("height", "names"),
    [
        (60, ["chart", "gaps", "averages", "volatility", "risk"]),
        (35, ["chart", "gaps", "averages", "volatility", "risk"]),
        (34, ["chart", "gaps", "averages", "risk"]),
        (27, ["chart", "gaps", "risk"]),
        (20, ["chart", "risk"]),
        (13, ["risk"]),
        (8, ["risk"]),
    ],
)
def test_panes_go_one_by_one_as_the_window_gets_lower(height: int, names: list[str]) -> None:
    assert shown(plan_screen(80, height, PANES)) == names


@pytest.mark.parametrize("size", [(1, 1), (39, 40), (120, 7), (3, 100)])
def test_a_tiny_window_has_one_line_of_summary_and_nothing_else(size: tuple[int, int]) -> None:
    plan = plan_screen(*size, PANES)
    assert plan.is_tiny
    assert plan.boxes == {"summary": Box(0, 0, *size)}


def test_a_wide_screen_puts_panes_beside_the_chart() -> None:
    boxes = plan_screen(200, 60, PANES).boxes
    assert boxes["chart"].x == boxes["gaps"].x == 0
    assert boxes["averages"].x == boxes["volatility"].x == boxes["risk"].x == boxes["chart"].width == 120
    assert shown(plan_screen(200, 60, PANES)) == list(PANES)
    assert [boxes[name].height for name in ("averages", "volatility", "risk")] == [19, 19, 19], "the room is shared"


FULL = {"gaps": 40, "averages": 9, "volatility": 21}


def test_room_goes_to_those_that_can_fill_it() -> None:
    """Averages of six rows are whole in nine: what they cannot use goes to the cones."""
    panes = {name: rows._replace(most=FULL.get(name, rows.most)) for name, rows in PANES.items()}
    boxes = plan_screen(200, 60, panes).boxes
    assert [boxes[name].height for name in ("averages", "volatility", "risk")] == [9, 21, 27]
    assert boxes["chart"].height + boxes["gaps"].height == 57
    tall = plan_screen(200, 160, panes).boxes
    assert [tall[name].height for name in ("chart", "gaps")] == [117, 40]


def test_where_none_can_fill_it_the_first_one_takes_it() -> None:
    full = {name: Rows(4, 5, 6) for name in ("gaps", "averages")}
    assert [box.height for box in plan_screen(80, 40, full).boxes.values()] == [2, 1, 31, 6]


@given(st.integers(40, 300), st.integers(8, 120), st.dictionaries(st.sampled_from(list(PANES)), st.integers(8, 60)))
def test_what_panes_can_fill_leaves_no_holes(width: int, height: int, most: dict[str, int]) -> None:
    panes = {name: rows._replace(most=max(rows.liked, most.get(name, rows.most))) for name, rows in PANES.items()}
    boxes = plan_screen(width, height, panes).boxes
    assert sum(box.width * box.height for box in boxes.values()) == width * height


def test_the_maximized_pane_has_everything_between_header_and_footer() -> None:
    assert plan_screen(80, 24, PANES, alone="volatility").boxes == {
        "header": Box(0, 0, 80, 1),
        "volatility": Box(0, 1, 80, 22),
        "footer": Box(0, 23, 80, 1),
    }


@given(
    st.integers(40, 300),
    st.integers(8, 120),
    st.lists(st.sampled_from(list(PANES)), min_size=1, max_size=5, unique=True),
)
def test_boxes_fill_the_screen_without_overlap(width: int, height: int, names: list[str]) -> None:
    boxes = plan_screen(width, height, {name: PANES[name] for name in names}).boxes
    cells = [(x, y) for box in boxes.values() for x in _span(box.x, box.width) for y in _span(box.y, box.height)]
    assert len(cells) == len(set(cells)) == width * height
    assert set(cells) <= {(x, y) for x in range(width) for y in range(height)}


@given(st.integers(40, 300), st.integers(8, 120))
def test_a_shown_pane_has_its_least_unless_it_is_the_only_one(width: int, height: int) -> None:
    plan = plan_screen(width, height, PANES)
    names = shown(plan)
    assert len(names) == 1 or all(plan.boxes[name].height >= PANES[name].least for name in names)


def _span(start: int, length: int) -> range:
    return range(start, start + length)
