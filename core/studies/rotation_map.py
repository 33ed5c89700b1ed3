"""Arithmetic of the rotation map: level and momentum of a ratio at every bar, and the quadrants [A7].

`q = 100 ln R`; `level = 100 + (q - mean(q)) / deviation(q)` over n; `m` is the level less the one j before;
`momentum = 100 + (m - mean(m)) / deviation(m)` over n. Sample deviations; n = 14 weeks with j = 1, or 63 sessions
with j = 5. It is in the manner of relative rotation graphs, whose own formula is not public: 100 and 100 is the
centre, and one is one deviation of the ratio's own window.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.market.bars import Floats, Sessions
from core.studies.weekly import find_week_ends
from core.studies.windows import to_deviation, to_logs, to_means

CENTRE = 100.0
OUTSIDE = 0.2
"""A new quadrant is believed at once where the point is so far beyond every axis it crossed, else on its second bar."""
TAIL = 8
"""Points that a picture shows."""
QUADRANTS = ("lagging", "weakening", "improving", "leading")
"""By level above the centre (1) and momentum above it (2)."""
_FIRST_LOOK = 128
"""Points looked back on at first; four times as many whenever they do not tell since when."""
_FLAT = 1e-5
"""Deviations below this, in hundredths of a log point, are rounding that a moving window left behind."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Windows of `count` bars, momentum over `lag` of them; the prefix of its measures."""

    prefix: str
    count: int
    lag: int
    is_weekly: bool

    @property
    def needed(self) -> int:
        """Bars until the first point of the map."""
        return 2 * self.count + self.lag - 1


WEEKLY, DAILY = Pace("rotation", 14, 1, is_weekly=True), Pace("rotation_daily", 63, 5, is_weekly=False)
PACES = (WEEKLY, DAILY)


@dataclass(frozen=True, slots=True, eq=False)
class Rotation:
    """Points of the map, oldest first, all arrays of one length; `quadrants` index QUADRANTS."""

    sessions: Sessions
    level: Floats
    momentum: Floats
    quadrants: NDArray[np.int8]
    is_sure: NDArray[np.bool_]
    """Where no earlier point could alter the quadrant."""


def build_rotation(values: Floats, sessions: Sessions, pace: Pace) -> Rotation:
    """The map of a ratio at every bar that has a point; bars after a standstill, which have none, are left out."""
    values, sessions = pick_bars(values, sessions, pace)
    if len(values) < pace.needed:
        return Rotation(sessions[:0], values[:0], values[:0], np.empty(0, np.int8), np.empty(0, np.bool_))
    level = to_standard(100.0 * to_logs(values / values[0]), pace.count)
    momentum = to_standard(level[pace.lag :] - level[: -pace.lag], pace.count)
    level, sessions = level[-len(momentum) :], sessions[-len(momentum) :]
    known = np.isfinite(momentum) & np.isfinite(level)
    level, momentum = level[known], momentum[known]
    return Rotation(sessions[known], level, momentum, *to_quadrants(level, momentum))


def read_rotation(values: Floats, sessions: Sessions, pace: Pace) -> Rotation:
    """The end of the map: as many of its last points as tell with which one the present quadrant began."""
    look = _FIRST_LOOK
    while True:
        read = (pace.needed + look) * (5 if pace.is_weekly else 1)
        rotation = build_rotation(values[-read:], sessions[-read:], pace)
        if read >= len(values) or _is_change_known(rotation):
            return rotation
        look *= 4


def _is_change_known(rotation: Rotation) -> bool:
    """Whether there is a change after a point whose quadrant no earlier point could alter."""
    changes = find_changes(rotation.quadrants)
    return bool(len(changes)) and bool(rotation.is_sure[: changes[-1]].any())


def find_changes(quadrants: NDArray[np.int8]) -> NDArray[np.intp]:
    """Indices of the points with which another quadrant began."""
    return 1 + np.flatnonzero(quadrants[1:] != quadrants[:-1])


def pick_bars(values: Floats, sessions: Sessions, pace: Pace) -> tuple[Floats, Sessions]:
    """What a pace reads: all values with their sessions, or those that closed a week."""
    chosen = find_week_ends(sessions) if pace.is_weekly else slice(None)
    return values[chosen], sessions[chosen]


def to_standard(values: Floats, count: int) -> Floats:
    """100 and the distance from the moving mean in moving deviations; shorter by `count - 1`, NaN at a standstill."""
    deviation = to_deviation(values, count)
    above = values[count - 1 :] - to_means(values, count)
    still = np.full(len(deviation), np.nan)
    return np.asarray(CENTRE + np.divide(above, deviation, out=still, where=deviation > _FLAT))


def to_quadrants(level: Floats, momentum: Floats) -> tuple[NDArray[np.int8], NDArray[np.bool_]]:
    """The quadrant at every point, slow to change (see OUTSIDE; the first is where the first point is), and whether
    it is that whatever came before: for the second time in a row, or far from both axes.
    """
    found = (level > CENTRE) + 2 * (momentum > CENTRE).astype(np.int8)
    far_level, far_momentum = _is_far(level), _is_far(momentum)
    sure = far_level & far_momentum
    sure[1:] |= found[1:] == found[:-1]
    # Only what is not sure needs the memory of the point before, and those are few.
    for i in np.flatnonzero(~sure[1:]).tolist():
        crossed = found[i + 1] ^ found[i]
        if (crossed & 1 and not far_level[i + 1]) or (crossed & 2 and not far_momentum[i + 1]):
            found[i + 1] = found[i]
    return found, sure


def _is_far(axis: Floats) -> NDArray[np.bool_]:
    return np.asarray(np.abs(axis - CENTRE) >= OUTSIDE)


def calc_heading(rotation: Rotation) -> float:
    """Where the last step went, in degrees: 0 to the right (level rises), 90 up (momentum rises) [A7]."""
    up, right = rotation.momentum[-1] - rotation.momentum[-2], rotation.level[-1] - rotation.level[-2]
    return math.degrees(math.atan2(float(up), float(right)))


def calc_distance(rotation: Rotation) -> float:
    """How far the last point is from the centre."""
    return math.hypot(float(rotation.level[-1]) - CENTRE, float(rotation.momentum[-1]) - CENTRE)
