"""Of one pair: what a library says today of every indicator that it has, from whole histories, the last row taken.

Ours is everything that studies say of a pair that nothing else is known of. Only libraries' numbers are compared, by
the names of our measures; a library that has few of them is measured on those.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from bench.rivals.made import make_days
from core.market.bars import Floats
from core.studies.bands import FILTERS
from core.studies.registry import STUDIES, measure_subject
from core.studies.study import Given, Study

YEAR = 252
Numbers = dict[str, Any]
"""By the name of our measure: numbers, flags, and a few words and dates."""
Legs = tuple[Any, Any]
"""Small's and large's closes, as the library likes them."""


def answer_all(given: Given, studies: tuple[Study, ...] = STUDIES) -> dict[str, Any]:
    """Ours: every measure that has a value, by name; flags, words and dates among them."""
    measures = measure_subject(given, studies)
    return {address.rpartition(".")[2]: one.value for address, one in measures.items() if one.value is not None}


def studies_of(names: set[str]) -> tuple[Study, ...]:
    """The studies that these measures come from; they say more than these."""
    return tuple(study for study in STUDIES if names & {definition.name for definition in study.pair})


def assert_same(found: Numbers, expected: dict[str, Any], within: float = 1e-9) -> None:
    """Raises AssertionError where a number is another one."""
    for name, number in found.items():
        if isinstance(number, str):
            assert number == expected[name], name
            continue
        np.testing.assert_allclose(number, expected[name], rtol=within, atol=1e-12, err_msg=name)


def to_series(legs: tuple[Floats, Floats]) -> Legs:
    import pandas as pd

    days = pd.DatetimeIndex(make_days(len(legs[0])))
    return pd.Series(legs[0], days), pd.Series(legs[1], days)


def answer_pandas(legs: Legs) -> Numbers:
    """As it is usually written: each indicator a series of its own, then the last of it."""
    small, large = legs
    ratio = small / large
    parts = (
        *(_returns, _averages, _trends, _exponential, _extremes, _slopes, _volatility, _tails),
        *(_strength, _rotation, _comovement, _captures, _streak, _episodes),
    )
    found: Numbers = {"ratio": ratio.iloc[-1]}
    for part in parts:
        found |= part(small, large, ratio)
    return found


def _rank(series: Any) -> float:
    """The share of all values at or below the last."""
    return float(series.rank(pct=True, method="max").iloc[-1])


def _returns(small: Any, large: Any, ratio: Any) -> Numbers:
    found: Numbers = {}
    for n in (1, 5, 20, 63, 126, 252):
        changes = {"small_return": small.pct_change(n), "large_return": large.pct_change(n)}
        changes["ratio_return"] = ratio.pct_change(n)
        changes["gap"] = changes["small_return"] - changes["large_return"]
        found |= {f"{name}_{n}d": change.iloc[-1] for name, change in changes.items()}
    gaps = (small.pct_change(20) - large.pct_change(20)).abs().dropna()
    found["gap_20d_percentile"] = _rank(gaps)
    found["momentum_12_1"] = (ratio.shift(21) / ratio.shift(252) - 1).iloc[-1]
    found["momentum_6_1"] = (ratio.shift(21) / ratio.shift(126) - 1).iloc[-1]
    found["momentum_3m"] = ratio.pct_change(63).iloc[-1]
    return found


def _averages(_small: Any, _large: Any, ratio: Any) -> Numbers:
    averages = {n: ratio.rolling(n).mean() for n in (20, 50, 100, 200)}
    found: Numbers = {f"sma_{n}": average.iloc[-1] for n, average in averages.items()}
    found |= {f"above_sma_{n}": (ratio > average).iloc[-1] for n, average in averages.items()}
    for fast, slow in ((20, 50), (50, 200)):
        found[f"sma_{fast}_above_{slow}"] = (averages[fast] > averages[slow]).iloc[-1]
    found["sma_50_change_20d"] = averages[50].pct_change(20).iloc[-1]
    logs, returns = np.log(ratio), np.log(ratio).diff()
    found["stretch_50d"] = ((logs - logs.rolling(50).mean()) / returns.rolling(20).std()).iloc[-1]
    found["efficiency_20d"] = (logs.diff(20).abs() / returns.abs().rolling(20).sum()).iloc[-1]
    return found


def _trends(_small: Any, _large: Any, ratio: Any) -> Numbers:
    """The side last taken outside a band, since when, and how often it changed in 60 sessions."""
    averages = {1: ratio} | {n: ratio.rolling(n).mean() for n in (20, 50, 100, 200)}
    found: Numbers = {}
    whipsaws = 0
    for rule in FILTERS:
        fast, slow = averages[rule.fast], averages[rule.slow]
        side = (fast > slow * (1 + rule.band)).astype(int) - (fast < slow * (1 - rule.band)).astype(int)
        state = side.where(side != 0).ffill()
        changed = state.diff().fillna(0) != 0
        found[rule.name] = {1: "up", -1: "down"}[state.iloc[-1]]
        found[f"{rule.name}_since"] = str(ratio.index[changed][-1].date())
        whipsaws += int(changed.iloc[-60:].sum())
    return found | {"whipsaws_60d": whipsaws}


def _exponential(_small: Any, _large: Any, ratio: Any) -> Numbers:
    averages = {n: ratio.ewm(span=n, adjust=False).mean() for n in (12, 20, 26, 50)}
    ppo = averages[12] / averages[26] - 1
    signal = ppo.ewm(span=9, adjust=False).mean()
    found: Numbers = {f"ema_{n}": average.iloc[-1] for n, average in averages.items()}
    parts = {"ppo": ppo, "ppo_signal": signal, "ppo_histogram": ppo - signal}
    return found | {name: series.iloc[-1] for name, series in parts.items()}


def _extremes(_small: Any, _large: Any, ratio: Any) -> Numbers:
    found: Numbers = {}
    for n in (20, 55, 252):
        found[f"donchian_high_{n}d"] = ratio.rolling(n).max().iloc[-1]
        found[f"donchian_low_{n}d"] = ratio.rolling(n).min().iloc[-1]
        before = ratio.shift().rolling(n - 1)
        is_high, is_low = (ratio > before.max()).iloc[-1], (ratio < before.min()).iloc[-1]
        found[f"donchian_{n}d"] = "high" if is_high else "low" if is_low else "inside"
    for n in (20, 63, 252):
        back = (ratio / ratio.rolling(n).max() - 1).dropna()
        since = ratio.rolling(n).apply(lambda window: len(window) - 1 - window.argmax(), raw=True)
        found |= {f"pullback_{n}d": back.iloc[-1], f"pullback_{n}d_percentile": _rank(-back)}
        found[f"pullback_{n}d_sessions"] = since.iloc[-1]
    drawdown = ratio / ratio.cummax() - 1
    return found | {"drawdown": drawdown.iloc[-1], "drawdown_percentile": _rank(-drawdown)}


def _slopes(_small: Any, _large: Any, ratio: Any) -> Numbers:
    import pandas as pd

    logs, along = np.log(ratio), pd.Series(np.arange(len(ratio), dtype=float), ratio.index)
    found: Numbers = {}
    for n in (20, 50):
        slope = logs.rolling(n).cov(along) / along.rolling(n).var()
        found[f"slope_{n}d"] = slope.iloc[-1] * YEAR
        found[f"slope_fit_{n}d"] = (logs.rolling(n).corr(along) ** 2).iloc[-1]
    return found


def _volatility(small: Any, large: Any, ratio: Any) -> Numbers:
    logs = {"small": np.log(small).diff(), "large": np.log(large).diff(), "ratio": np.log(ratio).diff()}
    found: Numbers = {}
    for n in (20, 63):
        relative = logs["small"].rolling(n).std() / logs["large"].rolling(n).std()
        found |= {f"volatility_ratio_{n}d": relative.iloc[-1], f"volatility_excess_{n}d": relative.iloc[-1] - 1}
    for n in (63, 252):
        error = logs["ratio"].rolling(n).std() * np.sqrt(YEAR)
        found[f"tracking_error_{n}d"] = error.iloc[-1]
        found[f"information_ratio_{n}d"] = (logs["ratio"].rolling(n).mean() * YEAR / error).iloc[-1]
    return found


def _tails(small: Any, large: Any, _ratio: Any) -> Numbers:
    spread = small.pct_change() - large.pct_change()
    found: Numbers = {}
    for window in (504, 1260):
        for level in (95, 99):
            quantile = spread.rolling(window).quantile(1 - level / 100)
            recent = spread.iloc[-window:]
            breaches = (spread < quantile.shift()).iloc[-250:].sum()
            found[f"value_at_risk_{level}_{window}d"] = -quantile.iloc[-1]
            found[f"expected_shortfall_{level}_{window}d"] = -recent[recent <= quantile.iloc[-1]].mean()
            found[f"value_at_risk_breaches_{level}_{window}d"] = breaches
        found[f"value_at_risk_99_{window}d_10d"] = found[f"value_at_risk_99_{window}d"] * np.sqrt(10)
    return found


def _strength(_small: Any, _large: Any, ratio: Any) -> Numbers:
    logs = np.log(ratio)
    found: Numbers = {}
    for n in (60, 252):
        z = ((logs - logs.rolling(n).mean()) / logs.rolling(n).std()).dropna()
        found |= {f"ratio_z_{n}d": z.iloc[-1], f"ratio_z_{n}d_percentile": _rank(z)}
    weekly = ratio.resample("W-FRI").last()
    for name, series, n, lag in (("mansfield_252d", ratio, 252, 20), ("mansfield_52w", weekly, 52, 4)):
        average = series.rolling(n).mean()
        found |= {name: (series / average - 1).iloc[-1], f"{name}_slope": average.pct_change(lag).iloc[-1]}
        side = np.sign((series - average).dropna())
        changed = side.index[side.diff().fillna(0) != 0]
        found[f"{name}_since"] = str(ratio.index[ratio.index <= changed[-1]][-1].date())
    return found


def _rotation(_small: Any, _large: Any, ratio: Any) -> Numbers:
    found: Numbers = {}
    for name, series, n, lag in (
        ("rotation", ratio.resample("W-FRI").last(), 14, 1),
        ("rotation_daily", ratio, 63, 5),
    ):
        logs = 100 * np.log(series / series.iloc[0])
        level = 100 + (logs - logs.rolling(n).mean()) / logs.rolling(n).std()
        moved = level.diff(lag)
        momentum = 100 + (moved - moved.rolling(n).mean()) / moved.rolling(n).std()
        heading = np.degrees(np.arctan2(momentum.diff(), level.diff()))
        distance = np.hypot(level - 100, momentum - 100)
        parts = {"level": level, "momentum": momentum, "heading": heading, "distance": distance}
        found |= {f"{name}_{part}": one.iloc[-1] for part, one in parts.items()}
    return found


def _comovement(small: Any, large: Any, _ratio: Any) -> Numbers:
    left, right = small.pct_change(), large.pct_change()
    found: Numbers = {}
    for n in (60, 252):
        beta = left.rolling(n).cov(right) / right.rolling(n).var()
        found |= {f"beta_{n}d": beta.iloc[-1], f"correlation_{n}d": left.rolling(n).corr(right).iloc[-1]}
        found[f"alpha_{n}d"] = ((left.rolling(n).mean() - beta * right.rolling(n).mean()) * YEAR).iloc[-1]
    beta = (left.rolling(60).cov(right) / right.rolling(60).var()).dropna()
    found["beta_60d_percentile"] = _rank(beta)
    rest = np.log(small).diff() - beta.shift() * np.log(large).diff()
    found |= {f"beta_adjusted_gap_{n}d": rest.rolling(n).sum().iloc[-1] for n in (20, 63)}
    return found


def _captures(small: Any, large: Any, _ratio: Any) -> Numbers:
    recent, market = small.pct_change().iloc[-YEAR:], large.pct_change().iloc[-YEAR:]
    found: Numbers = {}
    for word, days in (("up", market > 0), ("down", market < 0)):
        compounded = [(1 + one[days]).prod() ** (YEAR / days.sum()) - 1 for one in (recent, market)]
        found[f"{word}_capture_252d"] = recent[days].mean() / market[days].mean()
        found[f"{word}_capture_compounded_252d"] = compounded[0] / compounded[1]
    return found | {"capture_spread_252d": found["up_capture_252d"] - found["down_capture_252d"]}


def _streak(small: Any, large: Any, _ratio: Any) -> Numbers:
    found: Numbers = {}
    weekly = (one.resample("W-FRI").last() for one in (small, large))
    for name, legs in (("streak", (small, large)), ("streak_weekly", tuple(weekly))):
        gap = (legs[0].pct_change() - legs[1].pct_change()).iloc[1:]
        sign = np.sign(gap)
        runs = (sign != sign.shift()).cumsum()
        lengths, signs = runs.groupby(runs).size(), sign.groupby(runs).first()
        finished = lengths.iloc[:-1][signs.iloc[:-1] == signs.iloc[-1]]
        longer = int((finished > lengths.iloc[-1]).sum())
        found[name] = lengths.iloc[-1] * signs.iloc[-1]
        found |= {f"{name}_runs": len(finished), f"{name}_rank": 1 + longer}
        found[f"{name}_runs_as_long"] = int((finished >= lengths.iloc[-1]).sum())
        found[f"{name}_percentile"] = (len(finished) - longer) / len(finished)
        found[f"{name}_expected"] = len(gap) * 0.5 ** (lengths.iloc[-1] + 1)
    return found


def _episodes(small: Any, large: Any, ratio: Any) -> Numbers:
    depth, peak = ratio / ratio.cummax() - 1, ratio.idxmax()
    under = depth < 0
    lows = depth[under].groupby((~under).cumsum()[under]).min()
    return {
        "drawdown_episodes": len(lows),
        "drawdown_rank": 1 + int((lows.iloc[:-1] < depth.iloc[-1]).sum()),
        "drawdown_peak": str(peak.date()),
        "gap_since_peak": small.iloc[-1] / small[peak] - large.iloc[-1] / large[peak],
    }


def answer_pandas_ta(legs: Legs) -> Numbers:
    """Its own arithmetic, not TA-Lib's, which it can call as well."""
    import pandas_ta_classic as ta

    small, large = legs
    ratio = small / large
    found: Numbers = {f"sma_{n}": ta.sma(ratio, length=n, talib=False).iloc[-1] for n in (20, 50, 100, 200)}
    found |= {f"ema_{n}": ta.ema(ratio, length=n, talib=False).iloc[-1] for n in (12, 20, 26, 50)}
    for n in (20, 55, 252):
        channel = ta.donchian(ratio, ratio, n, n)
        found |= {f"donchian_low_{n}d": channel.iloc[-1, 0], f"donchian_high_{n}d": channel.iloc[-1, 2]}
    found |= {f"ratio_return_{n}d": ta.percent_return(ratio, length=n).iloc[-1] for n in (1, 5, 20, 63, 126, 252)}
    logs = ta.log_return(ratio)
    for n in (63, 252):
        found[f"tracking_error_{n}d"] = ta.stdev(logs, length=n, ddof=1, talib=False).iloc[-1] * np.sqrt(YEAR)
    return found


