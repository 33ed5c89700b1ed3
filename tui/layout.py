"""Which panes fit a screen, and where: pure arithmetic on character cells.

A screen too small even for one pane shows one line of summary. Panes are dropped in a stated order: the last of
the settings' list first, but `risk` stays to the end. Three shapes, by width: one column under 100, from 100 on the
first pane over the others two by two, from 180 on the first pane with the second under it and a column of the rest.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

TINY_WIDTH, TINY_HEIGHT = 40, 8
TWO_COLUMNS, WIDE = 100, 180
TALL = 36
"""Rows from which on the header has a second line: who leads, and what would end it."""
STAYS = "risk"

# A table of which two rows in six are seen is not worth its frame: better fewer panes, and those whole.
_WORTHWHILE = {"chart": 8, "risk": 4}
_WORTHWHILE_TABLE = 7
_ANY = 10_000


class Box(NamedTuple):
    """A rectangle on the screen, in cells."""

    x: int
    y: int
    width: int
    height: int


class Rows(NamedTuple):
    """How high a pane is, frame included: what it cannot do without, likes to have, and can fill at most."""

    least: int
    liked: int
    most: int = _ANY


def rows_of(name: str, least: int, liked: int, most: int | None = None) -> Rows:
    """The rows of pane `name`, which can be drawn in `least`, likes `liked` and fills `most` (None: any)."""
    worthwhile = max(least, _WORTHWHILE.get(name, _WORTHWHILE_TABLE))
    liked = max(liked, worthwhile)
    return Rows(worthwhile, liked, _ANY if most is None else max(most, liked))


class Plan(NamedTuple):
    """Where everything goes; what is not named is not shown. `is_tiny`: only the summary, no header or footer."""

    boxes: Mapping[str, Box]
    is_tiny: bool = False


def plan_screen(width: int, height: int, panes: Mapping[str, Rows], alone: str | None = None) -> Plan:
    """The plan for a screen of `width` x `height` cells and `panes` in their order; `alone` is maximised."""
    if width < TINY_WIDTH or height < TINY_HEIGHT:
        return Plan({"summary": Box(0, 0, width, height)}, is_tiny=True)
    top = 2 if height >= TALL else 1
    body = Box(0, top, width, height - top - 1)
    boxes = {alone: body} if alone else _plan_panes(body, panes)
    return Plan({"header": Box(0, 0, width, top), "footer": Box(0, height - 1, width, 1), **boxes})


def dropping_order(names: Sequence[str]) -> tuple[str, ...]:
    """The order in which panes go as the screen shrinks; the last one named never goes."""
    return (*(name for name in reversed(names) if name != STAYS), *(name for name in names if name == STAYS))


def _plan_panes(body: Box, panes: Mapping[str, Rows]) -> dict[str, Box]:
    kept = dict(panes)
    for name in dropping_order(tuple(panes))[:-1]:
        columns = _shape(body.width, kept)
        if all(sum(row.rows.least for row in column) <= body.height for column in columns):
            break
        del kept[name]
    return _place(body, _shape(body.width, kept))


class _Row(NamedTuple):
    """One pane, or two side by side."""

    names: tuple[str, ...]
    rows: Rows


def _shape(width: int, panes: Mapping[str, Rows]) -> list[list[_Row]]:
    """Columns from left to right, each a stack of rows."""
    first, *rest = panes
    columns: list[list[tuple[str, ...]]]
    if width >= WIDE and len(rest) > 1:
        columns = [[(first,), (rest[0],)], [(name,) for name in rest[1:]]]
    elif width >= TWO_COLUMNS:
        columns = [[(first,), *(tuple(rest[at : at + 2]) for at in range(0, len(rest), 2))]]
    else:
        columns = [[(name,) for name in panes]]
    return [[_join(names, panes) for names in column] for column in columns]


def _join(names: tuple[str, ...], panes: Mapping[str, Rows]) -> _Row:
    return _Row(names, Rows(*(max(wishes) for wishes in zip(*(panes[name] for name in names), strict=True))))


def _place(body: Box, columns: list[list[_Row]]) -> dict[str, Box]:
    boxes: dict[str, Box] = {}
    x = body.x
    for column, width in zip(columns, _widths(body.width, len(columns)), strict=True):
        y = body.y
        heights = _heights([row.rows for row in column], body.height, leads=column is columns[0])
        for row, height in zip(column, heights, strict=True):
            boxes |= _side_by_side(row.names, Box(x, y, width, height))
            y += height
        x += width
    return boxes


def _widths(width: int, columns: int) -> list[int]:
    side = min(90, width * 2 // 5)
    return [width] if columns == 1 else [width - side, side]


def _side_by_side(names: tuple[str, ...], box: Box) -> dict[str, Box]:
    if len(names) == 1:
        return {names[0]: box}
    right = box.width // 2
    left = box.width - right
    return {names[0]: box._replace(width=left), names[1]: box._replace(x=box.x + left, width=right)}


def _heights(rows: list[Rows], height: int, *, leads: bool) -> list[int]:
    """Everyone its least; then the lower ones what they like; then the top one; then in turn those that can fill more.

    `leads`: the top one is the first pane, which likes half of everything.
    """
    heights = [row.least for row in rows]
    if len(rows) == 1:
        return [height]  # also where it is lower than its least: the last pane takes what there is
    wishes = [max(rows[0].liked, height // 2 if leads else 0), *(row.liked for row in rows[1:])]
    spare = height - sum(heights)
    for at in (*range(1, len(rows)), 0):
        more = max(0, min(spare, wishes[at] - heights[at]))
        heights[at] += more
        spare -= more
    while spare:
        hungry = [at for at, row in enumerate(rows) if heights[at] < row.most] or [0]
        for at in hungry[:spare]:
            heights[at] += 1
        spare -= len(hungry[:spare])
    return heights
