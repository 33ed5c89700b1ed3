"""Where the components stand in their own pasts: what of that rests on completed history, calculated once for it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import NamedTuple, Protocol

import numpy as np

from core.judgement.components import DIMENSIONS, HORIZONS, Component, fill
from core.market.bars import Floats, Sessions
from core.market.symbols import ECONOMY
from core.rules.settled import to_expanding_rank
from core.studies.past import has_past

LEAST = 252
"""Values of its own past that a place among them needs; under five years of them it is of low confidence [§0.4]."""
WALKED = 252
"""Sessions through which stars are followed, so that they do not come and go at an edge."""


class History(Protocol):
    """Completed history, as rules see it too."""

    def sessions(self, subject: str) -> Sessions: ...

    def past(self, address: str, sessions: Sessions) -> Floats: ...


class Place(NamedTuple):
    """Of one measure: its known past in order of size, and its place, 0 to 1, at each of the last sessions."""

    known: list[float]
    way: Floats

    def rank(self, value: float, *, is_new: bool) -> float:
        """The share of its past at or below `value`; `is_new`: the past does not hold it yet."""
        return (bisect_right(self.known, value) + is_new) / (len(self.known) + is_new)


def list_components(pair: str) -> Iterator[tuple[Component, str]]:
    """All components of all questions with their addresses."""
    for question in (*DIMENSIONS, *HORIZONS):
        for component in question.components:
            yield component, fill(component.address, pair)


def settle_places(history: History, pair: str) -> Mapping[str, Place]:
    """By address the place of every component that has a past; of the others there is none."""
    days = history.sessions(pair)
    places: dict[str, Place] = {}
    for component, address in list_components(pair):
        subject, _, name = address.rpartition(".")
        # The economy moves by months; as it was known on each evening of a history it takes seconds to tell.
        if address in places or subject == ECONOMY or not has_past(subject, name) or not len(days):
            continue
        past = history.past(address, days)
        known = past[~np.isnan(past)]
        if component.ends is not None:
            places[address] = Place([], to_place(past[-WALKED:], component.ends))
        elif len(known) >= LEAST:
            places[address] = Place(np.sort(known).tolist(), to_expanding_rank(past, LEAST)[-WALKED:])
    return places


def to_place(values: Floats, ends: tuple[float, float]) -> Floats:
    """`values` between `ends` as 0 to 1; beyond them 0 or 1."""
    low, high = ends
    return np.clip((values - low) / (high - low), 0.0, 1.0)
