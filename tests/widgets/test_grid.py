"""Tables by hand: columns that give way, alignment, the window and its cursor."""

import pytest

from widgets.canvas import Row
from widgets.grid import Column, Line, Window, fit_columns, to_rows
from widgets.tone import TONES

TONE = TONES["dark"]
PLAIN = TONE.style()
COLUMNS = (Column("pair", 4, left=True, grows=False), Column("1D", 5), Column("1W", 5, gives_way=2), Column("1M", 5))


def texts(rows: list[Row]) -> list[str]:
    return ["".join(text for text, _ in row) for row in rows]


def line(*cells: str) -> Line:
    return Line([(cell, PLAIN) for cell in cells])


def test_rows_are_aligned() -> None:
    rows = to_rows(COLUMNS, [line("A/B", "+1.00", "-2.00", "3")], 22, TONE)
    assert texts(rows) == ["pair    1D    1W    1M", "A/B  +1.00 -2.00     3"]


def test_the_column_that_gives_way_first_goes_first() -> None:
    assert list(fit_columns(COLUMNS, 22)) == [0, 1, 2, 3]
    assert list(fit_columns(COLUMNS, 21)) == [0, 1, 3]
    assert list(fit_columns(COLUMNS, 11)) == [0, 1]
    assert list(fit_columns(COLUMNS, 1)) == [0]


def test_a_narrow_column_comes_back_where_a_wide_one_had_to_go() -> None:
    """The matrix of averages in half of a hundred columns."""
    names = ("symbol", "last", "20d", "50d", "200", "state", "since", "flips at")
    sizes, ranks = (7, 7, 3, 3, 3, 8, 6, 12), (0, 2, 0, 0, 0, 0, 1, 1)
    columns = [Column(n, size, gives_way=rank) for n, size, rank in zip(names, sizes, ranks, strict=True)]
    assert [names[i] for i in fit_columns(columns, 46)] == ["symbol", "last", "20d", "50d", "200", "state", "since"]
    assert [names[i] for i in fit_columns(columns, 48)] == ["symbol", "20d", "50d", "200", "state", "since", "flips at"]
    for width in range(8, 60):
        kept = fit_columns(columns, width)
        used = sum(kept.values()) + len(kept) - 1
        assert used <= width
        assert all(used + 1 + sizes[i] > width for i in range(1, 8) if i not in kept) or used == width


def test_spare_room_is_shared_by_the_columns_that_grow() -> None:
    assert fit_columns(COLUMNS, 26) == {0: 4, 1: 7, 2: 6, 3: 6}
    assert fit_columns(COLUMNS, 500) == {0: 4, 1: 11, 2: 11, 3: 11}


def test_what_does_not_fit_ends_in_an_ellipsis() -> None:
    assert texts(to_rows(COLUMNS, [line("TOOLONG", "1", "2", "3")], 22, TONE))[1].startswith("TOO… ")


def test_a_note_takes_the_place_of_the_cells() -> None:
    rows = to_rows(COLUMNS, [Line([("A/B", PLAIN)], note=("no data yet", PLAIN))], 12, TONE)
    assert texts(rows)[1] == "A/B  no dat…"


def test_the_cursor_lights_plain_cells_only() -> None:
    hot = TONE.style(on="#123456")
    rows = to_rows(COLUMNS[:2], [Line([("A", PLAIN), ("1", hot)])], 10, TONE, cursor=0)
    assert [style.bgcolor for _, style in rows[1]] == [
        TONE.style(on="cursor").bgcolor, TONE.style(on="cursor").bgcolor, hot.bgcolor
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("moves", "seen", "hidden"),
    [([], (0, 3), (0, 7)), ([2], (0, 3), (0, 7)), ([3], (1, 4), (1, 6)), ([99], (7, 10), (7, 0)),
     ([99, -99], (0, 3), (0, 7)), ([99, -1], (7, 10), (7, 0))],
)  # fmt: skip
def test_the_window_follows_the_cursor(moves: list[int], seen: tuple[int, int], hidden: tuple[int, int]) -> None:
    window = Window()
    window.fit(10, 3)
    for steps in moves:
        window.move(steps)
        rows = window.fit(10, 3)
    rows = window.fit(10, 3)
    assert (rows.start, rows.stop) == seen
    assert window.hidden == hidden


def test_a_window_survives_a_shrinking_table() -> None:
    window = Window()
    window.fit(10, 3)
    window.move(9)
    window.fit(10, 3)
    assert window.fit(2, 3).start == 0
    assert window.cursor == 1
    assert window.fit(0, 3).start == 0
