"""Losses beyond what the evening before held for the worst to expect, over a whole past [C15]."""

from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from core.market.bars import Floats
from core.studies.tails import LIT, TESTED, WINDOWS
from core.studies.windows import to_sums

WINDOW = WINDOWS[0]
_NEAR = 60
"""A loss that is not among the worst of so many sessions is not among the worst of 504."""


def to_breaches(returns: Floats) -> Floats:
    """For every full window how many of 250 returns were under the 1 % quantile of the 504 before each; shorter by 753.

    `core.studies.tails.count_breaches` over a whole past.
    """
    if len(returns) < WINDOW + TESTED:
        return returns[:0]
    breaches, _ = _find(returns.tobytes())
    return np.where(_to_whole(returns), to_sums(breaches[WINDOW:].astype(np.float64), TESTED), np.nan)


def to_beyond(returns: Floats) -> Floats:
    """1 where a return was under the mean of those at or below the 1 % quantile of the 504 before, else 0."""
    if len(returns) < WINDOW + TESTED:
        return returns[:0]
    _, beyond = _find(returns.tobytes())
    return np.where(_to_whole(returns), beyond[WINDOW + TESTED - 1 :], np.nan)


def _to_whole(returns: Floats) -> NDArray[np.bool_]:
    """Where all of the 504 and 250 returns are numbers."""
    return np.asarray(to_sums((~np.isfinite(returns)).astype(np.float64), WINDOW + TESTED) == 0.0)


@lru_cache(maxsize=4)
def _find(content: bytes) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Where a return is under quantile, and under shortfall, of the window before it.

    Only a return that is low among the last few can be; few are, and only for those the window is sorted.
    """
    returns = np.frombuffer(content)
    breaches, beyond = np.zeros((2, len(returns)), np.bool_)
    most = int(_place()) + 1
    near = sliding_window_view(returns[:-1], _NEAR)[WINDOW - _NEAR :]
    low = WINDOW + np.flatnonzero(np.count_nonzero(near < returns[WINDOW:, None], axis=1) <= most)
    windows = sliding_window_view(returns[:-1], WINDOW)
    low = low[np.count_nonzero(windows[low - WINDOW] < returns[low, None], axis=1) <= most]
    place = _place()
    for at in low.tolist():
        window = windows[at - WINDOW]
        below, above = np.sort(np.partition(window, int(place) + 1)[: int(place) + 2])[-2:].tolist()
        quantile = below + (place - int(place)) * (above - below)
        breaches[at] = returns[at] < quantile
        beyond[at] = returns[at] < window[window <= quantile].mean()
    return breaches, beyond


def _place() -> float:
    """Where among the sorted returns of a window the quantile lies, as `core.studies.tails.calc_quantile` has it."""
    return (WINDOW - 1) * ((100 - LIT) / 100)
