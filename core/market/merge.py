"""Joining newly fetched bars to the known ones when the source has rescaled its past meanwhile [§0.3].

On every ex-date a source multiplies all adjusted closes before it by one factor; on every split it divides all
prices. A fetch of the last few weeks shows the new scale in the sessions that both have, and the older rows,
which were not fetched, are brought to it by the same factor.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from core.market.bars import COLUMNS, Bars, Floats

# Relative. Sources carry single precision (6e-8) and recompute adjusted closes; the smallest dividends are 1e-4.
_SAME_FACTOR = 2e-5
_SAME_PRICE = 2e-6
_SAME_VOLUME = 1e-3
_SMALLEST_SPLIT = 0.04  # of the logarithm: a stock dividend of 4 %; one row alone must show 5 for 4 at least
_SMALLEST_SPLIT_ALONE = 0.2


@dataclass(frozen=True, slots=True)
class Change:
    """A number of a past session that its source changed, beyond a rescale of the whole past."""

    session: date
    field: str
    old: float
    new: float


@dataclass(frozen=True, slots=True)
class Merged:
    """The joined bars, what was corrected, and whether the past was brought to another scale.

    `joined` is False where the two share no session: then nothing tells the scales apart, and the whole history
    should be fetched anew.
    """

    bars: Bars
    corrections: tuple[Change, ...]
    rescaled: bool
    joined: bool = True


def merge_bars(old: Bars, new: Bars) -> Merged:
    """Join `new` to `old` (same symbol). Where both have a session `new` counts, except where its close is NaN.

    Merging the same bars again changes nothing and reports nothing.
    """
    if not len(old) or not len(new):
        return Merged(bars=new if len(new) else old, corrections=(), rescaled=False)
    shared, in_old, in_new = np.intersect1d(old.sessions, new.sessions, assume_unique=True, return_indices=True)
    told = ~np.isnan(new.close[in_new]) & ~np.isnan(old.close[in_old])
    shared, in_old, in_new = shared[told], in_old[told], in_new[told]
    split = _split_factor(old.close[in_old], new.close[in_new])
    dividend = _dividend_factor(old, new, in_old, in_new)
    scaled = _scale(old, split, dividend)
    return Merged(
        bars=_union(scaled, new),
        corrections=_changes(scaled, _scale(old, split, 1.0), new, in_old, in_new),
        rescaled=split != 1.0 or dividend != 1.0,
        joined=bool(len(shared)),
    )


def _split_factor(old: Floats, new: Floats) -> float:
    """New price over old price where a split explains the change in (nearly) every shared session, else 1.

    A change of one session among several is a correction, not a split.
    """
    usable = (old > 0) & (new > 0) & np.isfinite(old) & np.isfinite(new)
    if not usable.any():
        return 1.0
    ratios = new[usable] / old[usable]
    typical = float(np.median(ratios))
    smallest = _SMALLEST_SPLIT if len(ratios) > 1 else _SMALLEST_SPLIT_ALONE
    agreeing = float(np.mean(np.abs(ratios / typical - 1) < 1e-3))
    return typical if abs(np.log(typical)) > smallest and agreeing >= 0.8 else 1.0


def _dividend_factor(old: Bars, new: Bars, in_old: NDArray[np.intp], in_new: NDArray[np.intp]) -> float:
    """New over old factor (adjusted close over close) of the oldest shared session, 1 where it is the same."""
    prices = np.stack([old.close[in_old], old.adj_close[in_old], new.close[in_new], new.adj_close[in_new]])
    usable = np.flatnonzero((np.isfinite(prices) & (prices > 0)).all(axis=0))
    if not len(usable):
        return 1.0
    old_close, old_adjusted, new_close, new_adjusted = prices[:, usable[0]].tolist()
    change = float((new_adjusted / new_close) / (old_adjusted / old_close))
    return 1.0 if abs(change - 1) <= _SAME_FACTOR else change


def _scale(bars: Bars, split: float, dividend: float) -> Bars:
    if split == 1.0 and dividend == 1.0:
        return bars
    prices = {name: getattr(bars, name) * split for name in ("open", "high", "low", "close")}
    return bars.with_columns(
        {**prices, "adj_close": bars.adj_close * (split * dividend), "volume": bars.volume / split}
    )


def _changes(
    old: Bars, plain: Bars, new: Bars, in_old: NDArray[np.intp], in_new: NDArray[np.intp]
) -> tuple[Change, ...]:
    """What differs from `old` and from `plain`, the same without the dividend.

    A dividend that the source learnt of late lies within the shared sessions: those after it were not rescaled.
    """
    found: list[Change] = []
    days = old.sessions[in_old]
    for name in COLUMNS:
        before, after = getattr(old, name)[in_old], getattr(new, name)[in_new]
        limit = {"volume": _SAME_VOLUME, "adj_close": _SAME_FACTOR}.get(name, _SAME_PRICE)
        # Comparing with NaN is False: a number that appears or goes missing corrects nothing.
        with np.errstate(invalid="ignore"):  # infinity less infinity
            moved = np.fmin(np.abs(after - before), np.abs(after - getattr(plain, name)[in_old]))
        rows = np.flatnonzero(moved > limit * np.maximum(np.abs(after), np.abs(before)))
        found.extend(Change(days[row].item(), name, float(before[row]), float(after[row])) for row in rows)
    return tuple(sorted(found, key=lambda change: change.session))


def _union(old: Bars, new: Bars) -> Bars:
    """All sessions of both; a session of `new` without a close (a null last bar) does not displace a known one."""
    told = ~np.isnan(new.close) | ~np.isin(new.sessions, old.sessions)
    kept = ~np.isin(old.sessions, new.sessions[told])
    sessions = np.concatenate([old.sessions[kept], new.sessions[told]])
    order = np.argsort(sessions, kind="stable")
    columns = {name: np.concatenate([getattr(old, name)[kept], getattr(new, name)[told]])[order] for name in COLUMNS}
    return Bars(symbol=old.symbol, sessions=sessions[order], notes=new.notes, **columns)