def answer_talib(legs: Legs) -> Numbers:
    """Whole arrays by its C kernels."""
    import talib

    small, large = legs
    ratio = small / large
    found: Numbers = {f"sma_{n}": talib.SMA(ratio, n)[-1] for n in (20, 50, 100, 200)}
    found |= {f"ema_{n}": talib.EMA(ratio, n)[-1] for n in (12, 20, 26, 50)}
    found |= {f"donchian_high_{n}d": talib.MAX(ratio, n)[-1] for n in (20, 55, 252)}
    found |= {f"donchian_low_{n}d": talib.MIN(ratio, n)[-1] for n in (20, 55, 252)}
    found |= {f"ratio_return_{n}d": talib.ROCP(ratio, n)[-1] for n in (1, 5, 20, 63, 126, 252)}
    logs = np.log(ratio)
    found |= {f"slope_{n}d": talib.LINEARREG_SLOPE(logs, n)[-1] * YEAR for n in (20, 50)}
    returns = np.diff(logs)
    for n in (63, 252):
        found[f"tracking_error_{n}d"] = talib.STDDEV(returns, n)[-1] * np.sqrt(n / (n - 1) * YEAR)
    left, right = np.diff(small) / small[:-1], np.diff(large) / large[:-1]
    return found | {f"correlation_{n}d": talib.CORREL(left, right, n)[-1] for n in (60, 252)}


