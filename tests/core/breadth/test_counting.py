"""Counts over constituents: worked tables, pandas on made and real panels, symbols in any order, holes, no future."""

import tracemalloc
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.breadth.closes import load_closes
from core.breadth.counting import GROUP, count_all, find_above, find_advances, find_extremes
from core.breadth.holdings import load_holdings

REAL = Path(__file__).parents[4] / "shared" / "market" / "breadth"
NAMES = ("above_20", "above_50", "above_200", "highs", "lows", "advances")


def prices(symbols, sessions, seed, holes=0.0):
    """Random walks, some of them begun late, some with holes."""
    rng = np.random.default_rng(seed)
    values = 50 * np.exp(np.cumsum(rng.normal(0, 0.02, (symbols, sessions)), axis=1))
    values[rng.random(values.shape) < holes] = np.nan
    for row in range(0, symbols, 7):
        values[row, : sessions * (row % 3) // 4] = np.nan
    return np.round(values, 2)


def expected_of(values, weights=None):
    """The same shares by plain pandas: sessions by symbols.

    In ten-thousandths, so that every moving sum is exact: prices of two decimals do equal their average now and then,
    and a mean in floating point then says either.
    """
    frame = (pd.DataFrame(values.T) * 1e4).round()
    weigh = np.ones(len(values)) if weights is None else weights

    def share(doing, telling):
        doing, telling = doing & telling, telling
        return (doing * weigh).sum(axis=1) / (telling * weigh).sum(axis=1).where(telling.any(axis=1))

    shares = {}
    for count in (20, 50, 200):
        total = frame.rolling(count, min_periods=count).sum()
        shares[f"above_{count}"] = share(frame * count > total, total.notna())
    before = frame.shift().rolling(251, min_periods=251)
    telling = before.max().notna() & frame.notna()
    shares["highs"], shares["lows"] = share(frame > before.max(), telling), share(frame < before.min(), telling)
    moved = frame.diff()
    shares["advances"] = share(moved > 0, (moved > 0) | (moved < 0))
    return shares


def assert_same(counts, values, weights=None):
    plain, weighted = expected_of(values), expected_of(values, weights)
    for name in NAMES:
        np.testing.assert_allclose(counts[name].share(), plain[name], rtol=1e-12, err_msg=name)
        np.testing.assert_allclose(counts[name].share(weighted=True), weighted[name], rtol=1e-10, err_msg=name)


def test_above_by_hand():
    """Closes 1 2 3 and 3 2 1: after three, the one is above its mean of 2, the other below."""
    doing, telling = find_above(np.array([[1.0, 2, 3], [3, 2, 1], [1, np.nan, 3]]), 3)
    assert telling.tolist() == [[False, False, True], [False, False, True], [False] * 3]
    assert doing[:, 2].tolist() == [True, False, False]


def test_advances_by_hand():
    rises, moves = find_advances(np.array([[1.0, 2, 2, 1, np.nan, 3]]))
    assert rises.tolist() == [[False, True, False, False, False, False]]
    assert moves.tolist() == [[False, True, False, True, False, False]]


def test_extremes_by_hand():
    """Of three sessions: above both before is a high, as high as one of them is none."""
    highs, lows, telling = find_extremes(np.array([[1.0, 2, 3, 3, 2, 1, np.nan, 5, 6, 7]]), 3)
    assert np.flatnonzero(highs[0]).tolist() == [2, 9]
    assert np.flatnonzero(lows[0]).tolist() == [4, 5]
    assert np.flatnonzero(telling[0]).tolist() == [2, 3, 4, 5, 9]


def test_shares_by_hand():
    """Three of four rise, the heaviest does not."""
    counts = count_all(np.array([[1.0, 2], [1, 2], [1, 2], [2, 1]]), np.array([0.1, 0.1, 0.1, 0.7]))
    assert counts["advances"].share()[1] == 0.75
    assert counts["advances"].share(weighted=True)[1] == pytest.approx(0.3)
    assert np.isnan(counts["advances"].share()[0])


@pytest.mark.parametrize(("symbols", "sessions", "holes"), [(3, 400, 0), (GROUP + 5, 300, 0.001), (40, 260, 0.02)])
def test_against_pandas(symbols, sessions, holes):
    values = prices(symbols, sessions, symbols, holes)
    weights = np.random.default_rng(1).dirichlet(np.ones(symbols))
    assert_same(count_all(values, weights), values, weights)


@pytest.mark.parametrize(
    ("fund", "table", "symbols"),
    [("IJR_holdings_2026-06-19", "sp600", 587), ("IVV_holdings_2026-06-19", "sp500", 495)],
)
@pytest.mark.skipif(not REAL.is_dir(), reason=f"no real market data in {REAL}")
def test_real_panels_against_pandas(fund, table, symbols):
    holdings = load_holdings(REAL / f"{fund}.csv")
    closes = load_closes([REAL / f"{table}_close_panel.csv"], holdings.symbols, pd.Timestamp("2026-01-01").date())
    by_symbol = dict(zip(holdings.symbols, holdings.weights, strict=True))
    weights = np.array([by_symbol[symbol] for symbol in closes.symbols])
    frame = pd.read_csv(REAL / f"{table}_close_panel.csv", index_col=0, parse_dates=True)
    assert closes.values.shape == (symbols, len(frame))
    np.testing.assert_array_equal(closes.values, frame[sorted(frame)].to_numpy().T)
    assert_same(count_all(closes.values, weights), closes.values, weights)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), scale=st.floats(0.01, 100))
