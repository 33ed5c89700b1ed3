"""New bars joined to old ones whose past the source has rescaled meanwhile [§0.3]."""

import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from market_makers import make_bars, sessions_until

from core.market.bars import COLUMNS, Bars
from core.market.merge import merge_bars

DAYS = sessions_until("2026-03-24", 10)
PRICES = np.array([200.0, 201, 202, 204, 203, 205, 206, 204, 207, 208])


def assert_same(one: Bars, other: Bars) -> None:
    np.testing.assert_array_equal(one.sessions, other.sessions)
    for name in COLUMNS:
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-12)


def cut(bars: Bars, begin: int, end: int | None = None) -> Bars:
    return Bars(bars.symbol, bars.sessions[begin:end], *(getattr(bars, name)[begin:end] for name in COLUMNS))


def test_new_sessions_are_added() -> None:
    bars = make_bars("IWM", DAYS, PRICES)
    merged = merge_bars(cut(bars, 0, 7), cut(bars, 4))
    assert_same(merged.bars, bars)
    assert (merged.corrections, merged.rescaled, merged.joined) == ((), False, True)


def test_a_dividend_rescales_the_adjusted_past() -> None:
    # 2.07 of 207 is paid on the ninth day: all adjusted closes before it shrink by 1 - 2.07 / 204.
    before = make_bars("IWM", DAYS[:8], PRICES[:8], PRICES[:8] * 0.9)
    factor = np.where(np.arange(10) < 8, 1 - 2.07 / 204, 1.0)
    after = make_bars("IWM", DAYS, PRICES, PRICES * 0.9 * factor)
    merged = merge_bars(before, cut(after, 5))
    assert_same(merged.bars, after)
    assert merged.rescaled
    assert merged.corrections == ()


@pytest.mark.parametrize("split", [0.5, 0.25, 2 / 3, 10.0])
def test_a_split_rescales_prices_and_volumes(split: float) -> None:
    before = make_bars("IWM", DAYS[:8], PRICES[:8], PRICES[:8] * 0.9)
    after = make_bars("IWM", DAYS, PRICES * split, PRICES * split * 0.9, volume=1e6 / split)
    merged = merge_bars(before, cut(after, 5))
    assert_same(merged.bars, after)
    assert merged.rescaled
    assert merged.corrections == ()


def test_split_and_dividend_together() -> None:
    before = make_bars("IWM", DAYS[:8], PRICES[:8])
    after = make_bars("IWM", DAYS, PRICES / 2, PRICES / 2 * np.where(np.arange(10) < 9, 0.99, 1), volume=2e6)
    merged = merge_bars(before, cut(after, 6))
    assert_same(merged.bars, after)


def test_a_corrected_close_is_told_and_rescales_nothing() -> None:
    bars = make_bars("IWM", DAYS, PRICES)
    corrected = PRICES.copy()
    corrected[6] = 216.3
    merged = merge_bars(cut(bars, 0, 8), cut(make_bars("IWM", DAYS, corrected), 4))
    assert not merged.rescaled
    assert merged.bars.close[6] == 216.3
    assert merged.bars.close[:4].tolist() == PRICES[:4].tolist()
    assert {change.session for change in merged.corrections} == {date.fromisoformat(str(DAYS[6]))}
    found = {change.field: (change.old, change.new) for change in merged.corrections}
    assert found["close"] == (206.0, 216.3)
    assert set(found) == {"open", "high", "low", "close", "adj_close"}


def test_several_corrections_are_no_split() -> None:
    corrected = PRICES.copy()
    corrected[7:] *= [1.05, 1.10, 1.15]
    merged = merge_bars(make_bars("IWM", DAYS, PRICES), cut(make_bars("IWM", DAYS, corrected), 7))
    assert not merged.rescaled
    assert len({change.session for change in merged.corrections}) == 3


