"""Spread estimators: worked sessions, the authors' own package, a market with a known spread, identities."""

import math

import bidask
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from study_panels import candles

from core.studies.spreads import to_abdi_ranaldo, to_corwin_schultz, to_edge

ROOT = 3 - 2 * math.sqrt(2)


def corwin_schultz_of(highs, lows, closes):
    """The paper's formulas for two sessions, without a gap between them."""
    beta = sum(math.log(h / low) ** 2 for h, low in zip(highs, lows, strict=True))
    gamma = math.log(max(highs) / min(lows)) ** 2
    alpha = (math.sqrt(2 * beta) - math.sqrt(beta)) / ROOT - math.sqrt(gamma / ROOT)
    return max(2 * (math.exp(alpha) - 1) / (1 + math.exp(alpha)), 0.0)


def test_corwin_schultz_by_hand():
    """Two sessions between 99 and 101, where high and low are ask and bid: the spread is the range, two percent."""
    high, low, close = np.array([101.0, 101.0]), np.array([99.0, 99.0]), np.array([100.0, 100.0])
    assert to_corwin_schultz(high, low, close)[0] == pytest.approx(corwin_schultz_of(high, low, close), rel=1e-13)
    # b = 2 r^2, g = r^2: alpha is (2 r - sqrt(2) r - r sqrt(3 - 2 sqrt 2)) / (3 - 2 sqrt 2), which is r.
    wide = 2 * math.tanh(math.log(101 / 99) / 2)
    assert to_corwin_schultz(high, low, close)[0] == pytest.approx(wide, rel=1e-12)


def test_gamma_is_the_range_of_both_sessions_not_the_sum_of_their_ranges():
    """The second session is a little higher; with the ranges added up the spread would come out as zero."""
    high, low, close = np.array([101.0, 101.2]), np.array([99.0, 99.1]), np.array([100.5, 101.0])
    found = to_corwin_schultz(high, low, close)[0]
    assert found == pytest.approx(corwin_schultz_of(high, low, close), rel=1e-12)
    beta = math.log(101 / 99) ** 2 + math.log(101.2 / 99.1) ** 2
    summed = math.log(101 / 99) + math.log(101.2 / 99.1)
    wrong = (math.sqrt(2 * beta) - math.sqrt(beta)) / ROOT - summed / math.sqrt(ROOT)
    assert wrong < 0 < found


@pytest.mark.parametrize("gap", [5.0, -5.0])
def test_a_gap_overnight_is_no_spread(gap):
    """The second session is moved back until it touches the close before it."""
    high, low, close = np.array([101.0, 101.5]), np.array([99.0, 99.5]), np.array([100.0, 100.0])
    second = np.array([0.0, 1.0])
    far = to_corwin_schultz(high + second * gap, low + second * gap, close)[0]
    touching = second * (100.0 - low[1] if gap > 0 else 100.0 - high[1])
    assert far == pytest.approx(corwin_schultz_of(high + touching, low + touching, close), rel=1e-12)


def test_negative_corwin_schultz_spreads_are_zero():
    """A trend: the range of both sessions is far wider than either."""
    high, low, close = np.array([101.0, 103.0]), np.array([100.0, 102.0]), np.array([102.0, 103.0])
    assert to_corwin_schultz(high, low, close).tolist() == [0.0]


def test_abdi_ranaldo_by_hand():
    """Logs: middles 0.00 and 0.01, close of the first at 0.03: 4 * 0.03 * 0.02 = 0.0024."""
    high, low = np.exp([0.04, 0.03]), np.exp([-0.04, -0.01])
    assert to_abdi_ranaldo(high, low, np.exp([0.03, 9.0])) == pytest.approx([0.0024], rel=1e-12)


