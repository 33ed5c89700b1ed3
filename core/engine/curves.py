"""The curve of a session by the minute."""

from collections.abc import Sequence

import numpy as np

from core.market.bars import MinuteBars
from core.snapshot import History


def build_minutes(subject: str, legs: Sequence[MinuteBars], key: str) -> History:
    """Prices of a symbol (one leg) or the ratio of a pair (two) by the minute; `times` are seconds since 1970.

    A minute counts only where every leg has a price in that very minute: nothing is filled forward.
    """
    first = legs[0]
    times, values = first.times.astype("datetime64[s]"), first.close
    if len(legs) == 2:
        other = legs[1].times.astype("datetime64[s]")
        times, in_first, in_other = np.intersect1d(times, other, return_indices=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            values = first.close[in_first] / legs[1].close[in_other]
    usable = np.isfinite(values)
    seconds: list[int] = times[usable].astype(np.int64).tolist()
    reason = "" if seconds else "no minute in which every leg traded"
    return History(
        subject=subject,
        unit="minute",
        key=key,
        times=tuple(seconds),
        values=tuple(values[usable].tolist()),
        provisional=True,
        reason=reason,
    )


def no_minutes(subject: str, key: str, reason: str) -> History:
    """An answer that says why there is no curve."""
    return History(subject=subject, unit="minute", key=key, times=(), values=(), reason=reason)
