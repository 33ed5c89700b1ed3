"""Which bars are put aside, and what becomes of adjusted closes that are missing [§0.4]."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from market_makers import make_bars, sessions_until

from core.market.bars import COLUMNS, Bars
from core.market.kinds import Kind, has_own_calendar, is_index, kind_of
from core.market.validate import fill_adjusted, is_believable, validate_bars

DAYS = sessions_until("2026-03-23", 6)
GOOD = (100.0, 101.0, 102.0, 101.0, 100.0, 99.0)


def spoiled(symbol: str, **values: float) -> Bars:
    """Good bars with the given values in row 3."""
    bars = make_bars(symbol, DAYS, GOOD)
    columns = {name: getattr(bars, name).copy() for name in COLUMNS}
    for name, value in values.items():
        columns[name][3] = value
    return bars.with_columns(columns)


def test_good_bars_stay_as_they_are() -> None:
    bars = make_bars("IWM", DAYS, GOOD, np.array(GOOD) * 0.98)
    checked, quarantined = validate_bars(bars)
    assert quarantined == ()
    for name in COLUMNS:
        np.testing.assert_array_equal(getattr(checked, name), getattr(bars, name))


@pytest.mark.parametrize(
    "values",
    [
        {"close": 0.0, "adj_close": 0.0},
        {"close": -101.0},
        {"close": math.inf},
        {"open": -math.inf},
        {"low": 0.0},
        {"adj_close": -1.0},
        {"high": 100.9},  # under open and close of 101
        {"low": 101.1},
        {"open": 103.0},  # over the high of 102.01
        {"high": 101.0 * (1 - 3e-6)},
    ],
)
def test_an_impossible_bar_is_quarantined_whole(values: dict[str, float]) -> None:
    checked, quarantined = validate_bars(spoiled("IWM", **values))
    assert quarantined == (str(DAYS[3]),)
    for name in COLUMNS:
        assert np.isnan(getattr(checked, name)).tolist() == [False, False, False, True, False, False]


@pytest.mark.parametrize("values", [{"high": 101.0 * (1 - 5e-7)}, {"low": 101.0 * (1 + 5e-7)}])
def test_rounding_of_a_source_is_not_an_offence(values: dict[str, float]) -> None:
    assert validate_bars(spoiled("IWM", **values))[1] == ()


def test_numbers_that_a_source_does_not_have_are_tolerated() -> None:
    bars = spoiled("^RUT", open=math.nan, high=math.nan, low=math.nan, volume=math.nan)
    checked, quarantined = validate_bars(bars)
    assert quarantined == ()
    assert checked.close[3] == 101.0


def test_a_missing_close_is_missing_and_not_quarantined() -> None:
    checked, quarantined = validate_bars(spoiled("IWM", close=math.nan, adj_close=math.nan))
    assert quarantined == ()
    assert np.isnan(checked.adj_close[3])


def test_an_index_s_zero_open_means_none() -> None:
    checked, quarantined = validate_bars(spoiled("^GSPC", open=0.0))
    assert quarantined == ()
    assert np.isnan(checked.open[3])
    assert validate_bars(spoiled("SPY", open=0.0))[1] == (str(DAYS[3]),)


def test_a_negative_volume_costs_the_volume_alone() -> None:
    checked, quarantined = validate_bars(spoiled("IWM", volume=-5.0))
    assert (quarantined, checked.close[3]) == ((), 101.0)
    assert np.isnan(checked.volume[3])


def test_a_bad_tick_loses_itself_and_not_the_bar_after_it() -> None:
    _, quarantined = validate_bars(make_bars("IWM", DAYS, (100, 101, 1010, 102, 101, 100)))
    assert quarantined == (str(DAYS[2]),)


def test_a_level_that_stays_loses_one_bar() -> None:
    _, quarantined = validate_bars(make_bars("IWM", DAYS, (100, 101, 50, 50.5, 51, 50)))
    assert quarantined == (str(DAYS[2]),)


def test_the_largest_move_is_half_in_logarithms() -> None:
    up = 100 * math.exp(0.499)
    assert validate_bars(make_bars("IWM", DAYS[:2], (100, up)))[1] == ()
    assert validate_bars(make_bars("IWM", DAYS[:2], (100, 100 * math.exp(0.501))))[1] == (str(DAYS[1]),)


def test_a_move_is_measured_on_adjusted_closes() -> None:
    # A split that the closes show and the adjusted closes do not is nobody's loss.
    bars = make_bars("IWM", DAYS, (200, 202, 101, 102, 101, 100), (100, 101, 101, 102, 101, 100))
    assert validate_bars(bars)[1] == ()


def test_volatility_may_double_in_a_day() -> None:
    # ^VIX closed at 17.31 on 2018-02-02 and at 37.32 on 2018-02-05.
    assert validate_bars(make_bars("^VIX", DAYS[:2], (17.31, 37.32)))[1] == ()
    assert validate_bars(make_bars("^VIX", DAYS[:2], (17.31, 0.17)))[1] == (str(DAYS[1]),)


def test_rates_may_be_zero_negative_and_many_times_the_day_before() -> None:
    rates = (0.043, -0.105, 0.0, 0.003, -0.05, 0.1)
    checked, quarantined = validate_bars(make_bars("^IRX", DAYS, rates))
    assert quarantined == ()
    assert checked.adj_close.tolist() == list(rates)
    assert validate_bars(make_bars("^IRX", DAYS, (4.1, 4.2, 41.0, 4.2, 4.1, 4.0)))[1] == (str(DAYS[2]),)


def test_without_adjusted_closes_the_closes_serve() -> None:
    bars = make_bars("^GSPC", DAYS, GOOD, [math.nan] * 6)
    assert validate_bars(bars)[0].adj_close.tolist() == list(GOOD)


def test_a_missing_adjusted_close_keeps_its_relation() -> None:
    adjusted = [math.nan, 101 * 0.6, math.nan, 101 * 0.7, 100 * 0.7, math.nan]
    filled = fill_adjusted(make_bars("SPY", DAYS, GOOD, adjusted))
    np.testing.assert_allclose(filled / GOOD, [0.6, 0.6, 0.6, 0.7, 0.7, 0.7], rtol=1e-12)


def test_nothing_is_nothing() -> None:
    checked, quarantined = validate_bars(make_bars("IWM", DAYS[:0], []))
    assert (len(checked), quarantined) == (0, ())


@pytest.mark.parametrize(
    ("symbol", "kind"),
    [("IWM", Kind.PRICE), ("^RUT", Kind.PRICE), ("^VIX", Kind.VOLATILITY), ("^RVX", Kind.VOLATILITY)]
    + [(name, Kind.RATE) for name in ("^IRX", "^FVX", "^TNX")]
    + [("VTI", Kind.PRICE), ("DX-Y.NYB", Kind.PRICE)],
)
def test_kinds(symbol: str, kind: Kind) -> None:
    assert kind_of(symbol) is kind


def test_calendars_and_indices() -> None:
    assert [has_own_calendar(s) for s in ("^TNX", "DX-Y.NYB", "EURUSD=X", "CL=F", "^RUT", "IWM")] == [True] * 4 + [
        False
    ] * 2
    assert [is_index(s) for s in ("^GSPC", "DX-Y.NYB", "SPY")] == [True, True, False]


def test_quotes_are_held_to_the_same_limits() -> None:
    assert is_believable("IWM", 120.0, 100.0)
    assert not is_believable("IWM", 200.0, 100.0)
    assert not is_believable("IWM", math.nan, 100.0)
    assert not is_believable("IWM", 0.0, math.nan)
    assert is_believable("^IRX", -0.1, 0.05)
    assert is_believable("IWM", 120.0, math.nan)


prices = st.lists(
    st.one_of(st.floats(50, 150), st.sampled_from([0.0, -3.0, math.nan, math.inf, 1e6, 1e-6]), st.floats(400, 900)),
    min_size=1,
    max_size=40,
)


@settings(deadline=None)
@given(prices, st.data())
def test_cutting_the_history_changes_no_verdict(values: list[float], data: st.DataObject) -> None:
    days = sessions_until("2026-03-23", len(values))
    end = data.draw(st.integers(1, len(values)))
    whole, _ = validate_bars(make_bars("IWM", days, values))
    cut, _ = validate_bars(make_bars("IWM", days[:end], values[:end]))
    np.testing.assert_array_equal(whole.adj_close[:end], cut.adj_close)


@settings(deadline=None)
@given(prices)
def test_what_is_left_is_believable(values: list[float]) -> None:
    checked, _ = validate_bars(make_bars("IWM", sessions_until("2026-03-23", len(values)), values))
    left = checked.close[~np.isnan(checked.close)]
    assert np.isfinite(left).all()
    assert (left > 0).all()
