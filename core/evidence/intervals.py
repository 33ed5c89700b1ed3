"""The bootstrap's intervals of all tests at one horizon; those whose blocks are as long share the draws."""

import hashlib
from collections.abc import Sequence

import numpy as np

from core.evidence.bootstrap import Columns, estimate_blocks, find_intervals, round_block
from core.evidence.group import Measured
from core.market.bars import Floats

_AT_ONCE = 32


def add_intervals(measured: Sequence[Measured], forward: Floats, seed: str) -> None:
    """Put `low` and `high` into those with episodes enough; `forward` is of the whole history.

    The mean block is the longest of two horizons, what suits the outcomes, and what suits the events' part in them.
    """
    chosen = [one for one in measured if one.is_enough]
    if not chosen:
        return
    sessions = chosen[0].sample.sessions
    least = max(2.0 * sessions, float(estimate_blocks(forward[None])[0]))
    blocks = np.array([round_block(max(least, block)) for block in _estimate_all(chosen, forward)])
    for block in np.unique(blocks).tolist():
        members = [one for one, its in zip(chosen, blocks.tolist(), strict=True) if its == block]
        found = find_intervals(_to_columns(members, forward), block, make_generator(seed, sessions, block))
        for one, (low, high) in zip(members, found.tolist(), strict=True):
            one.fields |= {"low": low, "high": high}


def _estimate_all(chosen: Sequence[Measured], forward: Floats) -> list[float]:
    blocks: list[float] = []
    for first in range(0, len(chosen), _AT_ONCE):
        part = chosen[first : first + _AT_ONCE]
        influence = [_to_row(one, len(forward)) * (forward - one.fields["mean"]) for one in part]
        blocks += estimate_blocks(np.stack(influence)).tolist()
    return blocks


def _to_row(one: Measured, length: int) -> Floats:
    """1 at its events in its sample."""
    row = np.zeros(length)
    inside = slice(one.sample.first, one.sample.end)
    row[inside] = one.trial.kept[inside]
    return row


def _to_columns(members: Sequence[Measured], forward: Floats) -> Columns:
    ends = sorted({(one.sample.first, one.sample.end) for one in members})
    known = np.zeros((len(ends), len(forward)))
    for row, (first, end) in enumerate(ends):
        known[row, first:end] = 1.0
    events = np.stack([_to_row(one, len(forward)) for one in members])
    places = np.array([ends.index((one.sample.first, one.sample.end)) for one in members])
    return Columns(events, events * forward, known, known * forward, places)


def make_generator(*parts: object) -> np.random.Generator:
    """A generator whose numbers hang on `parts` alone: the same data give the same record."""
    digest = hashlib.sha256(" ".join(map(str, parts)).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))
