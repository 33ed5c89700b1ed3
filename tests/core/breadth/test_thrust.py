"""Zweig's thrust: TA-Lib's exponential average, and what begins and ends one."""

import numpy as np
import pytest
import talib
from hypothesis import given, settings
from hypothesis import strategies as st

from core.breadth.thrust import find_thrusts, to_smoothed_advances


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_average_against_talib(seed):
    advances = np.random.default_rng(seed).uniform(0, 1, 300)
    np.testing.assert_allclose(to_smoothed_advances(advances), talib.EMA(advances, 10), rtol=1e-12)


def test_a_hole_begins_the_average_anew():
    advances = np.random.default_rng(1).uniform(0, 1, 60)
    advances[30] = np.nan
    smoothed = to_smoothed_advances(advances)
    np.testing.assert_allclose(smoothed[:30], talib.EMA(advances[:30], 10), rtol=1e-12)
    np.testing.assert_allclose(smoothed[31:], talib.EMA(advances[31:], 10), rtol=1e-12)
    assert np.isnan(smoothed[30:40]).all()
    assert np.isnan(to_smoothed_advances(np.full(5, 0.5))).all()


@pytest.mark.parametrize(
    ("smoothed", "found"),
    [
        ([0.39, 0.5, 0.62], [2]),
        ([0.40, 0.5, 0.62], []),
        ([0.39, 0.5, 0.615], []),
        ([0.39, *[0.5] * 9, 0.62], [10]),
        ([0.39, *[0.5] * 10, 0.62], []),
        ([0.39, 0.62, 0.63], [1, 2]),
        ([np.nan, 0.39, np.nan, 0.62], [3]),
        ([0.62, 0.39], []),
        ([], []),
    ],
)
def test_from_under_040_to_above_0615_within_ten_sessions(smoothed, found):
    assert find_thrusts(np.array(smoothed)) == found
