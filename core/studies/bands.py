"""The band filter of trends and crosses, its flips and its whipsaws [B1, B2, B8].

A trend is the cross of the price itself (a mean of one) with its average, so one arithmetic serves both.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.market.bars import Floats
from core.studies.windows import to_sums

_FIRST_LOOK = 256
"""Sessions looked back on at first; four times as many whenever they do not tell everything."""


@dataclass(frozen=True, slots=True)
class Filter:
    """`fast` crosses `slow` (both counts of sessions) when it is beyond it by `band`, a fraction."""

    name: str
    fast: int
    slow: int
    band: float


FILTERS = (
    Filter("trend_20", 1, 20, 0.005),
    Filter("trend_50", 1, 50, 0.005),
    Filter("trend_100", 1, 100, 0.01),
    Filter("trend_200", 1, 200, 0.01),
    Filter("cross_20_50", 20, 50, 0.0025),
    Filter("cross_50_200", 50, 200, 0.0025),
)


@dataclass(frozen=True, slots=True)
class State:
    """+1 up, -1 down, 0 not known yet: today, and as it stood before today."""

    now: int
    before: int
    changed: int | None
    """Index of the value with which the present state began; None where it began with the first one known."""
    changes: tuple[int, ...]
    """Indices of all recent changes, the latest last."""


UNKNOWN = State(0, 0, None, ())


def to_side(fast: Floats, slow: Floats, band: float | Floats) -> NDArray[np.int8]:
    """+1 where `fast` is over `slow` by the band, -1 where under it by the band, 0 between them (or NaN)."""
    above, below = fast > slow * (1.0 + band), fast < slow * (1.0 - band)
    return above.astype(np.int8) - below.astype(np.int8)


def read_state(values: Floats, rule: Filter, recent: int) -> State:
    """The state of one filter at the last of `values`: see `read_states`."""
    return read_states(values, (rule,), recent)[0]


def read_states(values: Floats, rules: Sequence[Filter], recent: int) -> list[State]:
    """The states of filters at the last of `values`: the last side that was taken, kept while inside the band.

    Looks back as far as each must: to the change before its present state, and over all changes of the last `recent`
    values.
    """
    states = [UNKNOWN] * len(rules)
    look, left = _FIRST_LOOK, list(range(len(rules)))
    while left:
        start = max(0, len(values) - look - max(rules[row].slow for row in left))
        sides = _to_sides(values[start:], [rules[row] for row in left])
        unsure = []
        for row, side in zip(left, sides, strict=True):
            states[row], first = _read_side(side, start)
            if start and (states[row].changed is None or first >= len(values) - recent):
                unsure.append(row)
        look, left = 4 * look, unsure
    return states


def _to_sides(values: Floats, rules: Sequence[Filter]) -> NDArray[np.int8]:
    """The side of every filter at each of `values`: filters by values."""
    known: dict[int, Floats] = {}
    fast, slow = np.full((2, len(rules), len(values)), np.nan)
    for row, rule in enumerate(rules):
        fast[row, rule.fast - 1 :] = to_sums(values, rule.fast, known)
        slow[row, rule.slow - 1 :] = to_sums(values, rule.slow, known)
    # Sums are compared, so the band stands on the ratio of the counts.
    each = np.array([[rule.band, rule.slow / rule.fast] for rule in rules]).T[:, :, None]
    return to_side(fast * each[1], slow, each[0])


def _read_side(side: NDArray[np.int8], start: int) -> tuple[State, int]:
    """The state as far as `side` tells it, and the index of the first one taken; indices count from `start` on."""
    taken = side.nonzero()[0]
    if not len(taken):
        return UNKNOWN, start + len(side)
    sides = side[taken]
    now = int(sides[-1])
    changes = tuple((start + taken[1:][sides[1:] != sides[:-1]]).tolist())
    is_today = taken[-1] == len(side) - 1
    before = (int(sides[-2]) if len(sides) > 1 else 0) if is_today else now
    return State(now, before, changes[-1] if changes else None, changes), start + int(taken[0])


def calc_edge(before: Floats, rule: Filter, band: float) -> float:
    """The price after `before` at which `fast` equals `slow` times `1 + band`, being itself inside both averages.

    Solves `(F + p) / fast = (1 + band) * (S + p) / slow` for p, F and S being the sums of what was before.
    """
    rest_fast = float(before[len(before) - rule.fast + 1 :].sum())
    rest_slow = float(before[len(before) - rule.slow + 1 :].sum())
    share = (1.0 + band) / rule.slow
    return (share * rest_slow - rest_fast / rule.fast) / (1.0 / rule.fast - share)


def calc_flip(values: Floats, rule: Filter, state: State) -> float:
    """The price at which today's state would change; zero or less: no price would do it."""
    return calc_edge(values[:-1], rule, find_edge(state) * rule.band)


def calc_turn(values: Floats, rule: Filter, state: State) -> float:
    """The price of the next session at which the state would change, today's being what it is; see `calc_flip`."""
    return calc_edge(values, rule, -state.now * rule.band)


def find_edge(state: State) -> int:
    """The edge of the band at which a state ends: 1 the upper, -1 the lower.

    A state older than today holds inside the band and ends at its far edge; one taken only today ends at the edge
    that it has just passed, because inside the band yesterday's state would be kept.
    """
    return -state.now if state.before == state.now else state.now
