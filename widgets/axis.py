"""Ticks at round values and round dates, and labels that keep out of each other's way: pure functions."""

import math
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo

from widgets.format import MONTHS

EPOCH = date(1970, 1, 1)
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def nice_step(span: float, count: int, digits: int | None = None) -> float:
    """The round step (1, 2, 2.5 or 5 times a power of ten) that gives about `count` ticks over `span`, not more.

    With `digits` only steps of which that many decimals show everything: 0.00025 is none of four.
    """
    rough = span / max(1, count)
    if rough <= 0 or not math.isfinite(rough):
        return 1.0
    least = 0.0 if digits is None else 10.0**-digits
    power = 10.0 ** math.floor(math.log10(max(rough, least)))
    steps = (step * power for step in _STEPS if digits is None or _is_whole(step * power / least))
    return next(step for step in steps if step >= rough * (1 - 1e-9))


def _is_whole(number: float) -> bool:
    return abs(number - round(number)) < 1e-6


def nice_ticks(low: float, high: float, count: int, digits: int | None = None) -> tuple[float, ...]:
    """Multiples of a nice step within `[low, high]`, which `digits` decimals show."""
    step = nice_step(high - low, count, digits)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return tuple(k * step for k in range(first, last + 1))


def nice_range(low: float, high: float) -> tuple[float, float]:
    """A slightly wider range on quarter steps, so that a last value that moves a little does not move the scale."""
    if low == high:
        pad = abs(low) * 0.01 or 1.0
        return low - pad, high + pad
    step = nice_step(high - low, 5) / 4
    return math.floor(low / step - 0.25) * step, math.ceil(high / step + 0.25) * step


def _of_day(day: int) -> date:
    return EPOCH + timedelta(days=day)


def _months(every: int) -> Callable[[date], int]:
    return lambda at: (at.year * 12 + at.month - 1) // every


def _years(every: int) -> Callable[[date], int]:
    return lambda at: at.year // every


def _weeks(at: date) -> int:
    return (at - EPOCH).days // 7


# From fine to coarse: what changes where a tick stands.
_CALENDARS = (
    _weeks, _months(1), _months(2), _months(3), _months(6), _years(1), _years(2), _years(5), _years(10), _years(25)
)  # fmt: skip


def _day_label(at: date, before: date, calendar: int) -> str:
    if calendar >= 5:
        return str(at.year)
    if calendar == 0:
        return f"{at.day} {MONTHS[at.month - 1]}"
    return str(at.year) if at.year != before.year else MONTHS[at.month - 1]


def date_ticks(days: Sequence[int], count: int) -> list[tuple[int, str]]:
    """Index and label of the first session of each period, periods as fine as gives at most `count` ticks."""
    dates = [_of_day(day) for day in days]
    for number, period in enumerate(_CALENDARS):
        keys = [period(at) for at in dates]
        starts = [i for i in range(1, len(keys)) if keys[i] != keys[i - 1]]
        if len(starts) <= count:
            return [(i, _day_label(dates[i], dates[i - 1], number)) for i in starts]
    return []


def minute_ticks(seconds: Sequence[int], count: int, zone: tzinfo) -> list[tuple[int, str]]:
    """Index and label (`15:30`, local to `zone`) of round times of a day."""
    local = [datetime.fromtimestamp(s, UTC).astimezone(zone) for s in seconds]
    minutes = [at.hour * 60 + at.minute for at in local]
    for every in (5, 15, 30, 60, 120, 240):
        starts = [i for i in range(1, len(minutes)) if minutes[i] // every != minutes[i - 1] // every]
        if len(starts) <= count:
            return [(i, f"{minutes[i] // every * every // 60}:{minutes[i] // every * every % 60:02d}") for i in starts]
    return []


def spread_rows(wanted: Sequence[float], height: int) -> list[int]:
    """A row of its own in `height` rows for each label, in the order given, as near as can be to where it is `wanted`.

    `wanted` are rows from the top in fractions of a row. Labels that would overlap, or stand in the wrong order, move
    as one block to the middle of what they want: pooling adjacent violators, which gives the least sum of squared
    displacements (Barlow and others, Statistical Inference under Order Restrictions, 1972). The last labels that
    `height` does not hold get -1.
    """
    shown = wanted[:height]
    blocks: list[tuple[float, int]] = []  # sum of the rows wanted for a block's first label, and its labels
    for rank, row in enumerate(shown):
        total, count = row - rank, 1
        while blocks and blocks[-1][0] / blocks[-1][1] >= total / count:
            before, more = blocks.pop()
            total, count = total + before, count + more
        blocks.append((total, count))
    last = height - len(shown)
    firsts = [min(last, max(0, math.floor(total / count + 0.5))) for total, count in blocks for _ in range(count)]
    return [*(first + rank for rank, first in enumerate(firsts)), *(-1 for _ in wanted[height:])]
