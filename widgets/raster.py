"""Curves as rows of characters. plotext draws them; everything around them is the chart's own.

One master figure per process and not thread safe: call this from the user interface's thread only. plotext is
imported at the first drawing, or by `load` where a screen shows its numbers before its curves.
"""

import sys
from collections.abc import Sequence
from functools import cache
from types import ModuleType
from typing import Any

Point = tuple[int, int]
"""Dots from the left and from the bottom."""

BRAILLE = 0x2800
# Dots in one cell, across and up.
DOTS = {"braille": (2, 4), "*": (1, 1)}


@cache
def _figure() -> Any:
    # plotext composes its whole manual while it is imported: 0.1 s before the first frame, for pages that nobody can
    # open here. An empty module in that place is found instead; where plotext has moved it, it is merely not used.
    manual = ModuleType("plotext._doc.doc")
    manual.__dict__["docs"] = None
    sys.modules.setdefault(manual.__name__, manual)
    import plotext

    plotext.terminal.limit(False, False)  # else sizes are capped to the terminal that plotext believes in
    return plotext.figure


def load() -> None:
    """Import plotext; where that has been done it costs nothing."""
    _figure()


def is_loaded() -> bool:
    """Whether curves can be drawn without the time that an import takes."""
    return _figure.cache_info().currsize > 0


def bucket(values: Sequence[float | None], columns: int) -> list[list[tuple[int, float]]]:
    """Unbroken runs of `(dot column, value)`, at most the lowest and the highest value of each column.

    Points cross into plotext one by one, so what cannot be told apart is left here: the cost of drawing then
    does not grow with the history, and no extreme is lost.
    """
    scale = (columns - 1) / max(1, len(values) - 1)
    runs: list[list[tuple[int, float]]] = []
    column, lowest, highest = -1, (0, 0.0), (0, 0.0)
    run: list[tuple[int, float]] = []

    def flush() -> None:
        if column >= 0:
            run.extend((column, v) for _, v in sorted({lowest, highest}))

    for i, value in enumerate(values):
        if value is None:
            flush()
            runs.append(run)
            column, run = -1, []
            continue
        here = round(i * scale)
        if here != column:
            flush()
            column, lowest, highest = here, (i, value), (i, value)
        elif value < lowest[1]:
            lowest = (i, value)
        elif value > highest[1]:
            highest = (i, value)
    flush()
    runs.append(run)
    return [run for run in runs if run]


def to_points(values: Sequence[float | None], low: float, high: float, columns: int, rows: int) -> list[list[Point]]:
    """Runs of dots on a canvas of `columns` by `rows` dots, `low` at the bottom one and `high` at the top one."""
    scale = (rows - 1) / (high - low)
    return [[(x, round((v - low) * scale)) for x, v in run] for run in bucket(values, columns)]


def rasterise(runs: Sequence[Sequence[Point]], width: int, height: int, marker: str) -> list[str]:
    """The runs joined by lines, `height` rows of `width` characters, spaces where there is nothing.

    plotext puts the ends of its scale at the middle of the first and last cell; with a scale counted in cells
    every dot then falls where it was asked for.
    """
    w, h = max(2, width), max(2, height)
    figure = _figure()
    figure.clear.all()
    figure.plot_size(w, h)
    figure.theme("colorless")
    figure.canvas("default")
    figure.axes(False)
    for axis, size in (("x", w), ("y", h)):
        ruler = figure.ruler(axis)
        ruler.ticks([])
        ruler.lim(0.5, size - 0.5)
    across, up = DOTS[marker]
    for run in runs:
        xs, ys = [(x + 0.5) / across for x, _ in run], [(y + 0.5) / up for _, y in run]
        figure.draw(figure.signal(xs, ys, marker=marker).lines())
    rows = figure.build().string(colorless=True).split("\n")[h - height : h]
    return [row[:width].ljust(width) for row in rows]


def merge(over: str, under: str) -> str:
    """Two characters in one cell: braille dots together, else the upper one."""
    if over == " ":
        return under
    if ord(over) & ~0xFF == BRAILLE == ord(under) & ~0xFF:
        return chr(ord(over) | ord(under))
    return over
