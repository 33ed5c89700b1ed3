"""Zweig's thrust: the smoothed share of advances from the bottom to the top within two weeks [I2]."""

import numpy as np

from core.market.bars import Floats
from core.studies.smoothing import share_of, to_smoothed

DAYS = 10
LOW, HIGH = 0.40, 0.615


def to_smoothed_advances(advances: Floats) -> Floats:
    """Exponential average of 10 sessions at every session, seeded with their mean; NaN until that, and after a hole."""
    smoothed = np.full(len(advances), np.nan)
    known = ~np.isnan(advances)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]])))
    for first, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        found = to_smoothed(advances[first:end], DAYS, share_of(DAYS), end - first)
        smoothed[end - len(found) : end] = found
    return smoothed


def find_thrusts(smoothed: Floats) -> list[int]:
    """Where the average is above 0.615, having been under 0.40 at one of the 10 sessions before."""
    above, under = smoothed > HIGH, smoothed < LOW
    return [i for i in np.flatnonzero(above).tolist() if under[max(0, i - DAYS) : i].any()]
