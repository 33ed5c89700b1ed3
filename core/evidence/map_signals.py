"""Signals of the rotation map: the quadrant of the ratio, by weeks and by sessions [A7]."""

import numpy as np
from numpy.typing import NDArray

from core.evidence.ground import Ground
from core.evidence.signal import DOWN, MONTHS_3, UP, Signal, States, to_states
from core.market.bars import Sessions
from core.studies.rotation_map import PACES, QUADRANTS, Pace, Rotation, build_rotation

Places = NDArray[np.int8]
_FRIDAY = 4  # Monday is 0
_THURSDAY_1970 = 3


def find_quadrant(ground: Ground, pace: str, quadrant: str) -> States:
    """The ratio is in that quadrant of the rotation map; by weeks: of the last week that was over [A7]."""
    places, first = read_places(ground, pace)
    return to_states(places == QUADRANTS.index(quadrant), first)


def read_places(ground: Ground, name: str) -> tuple[Places, int]:
    """The quadrant at every session as an index of QUADRANTS, -1 where there is none; the first session with one."""
    pace = next(pace for pace in PACES if pace.prefix == name)
    places = ground.once(("places", name), lambda: _to_places(ground, pace))
    return places, int((places >= 0).argmax()) if (places >= 0).any() else len(places)


def _to_places(ground: Ground, pace: Pace) -> Places:
    sessions = ground.line.sessions
    rotation = build_rotation(ground.ratio, sessions, pace)
    rows = np.searchsorted(sessions, rotation.sessions)
    if pace.is_weekly:
        return _to_weekly(sessions, rotation, rows)
    places = np.full(len(sessions), -1, dtype=np.int8)
    places[rows] = rotation.quadrants
    return places


def _to_weekly(sessions: Sessions, rotation: Rotation, rows: NDArray[np.intp]) -> Places:
    """A week is known to be over on its Friday, or else, where that was a holiday, when the next one begins."""
    days = (sessions[rows].astype("datetime64[D]").astype(np.int64) + _THURSDAY_1970) % 7
    known = rows + (days != _FRIDAY)
    is_told = known < len(sessions)
    latest = np.full(len(sessions), -1, dtype=np.intp)
    latest[known[is_told]] = np.flatnonzero(is_told)
    latest = np.maximum.accumulate(latest)
    places = np.full(len(sessions), -1, dtype=np.int8)
    places[latest >= 0] = rotation.quadrants[latest[latest >= 0]]
    return places


def _build(pace: Pace, quadrant: str) -> Signal:
    by = "weekly closes, of the last full week" if pace.is_weekly else "daily closes"
    return Signal(
        name=f"{pace.prefix}_{quadrant}",
        says=f"the ratio is {quadrant} on the rotation map of {by}",
        direction=UP if quadrant in ("leading", "improving") else DOWN,
        source="A7",
        horizon=MONTHS_3,
        find=find_quadrant,
        parameters=(("pace", pace.prefix), ("quadrant", quadrant)),
    )


MAP_SIGNALS = tuple(_build(pace, quadrant) for pace in PACES for quadrant in QUADRANTS)
