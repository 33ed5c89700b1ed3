"""Amihud and the spreads of funds: worked tables, pandas and the authors' package on real bars, holes told."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import bidask
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from study_panels import candles, cut_rows, given_of, make_panel

from core.drivers import Drivers
from core.fundamentals.catalogue import UNDATED_NAV
from core.fundamentals.fact import Fact
from core.fundamentals.fundamentals import build_fundamentals
from core.studies.liquidity import LIQUIDITY
from core.studies.spreads import to_impact
from core.studies.study import ALONE

DAILY = Path(__file__).parents[4] / "shared" / "market" / "daily"
NAMES = [definition.name for definition in LIQUIDITY.symbol]
SPREADS = [name for name in NAMES if name.startswith("spread")]
MEASURED = [name for name in NAMES if name != "nav_premium"]


def panel_of(bars, volume=None, symbol="IWM"):
    panel = make_panel({symbol: bars})
    return panel if volume is None else replace(panel, volume=np.asarray(volume, dtype=float)[:, None])


def values_of(panel, subject="IWM"):
    return LIQUIDITY.calculate(given_of(panel, subject))


def test_amihud_by_hand():
    """Prices 100 and 101 in turn, 10 and 20 million shares: up 1 % on 2.02 billion, down 0.990099 % on 1 billion."""
    closes = np.resize([100.0, 101.0], 41)
    found = values_of(panel_of(closes, np.resize([10e6, 20e6], 41)))["amihud_20d"]
    assert found == pytest.approx((0.01 / 2.02 + (1 / 101) / 1.0) / 2, rel=1e-13)


def test_days_without_a_trade_are_skipped_and_their_volume_unknown_is_not():
    impact = to_impact(np.array([10.0, 11.0, 11.0, 12.1]), np.array([1e9, 1e9, 0.0, 2e9]))
    assert impact == pytest.approx([0.1, 0.05], rel=1e-12)
    assert np.isnan(to_impact(np.array([10.0, 11.0]), np.array([1e9, np.nan]))).all()


def test_a_window_reaches_back_over_days_without_a_trade():
    closes, volume = candles(60, 4)[3], np.full(60, 1e6)
    volume[[45, 50]] = 0.0
    found = values_of(panel_of(closes, volume))["amihud_20d"]
    impact = np.abs(closes[1:] / closes[:-1] - 1) / (closes[1:] * 1e6) * 1e9
    kept = np.delete(impact, [44, 49])
    assert found == pytest.approx(kept[-20:].mean(), rel=1e-12)


def test_against_pandas_and_the_package():
    bars = candles(400, 5)
    volume = np.random.default_rng(5).lognormal(14, 0.4, 400)
    found = values_of(panel_of(bars, volume))
    close = pd.Series(bars[3])
    amihud = (close.pct_change().abs() / (close * volume) * 1e9).rolling(20).mean()
    assert found["amihud_20d"] == pytest.approx(amihud.iloc[-1], rel=1e-12)
    assert found["amihud_ratio_252d"] == pytest.approx(amihud.iloc[-1] / amihud.iloc[-252:].median(), rel=1e-12)
    assert found["spread_edge_21d"] == pytest.approx(bidask.edge(*bars[:, -21:]), rel=1e-12)


def slow_spreads(frame):
    """Corwin-Schultz and Abdi-Ranaldo, written as loops over two sessions at a time."""
    shultz, squares = [], []
    for one, two in pairwise(frame):
        (_, h1, l1, c1), (_, h2, l2, _) = one, two
        shift = c1 - h2 if h2 < c1 else c1 - l2 if l2 > c1 else 0.0
        h2, l2 = h2 + shift, l2 + shift
        beta, gamma = np.log(h1 / l1) ** 2 + np.log(h2 / l2) ** 2, np.log(max(h1, h2) / min(l1, l2)) ** 2
        root = 3 - 2 * np.sqrt(2)
        alpha = (np.sqrt(2 * beta) - np.sqrt(beta)) / root - np.sqrt(gamma / root)
        shultz.append(max(2 * (np.exp(alpha) - 1) / (1 + np.exp(alpha)), 0))
        middle, after = np.log(one[1] * one[2]) / 2, np.log(two[1] * two[2]) / 2
        squares.append(4 * (np.log(c1) - middle) * (np.log(c1) - after))
    return np.mean(shultz), np.sqrt(max(np.mean(squares), 0))


@pytest.mark.parametrize("symbol", ["IWM", "SPY", "IWN"])
@pytest.mark.skipif(not DAILY.is_dir(), reason=f"no real market data in {DAILY}")
def test_real_bars(symbol):
    frame = pd.read_csv(DAILY / f"{symbol}.csv", index_col="Date").loc[:"2025-08-29"].tail(400).astype(float)
    factor = frame["Adj Close"] / frame["Close"]
    bars = np.array([frame[name] * factor for name in ("Open", "High", "Low", "Close")])
    panel = replace(panel_of(bars, frame["Volume"], symbol), close=frame["Close"].to_numpy()[:, None])
    found = values_of(panel, symbol)
    expected = dict(zip(SPREADS, (*slow_spreads(bars.T[-22:].tolist()), bidask.edge(*bars[:, -21:])), strict=True))
    impact = frame["Adj Close"].pct_change().abs() / (frame["Close"] * frame["Volume"]) * 1e9
    expected["amihud_20d"] = impact.tail(20).mean()
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=1e-10), name
    # Of a fund it is noise, but not nonsense.
    assert all(0 <= found[name] < 0.02 for name in SPREADS)


def test_dollar_volume_is_of_quoted_prices():
    """Adjusted closes are half the quoted ones: the impact is that of the quoted dollars."""
    bars = candles(60, 6)
    panel = panel_of(bars)
    halved = replace(panel, **{name: getattr(panel, name) / 2 for name in ("adj", "open_", "high", "low")})
    before, after = values_of(panel), values_of(halved)
    for name in MEASURED:
        assert after[name] == before[name] or after[name] == pytest.approx(before[name], rel=1e-9), name


def test_indices_are_not_traded():
    for name in ("^RUT", "^TNX", "DX-Y.NYB"):
        reasons = {result.reason for result in values_of(panel_of(candles(300, 1), symbol=name), name).values()}
        assert reasons == {"an index is not traded"}


def test_what_is_missing_is_told():
    assert values_of(panel_of(candles(21, 1)))["spread_abdi_ranaldo_21d"].reason == "needs 22 sessions, has 21"
    assert values_of(panel_of(candles(20, 1)))["amihud_20d"].reason == "needs 21 sessions, has 20"
    assert values_of(panel_of(candles(270, 1)))["amihud_ratio_252d"].reason == "needs 272 sessions, has 270"
    assert values_of(panel_of(candles(60, 1), np.zeros(60)))["amihud_20d"].reason == "no volume"
    assert values_of(panel_of(np.full(300, 5.0)))["amihud_ratio_252d"].reason == "the price did not move"
    assert values_of(panel_of(np.full(300, 5.0)))["spread_edge_21d"].reason == "too few sessions moved"
    assert values_of(panel_of(candles(60, 1)))["nav_premium"].reason.startswith("needs the fund's net asset value")
    assert LIQUIDITY.calculate(replace(given_of(panel_of(candles(30, 1)), "IWM"), around=None)) == dict.fromkeys(
        NAMES, ALONE
    )


@pytest.mark.parametrize(
    ("nav", "method", "premium"),
    [
        (100.0, "", 0.02),  # of that evening: 102
        (100.0, UNDATED_NAV, 0.01),  # of that evening or the one before, 101: the nearer
        (101.7, UNDATED_NAV, 102 / 101.7 - 1),
        (103.0, UNDATED_NAV, 102 / 103 - 1),
    ],
)
def test_premium_over_net_asset_value(nav, method, premium):
    panel = panel_of(np.append(np.full(40, 100.0), [101.0, 102.0]))
    day = panel.sessions[-1].item()

    def given_nav(subject="IWM", day=day):
        facts = [Fact(day, subject, "nav", "", nav, "Yahoo Finance", method)]
        known = build_fundamentals(facts, {"Russell 2000": ("IWM", "VTWO")})
        return given_of(panel, "IWM", drivers=Drivers(fundamentals=known))

    assert LIQUIDITY.calculate(given_nav())["nav_premium"] == pytest.approx(premium, rel=1e-12)
    *_, last = LIQUIDITY.explain(given_nav(), "nav_premium")
    assert last.result == pytest.approx(premium, rel=1e-12)
    before = panel.sessions[-2].item()
    old = LIQUIDITY.calculate(given_nav(day=before))["nav_premium"]
    assert old.reason == f"the newest net asset value is of {before}"
    other = LIQUIDITY.calculate(given_nav("VTWO"))["nav_premium"]
    assert other.reason.startswith("needs the fund's net asset value")


def test_holes_are_told_and_never_shorten_a_window():
    bars, volume = candles(60, 1), np.full(60, 1e6)
    bars[1, 50], volume[55] = np.nan, np.nan
    panel = panel_of(bars, volume)
    found = values_of(panel)
    assert {found[name].reason for name in SPREADS} == {f"no open, high or low on {panel.sessions[50]}"}
    assert found["amihud_20d"].reason == f"no volume on {panel.sessions[55]}"


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), scale=st.floats(0.01, 100.0))
def test_scales(seed, scale):
    """Ten times the volume is a tenth of the impact; the unit of the price, at equal dollars, is nothing."""
    bars, volume = candles(300, seed), np.random.default_rng(seed).lognormal(14, 0.4, 300)
    before = values_of(panel_of(bars, volume))
    more, other = values_of(panel_of(bars, volume * scale)), values_of(panel_of(bars * scale, volume / scale))
    assert more["amihud_20d"] == pytest.approx(before["amihud_20d"] / scale, rel=1e-10)
    assert more["amihud_ratio_252d"] == pytest.approx(before["amihud_ratio_252d"], rel=1e-10)
    for name in MEASURED:
        assert other[name] == pytest.approx(before[name], rel=1e-6, abs=1e-9), name


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(1, 300))
def test_no_look_ahead(seed, count):
    bars = candles(300, seed)
    assert values_of(cut_rows(panel_of(bars), count)) == values_of(panel_of(bars[:, :count]))


def test_the_running_session_does_not_count():
    bars = candles(300, 1)
    assert values_of(make_panel({"IWM": bars}, provisional=True)) == values_of(panel_of(bars[:, :-1]))


@pytest.mark.parametrize("name", MEASURED)
def test_explained(name):
    subject = given_of(panel_of(candles(400, 3)), "IWM")
    steps = LIQUIDITY.explain(subject, name)
    results = [step.result for step in steps]
    assert results[-1] == LIQUIDITY.calculate(subject)[name]
    assert str(subject.line.sessions[-1]) in " ".join(step.text for step in steps)
    if name == "amihud_20d":
        volume, move, impact, largest, mean = results
        assert impact == pytest.approx(move / volume, rel=1e-12)
        assert 0 < mean < largest
    if name == "amihud_ratio_252d":
        assert results[-1] == pytest.approx(results[-3] / results[-2], rel=1e-12)
    if name == "spread_abdi_ranaldo_21d":
        assert results[-1] == pytest.approx(np.sqrt(max(results[-2], 0)), rel=1e-12)
