"""A number among all of its own past: its percentile, from a year of sessions on [0.4, 0.6]."""

import numpy as np

from core.market.bars import Floats
from core.studies.study import Result, Step, missing_sessions
from core.studies.windows import YEAR, calc_percentile

LEAST = YEAR
"""Values that a percentile of all the past needs; under five years of them it says little."""


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
