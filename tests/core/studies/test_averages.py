"""Moving averages, comparisons and alignment."""

import warnings

import numpy as np
import pandas as pd
import pytest
import talib
from study_lines import measures_of, symbol_line, values_of, walk

from core.studies.averages import calc_alignment, calc_sma_change
from core.studies.windows import calc_sma, to_sma


def test_mean_of_one_to_twenty():
    assert values_of(symbol_line(range(1, 21)))["sma_20"] == pytest.approx(10.5, rel=1e-15)


@pytest.mark.parametrize("count", [20, 50, 200])
def test_against_talib(count):
    prices = walk(2520, count)
    expected = talib.SMA(prices, count)
    assert calc_sma(prices, count) == pytest.approx(expected[-1], rel=1e-12)
    np.testing.assert_allclose(to_sma(prices, count), expected, rtol=1e-12)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it loads with deprecated names of pandas
        from pandas_ta_classic import sma
    other = sma(pd.Series(prices), length=count, talib=False)
    np.testing.assert_allclose(to_sma(prices, count), other, rtol=1e-12)


def test_a_flat_price_is_above_nothing():
    """0.1 has no exact binary form: the mean of many must still be 0.1, not a hair beside it."""
    values = values_of(symbol_line([0.1] * 300))
    assert values["sma_200"] == 0.1
    assert values["alignment"] == 0
    assert values["above_sma_20"] is False
    assert values["sma_50_above_200"] is False


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        ((10, 9, 8, 7), 5),
        ((7, 8, 9, 10), 0),
        ((9.5, 9, 8, 10), 3),  # above 20 and 50, under 200; 20 > 50, 50 < 200
        ((8.5, 8, 9, 7), 3),  # above 20 and 200; 50 > 200
    ],
)
def test_alignment_by_hand(prices, expected):
    assert calc_alignment(*prices) == expected


def test_comparisons_of_a_rising_line():
    values = values_of(symbol_line(np.arange(1.0, 301.0)))
    assert values["alignment"] == 5
    for name in ("above_sma_20", "above_sma_50", "above_sma_200", "sma_20_above_50", "sma_50_above_200"):
        assert values[name] is True


def test_change_of_the_average_by_hand():
    """A line rising by one a session: the 50-average rises by 20 in 20 sessions, from 30.5 below its last value."""
    prices = np.arange(101.0, 171.0)  # 70 values, the last 170: averages 145.5 and, 20 earlier, 125.5
    assert calc_sma_change(prices, 50) == pytest.approx(145.5 / 125.5 - 1, rel=1e-14)


def test_windows_are_never_shortened():
    measures = measures_of(symbol_line(walk(199, 3)))
    assert measures["sma_200"].reason == "needs 200 sessions, has 199"
    assert measures["above_sma_200"].value is None
    assert measures["alignment"].reason == "needs 200 sessions, has 199"
    assert measures["sma_50"].value is not None
    assert measures_of(symbol_line(walk(69, 3)))["sma_50_change_20d"].reason == "needs 70 sessions, has 69"
