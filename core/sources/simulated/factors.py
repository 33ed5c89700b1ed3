"""The common factors of the simulated market, session by session: what makes symbols move together.

Volatility clusters (GARCH with a leverage term), shocks have fat tails (Student's t). The paths are then bent, with
no further randomness, so that any seed tells the wanted story: a relative peak of small caps in March 2021, a long
relative drawdown of about 37 %, and a rotation into small caps over the last `ROTATION` sessions.
"""

from dataclasses import dataclass
from datetime import date
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from core.market.bars import Floats, Sessions
from core.sources.simulated.dice import Dice
from core.sources.simulated.instruments import ANNUAL, FACTORS

YEAR = 252
ROTATION = 88
"""Sessions of the rotation at the end, about four months."""
SMALL_GAIN, LARGE_GAIN = log(1.12), log(1.05)
SMALL_DAILY, LARGE_DAILY = 0.0116, 0.0071
"""Total log return and daily volatility of small and large caps over the rotation."""
_MARKET_GROWTH = 0.10
_BETA = 1.14  # of small caps to the market, over the long run
_ROTATION_BETA = 1.2
_PEAK = date(2021, 3, 12)
_TROUGH = -0.46  # log of small over large, against its peak
_SIZE_PATH = (  # years from the peak, log of small over large against it
    (-16.0, -0.10), (-13.0, -0.16), (-10.0, -0.05), (-9.4, -0.14), (-7.0, -0.05), (-5.1, -0.20),
    (-2.6, -0.11), (-1.0, -0.36), (-0.6, -0.27), (0.0, 0.0), (0.8, -0.22), (1.3, -0.25),
)  # fmt: skip
_YIELDS = (  # about the ten-year yield of the past
    ("2005-11-01", 4.5), ("2008-12-30", 2.3), ("2010-04-01", 3.8), ("2012-07-01", 1.5), ("2013-12-30", 2.9),
    ("2016-07-01", 1.4), ("2018-10-15", 3.2), ("2020-08-01", 0.7), ("2021-03-20", 1.7), ("2022-10-20", 4.1),
    ("2023-10-15", 4.9), ("2025-01-01", 4.4),
)  # fmt: skip
_LAST_YIELD, _LEAST_YIELD = 4.12, 0.4


@dataclass(frozen=True, slots=True, eq=False)
class Factors:
    """Per session (rows) and factor (columns of `FACTORS`): log returns, RATE in percentage points.

    `scale` is the standard deviation each return was drawn with; `yields` the ten-year yield in percent;
    `calm` the market's volatility against its average.
    """

    dice: Dice
    sessions: Sessions
    returns: Floats
    scale: Floats
    calm: Floats
    yields: Floats

    def column(self, factor: str) -> Floats:
        """The returns of one factor."""
        values: Floats = self.returns[:, FACTORS.index(factor)]
        return values


def build_factors(seed: int, sessions: Sessions) -> Factors:
    """The factors of `sessions` (at least 1,500 of them), wholly decided by the seed and the sessions."""
    dice = Dice(seed, sessions)
    shocks = np.clip(dice.heavy("factors", 0, degrees=5, width=len(FACTORS)), -7, 7)
    calm = _to_clusters(shocks[:, 0])
    # The last months are told evenly: no single storm in them makes up the rotation.
    calm[-ROTATION:] **= 0.4
    np.clip(shocks[-ROTATION:], -2.6, 2.6, out=shocks[-ROTATION:])
    calm[-ROTATION:] *= LARGE_DAILY / (ANNUAL[0] / sqrt(YEAR)) / sqrt(np.mean(calm[-ROTATION:] ** 2))
    scale = np.array(ANNUAL) / sqrt(YEAR) * calm[:, np.newaxis] ** np.array([1.0, 0.8, *[0.6] * (len(FACTORS) - 2)])
    shocks[:, FACTORS.index("RATE")] = _mix(shocks[:, FACTORS.index("RATE")], shocks[:, 0], 0.30)
    shocks[:, FACTORS.index("DOLLAR")] = _mix(shocks[:, FACTORS.index("DOLLAR")], shocks[:, 0], -0.18)
    returns = scale * shocks
    returns[0] = 0.0
    returns[:, 0] = _to_market(returns[:, 0])
    relative = _to_relative(returns[:, 1], returns[:, 0], sessions)
    returns[:, 1] = relative - (_BETA - 1) * returns[:, 0]
    scale[-ROTATION:, 1] = np.std(returns[-ROTATION:, 1])
    yields = _to_yields(returns[:, FACTORS.index("RATE")], sessions)
    returns[1:, FACTORS.index("RATE")] = np.diff(yields)
    return Factors(dice, sessions, returns, scale, calm, yields)


def to_bridge(path: Floats, rows: NDArray[np.int64], levels: Floats) -> Floats:
    """`path` moved, by straight lines in between, to be at `levels` in `rows`."""
    steps = np.arange(len(path))
    moved: Floats = path + np.interp(steps, rows, levels - path[rows])
    return moved