def test_abdi_ranaldo_stands_at_the_session_whose_range_it_used():
    """Changing the last range changes the last number alone; changing the last close changes none."""
    _, high, low, close = candles(30, 1)
    before = to_abdi_ranaldo(high, low, close)
    assert len(before) == 29
    later = to_abdi_ranaldo(np.append(high[:-1], high[-1] * 1.01), low, close)
    assert (later != before).tolist() == [False] * 28 + [True]
    assert to_abdi_ranaldo(high, low, np.append(close[:-1], close[-1] * 1.01)).tolist() == before.tolist()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 100_000), ticks=st.sampled_from([2, 5, 50]), tick=st.sampled_from([0.0, 0.05, 0.5]))
def test_edge_against_the_package(seed, ticks, tick):
    """Coarse prices too: opens at the high, sessions without a trade, closes at the low."""
    bars = candles(60, seed, ticks=ticks)
    if tick:
        bars = np.round(bars / tick) * tick
    found = to_edge(*bars, 21)
    assert len(found) == 40
    for i, value in enumerate(found):
        expected = bidask.edge(*bars[:, i : i + 21])
        # Its root magnifies the rounding of a sum that is nearly zero.
        assert value == pytest.approx(expected, rel=1e-12, abs=1e-9, nan_ok=True)


def test_edge_of_many_at_once_is_edge_of_each():
    several = np.stack([candles(80, seed) for seed in range(5)], axis=1)
    found = to_edge(*several, 21)
    assert found.shape == (5, 60)
    for row in range(5):
        assert found[row].tolist() == to_edge(*several[:, row], 21).tolist()


def test_edge_without_trades_is_nothing():
    still = np.full((4, 30), 50.0)
    assert np.isnan(to_edge(*still, 21)).all()
    assert to_edge(*still[:, :20], 21).size == 0


@pytest.fixture(scope="module")
def market():
    """4,000 sessions of 390 trades at the bid or the ask, a true spread of one percent and a deviation of one a day."""
    rng = np.random.default_rng(11)
    steps = rng.normal(0, 0.01 / math.sqrt(390), (4000, 390))
    middle = 4.0 + np.cumsum(steps).reshape(4000, 390)
    traded = np.exp(middle + 0.005 * rng.choice([-1.0, 1.0], (4000, 390)))
    return np.array([traded[:, 0], traded.max(axis=1), traded.min(axis=1), traded[:, -1]])


def test_a_known_spread_is_found(market):
    _, high, low, close = market
    windows = np.lib.stride_tricks.sliding_window_view(to_abdi_ranaldo(high, low, close), 21)
    assert math.sqrt(np.mean(to_abdi_ranaldo(high, low, close))) == pytest.approx(0.01, rel=0.10)
    assert np.mean(np.sqrt(np.maximum(windows.mean(axis=1), 0))) == pytest.approx(0.01, rel=0.10)
    assert np.mean(to_corwin_schultz(high, low, close)) == pytest.approx(0.01, rel=0.10)
    assert np.median(to_edge(*market, 250)) == pytest.approx(0.01, rel=0.10)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), scale=st.floats(0.001, 1000.0))
def test_the_unit_of_the_price_does_not_matter(seed, scale):
    _, h, lo, c = candles(60, seed)
    for before, after in (
        (to_corwin_schultz(h, lo, c), to_corwin_schultz(h * scale, lo * scale, c * scale)),
        (to_abdi_ranaldo(h, lo, c), to_abdi_ranaldo(h * scale, lo * scale, c * scale)),
    ):
        assert after == pytest.approx(before, rel=1e-7, abs=1e-12)


@pytest.mark.parametrize("price", range(4))
def test_a_hole_is_a_hole(price):
    bars = candles(60, 2)
    bars[price, 30] = np.nan
    o, h, lo, c = bars
    if price:  # neither of these two looks at the open
        both = to_corwin_schultz(h, lo, c), to_abdi_ranaldo(h, lo, c)
        for found in both:
            assert np.isnan(found[29:31]).any()
            assert np.isfinite(np.delete(found, [29, 30])).all()
    found = to_edge(o, h, lo, c, 21)
    assert np.isnan(found[11:30]).all()
    assert np.isfinite(found[:10]).all()
    assert np.isfinite(found[31:]).all()
