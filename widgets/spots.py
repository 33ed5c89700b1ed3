"""Spots: the cells on the screen that show a measure and so can be explained.

Whoever draws a number puts its address into the style; canvases read it back from what was drawn. So there is no map
of the screen to keep in step with the screen.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.message import Message
from textual.strip import Strip

_KEY = "address"


class Spot(NamedTuple):
    """Cells `[left, right)` of row `y` that show the measures at `addresses`, with commas between several."""

    y: int
    left: int
    right: int
    addresses: str

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


class SpotChosen(Message):
    """A person wants to know about what is at a spot."""

    def __init__(self, addresses: str) -> None:
        super().__init__()
        self.addresses = addresses


@lru_cache(maxsize=1024)
def at(style: Style, *addresses: str) -> Style:
    """`style` for cells that show the measures at `addresses`."""
    return style + Style(meta={_KEY: ",".join(addresses)})


def read_spots(strips: Iterable[Strip]) -> tuple[list[Strip], tuple[Spot, ...]]:
    """The rows without what `at` has put there, which a terminal is not sent, and the spots from the top left on."""
    rows: list[Strip] = []
    spots: list[Spot] = []
    for y, strip in enumerate(strips):
        found = list(_find(strip, y))
        spots += found
        rows.append(_plain(strip) if found else strip)
    return rows, tuple(spots)


def _find(strip: Strip, y: int) -> Iterable[Spot]:
    x, spot = 0, Spot(y, 0, 0, "")
    for segment in strip:
        end = x + segment.cell_length
        address = str(segment.style.meta.get(_KEY, "")) if segment.style else ""
        if address and address == spot.addresses and spot.right == x:
            spot = spot._replace(right=end)
        else:
            if spot.addresses:
                yield spot
            spot = Spot(y, x, end, address)
        x = end
    if spot.addresses:
        yield spot


def _plain(strip: Strip) -> Strip:
    return Strip(
        [Segment(text, _without(style) if style else None) for text, style, _ in strip],
        strip.cell_length,
    ).simplify()


@lru_cache(maxsize=1024)
def _without(style: Style) -> Style:
    return style.clear_meta_and_links()


def light(rows: list[Strip], spot: Spot) -> None:
    """Show in `rows` that the cursor is at `spot`."""
    strip = rows[spot.y]
    before, cells, after = (strip.crop(*ends) for ends in ((0, spot.left), (spot.left, spot.right), (spot.right, None)))
    rows[spot.y] = Strip.join([before, cells.apply_style(Style(reverse=True)), after])


def find_again(spots: Sequence[Spot], before: Spot) -> Spot | None:
    """The spot of the same measures that is nearest to where it was, else the nearest one; None where there is none."""

    def distance(spot: Spot) -> tuple[bool, int, float]:
        return spot.addresses != before.addresses, abs(spot.y - before.y), abs(spot.middle - before.middle)

    return min(spots, key=distance, default=None)


def find_beside(spots: Sequence[Spot], before: Spot, y: int) -> Spot | None:
    """The spot of row `y` that is nearest to where the cursor was across; None where there is none."""
    return min((s for s in spots if s.y == y), key=lambda spot: abs(spot.middle - before.middle), default=None)


def step(spots: Sequence[Spot], before: Spot, across: int, down: int) -> Spot | None:
    """The next spot in one direction: in the same row, or in the nearest row that has any; None where there is none."""
    if across:
        beside = [spot for spot in spots if spot.y == before.y and (spot.left - before.left) * across > 0]
        return min(beside, key=lambda spot: abs(spot.left - before.left), default=None)
    there = [spot for spot in spots if (spot.y - before.y) * down > 0 and spot.addresses != before.addresses]
    return min(there, key=lambda spot: (abs(spot.y - before.y), abs(spot.middle - before.middle)), default=None)
