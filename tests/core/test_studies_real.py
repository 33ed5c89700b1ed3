"""On real prices: relative strength and trend of 27 February 2026 against pandas, TA-Lib and statsmodels."""

import itertools
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import talib
from analysis_panel import AFTER, panel_of, snapshot_of
from msgspec import structs
from scipy.stats import linregress
from statsmodels.regression.rolling import RollingOLS

from core.config import load_settings
from core.market.csv import load_daily

DAILY = Path(__file__).parents[3] / "shared" / "market" / "daily"
DAY = "2026-02-27"
PAIRS = ("IWM/SPY", "^RUT/^GSPC")
pytestmark = pytest.mark.skipif(not DAILY.is_dir(), reason=f"no real market data in {DAILY}")

_SHIPPED = load_settings()
SETTINGS = structs.replace(_SHIPPED, universe=structs.replace(_SHIPPED.universe, pairs=PAIRS))


@pytest.fixture(scope="module")
def measures():
    names = [name for name in SETTINGS.symbols if (DAILY / f"{name}.csv").exists()]
    bars = {name: load_daily(DAILY / f"{name}.csv", name) for name in names}
    snapshot = snapshot_of(panel_of(bars, settings=SETTINGS), AFTER, SETTINGS)
    return {address: measure.value for address, measure in snapshot.measures.items()}


def column(name, what="Adj Close"):
    frame = pd.read_csv(DAILY / f"{name}.csv", index_col="Date", parse_dates=True).astype(float).loc[:DAY]
    if what != "Adj Close":
        return frame[what]
    # Where the file has none, the last known relation of adjusted to quoted closes goes on.
    factor = (frame["Adj Close"] / frame["Close"]).ffill().fillna(1.0)
    return frame["Adj Close"].fillna(frame["Close"] * factor)


@pytest.fixture(scope="module", params=PAIRS)
def pair(request):
    small, large = request.param.split("/")
    frame = pd.DataFrame({"small": column(small), "large": column(large)}).dropna()
    return request.param, frame, frame.small / frame.large


def check(measures, subject, expected, rel=1e-9):
    for name, value in expected.items():
        if isinstance(value, float | np.floating):
            assert measures[f"{subject}.{name}"] == pytest.approx(value, rel=rel, abs=1e-13), name
        else:
            assert measures[f"{subject}.{name}"] == value, name


def rank(past):
    return (past <= past.iloc[-1]).mean()


def test_strength(measures, pair):
    subject, frame, ratio = pair
    logs, weeks = np.log(ratio), ratio.resample("W-FRI").last().dropna()
    expected = {
        "gap_20d_percentile": rank((frame.small.pct_change(20) - frame.large.pct_change(20)).dropna().abs()),
        "mansfield_52w": weeks.iloc[-1] / weeks.rolling(52).mean().iloc[-1] - 1,
        "mansfield_52w_slope": weeks.rolling(52).mean().pct_change(4).iloc[-1],
        "mansfield_252d_slope": ratio.rolling(252).mean().pct_change(20).iloc[-1],
        "momentum_12_1": ratio.iloc[-22] / ratio.iloc[-253] - 1,
        "momentum_6_1": ratio.iloc[-22] / ratio.iloc[-127] - 1,
        "momentum_3m": ratio.iloc[-1] / ratio.iloc[-64] - 1,
        "stretch_50d": ((logs - logs.rolling(50).mean()) / logs.diff().rolling(20).std()).iloc[-1],
        "efficiency_20d": abs(logs.diff().iloc[-20:].sum()) / logs.diff().iloc[-20:].abs().sum(),
    }
    for count in (60, 252):
        z = ((logs - logs.rolling(count).mean()) / logs.rolling(count).std()).dropna()
        expected |= {f"ratio_z_{count}d": z.iloc[-1], f"ratio_z_{count}d_percentile": rank(z)}
    check(measures, subject, expected)


def test_under_the_high(measures, pair):
    subject, frame, ratio = pair
    depth = -(ratio / ratio.cummax() - 1)
    named = ratio.loc["2021"].idxmax()
    gap = frame.iloc[-1] / frame.loc[named] - 1
    expected = {
        "drawdown_percentile": rank(depth),
        "drawdown_sessions": len(ratio) - 1 - int(ratio.to_numpy().argmax()),
        "named_year_peak": str(named.date()),
        "named_year_drawdown": ratio.iloc[-1] / ratio.loc[named] - 1,
        "named_year_gap": gap.small - gap.large,
    }
    for count in (20, 63, 252):
        expected[f"pullback_{count}d_percentile"] = rank(1 - (ratio / ratio.rolling(count).max()).dropna())
    check(measures, subject, expected)
    # Every episode by a plain loop: the falls that went deeper than it stands now, deepest first.
    episodes = [list(group) for under, group in itertools.groupby(depth.items(), lambda item: item[1] > 0) if under]
    lows = [max(episode, key=lambda item: item[1]) for episode in episodes]
    deeper = sorted((low for low in lows[:-1] if low[1] > depth.iloc[-1]), key=lambda low: -low[1])
    assert measures[f"{subject}.drawdown_rank"] == 1 + len(deeper)
    assert measures[f"{subject}.drawdown_episodes"] == len(episodes)
    named = ", ".join(str(day.date()) for day, _ in deeper[:5])
    assert measures[f"{subject}.drawdown_deeper"] == (named or None)


