"""Value at risk, shortfall and their test: pandas, scipy, a plain loop, published limits, and returns of known law."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from study_lines import cut, legs, pair_line, symbol_line, walk

from core.studies.study import Given
from core.studies.tails import TAILS, calc_kupiec, calc_quantile, calc_tail, count_breaches, find_light

DAILY = Path(__file__).parents[4] / "shared" / "market" / "daily"
NAMES = [definition.name for definition in TAILS.symbol]


def values_of(line):
    return TAILS.calculate(Given(line))


def returns_of(line):
    if line.small is None:
        return pd.Series(line.values).pct_change().dropna()
    return (pd.Series(line.small).pct_change() - pd.Series(line.large).pct_change()).dropna()


def test_by_hand():
    """Of -10, -9, ... 10 % the 5 % quantile is the second lowest, and the mean of the lowest two is beyond it."""
    tail = calc_tail([value / 100 for value in range(-10, 11)], 95)
    assert tail.value_at_risk == pytest.approx(0.09, rel=1e-12)
    assert tail.shortfall == pytest.approx(0.095, rel=1e-12)
    # The 1 % quantile lies a fifth of the way from the lowest to the second lowest.
    assert calc_tail([value / 100 for value in range(-10, 11)], 99).value_at_risk == pytest.approx(0.098, rel=1e-12)


@pytest.mark.parametrize("line", [symbol_line(walk(1600, 1)), pair_line(*legs(1600, 1))], ids=["symbol", "spread"])
@pytest.mark.parametrize("window", [504, 1260])
@pytest.mark.parametrize("level", [95, 99])
def test_against_pandas(line, window, level):
    used = returns_of(line).iloc[-window:]
    quantile = used.quantile(1 - level / 100)
    found = values_of(line)
    assert found[f"value_at_risk_{level}_{window}d"] == pytest.approx(-quantile, rel=1e-12)
    expected = -used[used <= quantile].mean()
    assert found[f"expected_shortfall_{level}_{window}d"] == pytest.approx(expected, rel=1e-12)
    if level == 99:
        ten = found[f"value_at_risk_99_{window}d_10d"]
        assert ten == pytest.approx(-quantile * math.sqrt(10), rel=1e-12)


@pytest.mark.parametrize("line", [symbol_line(walk(1600, 2)), pair_line(*legs(1600, 2))], ids=["symbol", "spread"])
@pytest.mark.parametrize("window", [504, 1260])
@pytest.mark.parametrize("level", [95, 99])
def test_breaches_against_pandas(line, window, level):
    """The quantile known the evening before, by a rolling window."""
    returns = returns_of(line)
    known = returns.rolling(window).quantile(1 - level / 100).shift()
    expected = int((returns < known).iloc[-250:].sum())
    found = values_of(line)
    assert found[f"value_at_risk_breaches_{level}_{window}d"] == expected
    assert found[f"value_at_risk_kupiec_{level}_{window}d"] == pytest.approx(kupiec_of(expected, 250, level), rel=1e-9)


def kupiec_of(breaches, tested, level):
    """The likelihood ratio by scipy's binomial: its coefficient cancels."""
    observed, expected = (stats.binom.logpmf(breaches, tested, p) for p in (breaches / tested, 1 - level / 100))
    return stats.chi2.sf(2 * (observed - expected), 1)


@pytest.mark.parametrize("level", [95, 99])
@pytest.mark.parametrize("breaches", [0, 1, 2, 3, 4, 9, 10, 12, 13, 25, 125, 250])
def test_kupiec_against_scipy(breaches, level):
    assert calc_kupiec(breaches, 250, level) == pytest.approx(kupiec_of(breaches, 250, level), rel=1e-9, abs=1e-300)


def test_kupiec_by_the_papers_table():
    """Kupiec (1995): of 255 days at 1 % fewer than 7 failures pass at 5 %, at 5 % more than 6 and fewer than 21."""
    passed = [x for x in range(60) if calc_kupiec(x, 255, 99) > 0.05]
    assert passed[-1] == 6
    passed = [x for x in range(60) if calc_kupiec(x, 255, 95) > 0.05]
    assert (passed[0], passed[-1]) == (7, 20)


def test_lights():
    assert [find_light(x) for x in (0, 4, 5, 9, 10, 250)] == ["green", "green", "yellow", "yellow", "red", "red"]


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), window=st.integers(30, 80), rounded=st.booleans())
def test_the_quantile_is_that_of_numpy(seed, window, rounded):
    """Also with many ties."""
    returns = np.random.default_rng(seed).normal(0, 1, window)
    known = np.sort(np.round(returns, 0) if rounded else returns).tolist()
    for level in (95, 99):
        assert calc_quantile(known, level) == pytest.approx(np.quantile(known, (100 - level) / 100), rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    window=st.sampled_from([60, 101, 504]),
    decimals=st.sampled_from([0, 1, 15]),
    wilder=st.sampled_from([0.5, 1.0, 2.0]),
)
def test_breaches_against_a_loop(seed, window, decimals, wilder):
    """Fat tails, an end that is calmer or wilder, and many returns that are equal."""
    returns = np.round(np.random.default_rng(seed).standard_t(3, window + 250), decimals)
    returns[-250:] *= wilder
    days = range(window, window + 250)
    expected = [
        sum(returns[i] < calc_quantile(np.sort(returns[i - window : i]).tolist(), level) for i in days)
        for level in (95, 99)
    ]
    assert count_breaches(returns, window) == expected


