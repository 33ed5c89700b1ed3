"""Weeks out of sessions, in one place: a week is Saturday to Friday, its close that of its last session (W-FRI).

Where Friday is a holiday, Thursday's session closes the week. The running week counts with its newest session, and
what rests on it is provisional until Friday's session is there, or a later week has begun.
"""

import numpy as np
from numpy.typing import NDArray

from core.market.bars import Sessions

_FRIDAY = np.datetime64("1970-01-02", "D")


def find_week_ends(sessions: Sessions) -> NDArray[np.intp]:
    """Index of the last session of every week that has one, oldest first; the last week may still be running."""
    if not len(sessions):
        return np.empty(0, np.intp)
    # Weeks since the one that ended on the first Friday of 1970; a Saturday begins the next.
    weeks = np.ceil((sessions.astype("datetime64[D]") - _FRIDAY).astype(np.float64) / 7.0)
    return np.append(np.flatnonzero(weeks[1:] != weeks[:-1]), len(sessions) - 1)


def is_week_running(sessions: Sessions) -> bool:
    """Whether the newest session is before Friday: then the week may still have another."""
    return bool(len(sessions)) and int((sessions[-1].astype("datetime64[D]") - _FRIDAY).astype(np.int64)) % 7 != 0
