"""The slope and its error: a worked table, statsmodels, invariances, and what determines nothing."""

import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from core.studies.regression import fit_slope


def made(count, seed):
    """A target that hangs on both others, with residuals that hang together."""
    rng = np.random.default_rng(seed)
    regressor, control = rng.normal(0, 0.06, count), rng.normal(0, 0.011, count)
    noise = rng.normal(0, 0.007, count)
    noise[1:] += 0.4 * noise[:-1]
    regressor = regressor + 2.0 * control
    return 0.001 - 0.02 * regressor + 0.3 * control + noise, regressor, control


def expected_of(target, *regressors, lags=5):
    fit = sm.OLS(target, sm.add_constant(np.column_stack(regressors))).fit(
        cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": False}
    )
    return fit.params[1], fit.bse[1], fit.tvalues[1]


def test_by_hand():
    """x is -1, 0, 1 and y is 1, 0, 2: slope 1/2, residuals 1/2, -1, 1/2.

    Moments x u / 2 are -1/4, 0, 1/4. Without lags their squares add up to 1/8; with one lag neighbours count half,
    and their products are zero; with two lags -1/16 counts twice a third.
    """
    x, y = np.array([-1.0, 0.0, 1.0]), np.array([1.0, 0.0, 2.0])
    for lags, variance in ((0, 1 / 8), (1, 1 / 8), (2, 1 / 8 - 2 / 3 / 16)):
        slope = fit_slope(y, x, lags=lags)
        assert slope.value == pytest.approx(0.5, rel=1e-14)
        assert slope.error == pytest.approx(math.sqrt(variance), rel=1e-14)
        assert slope.t == pytest.approx(0.5 / math.sqrt(variance), rel=1e-14)


@pytest.mark.parametrize("count", [20, 126, 252, 504])
@pytest.mark.parametrize("seed", range(5))
def test_against_statsmodels(count, seed):
    target, regressor, control = made(count, seed)
    held, alone = fit_slope(target, regressor, control), fit_slope(target, regressor)
    for slope, expected in (
        (held, expected_of(target, regressor, control)),
        (alone, expected_of(target, regressor)),
    ):
        assert (slope.value, slope.error, slope.t) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("lags", [0, 1, 12])
def test_other_lags(lags):
    target, regressor, control = made(200, 9)
    slope = fit_slope(target, regressor, control, lags)
    assert (slope.value, slope.error, slope.t) == pytest.approx(
        expected_of(target, regressor, control, lags=lags), rel=1e-10
    )


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10_000), scale=st.floats(0.01, 100), shift=st.floats(-5, 5))
def test_units_and_means_do_not_matter(seed, scale, shift):
    target, regressor, control = made(126, seed)
    before = fit_slope(target, regressor, control)
    after = fit_slope(target + shift, regressor * scale + shift, control * 3 - shift)
    assert after.value == pytest.approx(before.value / scale, rel=1e-6, abs=1e-9)
    assert after.t == pytest.approx(before.t, rel=1e-6, abs=1e-9)


def test_what_determines_nothing():
    target, regressor, control = made(50, 1)
    assert fit_slope(target, np.full(50, 0.3)) is None
    assert fit_slope(target, np.zeros(50)) is None
    assert fit_slope(target, 3 * control + 1, control) is None
    # A control that does not move takes nothing away.
    assert fit_slope(target, regressor, np.full(50, 2.0)) == fit_slope(target, regressor)


def test_a_perfect_fit_has_no_error():
    slope = fit_slope(np.array([2.0, 4.0, 6.0, 8.0]), np.array([1.0, 2.0, 3.0, 4.0]))
    assert (slope.value, slope.error, slope.t) == (2.0, 0.0, math.inf)