def answer_bottleneck(legs: Legs) -> Numbers:
    """Whole arrays by its C kernels."""
    import bottleneck as bn

    small, large = legs
    ratio = small / large
    found: Numbers = {f"sma_{n}": bn.move_mean(ratio, n)[-1] for n in (20, 50, 100, 200)}
    found |= {f"donchian_high_{n}d": bn.move_max(ratio, n)[-1] for n in (20, 55, 252)}
    found |= {f"donchian_low_{n}d": bn.move_min(ratio, n)[-1] for n in (20, 55, 252)}
    logs = np.log(ratio)
    returns = np.diff(logs)
    for n in (63, 252):
        found[f"tracking_error_{n}d"] = bn.move_std(returns, n, ddof=1)[-1] * np.sqrt(YEAR)
    for n in (60, 252):
        z = ((logs - bn.move_mean(logs, n)) / bn.move_std(logs, n, ddof=1))[n - 1 :]
        found |= {f"ratio_z_{n}d": z[-1], f"ratio_z_{n}d_percentile": np.count_nonzero(z <= z[-1]) / len(z)}
    return found


def to_frame(legs: tuple[Floats, Floats]) -> Any:
    import polars as pl

    return pl.DataFrame({"small": legs[0], "large": legs[1]})


def answer_polars(frame: Any) -> Numbers:
    """All in one query."""
    import polars as pl

    ratio, small, large = pl.col("small") / pl.col("large"), pl.col("small"), pl.col("large")
    logs = ratio.log()
    columns = {f"sma_{n}": ratio.rolling_mean(n) for n in (20, 50, 100, 200)}
    columns |= {f"ema_{n}": ratio.ewm_mean(span=n, adjust=False) for n in (12, 20, 26, 50)}
    columns |= {f"donchian_high_{n}d": ratio.rolling_max(n) for n in (20, 55, 252)}
    columns |= {f"donchian_low_{n}d": ratio.rolling_min(n) for n in (20, 55, 252)}
    legs = {"ratio": ratio, "small": small, "large": large}
    columns |= {f"{leg}_return_{n}d": one.pct_change(n) for leg, one in legs.items() for n in (1, 5, 20, 63, 126, 252)}
    columns |= {f"tracking_error_{n}d": logs.diff().rolling_std(n) * YEAR**0.5 for n in (63, 252)}
    columns |= {f"ratio_z_{n}d": (logs - logs.rolling_mean(n)) / logs.rolling_std(n) for n in (60, 252)}
    left, right = small.pct_change(), large.pct_change()
    columns |= {f"correlation_{n}d": pl.rolling_corr(left, right, window_size=n) for n in (60, 252)}
    row: Numbers = frame.select([one.last().alias(name) for name, one in columns.items()]).row(0, named=True)
    return row


def _as_they_are(legs: tuple[Floats, Floats]) -> Legs:
    return legs


Answer = Callable[[Any], Numbers]
RIVALS: tuple[tuple[str, str, Callable[[tuple[Floats, Floats]], Any], Answer], ...] = (
    ("plain pandas", "pandas", to_series, answer_pandas),
    ("pandas-ta-classic", "pandas_ta_classic", to_series, answer_pandas_ta),
    ("TA-Lib", "talib", _as_they_are, answer_talib),
    ("polars, all cores", "polars", to_frame, answer_polars),
    ("bottleneck", "bottleneck", _as_they_are, answer_bottleneck),
)
