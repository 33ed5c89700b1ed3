"""Beta, correlation, alpha and the beta-adjusted gap against statsmodels, TA-Lib, pandas and hand-made returns."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import talib
from scipy.stats import percentileofscore
from statsmodels.regression.rolling import RollingOLS
from study_lines import legs, measures_of, pair_line, values_of

from core.studies.comovement import fit_dimson, to_beta

SMALL, LARGE = legs(700, 17)
RETURNS = (np.diff(SMALL) / SMALL[:-1], np.diff(LARGE) / LARGE[:-1])


@pytest.mark.parametrize("count", [60, 252])
def test_beta_against_statsmodels_and_talib(count):
    beta = values_of(pair_line(SMALL, LARGE))[f"beta_{count}d"]
    small, large = (returns[-count:] for returns in RETURNS)
    fitted = sm.OLS(small, sm.add_constant(large)).fit()
    assert beta == pytest.approx(fitted.params[1], rel=1e-10)
    # TA-Lib takes prices, and the first of them is the regressor.
    assert beta == pytest.approx(talib.BETA(LARGE, SMALL, count)[-1], rel=1e-10)


@pytest.mark.parametrize("count", [60, 252])
def test_correlation_against_talib(count):
    small, large = RETURNS
    expected = talib.CORREL(small, large, count)[-1]
    assert values_of(pair_line(SMALL, LARGE))[f"correlation_{count}d"] == pytest.approx(expected, rel=1e-10)


def test_beta_of_twice_the_moves_is_two():
    large = np.cumprod(1 + np.resize([0.01, -0.02, 0.005], 100))
    small = np.cumprod(1 + 2 * np.resize([0.01, -0.02, 0.005], 100))
    values = values_of(pair_line(small, large))
    assert values["beta_60d"] == pytest.approx(2, rel=1e-12)
    assert values["correlation_60d"] == pytest.approx(1, rel=1e-12)


def test_a_leg_that_does_not_move():
    measures = measures_of(pair_line(SMALL[:80], np.full(80, 3.0)))
    assert measures["beta_60d"].reason == "a leg did not move"
    assert measures["alpha_60d"].reason == measures["beta_dimson_60d"].reason == "a leg did not move"
    assert measures["correlation_60d"].reason == "a leg did not move"


@pytest.mark.parametrize("count", [60, 252])
def test_alpha_is_the_intercept_of_a_year(count):
    small, large = (returns[-count:] for returns in RETURNS)
    fitted = sm.OLS(small, sm.add_constant(large)).fit()
    assert values_of(pair_line(SMALL, LARGE))[f"alpha_{count}d"] == pytest.approx(252 * fitted.params[0], rel=1e-9)


def test_alpha_by_hand():
    """Small gains a hundredth of a percent a session over 1.5 times large: 2.52 % a year."""
    returns = np.resize([0.01, -0.02, 0.005], 300)
    large, small = np.cumprod(1 + returns), np.cumprod(1 + 1.5 * returns + 0.0001)
    assert values_of(pair_line(small, large))["alpha_252d"] == pytest.approx(0.0252, rel=1e-9)


@pytest.mark.parametrize("count", [60, 252])
def test_dimson_beta_against_statsmodels(count):
    """The newest session is only known as the one after: small's last return that enters is of the session before."""
    small, large = RETURNS
    frame = pd.DataFrame({"before": large[:-2], "same": large[1:-1], "after": large[2:]})[-count:]
    fitted = sm.OLS(small[1:-1][-count:], sm.add_constant(frame.to_numpy())).fit()
    found = values_of(pair_line(SMALL, LARGE))[f"beta_dimson_{count}d"]
    assert found == pytest.approx(fitted.params[1:].sum(), rel=1e-10)


def test_dimson_finds_the_beta_of_what_trades_late():
    """Small makes half of large's move on its day, a third the day after and a tenth the day before."""
    large = np.random.default_rng(6).normal(0, 0.01, 400)
    small = 0.5 * large + 0.3 * np.roll(large, 1) + 0.1 * np.roll(large, -1)
    assert fit_dimson(small[10:-10], large[10:-10]) == pytest.approx([0.3, 0.5, 0.1], rel=1e-9)
    assert fit_dimson(small, np.zeros(400)) is None


def rolling_beta():
    small, large = RETURNS
    return RollingOLS(small, sm.add_constant(large), window=60).fit().params[:, 1]


def test_moving_beta_against_statsmodels():
    np.testing.assert_allclose(to_beta(*RETURNS, 60), rolling_beta()[59:], rtol=1e-10)


def test_percentile_of_beta_against_scipy():
    past = rolling_beta()[59:]
    expected = percentileofscore(past, past[-1], kind="weak") / 100
    assert values_of(pair_line(SMALL, LARGE))["beta_60d_percentile"] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("count", [20, 63])
def test_beta_adjusted_gap_against_statsmodels(count):
    logs = pd.DataFrame({"small": np.diff(np.log(SMALL)), "large": np.diff(np.log(LARGE))})
    adjusted = logs.small - pd.Series(rolling_beta()).shift(1) * logs.large
    found = values_of(pair_line(SMALL, LARGE))[f"beta_adjusted_gap_{count}d"]
    assert found == pytest.approx(adjusted.iloc[-count:].sum(), rel=1e-9)


def test_a_gain_that_is_only_beta_leaves_nothing():
    """Small moves twice as much in logs and large rises: the gap is wide, the adjusted one next to nothing."""
    large = np.exp(np.cumsum(np.resize([0.004, -0.002, 0.0035, -0.001], 200)))
    values = values_of(pair_line(large**2, large))
    assert values["gap_63d"] > 0.05
    assert abs(values["beta_adjusted_gap_63d"]) < 0.01 * values["gap_63d"]


def test_short_history_says_what_it_needs():
    measures = measures_of(pair_line(*legs(62, 1)))
    assert measures["beta_60d"].value is not None
    assert measures["beta_dimson_60d"].reason == "needs 63 sessions, has 62"
    assert measures["beta_adjusted_gap_20d"].reason == "needs 81 sessions, has 62"
    assert measures["beta_60d_percentile"].reason == "needs 312 sessions, has 62"
