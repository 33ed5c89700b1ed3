"""Quiet hours: phases of the exchange's day, or times of the clock in New York."""

import re
from collections.abc import Iterable
from datetime import datetime, time

from core.snapshot import Phase

_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


def is_span(text: str) -> bool:
    """Whether `text` is a phase of the day, or a span of the clock such as "22:00-07:00"."""
    return text in tuple(Phase) or _SPAN.fullmatch(text) is not None


def is_quiet(spans: Iterable[str], at: datetime, phase: Phase) -> bool:
    """Whether `at` (UTC), in `phase` of the exchange's day, is in one of `spans`: from the first minute to the last."""
    from zoneinfo import ZoneInfo  # the viewer checks settings with this module

    clock = at.astimezone(ZoneInfo("America/New_York")).time()
    return any(span == phase or _holds(span, clock) for span in spans)


def _holds(span: str, clock: time) -> bool:
    found = _SPAN.fullmatch(span)
    if found is None:
        return False
    begins, ends = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    return begins <= clock < ends if begins <= ends else clock >= begins or clock < ends
