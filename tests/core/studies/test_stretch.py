"""Distance from the average: ATR against TA-Lib on candles, daily deviations against pandas on ratios."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import talib
from study_lines import legs, measures_of, pair_line, symbol_line, values_of, walk
from study_panels import candles, given_of, make_panel

from core.studies.atr import ATR, calc_atr

CANDLES = candles(2520, 11)


def measure(panel, name="stretch_50d"):
    return ATR.calculate(given_of(panel, "IWM"))[name]


@pytest.mark.parametrize("end", [50, 51, 321, 2520])
def test_atr_and_stretch_against_talib(end):
    part = CANDLES[:, :end]
    _, high, low, close = (row.copy() for row in part)
    panel = make_panel({"IWM": part})
    atr = talib.ATR(high, low, close, 14)[-1]
    assert measure(panel, "atr_14") == pytest.approx(atr, rel=1e-12)
    assert measure(panel) == pytest.approx((close[-1] - talib.SMA(close, 50)[-1]) / atr, rel=1e-9)


def test_wilder_by_hand():
    """14 ranges of 2 and one of 16: 2 plus a fourteenth of 14."""
    assert calc_atr(np.array([2.0] * 14 + [16.0])) == pytest.approx(3.0, rel=1e-15)


def test_a_gap_counts_into_the_true_range():
    """Closes of 100 with a range of 2, then a night that opens at 110: from 100 to 111 is 11."""
    rows = np.full((4, 20), [[100.0], [101.0], [99.0], [100.0]])
    rows[:, -1] = 110.0, 111.0, 109.0, 110.0
    assert measure(make_panel({"IWM": rows}), "atr_14") == pytest.approx(2 + (11 - 2) / 14, rel=1e-14)


def test_a_running_session_changes_nothing():
    """Its range is so far: the measure is that of the session before."""
    running = make_panel({"IWM": CANDLES[:, :300]}, provisional=True)
    before = make_panel({"IWM": CANDLES[:, :299]})
    assert ATR.is_settled
    assert measure(running) == measure(before)


def test_after_a_hole_the_average_starts_anew():
    rows = CANDLES[:, :100].copy()
    rows[1:3, 60] = np.nan
    alone = rows[:, 60:].copy()
    alone[1:3, 0] = alone[3, 0]  # only its close is used
    found = measure(make_panel({"IWM": rows}), "atr_14")
    assert found == measure(make_panel({"IWM": alone}), "atr_14")
    short = measure(make_panel({"IWM": rows[:, :70]}), "atr_14")
    assert short.reason == "needs 14 sessions in a row with high and low, has 9"


def test_short_history_and_no_panel():
    assert measure(make_panel({"IWM": CANDLES[:, :14]}), "atr_14").reason == "needs 15 sessions, has 14"
    assert measure(make_panel({"IWM": CANDLES[:, :40]})).reason == "needs 50 sessions, has 40"
    assert measures_of(symbol_line(walk(60, 1)))["atr_14"].reason.startswith("measured on its own")


def test_closes_alone_have_no_range():
    flat = make_panel({"IWM": np.full(60, 9.0)})
    assert measure(flat).reason == "no session had any range"


def test_scale_changes_the_range_and_not_the_stretch():
    plain, scaled = make_panel({"IWM": CANDLES}), make_panel({"IWM": CANDLES * 7.3})
    assert measure(scaled, "atr_14") == pytest.approx(7.3 * measure(plain, "atr_14"), rel=1e-12)
    assert measure(scaled) == pytest.approx(measure(plain), rel=1e-9)


def test_no_look_ahead_in_candles():
    whole = make_panel({"IWM": CANDLES})
    for end in (60, 500, 1999):
        parts = {name: getattr(whole, name)[:end] for name in ("sessions", "closes_at", "adj", "close", "high", "low")}
        parts |= {name: getattr(whole, name)[:end] for name in ("open_", "volume", "half_days")}
        assert measure(replace(whole, **parts)) == measure(make_panel({"IWM": CANDLES[:, :end]}))


def test_a_ratio_in_daily_deviations_against_pandas():
    small, large = legs(400, 21)
    logs = pd.Series(np.log(small / large))
    expected = (logs - logs.rolling(50).mean()) / logs.diff().rolling(20).std()
    assert values_of(pair_line(small, large))["stretch_50d"] == pytest.approx(expected.iloc[-1], rel=1e-9)


def test_a_ratio_that_does_not_move():
    assert measures_of(pair_line([2.0] * 60, [3.0] * 60))["stretch_50d"].reason == "the ratio did not move"
    assert measures_of(pair_line(*legs(49, 1)))["stretch_50d"].reason == "needs 50 sessions, has 49"