def test_normal_returns_have_the_tail_of_the_normal_law():
    """2.326 deviations at 99 %, and the shortfall is density over probability: 2.665."""
    known = np.sort(np.random.default_rng(5).normal(0, 1, 1_000_000)).tolist()
    tail = calc_tail(known, 99)
    assert tail.value_at_risk == pytest.approx(-stats.norm.ppf(0.01), abs=0.02)
    assert tail.shortfall == pytest.approx(stats.norm.pdf(stats.norm.ppf(0.01)) / 0.01, abs=0.02)


def test_right_forecasts_pass_and_wrong_ones_fail():
    """Returns of one law breach at their rate; once they are three times as wild, 99 % is red, and Kupiec refuses."""
    rng = np.random.default_rng(9)
    calm = rng.normal(0, 0.01, 2000)
    wild = np.concatenate([calm[:1750], rng.normal(0, 0.03, 250)])
    calm_line, wild_line = (symbol_line(100 * np.cumprod(1 + np.append(0, r))) for r in (calm, wild))
    assert values_of(calm_line)["value_at_risk_light_99_1260d"] == "green"
    assert values_of(calm_line)["value_at_risk_kupiec_95_1260d"] > 0.05
    assert values_of(wild_line)["value_at_risk_light_99_1260d"] == "red"
    assert values_of(wild_line)["value_at_risk_kupiec_99_1260d"] < 1e-6


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), factor=st.floats(0.2, 5.0))
def test_losses_scale_with_the_returns(seed, factor):
    returns = np.sort(np.random.default_rng(seed).normal(0, 0.01, 504))
    for level in (95, 99):
        before, after = calc_tail(returns.tolist(), level), calc_tail((factor * returns).tolist(), level)
        assert after == pytest.approx([factor * part for part in before], rel=1e-12)
        assert before.shortfall >= before.value_at_risk


def test_windows_wait_for_their_sessions():
    found = values_of(symbol_line(walk(504, 1)))
    assert found["value_at_risk_99_504d"].reason == "needs 505 sessions, has 504"
    found = values_of(symbol_line(walk(754, 1)))
    assert found["value_at_risk_99_504d"] > 0
    assert found["value_at_risk_light_99_504d"].reason == "needs 755 sessions, has 754"
    assert values_of(symbol_line(walk(755, 1)))["value_at_risk_light_99_504d"] == "yellow"


def test_a_yield_at_zero_leaves_a_reason():
    yields = np.abs(walk(800, 5))
    yields[790] = 0.0
    found = values_of(symbol_line(yields))
    assert {found[name].reason for name in NAMES if "504d" in name} == {"not computable from these prices"}


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(505, 1600))
def test_no_look_ahead(seed, count):
    whole = pair_line(*legs(1600, seed))
    alone = pair_line(whole.small[:count].copy(), whole.large[:count].copy())
    assert TAILS.calculate(Given(cut(whole, count))) == TAILS.calculate(Given(alone))


@pytest.mark.parametrize("symbol", ["IWM", "SPY"])
@pytest.mark.skipif(not DAILY.is_dir(), reason=f"no real market data in {DAILY}")
def test_real_returns_against_pandas(symbol):
    frame = pd.read_csv(DAILY / f"{symbol}.csv", index_col="Date").loc[:"2026-02-27"]
    prices = frame["Adj Close"].fillna(frame["Close"]).astype(float).dropna()
    found, returns = values_of(symbol_line(prices)), prices.pct_change().dropna()
    for window in (504, 1260):
        known = returns.rolling(window).quantile(0.01)
        assert found[f"value_at_risk_99_{window}d"] == pytest.approx(-known.iloc[-1], rel=1e-11)
        assert found[f"value_at_risk_breaches_99_{window}d"] == (returns < known.shift()).iloc[-250:].sum()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("line", [symbol_line(walk(1600, 3)), pair_line(*legs(1600, 3))], ids=["symbol", "spread"])
def test_explained(line, name):
    steps = TAILS.explain(Given(line), name)
    assert steps[-1].result == values_of(line)[name]
    assert str(line.sessions[-1]) in steps[0].text
    by_text = {step.text: step.result for step in steps}
    if name.startswith("value_at_risk_9"):
        quantile = by_text[f"their {5 if '_95_' in name else 1} % quantile"]
        factor = math.sqrt(10) if name.endswith("_10d") else 1
        assert steps[-1].result == pytest.approx(-quantile * factor, rel=1e-12)
    elif "breaches" in name:
        assert by_text["were below it"] == steps[-1].result
