"""On real prices of IWM and SPY since 2005: plausible counts, and outcomes straight from the files by pandas."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from test_evidence_record import AT, SETTINGS

from core.evidence.build import build_record
from core.market.build import build_panel
from core.market.csv import load_daily
from core.market.sessions import Exchange

DAILY = Path(__file__).parents[4] / "shared" / "market" / "daily"
pytestmark = pytest.mark.skipif(not DAILY.is_dir(), reason=f"no real market data in {DAILY}")
DAY = "2026-02-27"
PAIR = "IWM/SPY"


@pytest.fixture(scope="module")
def record():
    bars = {name: load_daily(DAILY / f"{name}.csv", name) for name in ("IWM", "SPY")}
    panel = build_panel(bars, Exchange(), AT, [PAIR], ["IWM", "SPY"])
    return build_record(panel, SETTINGS, [PAIR], AT).pairs[0]


@pytest.fixture(scope="module")
def ratio():
    columns = {
        name: pd.read_csv(DAILY / f"{name}.csv", index_col="Date", parse_dates=True)["Adj Close"].loc[:DAY]
        for name in ("IWM", "SPY")
    }
    frame = pd.DataFrame(columns).dropna()
    return frame.IWM / frame.SPY


def outcomes_of(record, name):
    signal = next(one for one in record.signals if one.name == name)
    return signal, {(one.kind, one.horizon): one for one in signal.outcomes}


def test_the_history(record, ratio):
    assert (record.first, record.last, record.sessions) == ("2005-01-03", DAY, len(ratio))


@pytest.mark.parametrize(("name", "depth"), [("pullback_63d_4", -0.04), ("pullback_63d_7", -0.07)])
def test_a_pullback_by_pandas(record, ratio, name, depth):
    on = (ratio / ratio.rolling(63).max() - 1 <= depth)[62:]
    logs = np.log(ratio)[62:]
    for horizon in (5, 20, 60):
        forward = (logs.shift(-horizon) - logs).dropna()
        inside = on.reindex(forward.index)
        one = outcomes_of(record, name)[1]["state", horizon]
        assert one.n_days == inside.sum()
        assert one.mean == pytest.approx(forward[inside].mean(), rel=1e-9)
        apart: list[int] = []
        for row in np.flatnonzero(inside):
            if not apart or row - apart[-1] >= horizon:
                apart.append(int(row))
        assert len(apart) == one.n_episodes
        assert one.median == pytest.approx(forward.iloc[apart].median(), rel=1e-9)
        assert one.base_mean == pytest.approx(forward.mean(), rel=1e-9)
        assert one.base_rate == pytest.approx((forward > 0).mean())
        assert one.n_open == on.sum() - inside.sum()
        entries = inside & ~inside.shift(1, fill_value=True)
        told = outcomes_of(record, name)[1]["entry", horizon]
        assert told.n_events == entries.sum()
        assert told.mean == pytest.approx(forward[entries].mean(), rel=1e-9)
        assert (told.first, told.last) == (
            str(forward[entries].index[0].date()),
            str(forward[entries].index[-1].date()),
        )


def test_the_trend_of_the_day(record, ratio):
    """In February 2026 small had led since November: over its long averages by the band, under its 63-session high."""
    for days in (100, 200):
        assert ratio.iloc[-1] > ratio.rolling(days).mean().iloc[-1] * 1.01
        assert outcomes_of(record, f"trend_{days}_up")[0].is_on
    assert not outcomes_of(record, "trend_break_200")[0].is_on
    back = ratio.iloc[-1] / ratio.iloc[-63:].max() - 1
    assert -0.04 < back <= -0.02
    assert outcomes_of(record, "pullback_63d_2")[0].is_on
    assert not outcomes_of(record, "pullback_63d_4")[0].is_on


def test_the_record_is_plausible(record):
    graded = [one for signal in record.signals for one in signal.outcomes if one.grade != "none"]
    assert len(graded) > 400
    # What is found of nothing is one in twenty; a market is not nothing, and no money machine either.
    assert 0.01 < np.mean([one.p <= 0.05 for one in graded]) < 0.25
    assert not [one for one in graded if one.grade == "A"]
    assert all(abs(one.difference) < 0.15 for one in graded)
    assert all(one.n_episodes <= 5322 / one.horizon + 1 for one in graded)
    assert all(one.grade == "none" for signal in record.signals for one in signal.outcomes if one.horizon == 756)
    rare = outcomes_of(record, "streak_won_10")[1]["entry", 20]
    assert (rare.grade, rare.reason) == ("none", f"insufficient: {rare.n_episodes} episodes")
