"""Exponential averages and PPO against TA-Lib, session by session, and by hand."""

import numpy as np
import pytest
import talib
from study_lines import measures_of, pair_line, symbol_line, values_of, walk

from core.studies.exponential import EXPONENTIAL, calc_ema, to_ppo
from core.studies.smoothing import calc_smoothed, to_smoothed
from core.studies.study import Given

PRICES = walk(2520, 5)


@pytest.mark.parametrize("count", [12, 20, 26, 50])
def test_averages_against_talib(count):
    expected = talib.EMA(PRICES, count)
    for end in (count, count + 1, count + 2, 100, 321, 900, 2520):
        assert calc_ema(PRICES[:end], count) == pytest.approx(expected[end - 1], rel=1e-12)
    assert values_of(symbol_line(PRICES))[f"ema_{count}"] == pytest.approx(expected[-1], rel=1e-12)


@pytest.mark.parametrize("end", [34, 35, 60, 233, 234, 235, 2520])
def test_ppo_against_talib_s_averages(end):
    """TA-Lib seeds its own PPO's fast average later; both forget their seed, so this is built from its averages."""
    prices = PRICES[:end]
    line = talib.EMA(prices, 12)[25:] / talib.EMA(prices, 26)[25:] - 1
    signal = talib.EMA(line, 9)[-1]
    values = values_of(symbol_line(prices))
    assert values["ppo"] == pytest.approx(line[-1], rel=1e-9, abs=1e-14)
    assert values["ppo_signal"] == pytest.approx(signal, rel=1e-9, abs=1e-14)
    assert values["ppo_histogram"] == pytest.approx(line[-1] - signal, rel=1e-9, abs=1e-14)


def test_ppo_is_talib_s_once_seeds_are_forgotten():
    assert values_of(symbol_line(PRICES))["ppo"] == pytest.approx(talib.PPO(PRICES, 12, 26, 1)[-1] / 100, rel=1e-9)


def test_by_hand():
    """The mean of 1, 2, 3 is 2; with half the way to each next value: 3 after 4, 6.5 after 10."""
    values = np.array([1.0, 2.0, 3.0, 4.0, 10.0])
    assert calc_smoothed(values, 3, 0.5) == pytest.approx(6.5, rel=1e-15)
    np.testing.assert_allclose(to_smoothed(values, 3, 0.5, 9), [2.0, 3.0, 6.5], rtol=1e-15)
    np.testing.assert_allclose(to_smoothed(values, 3, 0.5, 2), [3.0, 6.5], rtol=1e-15)
    assert to_smoothed(values[:2], 3, 0.5, 5).size == 0


@pytest.mark.parametrize("count", [100, 5000])
def test_equal_prices_have_exactly_that_average_and_no_ppo(count):
    values = values_of(pair_line(np.full(count, 0.1), np.full(count, 0.3)))
    assert values["ema_50"] == 0.1 / 0.3
    assert (values["ppo"], values["ppo_signal"], values["ppo_histogram"]) == (0.0, 0.0, 0.0)


def test_histories_end_with_the_value():
    np.testing.assert_allclose(
        to_ppo(PRICES, 50), [to_ppo(PRICES[: len(PRICES) - i], 1)[-1] for i in range(49, -1, -1)]
    )


def test_short_histories_say_what_they_need():
    measures = measures_of(symbol_line(PRICES[:33]))
    assert measures["ppo"].value is not None
    assert measures["ppo_signal"].reason == measures["ppo_histogram"].reason == "needs 34 sessions, has 33"
    assert measures["ema_50"].reason == "needs 50 sessions, has 33"
    assert measures_of(symbol_line(PRICES[:25]))["ppo"].reason == "needs 26 sessions, has 25"


def test_a_rate_of_zero_has_no_ppo():
    found = EXPONENTIAL.calculate(Given(symbol_line(np.zeros(60))))["ppo"]
    assert isinstance(found, float)
    assert np.isnan(found)


@pytest.mark.parametrize("length", [1, 2, 255, 256, 257, 258, 2000, 9999])
def test_a_series_is_carried_on_over_all_its_parts(length):
    expected = talib.EMA(PRICES, 12)[11:][-length:]
    np.testing.assert_allclose(to_smoothed(PRICES, 12, 2 / 13, length), expected, rtol=1e-12)
