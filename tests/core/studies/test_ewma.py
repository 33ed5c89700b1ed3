"""EWMA against pandas (the same recursion), arch (another start), and by hand."""

import math

import numpy as np
import pandas as pd
import pytest
from arch.univariate import EWMAVariance, ZeroMean
from hypothesis import given, settings
from hypothesis import strategies as st
from study_lines import cut, measures_of, symbol_line, values_of, walk

from core.studies.ewma import EWMA, calc_ewma
from core.studies.study import Given


def test_three_returns_by_hand():
    """s1 = 0.0004; s2 = 0.94 * 0.0004 + 0.06 * 0.0001 = 0.000382; s3 = 0.94 * 0.000382 = 0.00035908."""
    assert calc_ewma(np.array([0.02, -0.01, 0.0])) == pytest.approx(0.00035908, rel=1e-14)


@pytest.mark.parametrize("count", [251, 600, 750, 751, 752, 2520])
def test_against_pandas(count):
    prices = walk(count, count)
    squares = np.log(pd.Series(prices)).diff().dropna() ** 2
    expected = squares.ewm(alpha=0.06, adjust=False).mean().iloc[-1]
    assert values_of(symbol_line(prices))["ewma_volatility"] == pytest.approx(math.sqrt(252 * expected), rel=1e-12)


def test_against_arch():
    """Its volatility of a session is our forecast of the session before; it begins with a backcast, so after 300."""
    prices = walk(2520, 4)
    returns = 100 * np.diff(np.log(prices))
    model = ZeroMean(returns, volatility=EWMAVariance(0.94), rescale=False)
    theirs = model.fit(disp="off").conditional_volatility
    ours = [100 * math.sqrt(calc_ewma(returns[:end] / 100)) for end in range(301, len(returns))]
    np.testing.assert_allclose(ours, theirs[301:], rtol=1e-6)


def test_it_waits_for_its_burn_in():
    assert measures_of(symbol_line(walk(250, 1)))["ewma_volatility"].reason == "needs 251 sessions, has 250"
    assert measures_of(symbol_line(walk(251, 1)))["ewma_volatility"].value is not None


def test_a_yield_at_zero_leaves_a_reason():
    yields = np.abs(walk(400, 5))
    yields[200] = 0.0
    assert measures_of(symbol_line(yields))["ewma_volatility"].reason == "not computable from these prices"


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(252, 900), factor=st.floats(0.1, 10))
def test_no_look_ahead_and_scale(seed, count, factor):
    returns = np.random.default_rng(seed).normal(0, 0.01, 1000)
    assert calc_ewma(returns[:count]) == calc_ewma(returns[:count].copy())
    assert calc_ewma(factor * returns) == pytest.approx(factor**2 * calc_ewma(returns), rel=1e-12)
    line = symbol_line(walk(1000, seed))
    recursion = 0.94 * calc_ewma(np.diff(np.log(line.values[:count]))) + 0.06 * (
        math.log(line.values[count] / line.values[count - 1]) ** 2
    )
    now = values_of(cut(line, count + 1))["ewma_volatility"]
    assert now == pytest.approx(math.sqrt(252 * recursion), rel=1e-12)


def test_explained():
    line = symbol_line(walk(400, 3))
    *_, new, old, variance, last = EWMA.explain(Given(line), "ewma_volatility")
    assert new.result + old.result == pytest.approx(variance.result, rel=1e-12)
    assert last.result == pytest.approx(math.sqrt(252 * variance.result), rel=1e-12)
    assert last.result == values_of(line)["ewma_volatility"]
