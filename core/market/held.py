"""The last moment in which both legs of a pair had just traded: shown, with its age, while they trade apart [§0.5]."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.market.quotes import Quote

SYNCHRONOUS = timedelta(seconds=60)
"""The most that the trades of a pair's legs may lie apart for their ratio to mean anything [§0.5]."""


@dataclass(frozen=True, slots=True)
class Held:
    """Prices of both legs, as quoted; `at` is the older of the two trades."""

    small: float
    large: float
    at: datetime


def hold(before: Mapping[str, Held], pairs: Iterable[str], quotes: Mapping[str, Quote]) -> dict[str, Held]:
    """`before`, with every pair whose legs have just traded together."""
    held = dict(before)
    for pair in pairs:
        small, large = (quotes.get(leg) for leg in pair.split("/"))
        if small is not None and large is not None and abs(small.time - large.time) <= SYNCHRONOUS:
            held[pair] = Held(small.price, large.price, min(small.time, large.time))
    return held
