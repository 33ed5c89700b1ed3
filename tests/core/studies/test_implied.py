"""Implied against realised volatility: by hand and against pandas, holes and late indices told."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import percentileofscore
from study_lines import symbol_line, walk
from study_panels import cut_rows, given_of, make_panel

from core.market.symbols import kind_of_subject
from core.studies.implied import IMPLIED
from core.studies.study import ALONE, Given

DAILY = Path(__file__).parents[4] / "shared" / "market" / "daily"
CASES = [(subject, d.name) for subject in ("IWM", "IWM/SPY") for d in IMPLIED.definitions(kind_of_subject(subject))]


def market(count=1500, seed=1):
    """Prices of both legs and their indices, which wander about 25 and 18."""
    rng = np.random.default_rng(seed)
    indices = (level + np.cumsum(rng.normal(0, 0.2, count)) for level in (25, 18))
    rvx, vix = (np.abs(index) + 5 for index in indices)
    return {"IWM": walk(count, seed), "SPY": walk(count, seed + 1), "^RVX": rvx, "^VIX": vix}


def values_of(symbols, subject, **panel):
    return IMPLIED.calculate(given_of(make_panel(symbols, **panel), subject))


def test_by_hand():
    """Log returns of +1 and -1 % in turn: over 21 of them the squares around the mean of 1/21 % sum up to 20.952."""
    prices = 100 * np.exp(np.concatenate(([0.0], np.cumsum(np.resize([0.01, -0.01], 21)))))
    index = np.linspace(30, 24, 22)
    found = values_of({"IWM": prices, "^RVX": index}, "IWM")
    month = math.sqrt((21 - 1 / 21) / 20 * 252) * 0.01
    assert found["implied_volatility"] == pytest.approx(0.24, rel=1e-14)
    assert found["variance_premium_21d"] == pytest.approx(0.24**2 - month**2, rel=1e-11)
    assert found["implied_error_21d"] == pytest.approx(0.30 - month, rel=1e-11)
    assert found["implied_minus_realised_20d"] == pytest.approx(0.24 - 0.01 * math.sqrt(20 / 19 * 252), rel=1e-11)


@pytest.mark.parametrize(("subject", "index"), [("IWM", "^RVX"), ("SPY", "^VIX")])
@pytest.mark.parametrize("seed", range(3))
def test_against_pandas(subject, index, seed):
    symbols = market(seed=seed)
    found = values_of(symbols, subject)
    level, logs = pd.Series(symbols[index]) / 100, np.log(pd.Series(symbols[subject])).diff()
    excess = level - logs.rolling(20).std() * math.sqrt(252)
    month = logs.rolling(21).std() * math.sqrt(252)
    assert found["implied_volatility"] == level.iloc[-1]
    assert found["implied_minus_realised_20d"] == pytest.approx(excess.iloc[-1], rel=1e-9)
    assert found["variance_premium_21d"] == pytest.approx((level**2 - month**2).iloc[-1], rel=1e-9)
    assert found["implied_error_21d"] == pytest.approx((level.shift(21) - month).iloc[-1], rel=1e-9)
    for name, series in (("implied", level), ("implied_minus_realised", excess)):
        past = series.iloc[-1260:].to_numpy()
        expected = percentileofscore(past, past[-1], kind="weak") / 100
        assert found[f"{name}_percentile_1260d"] == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize("seed", range(3))
def test_small_over_large_against_pandas(seed):
    symbols = market(seed=seed)
    found = values_of(symbols, "IWM/SPY")
    rvx, vix = pd.Series(symbols["^RVX"]), pd.Series(symbols["^VIX"])
    assert found["implied_spread"] == pytest.approx((rvx - vix).iloc[-1] / 100, rel=1e-12)
    assert found["implied_ratio"] == pytest.approx((rvx / vix).iloc[-1], rel=1e-12)
    for name, series in (("implied_spread", rvx - vix), ("implied_ratio", rvx / vix)):
        past = series.iloc[-1260:].to_numpy()
        expected = percentileofscore(past, past[-1], kind="weak") / 100
        assert found[f"{name}_percentile_1260d"] == pytest.approx(expected, abs=1e-15)


@pytest.mark.skipif(not DAILY.is_dir(), reason=f"no real market data in {DAILY}")
def test_real_vix_against_pandas():
    frames = {name: pd.read_csv(DAILY / f"{name}.csv", index_col="Date").loc[:"2026-02-27"] for name in ("SPY", "^VIX")}
    both = pd.DataFrame({n: f["Adj Close"].fillna(f["Close"]).astype(float) for n, f in frames.items()}).dropna()
    found = values_of({name: both[name].to_numpy() for name in both}, "SPY")
    excess = both["^VIX"] / 100 - np.log(both["SPY"]).diff().rolling(20).std() * math.sqrt(252)
    assert found["implied_minus_realised_20d"] == pytest.approx(excess.iloc[-1], rel=1e-9)
    past = excess.iloc[-1260:].to_numpy()
    expected = (past <= past[-1]).mean()
    assert found["implied_minus_realised_percentile_1260d"] == pytest.approx(expected, abs=1e-15)


def test_nothing_is_carried_forward():
    """The index has no value of the newest session: yesterday's is not today's."""
    symbols = market()
    symbols["^VIX"][-1] = np.nan
    panel = make_panel(symbols)
    found = IMPLIED.calculate(given_of(panel, "SPY"))
    assert {result.reason for result in found.values()} == {f"^VIX has no value of {panel.sessions[-1]}"}
    ratio = IMPLIED.calculate(given_of(panel, "IWM/SPY"))["implied_ratio"]
    assert ratio.reason == f"^RVX/^VIX has no value of {panel.sessions[-1]}"


def test_an_index_that_is_ahead_is_read_at_the_session_of_the_line():
    symbols = market()
    symbols["SPY"][-1] = np.nan
    assert values_of(symbols, "SPY")["implied_volatility"] == symbols["^VIX"][-2] / 100


def test_holes_cost_sessions_and_are_told():
    symbols = market()
    symbols["^VIX"][1000:1010] = np.nan
    found = values_of(symbols, "SPY")
    level, logs = pd.Series(symbols["^VIX"]) / 100, np.log(pd.Series(symbols["SPY"])).diff()
    past = (level - logs.rolling(20).std() * math.sqrt(252)).dropna().iloc[-1260:].to_numpy()
    assert found["implied_minus_realised_percentile_1260d"] == pytest.approx((past <= past[-1]).mean(), abs=1e-15)
    short = {name: values[-1285:] for name, values in symbols.items()}
    lacking = values_of(short, "SPY")["implied_minus_realised_percentile_1260d"]
    assert lacking.reason == "needs 1280 sessions, has 1275"
    symbols["^VIX"][-22] = np.nan
    found = values_of(symbols, "SPY")
    session = make_panel(symbols).sessions[-22]
    assert found["implied_error_21d"].reason == f"^VIX has no value of {session}"
    assert isinstance(found["variance_premium_21d"], float)


def test_what_has_no_index_says_so():
    symbols = market() | {"MDY": walk(1500, 5)}
    assert values_of(symbols, "MDY")["implied_volatility"].reason == "no volatility index of MDY is known here"
    assert values_of(symbols, "MDY/SPY")["implied_ratio"].reason == "no volatility index of MDY is known here"
    del symbols["^RVX"]
    assert values_of(symbols, "IWM")["implied_volatility"].reason == "no history of ^RVX"
    assert IMPLIED.calculate(Given(symbol_line(walk(30, 1))))["implied_volatility"] == ALONE


def test_windows_wait_for_their_sessions():
    found = values_of(market(21), "IWM")
    assert found["implied_error_21d"].reason == "needs 22 sessions, has 21"
    assert isinstance(found["implied_minus_realised_20d"], float)
    assert values_of(market(20), "IWM")["implied_minus_realised_20d"].reason == "needs 21 sessions, has 20"
    found = values_of(market(1260), "IWM")
    assert isinstance(found["implied_percentile_1260d"], float)
    assert found["implied_minus_realised_percentile_1260d"].reason == "needs 1280 sessions, has 1260"


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(1, 1500))
def test_no_look_ahead(seed, count):
    symbols = market(seed=seed)
    whole, alone = make_panel(symbols), make_panel({name: values[:count] for name, values in symbols.items()})
    for subject in ("IWM", "SPY", "IWM/SPY"):
        found = IMPLIED.calculate(given_of(cut_rows(whole, count), subject))
        assert found == IMPLIED.calculate(given_of(alone, subject))


@pytest.mark.parametrize(("subject", "name"), CASES)
def test_explained(subject, name):
    given = given_of(make_panel(market(1400)), subject)
    steps = IMPLIED.explain(given, name)
    assert steps[-1].result == IMPLIED.calculate(given)[name]
    first, second = steps[0].result, steps[1].result
    if name.endswith("percentile_1260d"):
        assert steps[-2].result / 1260 == steps[-1].result
    elif name == "implied_ratio":
        assert first / second == pytest.approx(steps[-1].result, rel=1e-12)
    elif name == "variance_premium_21d":
        assert first**2 - second**2 == pytest.approx(steps[-1].result, rel=1e-12)
    elif name != "implied_volatility":
        assert first - second == pytest.approx(steps[-1].result, rel=1e-12)
