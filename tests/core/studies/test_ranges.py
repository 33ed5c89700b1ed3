"""Range estimators: worked sessions, Monte-Carlo with known volatility, algebraic identities, pandas on real bars."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from study_panels import candles, cut_rows, given_of, make_panel

from core.studies.ranges import (
    RANGES,
    Moves,
    annualise_variance,
    calc_garman_klass,
    calc_overnight,
    calc_parkinson,
    calc_rogers_satchell,
    calc_yang_zhang,
)

DAILY = Path(__file__).parents[4] / "shared" / "market" / "daily"
NAMES = [definition.name for definition in RANGES.symbol]
OPEN_TO_CLOSE = (calc_parkinson, calc_garman_klass, calc_rogers_satchell)


def values_of(panel, subject="IWM"):
    return RANGES.calculate(given_of(panel, subject))


def test_two_sessions_by_hand():
    """u, d, c are 0.02, -0.01, 0.01 and 0.01, -0.02, 0.00; the nights 0.005 and -0.005."""
    moves = Moves(*map(np.array, ([0.005, -0.005], [0.02, 0.01], [-0.01, -0.02], [0.01, 0.0])))
    assert calc_parkinson(moves) == pytest.approx(0.0009 / (4 * math.log(2)), rel=1e-14)
    assert calc_garman_klass(moves) == pytest.approx(0.00045 - (2 * math.log(2) - 1) * 0.0001 / 2, rel=1e-14)
    # 0.02 * 0.01 + 0.01 * 0.02 = 0.0004 and 0.01 * 0.01 + 0.02 * 0.02 = 0.0005
    assert calc_rogers_satchell(moves) == pytest.approx(0.00045, rel=1e-14)
    k = 0.34 / (1.34 + 3 / 1)
    assert calc_yang_zhang(moves) == pytest.approx(0.00005 + k * 0.00005 + (1 - k) * 0.00045, rel=1e-14)
    assert calc_overnight(moves) == pytest.approx(0.000025, rel=1e-14)


@pytest.fixture(scope="module")
def simulated():
    """4,000 sessions of 1,000 ticks: 20 % a year, a fifth of the variance overnight, no drift."""
    rng = np.random.default_rng(7)
    variance = 0.2**2 / 252
    path = np.cumsum(rng.normal(0, math.sqrt(0.8 * variance / 1000), (4000, 1000)), axis=1)
    night = rng.normal(0, math.sqrt(0.2 * variance), 4000)
    return Moves(night, np.fmax(path.max(axis=1), 0), np.fmin(path.min(axis=1), 0), path[:, -1])


@pytest.mark.parametrize("estimate", OPEN_TO_CLOSE)
def test_monte_carlo_open_to_close(simulated, estimate):
    """A thousand ticks hide the true extremes, which costs two or three percent; the night is not seen at all."""
    found = annualise_variance(estimate(simulated))
    assert 0.96 < found / (0.2 * math.sqrt(0.8)) < 1.0
    whole = annualise_variance(estimate(simulated) + calc_overnight(simulated))
    assert 0.96 < whole / 0.2 < 1.01


def test_monte_carlo_close_to_close(simulated):
    assert 0.96 < annualise_variance(calc_yang_zhang(simulated)) / 0.2 < 1.01


def test_rogers_satchell_bears_a_drift_that_parkinson_does_not():
    """20 % a year with a drift of half a deviation a session."""
    rng = np.random.default_rng(8)
    sigma = 0.2 / math.sqrt(252)
    path = np.cumsum(rng.normal(sigma / 2 / 1000, sigma / math.sqrt(1000), (4000, 1000)), axis=1)
    moves = Moves(np.zeros(4000), np.fmax(path.max(axis=1), 0), np.fmin(path.min(axis=1), 0), path[:, -1])
    assert 0.96 < annualise_variance(calc_rogers_satchell(moves)) / 0.2 < 1.0
    assert 0.96 < annualise_variance(calc_yang_zhang(moves)) / 0.2 < 1.01
    assert annualise_variance(calc_parkinson(moves)) / 0.2 > 1.02


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10_000), factor=st.floats(0.1, 10.0))
def test_deviations_scale_with_the_moves(seed, factor):
    rng = np.random.default_rng(seed)
    night, close = rng.normal(0, 0.01, 20), rng.normal(0, 0.01, 20)
    up, down = np.fmax(close, 0) + rng.uniform(0, 0.01, 20), np.fmin(close, 0) - rng.uniform(0, 0.01, 20)
    moves, larger = Moves(night, up, down, close), Moves(*(factor * part for part in (night, up, down, close)))
    for estimate in (*OPEN_TO_CLOSE, calc_yang_zhang):
        found = annualise_variance(estimate(larger))
        assert found == pytest.approx(factor * annualise_variance(estimate(moves)), rel=1e-12)
    assert calc_parkinson(Moves(night, up, down, np.zeros(20))) == calc_parkinson(moves)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), scale=st.floats(0.001, 1000.0))
def test_a_price_in_cents_has_the_same_volatility(seed, scale):
    bars = candles(80, seed)
    before, after = values_of(make_panel({"IWM": bars})), values_of(make_panel({"IWM": bars * scale}))
    for name in NAMES:
        assert after[name] == pytest.approx(before[name], rel=1e-9), name


def test_a_market_that_stands_still():
    still = values_of(make_panel({"IWM": np.full((4, 80), 50.0)}))
    for name in NAMES:
        if name.startswith("overnight"):
            assert still[name].reason == "nothing moved"
        else:
            assert still[name] == 0.0, name


def frame_of(bars):
    return pd.DataFrame(bars.T, columns=["o", "h", "l", "c"])


def expected_of(frame, count):
    """The formulas of the papers in pandas, for the last `count` rows."""
    o, h, low, c = (np.log(frame[name]) for name in "ohlc")
    night, u, d, m = o - c.shift(), h - o, low - o, c - o
    park = ((u - d) ** 2).rolling(count).sum() / (4 * count * np.log(2))
    gk = (0.5 * (u - d) ** 2 - (2 * np.log(2) - 1) * m**2).rolling(count).mean()
    rs = (u * (u - m) + d * (d - m)).rolling(count).mean()
    k = 0.34 / (1.34 + (count + 1) / (count - 1))
    yz = night.rolling(count).var() + k * m.rolling(count).var() + (1 - k) * rs
    added = (night**2).rolling(count).mean()
    found = {"parkinson": park, "garman_klass": gk, "rogers_satchell": rs, "yang_zhang": yz}
    last = {f"{name}_{count}d": np.sqrt(252 * value).iloc[-1] for name, value in found.items()}
    last[f"overnight_share_{count}d"] = (added / (added + rs)).iloc[-1]
    for name in ("parkinson", "garman_klass", "rogers_satchell"):
        last[f"{name}_total_{count}d"] = np.sqrt(252 * (found[name] + added)).iloc[-1]
    return last


@pytest.mark.parametrize("seed", range(5))
def test_against_pandas(seed):
    bars = candles(200, seed)
    found, frame = values_of(make_panel({"IWM": bars})), frame_of(bars)
    expected = {**expected_of(frame, 63), **expected_of(frame, 20)}
    assert set(NAMES) <= expected.keys()
    for name in NAMES:
        assert found[name] == pytest.approx(expected[name], rel=1e-11), name


@pytest.mark.parametrize("symbol", ["IWM", "SPY", "^RUT"])
@pytest.mark.skipif(not DAILY.is_dir(), reason=f"no real market data in {DAILY}")
def test_real_bars_against_pandas(symbol):
    frame = pd.read_csv(DAILY / f"{symbol}.csv", index_col="Date").loc[:"2026-02-27"].tail(200)
    adjusted = frame["Adj Close"].fillna(frame["Close"]).astype(float)
    factor = adjusted / frame["Close"].astype(float)
    bars = np.array([frame[name].astype(float) * factor for name in ("Open", "High", "Low")] + [adjusted])
    found, expected = values_of(make_panel({symbol: bars}), symbol), expected_of(frame_of(bars), 63)
    for name in (n for n in NAMES if n.endswith("63d")):
        assert found[name] == pytest.approx(expected[name], rel=1e-11), name
    # The estimators see the same market: none is half or twice close-to-close volatility.
    close_to_close = np.log(adjusted).diff().tail(63).std() * math.sqrt(252)
    assert 0.5 < found["yang_zhang_63d"] / close_to_close < 2.0


def test_windows_wait_for_their_sessions():
    found = values_of(make_panel({"IWM": candles(63, 1)}))
    assert found["yang_zhang_63d"].reason == "needs 64 sessions, has 63"
    assert isinstance(found["yang_zhang_20d"], float)


def test_a_hole_in_the_candles_is_told_and_not_skipped():
    bars = candles(100, 1)
    bars[0, 90] = np.nan
    found = values_of(make_panel({"IWM": bars}))
    session = make_panel({"IWM": bars}).sessions[90]
    assert {found[name].reason for name in NAMES} == {f"no open, high or low on {session}"}
    bars[0, :79] = np.nan
    bars[0, 90] = bars[3, 90]
    again = values_of(make_panel({"IWM": bars}))
    assert isinstance(again["parkinson_20d"], float)
    assert again["parkinson_63d"].reason.startswith("no open, high or low on")


def test_the_running_session_does_not_count():
    """Its high and low are so far: what is measured on ranges rests on completed sessions."""
    bars = candles(100, 1)
    running, before = make_panel({"IWM": bars}, provisional=True), make_panel({"IWM": bars[:, :-1]})
    assert values_of(running) == values_of(before)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(1, 150))
def test_no_look_ahead(seed, count):
    bars = candles(150, seed)
    assert values_of(cut_rows(make_panel({"IWM": bars}), count)) == values_of(make_panel({"IWM": bars[:, :count]}))


def test_alone_there_is_nothing_to_measure():
    found = given_of(make_panel({"IWM": candles(30, 1)}), "IWM")
    alone = RANGES.calculate(type(found)(found.line))
    assert {result.reason for result in alone.values()} == {"measured on its own: nothing else of that moment is here"}


@pytest.mark.parametrize("name", NAMES)
def test_explained(name):
    subject = given_of(make_panel({"IWM": candles(100, 3)}), "IWM")
    steps = RANGES.explain(subject, name)
    assert steps[-1].result == RANGES.calculate(subject)[name]
    assert str(subject.line.sessions[-1]) in steps[0].text
    *others, variance = [step.result for step in steps[1:-1]]
    if "total" in name:
        assert steps[-1].result == pytest.approx(math.sqrt(252 * (others[0] + variance)), rel=1e-12)
    elif "share" in name:
        assert steps[-1].result == pytest.approx(variance / (others[0] + variance), rel=1e-12)
    else:
        assert steps[-1].result == pytest.approx(math.sqrt(252 * variance), rel=1e-12)
    if name.startswith("yang"):
        night, close, session, k = others
        assert variance == pytest.approx(night + k * close + (1 - k) * session, rel=1e-12)
