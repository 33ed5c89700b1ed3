"""What the pair did after a session: forward relative log returns, from its close and from the next one [§10]."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.market.bars import Floats

HORIZONS = (5, 20, 60, 120, 252, 756)
"""Sessions. The last is for judgements of years [J2]: no history has ten independent windows of it, and it says so."""


def to_forward(logs: Floats, sessions: int) -> Floats:
    """`ln R[t+h] - ln R[t]` of every session whose outcome is known: `h` shorter than `logs`, none if negative."""
    return logs[sessions:] - logs[: max(0, len(logs) - sessions)]


def to_executable(logs: Floats, sessions: int) -> Floats:
    """`ln R[t+1+h] - ln R[t+1]`: bought at the close after the signal's; one shorter than `to_forward`."""
    return to_forward(logs[1:], sessions)


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The sessions `first <= t < end` with an outcome at one horizon: the ground that base rates and events share.

    The last `sessions` of the history have none yet; they are in neither.
    """

    first: int
    end: int
    sessions: int
    forward: Floats
    """Of the sessions of the sample."""
    executable: Floats
    """The same, less the last where its window is not over."""

    def __len__(self) -> int:
        return len(self.forward)


def build_sample(logs: Floats, first: int, end: int, sessions: int) -> Sample:
    """The sample of what is known from `first` to before `end` of a history of log ratios."""
    last = min(end, len(logs) - sessions)
    forward = to_forward(logs, sessions)[first : max(first, last)]
    stop = first + len(forward)
    return Sample(first, stop, sessions, forward, to_executable(logs, sessions)[first:stop])


def calc_adverse(logs: Floats, starts: NDArray[np.intp], sessions: int, direction: int) -> Floats:
    """The furthest that the log ratio went against `direction` on the way from each start; 0 if never, else less."""
    paths = np.lib.stride_tricks.sliding_window_view(logs, sessions)[starts + 1]
    return np.asarray(np.minimum(0.0, (paths * direction).min(axis=1) - logs[starts] * direction))
