"""Slope, fit and flat zone against scipy, TA-Lib and lines whose slope is known."""

import math

import numpy as np
import pytest
import talib
from scipy.stats import linregress
from study_lines import legs, measures_of, pair_line, symbol_line, values_of, walk

from core.studies.slope import fit_slope


@pytest.mark.parametrize("count", [20, 50])
@pytest.mark.parametrize("seed", range(5))
def test_against_scipy_and_talib(count, seed):
    small, large = legs(300, seed)
    logs = np.log(small / large)
    fitted = linregress(np.arange(count), logs[-count:])
    values = values_of(pair_line(small, large))
    assert values[f"slope_{count}d"] == pytest.approx(fitted.slope * 252, rel=1e-9)
    assert values[f"slope_{count}d"] == pytest.approx(talib.LINEARREG_SLOPE(logs, count)[-1] * 252, rel=1e-9)
    assert values[f"slope_fit_{count}d"] == pytest.approx(fitted.rvalue**2, rel=1e-9)
    assert fit_slope(logs[-count:]).error == pytest.approx(fitted.stderr, rel=1e-9)
    flat = abs(fitted.slope) < fitted.stderr
    assert values[f"slope_state_{count}d"] == ("flat" if flat else "up" if fitted.slope > 0 else "down")


def test_a_straight_line():
    """A tenth of a percent a session is 25.2 % a year, with nothing left over."""
    values = values_of(symbol_line(np.exp(0.001 * np.arange(60))))
    assert values["slope_50d"] == pytest.approx(0.252, rel=1e-12)
    assert values["slope_fit_50d"] == pytest.approx(1.0, rel=1e-12)
    assert values["slope_state_50d"] == "up"
    assert values_of(symbol_line(np.exp(-0.001 * np.arange(60))))["slope_state_20d"] == "down"


def test_a_zigzag_is_flat():
    assert values_of(symbol_line(np.resize([1.0, 1.01], 60)))["slope_state_20d"] == "flat"


def test_the_flat_zone_is_one_standard_error():
    """Noise of fixed size on lines of rising slope: flat exactly while the slope is within its error."""
    noise = np.random.default_rng(4).normal(0, 0.01, 50)
    found = [fit_slope(noise + tilt * np.arange(50)) for tilt in np.linspace(-4e-4, 4e-4, 81)]
    assert {fit.is_flat for fit in found} == {True, False}
    assert all(math.isclose(fit.error, found[0].error, rel_tol=1e-9) for fit in found)


def test_equal_prices():
    measures = measures_of(symbol_line(np.full(60, 3.3)))
    assert measures["slope_20d"].value == 0.0
    assert measures["slope_state_20d"].value == "flat"
    assert measures["slope_fit_20d"].reason == "nothing moved"


def test_a_rate_of_zero_has_no_logarithm():
    rates = np.append(walk(59, 1), 0.0)
    assert measures_of(symbol_line(rates))["slope_20d"].reason == "no logarithm of zero or less"


def test_short_history():
    assert measures_of(symbol_line(walk(49, 1)))["slope_fit_50d"].reason == "needs 50 sessions, has 49"
