"""Cells that show a measure: found in what was drawn, not sent to the terminal, walked through with the arrows."""

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from widgets.spots import Spot, at, find_again, find_beside, light, read_spots, step

PLAIN, RED = Style(color="white"), Style(color="red")


def strip(*parts: tuple[str, Style]) -> Strip:
    return Strip([Segment(text, style) for text, style in parts])


def test_addresses_are_read_back_and_taken_out() -> None:
    drawn = [
        strip(("a ", PLAIN), ("1.5", at(RED, "X.one")), (" ", PLAIN), ("日", at(PLAIN, "X.two", "X.three"))),
        strip(("no number", PLAIN)),
        strip(("2", at(RED, "X.four")), ("3", at(PLAIN, "X.four"))),
    ]
    rows, spots = read_spots(drawn)
    assert spots == (Spot(0, 2, 5, "X.one"), Spot(0, 6, 8, "X.two,X.three"), Spot(2, 0, 2, "X.four"))
    assert [row.text for row in rows] == ["a 1.5 日", "no number", "23"]
    assert not [segment for row in rows for segment in row if segment.style and segment.style.meta]
    assert list(rows[0])[1].style == RED


SPOTS = (
    Spot(1, 0, 4, "a"),
    Spot(1, 10, 14, "b"),
    Spot(1, 20, 24, "c"),
    Spot(3, 9, 12, "d"),
    Spot(3, 30, 33, "e"),
    Spot(4, 9, 12, "d"),
    Spot(9, 0, 2, "f"),
)


@pytest.mark.parametrize(
    ("start", "across", "down", "target"),
    [
        ("a", 1, 0, "b"),
        ("c", 1, 0, None),
        ("c", -1, 0, "b"),
        ("a", -1, 0, None),
        ("b", 0, 1, "d"),
        ("c", 0, 1, "e"),
        ("e", 0, -1, "c"),
        ("d", 0, 1, "f"),
        ("f", 0, 1, None),
        ("a", 0, -1, None),
    ],
)
def test_steps(start: str, across: int, down: int, target: str | None) -> None:
    """A row below that shows the same measure is not another place."""
    before = next(spot for spot in SPOTS if spot.addresses == start)
    found = step(SPOTS, before, across, down)
    assert (found.addresses if found else None) == target


def test_it_stays_on_its_number_when_that_moves() -> None:
    before = Spot(3, 9, 12, "d")
    moved = (Spot(2, 9, 12, "b"), Spot(7, 20, 23, "d"))
    assert find_again(moved, before) == moved[1]
    assert find_again(moved[:1], before) == moved[0]
    assert find_again((), before) is None
    assert find_beside(SPOTS, before, 1) == SPOTS[1]
    assert find_beside(SPOTS, before, 2) is None


def test_the_cursor_is_seen() -> None:
    rows = [strip(("ab", PLAIN), ("1.5", RED), ("c", PLAIN))]
    light(rows, Spot(0, 2, 5, "X.one"))
    assert rows[0].text == "ab1.5c"
    assert [bool(segment.style and segment.style.reverse) for segment in rows[0]] == [False, True, False]
