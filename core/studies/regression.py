"""A slope by least squares, with a standard error that allows for autocorrelation: Newey and West (1987) [E1]."""

import math

import numpy as np
from msgspec import Struct

from core.market.bars import Floats

LAGS = 5
"""Sessions over which residuals may hang together."""
_LEFT = 1e-12
"""What must be left of a regressor's squares without its mean and the control: less is rounding."""


class Slope(Struct, frozen=True):
    """How much the target moves with the regressor, all else equal, and the standard error of that."""

    value: float
    error: float

    @property
    def t(self) -> float:
        """The slope in its own standard errors; infinite where nothing is left unexplained."""
        return self.value / self.error if self.error > 0.0 else math.copysign(math.inf, self.value)


def fit_slope(target: Floats, regressor: Floats, control: Floats | None = None, lags: int = LAGS) -> Slope | None:
    """Regress `target` on a constant, `regressor` and perhaps `control`: arrays of one length, oldest first, no holes.

    By the theorem of Frisch and Waugh: with constant and control taken out of both sides, one regressor is left.
    Bartlett weights over `lags`, no correction for the size of the sample (statsmodels: HAC, use_correction=False).
    None where nothing of the regressor is left.
    """
    moved, rest = _centre(regressor), _centre(target)
    whole = float(np.dot(regressor, regressor))
    if control is not None:
        held = _centre(control)
        moved, rest = _without(moved, held), _without(rest, held)
    left = float(np.dot(moved, moved))
    if left <= _LEFT * whole:
        return None
    value = float(np.dot(moved, rest)) / left
    moments = moved * (rest - value * moved) / left
    variance = float(np.dot(moments, moments))
    for lag in range(1, min(lags, len(moments) - 1) + 1):
        variance += 2.0 * (1.0 - lag / (lags + 1.0)) * float(np.dot(moments[lag:], moments[:-lag]))
    return Slope(value, math.sqrt(max(variance, 0.0)))


def _centre(values: Floats) -> Floats:
    return np.asarray(values - values.sum() / len(values))


def _without(values: Floats, held: Floats) -> Floats:
    """`values` less the part that `held` explains."""
    squares = float(np.dot(held, held))
    return values - held * (float(np.dot(values, held)) / squares) if squares > 0.0 else values
