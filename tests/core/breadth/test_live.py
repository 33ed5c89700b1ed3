"""The newest closes against the plain definitions and the counts of whole histories; holes, bad ticks, no trace."""

import math
from decimal import Decimal, localcontext
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.breadth.counting import ABOVE, count_all
from core.breadth.live import COUNTED, STRENGTH, calc_newest, count_newest, keep

WITHIN = 1e-9


def prices(symbols, sessions, seed, holes=0.0):
    """Random walks, some of them begun late, some with holes."""
    rng = np.random.default_rng(seed)
    values = 50 * np.exp(np.cumsum(rng.normal(0, 0.02, (symbols, sessions)), axis=1))
    values[rng.random(values.shape) < holes] = np.nan
    for row in range(0, symbols, 7):
        values[row, : sessions * (row % 3) // 4] = np.nan
    return np.round(values, 2)


def exact_volatility(closes):
    """Of 21 closes, with 40 digits; NaN where one is not there."""
    if any(math.isnan(close) for close in closes):
        return math.nan
    with localcontext() as context:
        context.prec = 40
        logs = [Decimal(close).ln() for close in closes]
        returns = [now - before for before, now in pairwise(logs)]
        mean = sum(returns) / len(returns)
        return float((sum((one - mean) ** 2 for one in returns) / (len(returns) - 1) * 252).sqrt())


def assert_plain(values, benchmark=1.0):
    """What is said of the last column, given the others, against plain definitions of every symbol's own history."""
    newest = calc_newest(keep(values[:, :-1]), values[:, -1], benchmark)
    for row, closes in enumerate(values.tolist()):
        for count, found in zip(ABOVE, newest.averages[:, row], strict=True):
            expected = math.fsum(closes[-count:]) / count if len(closes) >= count else math.nan
            np.testing.assert_allclose(found, expected, rtol=WITHIN)
        expected = exact_volatility(closes[-21:]) if len(closes) > 20 else math.nan
        np.testing.assert_allclose(newest.volatility[row], expected, rtol=WITHIN)
        gain = closes[-1] / closes[-1 - STRENGTH] / benchmark - 1 if len(closes) > STRENGTH else math.nan
        np.testing.assert_allclose(newest.strength[row], gain, rtol=WITHIN)


def test_by_hand():
    """63 closes of 100, then 102 while the benchmark gained 1 %; a return alone among nineteen of zero."""
    newest = calc_newest(keep(np.full((1, 63), 100.0)), np.array([102.0]), 1.01)
    assert newest.averages[:, 0].tolist()[:2] == [pytest.approx(100.1), pytest.approx(100.04)]
    assert math.isnan(newest.averages[2, 0])
    assert newest.strength[0] == pytest.approx(102 / 101 - 1)
    assert newest.volatility[0] == pytest.approx(math.log(1.02) * math.sqrt(252 / 20))


@pytest.mark.parametrize(("sessions", "holes"), [(300, 0), (300, 0.01), (64, 0), (30, 0.01), (2, 0), (1, 0)])
def test_against_plain_definitions(sessions, holes):
    assert_plain(prices(25, sessions, sessions, holes), 1.03)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), sessions=st.integers(1, 320))
def test_counts_are_those_of_the_whole_history(seed, sessions):
    values = prices(30, sessions, seed, 0.002)
    weights = np.random.default_rng(seed).dirichlet(np.ones(30))
    whole, kept = count_all(values, weights), keep(values[:, :-1], weights)
    newest = count_newest(kept, calc_newest(kept, values[:, -1]))
    assert tuple(newest) == COUNTED
    for name, tally in whole.items():
        np.testing.assert_allclose(newest[name].doing[:, 0], tally.doing[:, -1], rtol=1e-12, atol=1e-15, err_msg=name)
        np.testing.assert_allclose(newest[name].telling[:, 0], tally.telling[:, -1], rtol=1e-12, err_msg=name)


def test_ahead_of_the_benchmark():
    """Gains of 3 %, 2 % and 1 % beside one of 2 %; a fourth has no close 63 sessions before."""
    closes = np.full((4, 63), 100.0)
    closes[3, 0] = np.nan
    kept = keep(closes, np.array([0.4, 0.3, 0.2, 0.1]))
    tally = count_newest(kept, calc_newest(kept, np.array([103.0, 102, 101, 200]), 1.02))["ahead"]
    assert tally.doing[:, 0].tolist() == [1.0, 0.4]
    assert tally.telling[:, 0].tolist() == [3.0, pytest.approx(0.9)]


def test_a_price_that_stands_still_is_not_above_its_average():
    """Nor by a rounding: 0.1 nineteen times and once more is not exactly twenty times 0.1."""
    closes = np.repeat(np.round(np.random.default_rng(3).uniform(0.1, 900, (200, 1)), 2), 260, axis=1)
    kept = keep(closes)
    tallies = count_newest(kept, calc_newest(kept, closes[:, -1]))
    assert [tallies[name].doing[0, 0] for name in COUNTED] == [0.0] * len(COUNTED)
    above = count_newest(kept, calc_newest(kept, closes[:, -1] * (1 + 1e-9)))
    assert [above[f"above_{count}"].doing[0, 0] for count in ABOVE] == [200.0] * 3


def test_a_symbol_without_a_newest_close_is_counted_nowhere():
    values = prices(3, 300, 5)
    values[1, -1] = np.nan
    kept = keep(values[:, :-1])
    newest = calc_newest(kept, values[:, -1])
    assert np.isnan([*newest.averages[:, 1], newest.volatility[1], newest.strength[1]]).all()
    assert all(tally.telling[0, 0] <= 2 for tally in count_newest(kept, newest).values())


@pytest.mark.parametrize("back", [0, 1, 5, 18, 19, 20, 21, 49, 63, 199, 250])
def test_a_bad_tick_counts_while_it_is_in_a_window_and_then_is_gone(back):
    values = prices(4, 300, 6)
    values[2, -1 - back] = 1e9
    assert_plain(values)


def test_small_moves_at_a_high_level():
    """Moves of 1e-6 at 1e5."""
    assert_plain(1e5 + 1e-6 * np.random.default_rng(7).normal(size=(10, 300)))


def test_a_million_updates_leave_no_trace():
    """400 of 2,500 symbols: the last answers as the only one would, to the last bit, and as exact arithmetic does."""
    values = prices(2500, 253, 8)
    kept, rng = keep(values[:, :-1]), np.random.default_rng(9)
    for _ in range(400):
        found = calc_newest(kept, values[:, -2] * np.exp(rng.normal(0, 0.3, 2500)))
        count_newest(kept, found)
    alone, after = calc_newest(keep(values[:, :-1]), values[:, -1]), calc_newest(kept, values[:, -1])
    for name in ("averages", "volatility", "strength"):
        np.testing.assert_array_equal(getattr(alone, name), getattr(after, name))
    assert_plain(values[:50])


def test_nothing_of_the_panel_is_kept():
    kept = keep(prices(5, 300, 1), np.full(5, 0.2))
    for name in kept.__slots__:
        assert getattr(kept, name).base is None or getattr(kept, name).base.size < 100, name