def test_rotation(measures, pair):
    subject, _, ratio = pair
    for prefix, series, n, j in (
        ("rotation", ratio.resample("W-FRI").last().dropna(), 14, 1),
        ("rotation_daily", ratio, 63, 5),
    ):
        q = 100 * np.log(series)
        level = 100 + (q - q.rolling(n).mean()) / q.rolling(n).std()
        m = level - level.shift(j)
        momentum = 100 + (m - m.rolling(n).mean()) / m.rolling(n).std()
        step = math.atan2(momentum.iloc[-1] - momentum.iloc[-2], level.iloc[-1] - level.iloc[-2])
        expected = {"level": level.iloc[-1], "momentum": momentum.iloc[-1], "heading": math.degrees(step)}
        check(measures, subject, {f"{prefix}_{part}": value for part, value in expected.items()})


def test_streaks(measures, pair):
    subject, *_ = pair
    small, large = subject.split("/")
    closes = pd.DataFrame({"small": column(small, "Close"), "large": column(large, "Close")}).dropna()
    for prefix, frame in (("streak", closes), ("streak_weekly", closes.resample("W-FRI").last().dropna())):
        returns = frame.pct_change().dropna()
        runs = [(sign, len(list(run))) for sign, run in itertools.groupby(np.sign(returns.small - returns.large))]
        sign, length = runs[-1]
        finished = [n for s, n in runs[:-1] if s == sign]
        expected = {
            prefix: int(sign * length),
            f"{prefix}_runs": len(finished),
            f"{prefix}_rank": 1 + sum(n > length for n in finished),
            f"{prefix}_runs_as_long": sum(n >= length for n in finished),
            f"{prefix}_percentile": sum(n <= length for n in finished) / len(finished),
            f"{prefix}_expected": len(returns) / 2 ** (length + 1),
        }
        check(measures, subject, expected)


def test_comovement(measures, pair):
    subject, frame, _ = pair
    returns, logs = frame.pct_change().dropna(), np.log(frame).diff().dropna()
    betas = RollingOLS(returns.small, sm.add_constant(returns.large), window=60).fit().params["large"]
    adjusted = logs.small - betas.shift(1) * logs.large
    around = pd.DataFrame({lag: returns.large.shift(lag) for lag in (1, 0, -1)}).dropna().iloc[-252:]
    dimson = sm.OLS(returns.small.loc[around.index], sm.add_constant(around)).fit().params[1:].sum()
    year = returns.iloc[-252:]
    fitted = sm.OLS(year.small, sm.add_constant(year.large)).fit()
    expected = {
        "beta_60d_percentile": rank(betas.dropna()),
        "beta_adjusted_gap_20d": adjusted.iloc[-20:].sum(),
        "beta_adjusted_gap_63d": adjusted.iloc[-63:].sum(),
        "beta_dimson_252d": dimson,
        "alpha_252d": 252 * fitted.params["const"],
    }
    for word, days in (("up", year[year.large > 0]), ("down", year[year.large < 0])):
        grown = (1 + days).prod() ** (252 / len(days)) - 1
        expected[f"{word}_capture_compounded_252d"] = grown.small / grown.large
    check(measures, subject, expected)


@pytest.mark.parametrize("subject", ["IWM", "SPY", "IWM/SPY"])
def test_trends(measures, subject):
    legs = [column(name) for name in subject.split("/")]
    values = (legs[0] if len(legs) == 1 else (legs[0] / legs[1]).dropna()).to_numpy()
    ppo = talib.EMA(values, 12)[25:] / talib.EMA(values, 26)[25:] - 1
    expected = {f"ema_{count}": talib.EMA(values, count)[-1] for count in (12, 20, 26, 50)}
    expected |= {"sma_100": talib.SMA(values, 100)[-1], "ppo": ppo[-1], "ppo_signal": talib.EMA(ppo, 9)[-1]}
    for count in (20, 50):
        fitted = linregress(np.arange(count), np.log(values[-count:]))
        expected |= {f"slope_{count}d": 252 * fitted.slope, f"slope_fit_{count}d": fitted.rvalue**2}
    for count in (20, 55, 252):
        expected |= {f"donchian_high_{count}d": max(values[-count:]), f"donchian_low_{count}d": min(values[-count:])}
    check(measures, subject, expected)


def test_stretch_of_a_symbol(measures):
    factor = column("IWM") / column("IWM", "Close")
    high, low, close = ((column("IWM", what) * factor).to_numpy() for what in ("High", "Low", "Close"))
    atr = talib.ATR(high, low, close, 14)[-1]
    expected = {"atr_14": atr, "stretch_50d": (close[-1] - close[-50:].mean()) / atr}
    check(measures, "IWM", expected)
