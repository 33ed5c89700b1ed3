"""Beta, correlation and capture against statsmodels, TA-Lib, pandas and hand-made returns."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import talib
from study_lines import legs, measures_of, pair_line, values_of

from core.studies.comovement import calc_capture

SMALL, LARGE = legs(700, 17)
RETURNS = (np.diff(SMALL) / SMALL[:-1], np.diff(LARGE) / LARGE[:-1])


@pytest.mark.parametrize("count", [60, 252])
def test_beta_against_statsmodels_and_talib(count):
    beta = values_of(pair_line(SMALL, LARGE))[f"beta_{count}d"]
    small, large = (returns[-count:] for returns in RETURNS)
    fitted = sm.OLS(small, sm.add_constant(large)).fit()
    assert beta == pytest.approx(fitted.params[1], rel=1e-10)
    # TA-Lib takes prices, and the first of them is the regressor.
    assert beta == pytest.approx(talib.BETA(LARGE, SMALL, count)[-1], rel=1e-9)


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


def test_capture_against_pandas():
    frame = pd.DataFrame({"small": RETURNS[0][-252:], "large": RETURNS[1][-252:]})
    values = values_of(pair_line(SMALL, LARGE))
    for name, days in (("up", frame[frame.large > 0]), ("down", frame[frame.large < 0])):
        assert values[f"{name}_capture_252d"] == pytest.approx(days.small.mean() / days.large.mean(), rel=1e-10)


def test_capture_by_hand():
    """Large +1 % and -1 % in turn; small +1.5 % and -0.5 %."""
    large, small = np.resize([0.01, -0.01], 252), np.resize([0.015, -0.005], 252)
    assert calc_capture(small, large, 1) == pytest.approx(1.5, rel=1e-12)
    assert calc_capture(small, large, -1) == pytest.approx(0.5, rel=1e-12)


def test_capture_needs_63_days_of_its_kind():
    returns = np.full(252, 0.001)
    returns[:62] = -0.001
    prices = np.cumprod(np.append(1.0, 1 + returns))
    measures = measures_of(pair_line(prices * 1.01, prices))
    assert measures["down_capture_252d"].reason == "fewer than 63 down days of the large leg in 252"
    assert measures["up_capture_252d"].value == pytest.approx(1, rel=1e-9)


def test_a_leg_that_does_not_move():
    measures = measures_of(pair_line(SMALL[:80], np.full(80, 3.0)))
    assert measures["beta_60d"].reason == "a leg did not move"
    assert measures["correlation_60d"].reason == "a leg did not move"