@pytest.mark.parametrize(("factor", "rescaled"), [(1.08, False), (0.5, True)])
def test_one_common_session_shows_a_split_only_if_it_is_a_large_one(factor: float, rescaled: bool) -> None:
    bars = make_bars("IWM", DAYS, PRICES)
    merged = merge_bars(cut(bars, 0, 8), cut(make_bars("IWM", DAYS, PRICES * factor, volume=1e6 / factor), 7))
    assert merged.rescaled is rescaled
    np.testing.assert_allclose(merged.bars.close[0], PRICES[0] * (factor if rescaled else 1.0))
    assert bool(merged.corrections) is not rescaled


def test_a_dividend_learnt_of_late_rescales_what_lies_before_it() -> None:
    before = make_bars("IWM", DAYS[:9], PRICES[:9])
    factor = np.where(np.arange(10) < 7, 0.99, 1.0)  # ex on the eighth day, which was fetched without it
    after = make_bars("IWM", DAYS, PRICES, PRICES * factor)
    merged = merge_bars(before, cut(after, 4))
    assert_same(merged.bars, after)
    assert merged.rescaled
    assert merged.corrections == ()


def test_the_noise_of_single_precision_is_no_correction() -> None:
    bars = make_bars("IWM", DAYS, PRICES)
    noisy = PRICES.astype(np.float32).astype(np.float64) * (1 + 1e-7)
    merged = merge_bars(bars, make_bars("IWM", DAYS, noisy, noisy * (1 + 3e-6)))
    assert (merged.corrections, merged.rescaled) == ((), False)


def test_a_null_last_bar_erases_nothing() -> None:
    bars = make_bars("IWM", DAYS, PRICES)
    holed = PRICES.copy()
    holed[9] = math.nan
    merged = merge_bars(bars, cut(make_bars("IWM", DAYS, holed), 5))
    assert_same(merged.bars, bars)
    filled = merge_bars(make_bars("IWM", DAYS, holed), cut(bars, 5))
    assert_same(filled.bars, bars)
    assert filled.corrections == ()


def test_without_a_common_session_nothing_is_known_of_the_scale() -> None:
    bars = make_bars("IWM", DAYS, PRICES)
    merged = merge_bars(cut(bars, 0, 4), cut(bars, 6))
    assert not merged.joined
    assert len(merged.bars) == 8


def test_an_empty_side_gives_the_other() -> None:
    bars = make_bars("IWM", DAYS, PRICES)
    assert merge_bars(cut(bars, 0, 0), bars).bars is bars
    assert merge_bars(bars, cut(bars, 0, 0)).bars is bars


def test_rates_at_zero_divide_nothing() -> None:
    rates = np.array([0.01, 0.0, -0.02, 0.0, 0.01, 0.02, 0.0, 0.01, 0.0, 0.02])
    bars = make_bars("^IRX", DAYS, rates)
    merged = merge_bars(cut(bars, 0, 7), cut(bars, 3))
    assert_same(merged.bars, bars)
    assert not merged.rescaled


numbers = st.one_of(st.floats(90, 110), st.just(math.nan))


@settings(deadline=None)
@given(
    st.lists(numbers, min_size=10, max_size=10),
    st.lists(numbers, min_size=10, max_size=10),
    st.integers(1, 10),
    st.integers(0, 9),
    st.sampled_from([1.0, 0.5, 3.0]),
    st.sampled_from([1.0, 0.99, 0.9]),
)
def test_merging_again_changes_nothing(
    first: list[float], second: list[float], end: int, begin: int, split: float, dividend: float
) -> None:
    old = make_bars("IWM", DAYS[:end], first[:end])
    prices = np.array(second[begin:]) * split
    new = make_bars("IWM", DAYS[begin:], prices, prices * dividend)
    once = merge_bars(old, new)
    twice = merge_bars(once.bars, new)
    assert_same(twice.bars, once.bars)
    assert (twice.corrections, twice.rescaled) == ((), False)
    assert (np.diff(once.bars.sessions) > np.timedelta64(0)).all()
