"""Where the crosshair stands: on a moment, so that it stays there when points are added or the chart is resized."""

from dataclasses import dataclass

from widgets.curves import Curves


@dataclass(slots=True)
class Crosshair:
    """`time` is the moment it stands on, None while it is off; `by_mouse` it goes when the mouse goes."""

    time: int | None = None
    by_mouse: bool = False

    @property
    def is_on(self) -> bool:
        return self.time is not None

    def index(self, curves: Curves) -> int | None:
        """The point it stands on."""
        return None if self.time is None or not curves.times else curves.nearest(self.time)

    def off(self) -> None:
        self.time, self.by_mouse = None, False

    def put(self, curves: Curves, index: int, *, by_mouse: bool = False) -> None:
        """Stand on the point at `index`, or the nearest there is."""
        if curves.times:
            self.time = curves.times[max(0, min(len(curves.times) - 1, index))]
            self.by_mouse = by_mouse

    def move(self, curves: Curves, steps: int) -> None:
        """Move by points, some of which may share a column; from off, to the last one."""
        here = self.index(curves)
        self.put(curves, len(curves.times) - 1 if here is None else here + steps)


def to_leap(points: int) -> int:
    """The points of a large step: twenty of them cross the chart, but a week at least."""
    return max(5, points // 20)


def to_column(index: int, points: int, width: int) -> int:
    """The cell column of a point."""
    return round(index * (width - 1) / max(1, points - 1))


def to_index(column: int, points: int, width: int) -> int:
    """The point nearest to a cell column."""
    return max(0, min(points - 1, round(column * (points - 1) / max(1, width - 1))))
