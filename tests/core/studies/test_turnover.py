"""Dollar volume against its own past: a worked table, pandas on real volumes, half days, holes, rotations confirmed."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from study_lines import legs
from study_panels import cut_rows, given_of, make_panel

from core.studies.study import Missing
from core.studies.turnover import TURNOVER

DAILY = Path(__file__).parents[4] / "shared" / "market" / "daily"
PAIR = "IWM/SPY"


def panel_of(volume, closes=None, half_days=()):
    closes = np.full(len(volume), 50.0) if closes is None else closes
    panel = make_panel({"IWM": closes})
    halves = np.zeros(len(volume), dtype=bool)
    halves[list(half_days)] = True
    return replace(panel, volume=np.asarray(volume, dtype=float)[:, None], half_days=halves)


def z_of(panel):
    return TURNOVER.calculate(given_of(panel, "IWM"))["dollar_volume_z_63d"]


def volumes(count, seed):
    return np.random.default_rng(seed).lognormal(17, 0.3, count)


def test_by_hand():
    """63 sessions of e and 1/e million shares in turn (32 of the one), then e^2: in logs 1 and -1, and 2."""
    before = np.resize([math.e, 1 / math.e], 63)
    mean = 1 / 63
    deviation = math.sqrt((32 * (1 - mean) ** 2 + 31 * (1 + mean) ** 2) / 62)
    assert z_of(panel_of(np.append(before, math.e**2) * 1e6)) == pytest.approx((2 - mean) / deviation, rel=1e-12)


def test_today_is_not_among_those_it_is_compared_with():
    quiet = volumes(64, 1)
    busy = quiet.copy()
    busy[-1] = quiet[-1] * 100
    logs = np.log(quiet[:-1] * 50)
    assert z_of(panel_of(busy)) == pytest.approx((np.log(busy[-1] * 50) - logs.mean()) / logs.std(ddof=1), rel=1e-10)


def test_half_days_are_left_out():
    """A half day within the window gives its place to an earlier session."""
    volume = volumes(80, 2)
    volume[70] /= 1000
    found = z_of(panel_of(volume, half_days=[70]))
    assert found == z_of(panel_of(np.delete(volume, 70)))
    assert found != z_of(panel_of(volume))


def test_a_half_day_itself_is_compared_with_nothing():
    panel = panel_of(volumes(80, 2), half_days=[79])
    assert z_of(panel).reason == f"{panel.sessions[79]} was a half day"


def test_what_is_missing_is_told():
    volume = volumes(80, 3)
    assert z_of(panel_of(volume[:63])).reason == "needs 64 sessions, has 63"
    assert z_of(panel_of(np.full(80, 1e6))).reason == "the volume did not change"
    for nothing in (0.0, np.nan):
        holed = volume.copy()
        holed[60] = nothing
        panel = panel_of(holed)
        assert z_of(panel).reason == f"no volume on {panel.sessions[60]}"
    assert TURNOVER.calculate(given_of(make_panel({"^RUT": volume}), "^RUT"))["dollar_volume_z_63d"].reason == (
        "an index is not traded"
    )


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), scale=st.floats(0.001, 1000.0), count=st.integers(64, 200))
def test_scale_and_future_do_not_matter(seed, scale, count):
    volume = volumes(200, seed)
    before = z_of(panel_of(volume[:count]))
    assert z_of(panel_of(volume[:count] * scale)) == pytest.approx(before, rel=1e-9, abs=1e-12)
    assert z_of(cut_rows(panel_of(volume), count)) == before


@pytest.mark.skipif(not DAILY.is_dir(), reason=f"no real market data in {DAILY}")
def test_real_volumes():
    frame = pd.read_csv(DAILY / "IWM.csv", index_col="Date").loc[:"2026-02-27"].tail(64).astype(float)
    logs = np.log(frame["Close"] * frame["Volume"])
    expected = (logs.iloc[-1] - logs.iloc[:-1].mean()) / logs.iloc[:-1].std()
    panel = replace(panel_of(frame["Volume"], frame["Adj Close"]), close=frame["Close"].to_numpy()[:, None])
    assert z_of(panel) == pytest.approx(expected, rel=1e-10)


def rotation(move, factor, count=300):
    """A pair whose small leg moves by `move` on the last session, at `factor` times its usual volume."""
    small, large = legs(count, 5)
    small[-1], large[-1] = small[-2] * (1 + move), large[-2]
    panel = make_panel({"IWM": small, "SPY": large})
    volume = np.column_stack([volumes(count, 6), np.full(count, 1e6)])
    volume[-1, 0] = np.median(volume[:, 0]) * factor
    return replace(panel, volume=volume)


@pytest.mark.parametrize(
    ("move", "factor", "expected"), [(0.06, 4, True), (-0.06, 4, True), (0.06, 1, False), (0.001, 4, False)]
)
def test_confirmed(move, factor, expected):
    assert TURNOVER.calculate(given_of(rotation(move, factor), PAIR)) == {"volume_confirmed": expected}


def test_confirmed_needs_the_same_session_of_both():
    panel = rotation(0.06, 4)
    lacking = replace(panel, adj=panel.adj.copy(), close=panel.close.copy())
    lacking.adj[-1, 1] = lacking.close[-1, 1] = np.nan
    found = TURNOVER.calculate(given_of(lacking, PAIR))["volume_confirmed"]
    last, before = panel.sessions[-1], panel.sessions[-2]
    assert found == Missing(f"the last session of IWM is {last}, of the pair {before}")
    assert TURNOVER.calculate(given_of(make_panel({"^RUT": [1.0] * 300, "SPY": [1.0] * 300}), "^RUT/SPY"))[
        "volume_confirmed"
    ] == Missing("an index is not traded")


def test_explained():
    subject = given_of(rotation(0.06, 4), "IWM")
    steps = TURNOVER.explain(subject, "dollar_volume_z_63d")
    dollars, log, mean, deviation, z = (step.result for step in steps)
    assert z == pytest.approx((log - mean) / deviation, rel=1e-12)
    assert math.log(dollars * 1e9) == pytest.approx(log, rel=1e-12)
    pair = given_of(rotation(0.06, 4), PAIR)
    told = TURNOVER.explain(pair, "volume_confirmed")
    assert told[0].result == pytest.approx(z)
    assert told[-1].result is True
