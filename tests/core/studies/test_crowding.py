"""The crowding score against pandas and TA-Lib, one sign at a time, and what it does where signs are missing."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import talib
from study_lines import legs, pair_line, values_of
from study_panels import candles, cut_rows, given_of, make_panel

from core.studies.crowding import CROWDING, to_rsi, to_scores

COUNT = 2100


def make_world(count=COUNT):
    rows = [candles(count, seed) for seed in (3, 4)]
    volumes = np.random.default_rng(8).lognormal(16.0, 0.4, (2, count))
    panel = make_panel({"IWM": rows[0], "SPY": rows[1]})
    return replace(panel, volume=volumes.T.copy()), rows, volumes


def rank(values):
    """Weak percentile of the last of five years."""
    window = np.asarray(values)[-1260:]
    return float((window <= window[-1]).mean())


def test_the_score_against_pandas_and_talib():
    panel, rows, volumes = make_world()
    small, large = (pd.Series(row[3]) for row in rows)
    ratio, logs = small / large, np.log(small / large)
    gap = small.pct_change(63) - large.pct_change(63)
    stretch = (logs - logs.rolling(50).mean()) / logs.diff().rolling(20).std()
    z = (logs - logs.rolling(252).mean()) / logs.rolling(252).std()
    dollars = [pd.Series(np.log(row[3] * volume)) for row, volume in zip(rows, volumes, strict=True)]
    busy = [(one - one.shift().rolling(63).mean()) / one.shift().rolling(63).std() for one in dollars]
    volume = (busy[0] - busy[1]).rolling(20).mean()
    won = np.sign(small.pct_change() - large.pct_change()).fillna(0)
    streak = won.groupby((won != won.shift()).cumsum()).cumsum()
    rsi = talib.RSI(ratio.to_numpy(), 14)
    expected = np.mean([rank(one) for one in (gap, stretch, z, volume, streak, rsi)])
    found = CROWDING.calculate(given_of(panel, "IWM/SPY"))
    assert found["crowding_score"] == pytest.approx(expected, abs=1e-12)
    assert found["crowding_signs"] == 6
    assert found["dollar_volume_z_gap_20d"] == pytest.approx(volume.iloc[-1], rel=1e-9)
    assert found["ratio_rsi_14"] == pytest.approx(rsi[-1], rel=1e-9)


def test_rsi_against_talib_over_a_whole_history():
    small, large = legs(900, 5)
    np.testing.assert_allclose(to_rsi(small / large)[14:], talib.RSI(small / large, 14)[14:], rtol=1e-8)


def test_what_is_not_traded_has_five_signs():
    found = values_of(pair_line(*legs(COUNT, 1)))
    assert found["crowding_signs"] == 5
    assert 0.0 < found["crowding_score"] < 1.0


def test_a_rise_without_an_end_is_crowded_and_its_mirror_washed_out():
    steps = np.concatenate((np.random.default_rng(1).normal(0.0, 0.01, COUNT), np.full(90, 0.012)))
    noise = np.random.default_rng(2).normal(0.0, 0.0005, len(steps))
    up, flat = np.exp(np.cumsum(steps + noise)), np.full(len(steps), 100.0)
    rising, falling = values_of(pair_line(up, flat)), values_of(pair_line(flat, up))
    assert (rising["crowding_state"], falling["crowding_state"]) == ("crowded", "washed out")


def test_under_five_years_of_the_longest_sign_there_is_no_score():
    panel, _, _ = make_world(1330)
    found = CROWDING.calculate(given_of(panel, "IWM/SPY"))
    assert found["crowding_score"].reason == "needs 1511 sessions, has 1330"
    assert np.isnan(to_scores(given_of(panel, "IWM/SPY"))[:1260]).all()


def test_a_half_day_keeps_the_volume_of_the_whole_session_before():
    panel, _, _ = make_world()
    before = cut_rows(panel, COUNT - 1)
    panel.half_days[-1] = True
    found, then = (CROWDING.calculate(given_of(one, "IWM/SPY")) for one in (panel, before))
    assert found["dollar_volume_z_gap_20d"] == then["dollar_volume_z_gap_20d"]
    assert found["ratio_rsi_14"] != then["ratio_rsi_14"]
