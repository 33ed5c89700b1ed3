"""How many sessions in a row small beat large, and how rare that is, from unadjusted closes [A5]."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.market.bars import Floats, Sessions
from core.studies.study import Definition, Given, Missing, Results, Study, missing_sessions
from core.studies.windows import to_returns

TIE = 1e-9
"""Differences of return below this are a tie, and a tie ends a run [A5]."""


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """Maximal runs of one sign, oldest first: sign (+1, 0, -1), length, index of the last return."""

    sign: NDArray[np.int8]
    length: NDArray[np.int64]
    end: NDArray[np.int64]


def to_winner(small: Floats, large: Floats) -> NDArray[np.int8]:
    """+1 where small's simple return beat large's, -1 where it lost, 0 for a tie; one shorter than the prices."""
    difference = to_returns(small) - to_returns(large)
    return np.where(np.abs(difference) < TIE, 0, np.sign(difference)).astype(np.int8)


def to_runs(winner: NDArray[np.int8]) -> Runs:
    """Split into maximal runs; each counts once, however long."""
    end = np.append(np.flatnonzero(winner[1:] != winner[:-1]), len(winner) - 1)
    return Runs(winner[end], np.diff(end, prepend=-1), end)


def to_streaks(winner: NDArray[np.int8]) -> Floats:
    """Length of the run so far with its sign at every return, same length; 0 at a tie."""
    runs = to_runs(winner)
    begin = np.repeat(runs.end - runs.length, runs.length)
    return np.asarray((np.arange(len(winner)) - begin) * winner, dtype=np.float64)


def _calculate(given: Given) -> Results:
    line = given.line
    if line.raw_small is None or line.raw_large is None or len(line.raw_small) < 2:
        return dict.fromkeys(
            ("streak", "streak_runs_as_long", "streak_last_as_long"), missing_sessions(2, len(line.values))
        )
    return _calc_runs(to_runs(to_winner(line.raw_small, line.raw_large)), line.sessions)


def _calc_runs(runs: Runs, sessions: Sessions) -> Results:
    sign, length = int(runs.sign[-1]), int(runs.length[-1])
    if not sign:
        why = Missing("no run: the last session was a tie")
        return {"streak": 0, "streak_runs_as_long": why, "streak_last_as_long": why}
    as_long = np.flatnonzero((runs.sign[:-1] == sign) & (runs.length[:-1] >= length))
    # Return i ends in session i + 1.
    last = str(sessions[runs.end[as_long[-1]] + 1]) if len(as_long) else None
    return {
        "streak": sign * length,
        "streak_runs_as_long": len(as_long),
        "streak_last_as_long": last or Missing(f"no other run of {length} or more since {sessions[0]}"),
    }


_PAIR = (
    Definition(
        "streak", "sessions", "sessions in a row that small beat large (below zero: lost), by unadjusted closes", "A5"
    ),
    Definition("streak_runs_as_long", "count", "finished runs of that sign that were at least as long", "A5"),
    Definition("streak_last_as_long", "date", "the session in which the last of those runs ended", "A5"),
)
STREAK = Study(symbol=(), pair=_PAIR, calculate=_calculate)