def test_neither_order_nor_units_matter(seed, scale):
    values = prices(30, 280, seed, 0.002)
    rng = np.random.default_rng(seed)
    order, units = rng.permutation(30), rng.uniform(0.5, 2, (30, 1)) * scale
    before, after = count_all(values), count_all((values * units)[order])
    for name in NAMES:
        np.testing.assert_array_equal(before[name].doing, after[name].doing)
        np.testing.assert_array_equal(before[name].telling, after[name].telling)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(1, 300))
def test_no_look_ahead(seed, count):
    values = prices(20, 300, seed, 0.002)
    whole, then = count_all(values), count_all(values[:, :count])
    for name in NAMES:
        np.testing.assert_array_equal(whole[name].share()[:count], then[name].share())


@settings(max_examples=20, deadline=None)
@given(row=st.integers(0, 399), seed=st.integers(0, 1000))
def test_a_hole_leaves_a_symbol_out_until_the_window_has_passed(row, seed):
    values = prices(2, 400, seed)[1:]
    holed = values.copy()
    holed[0, row] = np.nan
    telling = {name: tally.telling[0] for name, tally in count_all(holed).items()}
    whole = {name: tally.telling[0] for name, tally in count_all(values).items()}
    for name, window in (("above_20", 20), ("above_50", 50), ("above_200", 200), ("highs", 252)):
        lost = whole[name] - telling[name]
        first, end = max(row, window - 1), min(400, row + window)
        assert lost[first:end].all(), name
        assert lost.sum() == max(0, end - first), name


def test_a_price_that_stands_still_is_not_above_its_average():
    """A moving sum of 0.1 is not exactly n times 0.1; 200 sessions after a bad tick it is off by more."""
    rng = np.random.default_rng(3)
    values = np.repeat(np.round(rng.uniform(0.1, 900, (50, 1)), 2), 500, axis=1)
    values[:, :20] *= rng.uniform(0.5, 2, (50, 20))
    counts = count_all(values)
    for name, window in (("above_20", 20), ("above_50", 50), ("above_200", 200), ("highs", 252), ("lows", 252)):
        assert counts[name].doing[:, 20 + window :].sum() == 0, name


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), row=st.integers(0, 299))
def test_a_bad_tick_and_a_high_level_leave_the_rest_as_it_was(seed, row):
    """Levels of 4e5, and a tick just under what is thrown out: what comes after agrees with exact arithmetic."""
    values = np.round(prices(15, 300, seed) * np.logspace(0, 4, 15)[:, None], 2)
    values[seed % 15, row] *= 9.0
    values = np.round(values, 2)
    expected = expected_of(values)
    for name, tally in count_all(values).items():
        np.testing.assert_allclose(tally.share(), expected[name], rtol=1e-12, err_msg=name)


def test_a_panel_shorter_than_the_window_says_nothing():
    counts = count_all(prices(3, 10, 1))
    assert np.isnan(counts["above_20"].share()).all()
    assert np.isnan(counts["highs"].share()).all()
    assert count_all(np.empty((0, 5)))["advances"].telling.tolist() == [[0.0] * 5] * 2


def test_memory_stays_small():
    """No panel of averages is written: beside the closes, a fraction of them is enough."""
    values = prices(1500, 1000, 1)
    tracemalloc.start()
    count_all(values, np.full(1500, 1 / 1500))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 0.75 * values.nbytes
