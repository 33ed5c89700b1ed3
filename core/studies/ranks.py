"""A number among its own past: its percentile, of all of it from a year on, or of its last five years [0.4, 0.6]."""

import numpy as np

from core.market.bars import Floats
from core.studies.study import Missing, Result, Step, missing_sessions
from core.studies.windows import YEAR, calc_percentile

LEAST = YEAR
"""Values that a percentile of all the past needs; under five years of them it says little."""
DEPTH = 1260
"""Values of five years."""


def rank_last(past: Floats, lead: int) -> Result:
    """Share of `past` at or below its last value; `lead` sessions went by before there was the first [0.6]."""
    return calc_percentile(past) if len(past) >= LEAST else missing_sessions(LEAST + lead, len(past) + lead)


def tell_rank(past: Floats, what: str, unit: str) -> tuple[Step, ...]:
    """The steps of a percentile: how many values there are, and how many are no greater than the last."""
    no_greater = int(np.count_nonzero(past <= past[-1]))
    return (
        Step(f"{what} now", float(past[-1]), unit),
        Step("sessions that had one, this one included", len(past), "sessions"),
        Step("of them with one at or below it", no_greater, "sessions"),
    )


def to_percentile(values: Floats, count: int) -> Floats:
    """Weak percentile rank, 0 to 1, of each value within the `count` that end with it; full windows only [0.6].

    Counted bit by bit of the values' places, for all windows at once: the wavelet matrix of Claude, Navarro and
    Ordonez (2015), Information Systems 47.
    """
    if len(values) < count:
        return values[:0]
    _, places = np.unique(values, return_inverse=True)
    ends = np.arange(count, len(values) + 1)
    first, end, wanted, below = ends - count, ends, places[count - 1 :], np.zeros(len(ends), np.int64)
    for bit in range(int(places.max()).bit_length() - 1, -1, -1):
        is_set = (places >> bit) & 1
        zeros = np.concatenate(([0], np.cumsum(1 - is_set)))
        left, right, goes_up = zeros[first], zeros[end], (wanted >> bit) & 1 == 1
        below += np.where(goes_up, right - left, 0)
        first = np.where(goes_up, zeros[-1] + first - left, left)
        end = np.where(goes_up, zeros[-1] + end - right, right)
        places = np.concatenate((places[is_set == 0], places[is_set == 1]))
    return np.where(np.isnan(values[count - 1 :]), np.nan, (below + end - first) / count)


def to_known_ranks(values: Floats) -> Floats:
    """The place of each value among the last five years of values that are there; NaN where it has none."""
    rows, ranks = np.flatnonzero(~np.isnan(values)), np.full(len(values), np.nan)
    ranks[rows[DEPTH - 1 :]] = to_percentile(values[rows], DEPTH)
    return ranks


def rank_known(values: Floats) -> Result:
    """The last of `to_known_ranks`, or why there is none."""
    known = values[~np.isnan(values)]
    if not len(values) or np.isnan(values[-1]):
        return Missing("there is none today")
    return calc_percentile(known[-DEPTH:]) if len(known) >= DEPTH else missing_sessions(DEPTH, len(known))
