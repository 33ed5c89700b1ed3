"""Could it be chance? A signal's events are rotated against the returns by every offset there is [§10].

Rotation keeps the signal's own rhythm and the returns' own dependence, and breaks only what ties one to the other.
The mean outcome at all offsets at once is a circular correlation, hence three Fourier transforms. Rotating by fewer
sessions than the horizon would compare overlapping outcomes: those offsets do not count.
"""

from dataclasses import dataclass

import numpy as np

from core.evidence.series import Mask
from core.market.bars import Floats

LEAST = 999
"""Offsets that a p-value should rest on [§10]; a short history has fewer, which only makes p larger."""
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Shifted:
    """Differences from the base at every offset, none at first, a row a test; NaN of tests without events."""

    all: Floats
    lag: int

    @property
    def observed(self) -> Floats:
        """At no offset: what the signal showed."""
        return self.all[:, 0]

    @property
    def shifted(self) -> Floats:
        """At the offsets that leave no outcome of an event overlapping with itself: `lag` to `length - lag`."""
        return self.all[:, self.lag : self.all.shape[1] - self.lag + 1]

    @property
    def offsets(self) -> int:
        return int(self.shifted.shape[1])

    def calc_p(self) -> Floats:
        """`(1 + offsets at least as far from the base, either way) / (1 + offsets)` for each test [§10]."""
        far = np.abs(self.shifted) >= np.abs(self.observed)[:, None] * (1.0 - _ROUNDING)
        return np.asarray((1 + far.sum(axis=1)) / (1 + self.offsets))

    def calc_scale(self) -> Floats:
        """Root mean square of the shifted differences: their centre is zero."""
        return np.asarray(np.sqrt(np.mean(self.shifted**2, axis=1)))


def shift_all(events: Mask, forward: Floats, lag: int) -> Shifted | None:
    """Mean outcome of `events` (tests by sessions) less that of all, at every offset; None where none is left."""
    length = len(forward)
    if length - 2 * lag < 0 or not length:
        return None
    counts = events.sum(axis=1)
    apart = np.fft.rfft(forward - np.mean(forward))
    turned = np.fft.rfft(events.astype(np.float64), axis=1)
    sums = np.fft.irfft(apart * np.conj(turned), n=length, axis=1)
    means = np.divide(sums, counts[:, None], out=np.full(sums.shape, np.nan), where=counts[:, None] > 0)
    return Shifted(means, lag)
