"""When a signal spoke: every day in its state, or its entries only, and which of them are independent [§10]."""

from bisect import bisect_left

import numpy as np
from numpy.typing import NDArray

from core.evidence.record import Kind
from core.evidence.series import Mask


def to_events(on: Mask, kind: Kind) -> Mask:
    """`state`: every session in it; `entry`: those that follow one out of it, so never the first of all."""
    if kind == "state":
        return on
    entries = on.copy()
    entries[1:] &= ~on[:-1]
    entries[:1] = False
    return entries


def find_episodes(events: NDArray[np.intp], sessions: int) -> list[int]:
    """The first event, and each next one at least `sessions` after the one before: their outcomes do not overlap."""
    ordered, episodes, place = events.tolist(), list[int](), 0
    while place < len(ordered):
        episodes.append(ordered[place])
        place = bisect_left(ordered, ordered[place] + sessions)
    return episodes