def to_rows(sessions: Sessions, knots: tuple[tuple[str, float], ...], last: float) -> tuple[NDArray[np.int64], Floats]:
    """Rows and levels of dated knots within `sessions`; the first row interpolated, the last row at `last`."""
    days = np.array([day for day, _ in knots], "datetime64[D]").astype(np.int64)
    levels = np.array([level for _, level in knots])
    inside = (days > sessions[0].astype(np.int64)) & (days < sessions[-1].astype(np.int64) - 90)
    rows = np.searchsorted(sessions.astype(np.int64), days[inside])
    first = np.interp(sessions[0].astype(np.int64), days, levels)
    return np.concatenate(([0], rows, [len(sessions) - 1])), np.concatenate(([first], levels[inside], [last]))


def _mix(own: Floats, common: Floats, correlation: float) -> Floats:
    mixed: Floats = correlation * common + sqrt(1 - correlation**2) * own
    return mixed


def _to_clusters(shocks: Floats) -> Floats:
    """Relative volatility per session by a GARCH(1,1) in which falls count more [Glosten et al. 1993]."""
    variance, variances = 1.0, []
    for shock in shocks.tolist():
        variances.append(variance)
        weight = 0.15 if shock < 0 else 0.03
        variance = min(0.03 + (0.88 + weight * shock * shock) * variance, 25.0)
    volatility: Floats = np.sqrt(np.array(variances) / np.mean(variances))
    return volatility


def _standardise(values: Floats, mean: float, deviation: float) -> Floats:
    moved: Floats = (values - values.mean()) * (deviation / values.std(ddof=1)) + mean
    return moved


def _to_market(raw: Floats) -> Floats:
    """The market's returns: its long-run growth and volatility, then those of the rotation, exactly."""
    years = (len(raw) - ROTATION) / YEAR
    mean = (_MARKET_GROWTH * years - LARGE_GAIN) / (len(raw) - ROTATION)
    before = _standardise(raw[:-ROTATION], mean, ANNUAL[0] / sqrt(YEAR))
    before[0] = 0.0
    return np.concatenate([before, _standardise(raw[-ROTATION:], LARGE_GAIN / ROTATION, LARGE_DAILY)])


def _to_relative(raw: Floats, market: Floats, sessions: Sessions) -> Floats:
    """Log returns of small over large, from the raw size factor and the market's returns."""
    start = len(raw) - ROTATION - 1
    path = np.cumsum(raw + (_BETA - 1) * market)[: start + 1]
    peak, rows, levels = _size_knots(sessions[: start + 1])
    path = to_bridge(path, rows, levels)
    ceiling = -np.minimum(0.01, 0.0005 * np.abs(np.arange(start + 1) - peak))
    path = np.where(path > ceiling, 2 * ceiling - path, path)
    path = np.where(path < _TROUGH, 2 * _TROUGH - path, path)
    before = np.diff(path, prepend=path[0])
    return np.concatenate([before, _to_rotation(raw[-ROTATION:], market[-ROTATION:])])


def _size_knots(sessions: Sessions) -> tuple[int, NDArray[np.int64], Floats]:
    """Row of the peak, and the knots of small over large; a peak too near the end is put five years before it."""
    last = len(sessions) - 1
    peak = int(np.searchsorted(sessions, np.datetime64(_PEAK)))
    if not YEAR <= peak <= last - 2 * YEAR:
        peak = max(last - 5 * YEAR, 0)
    knots = np.array([(peak + years * YEAR, level) for years, level in _SIZE_PATH])
    inside = knots[(knots[:, 0] > 0) & (knots[:, 0] < last - YEAR / 4)]
    rows = np.concatenate(([0], inside[:, 0].astype(np.int64), [last]))
    first = np.interp(0, knots[:, 0], knots[:, 1])
    return peak, rows, np.concatenate(([first], inside[:, 1], [_TROUGH]))


def _to_rotation(raw: Floats, market: Floats) -> Floats:
    """Relative returns of the rotation: the wanted gain and volatility of small caps, exactly."""
    slope, gain = _ROTATION_BETA - 1, SMALL_GAIN - LARGE_GAIN
    rest = sqrt(SMALL_DAILY**2 - (_ROTATION_BETA * LARGE_DAILY) ** 2)
    beta = market - market.mean()
    floor = _TROUGH - 0.012 + 0.6 * gain * np.linspace(0, 1, len(raw))
    for _ in range(3):  # once to draw it, then again after the path was kept above a rising floor
        own: Floats = _standardise(raw - beta * (raw @ beta) / (beta @ beta), 0.0, rest)
        relative: Floats = slope * beta + own + gain / len(raw)
        path = _TROUGH + np.cumsum(relative)
        path = np.where(path < floor, 2 * floor - path, path)
        raw = np.diff(path, prepend=_TROUGH)
    return relative


def _to_yields(changes: Floats, sessions: Sessions) -> Floats:
    """The ten-year yield in percent: the drawn changes, along the yields of the past, never under its least."""
    rows, levels = to_rows(sessions, _YIELDS, _LAST_YIELD)
    path = to_bridge(np.cumsum(changes), rows, levels)
    return np.where(path < _LEAST_YIELD, 2 * _LEAST_YIELD - path, path)
