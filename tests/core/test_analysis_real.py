"""On real prices: a handful of figures of 27 February 2026 against pandas, straight from the files."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from analysis_panel import AFTER, panel_of, snapshot_of
from msgspec import structs

from core.config import load_settings
from core.market.csv import load_daily

DAILY = Path(__file__).parents[3] / "shared" / "market" / "daily"
DAY = "2026-02-27"
pytestmark = pytest.mark.skipif(not DAILY.is_dir(), reason=f"no real market data in {DAILY}")

_SHIPPED = load_settings()
SETTINGS = structs.replace(
    _SHIPPED,
    universe=structs.replace(
        _SHIPPED.universe, pairs=("IWM/SPY", "^RUT/^GSPC", "IWM/RSP"), symbols=("^IRX",), sectors=False
    ),
)


@pytest.fixture(scope="module")
def snapshot():
    bars = {
        name: load_daily(DAILY / f"{name}.csv", name) for name in SETTINGS.symbols if (DAILY / f"{name}.csv").exists()
    }
    return snapshot_of(panel_of(bars, settings=SETTINGS), AFTER, SETTINGS, since=pd.Timestamp("2025-09-01").date())


def column(name, what="Adj Close"):
    frame = pd.read_csv(DAILY / f"{name}.csv", index_col="Date", parse_dates=True)
    series = frame[what].astype(float)
    return (frame["Close"] if series.isna().all() else series).loc[:DAY]


@pytest.fixture(scope="module")
def pair():
    return pd.DataFrame({"small": column("IWM"), "large": column("SPY")}).dropna()


def test_symbol(snapshot):
    price = column("IWM")
    logs = np.log(price).diff()
    rolling = logs.rolling(20).std() * math.sqrt(252)
    expected = {
        "last": column("IWM", "Close").iloc[-1],
        "change_1d": price.pct_change().iloc[-1],
        "sma_200": price.rolling(200).mean().iloc[-1],
        "volatility_63d": logs.rolling(63).std().iloc[-1] * math.sqrt(252),
        "volatility_20d": rolling.iloc[-1],
        "volatility_percentile_1260d": (rolling.iloc[-1260:] <= rolling.iloc[-1]).mean(),
        "drawdown_252d": price.iloc[-1] / price.iloc[-252:].max() - 1,
    }
    for name, value in expected.items():
        assert snapshot.measures[f"IWM.{name}"].value == pytest.approx(value, rel=1e-9), name


def test_pair(snapshot, pair):
    ratio = pair.small / pair.large
    returns = pair.pct_change().iloc[-252:]
    year = pair.loc[:"2025-12-31"].iloc[-1]
    start = pair.loc[:"2025-09-01"].iloc[-1]
    now = pair.iloc[-1]
    expected = {
        "ratio": ratio.iloc[-1],
        "gap_20d": (now / pair.iloc[-21] - 1).agg(lambda legs: legs["small"] - legs["large"]),
        "gap_ytd": (now / year - 1)["small"] - (now / year - 1)["large"],
        "gap_since": (now / start - 1)["small"] - (now / start - 1)["large"],
        "pullback_63d": ratio.iloc[-1] / ratio.iloc[-63:].max() - 1,
        "drawdown": ratio.iloc[-1] / ratio.max() - 1,
        "beta_252d": returns.small.cov(returns.large) / returns.large.var(),
        "correlation_252d": returns.small.corr(returns.large),
        "mansfield_252d": ratio.iloc[-1] / ratio.rolling(252).mean().iloc[-1] - 1,
        "up_capture_252d": returns.small[returns.large > 0].mean() / returns.large[returns.large > 0].mean(),
    }
    for name, value in expected.items():
        assert snapshot.measures[f"IWM/SPY.{name}"].value == pytest.approx(value, rel=1e-9), name
    assert snapshot.measures["IWM/SPY.drawdown_peak"].value == str(ratio.idxmax().date())


def test_streak_of_january_2026():
    """The published run: small beat large on every session from 2 to 22 January 2026."""
    frame = pd.DataFrame({"small": column("^RUT"), "large": column("^GSPC")}).dropna().pct_change().loc["2025-12-31":]
    bars = {name: load_daily(DAILY / f"{name}.csv", name) for name in ("^RUT", "^GSPC")}
    for day, streak in (("2026-01-21", 13), ("2026-01-22", 14)):
        at = pd.Timestamp(f"{day}T22:00", tz="UTC").to_pydatetime()
        snapshot = snapshot_of(panel_of(bars, at, SETTINGS), at, SETTINGS)
        assert snapshot.measures["^RUT/^GSPC.streak"].value == streak
        assert (frame.small > frame.large).loc["2026-01-02":day].all()
        found = next(f for f in snapshot.findings if f.rule == "streak" and f.subject == "^RUT/^GSPC")
        assert (found.level, found.since) == ("warn", "2026-01-21")
        assert f"^RUT has beaten ^GSPC {streak} sessions in a row since 2026-01-02" in found.text


def test_trend_states_against_a_plain_loop(snapshot, pair):
    for subject, values in (("IWM", column("IWM")), ("IWM/SPY", pair.small / pair.large)):
        for days, band in ((20, 0.005), (50, 0.005), (200, 0.01)):
            state, since = None, None
            for day, value, mean in zip(values.index, values, values.rolling(days).mean(), strict=True):
                new = "up" if value > mean * (1 + band) else "down" if value < mean * (1 - band) else state
                state, since = new, day if new != state else since
            assert snapshot.measures[f"{subject}.trend_{days}"].value == state
            assert snapshot.measures[f"{subject}.trend_{days}_since"].value == str(since.date())


def test_yields_at_zero_are_no_trouble(snapshot):
    assert snapshot.measures["^IRX.sma_200"].value == pytest.approx(
        column("^IRX").rolling(200).mean().iloc[-1], rel=1e-9
    )
