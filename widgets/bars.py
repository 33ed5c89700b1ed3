"""Small pictures out of characters: sparklines, bars, the range of a cone's row."""

from collections.abc import Sequence

from rich.style import Style

from widgets.canvas import Row
from widgets.glyphs import BAR, BLOCKS, DOT, RAIL


def to_spark(values: Sequence[float | None], width: int) -> str:
    """The last `width` values as blocks, from the lowest to the highest of them; a missing one is a space."""
    shown = list(values)[-width:] if width > 0 else []
    known = [v for v in shown if v is not None]
    if not known:
        return " " * width
    low, span = min(known), (max(known) - min(known)) or 1.0
    return "".join(" " if v is None else BLOCKS[1 + round((v - low) / span * 7)] for v in shown).rjust(width)


def to_bar(share: float | None, width: int, full: Style, rest: Style) -> Row:
    """A bar filled to `share` (0 to 1)."""
    filled = 0 if share is None else round(min(1.0, max(0.0, share)) * width)
    return [(BAR * filled, full), (RAIL * (width - filled), rest)]


def to_range(low: float, middle: float, high: float, now: float, width: int, line: Style, point: Style) -> Row:
    """A rail from `low` to `high` with its ends and middle marked, and a point at `now`, kept within."""
    if width < 3:
        return [(" " * width, line)]
    span = (high - low) or 1.0

    def place(value: float) -> int:
        return round(min(1.0, max(0.0, (value - low) / span)) * (width - 1))

    rail = ["─"] * width
    rail[place(middle)] = "┼"
    rail[0], rail[-1] = "├", "┤"
    at = place(now)
    return [("".join(rail[:at]), line), (DOT, point), ("".join(rail[at + 1 :]), line)]
