"""When an observation was published: rules by kind of series, for days on which nobody here looked [2].

All take the days that observations carry (a month or quarter carries its first day) and answer days, by the usual
calendar never earlier than the publication was: a day late costs nothing, a day early is looking ahead. A release that
was delayed (the autumn of 2025, when the government was shut) is taken to have come on its usual day.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from core.market.bars import Sessions

Release = Callable[[Sessions], Sessions]

_EMPLOYMENT_WEEK = 11  # days from the first to the 12th of a month, whose week is the one that is asked about
_TO_THIRD_FRIDAY = 20  # days from the Saturday of that week to the third Friday after it


def to_weekdays_later(observed: Sessions, count: int) -> Sessions:
    """`count` weekdays after the day: one on which the exchange rests has no session that could look ahead."""
    return np.busday_offset(observed, count, roll="backward").astype("datetime64[D]")


def to_days_later(observed: Sessions, count: int) -> Sessions:
    """`count` days of the calendar after the day."""
    return observed + np.timedelta64(count, "D")


def to_month_later(observed: Sessions, months: int, day: int) -> Sessions:
    """The `day` of the month that is `months` after the one of the observation, or the weekday after it."""
    first = (observed.astype("datetime64[M]") + np.timedelta64(months, "M")).astype("datetime64[D]")
    return np.busday_offset(first + np.timedelta64(day - 1, "D"), 0, roll="forward").astype("datetime64[D]")


def to_employment_report(observed: Sessions) -> Sessions:
    """The third Friday after the week of the 12th; a week later where that is a New Year's, as it has been."""
    twelfth = observed.astype("datetime64[M]").astype("datetime64[D]") + np.timedelta64(_EMPLOYMENT_WEEK, "D")
    weekday = (twelfth.astype(np.int64) + 4) % 7  # Sunday is 0; 1970-01-01 was a Thursday
    report = twelfth + (6 - weekday + _TO_THIRD_FRIDAY).astype("timedelta64[D]")
    in_month = (report - report.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1
    is_new_year = (report.astype("datetime64[M]").astype(np.int64) % 12 == 0) & (in_month <= 3)
    return np.asarray(report + np.where(is_new_year, 7, 0).astype("timedelta64[D]"))


NEXT_SESSION: Release = partial(to_weekdays_later, count=1)
FIVE_SESSIONS: Release = partial(to_weekdays_later, count=5)
EMPLOYMENT: Release = to_employment_report
