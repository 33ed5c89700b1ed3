"""Drawdowns, the Ulcer index, volatility and the beta of a whole sample against quantstats."""

import math
import warnings

import numpy as np
import pandas as pd
import pytest
from study_lines import legs, symbol_line, values_of, walk

from core.studies.comovement import calc_beta
from core.studies.underwater import calc_ulcer, find_deepest, to_depths
from core.studies.volatility import to_volatility

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its plots' fonts
    from quantstats import stats

PRICES = walk(2520, 7)
DAYS = pd.bdate_range("2016-01-04", periods=2520)


def test_the_deepest_drawdown():
    expected = stats.max_drawdown(pd.Series(PRICES, DAYS))
    assert find_deepest(PRICES, to_depths(PRICES)).depth == pytest.approx(expected, rel=1e-12)
    assert values_of(symbol_line(PRICES))["max_drawdown"] == pytest.approx(expected, rel=1e-12)


def test_the_ulcer_index():
    """It divides by one less than there are."""
    returns = pd.Series(PRICES, DAYS).pct_change().fillna(0.0)
    expected = stats.ulcer_index(returns) * math.sqrt((len(PRICES) - 1) / len(PRICES))
    assert calc_ulcer(to_depths(PRICES)) == pytest.approx(expected, rel=1e-12)


def test_the_volatility_of_a_year():
    logs = pd.Series(np.diff(np.log(PRICES)), DAYS[1:])
    expected = stats.volatility(logs[-252:], periods=252)
    assert to_volatility(PRICES, 252)[-1] == pytest.approx(expected, rel=1e-12)


def test_the_beta_of_a_whole_sample():
    small, large = (pd.Series(leg, DAYS).pct_change().dropna() for leg in legs(2520, 3))
    expected = stats.greeks(small, large, prepare_returns=False)["beta"]
    assert calc_beta(small.to_numpy(), large.to_numpy()) == pytest.approx(expected, rel=1e-12)
