"""A measure's own recent history: for small pictures, and for saying since when something holds."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.market.bars import Floats, Sessions
from core.market.panel import Line
from core.studies.averages import SLOPE_LAG
from core.studies.pullback import to_pullback
from core.studies.streak import to_streaks, to_winner
from core.studies.volatility import SHORT, to_volatility
from core.studies.windows import to_means

PERCENTILE_DEPTH = 1260
PERCENTILE_BACK = 504
"""Ranking every session against five years is the dearest thing here; two years back answers `since`."""


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """Values up to the last session without a hole, oldest first; `session` counts as `values` does, -1 is the last."""

    values: list[float]
    _sessions: Sessions

    def session(self, index: int) -> str:
        """ISO date of `values[index]`; `index` is negative: only the ends are aligned."""
        return str(self._sessions[index])


def to_sma_change(values: Floats, count: int, lag: int = SLOPE_LAG) -> Floats:
    """The moving average over itself `lag` sessions before, minus one; shorter by `count - 1 + lag`."""
    average = to_means(values, count)
    return average[lag:] / average[:-lag] - 1.0


def to_percentile(values: Floats, count: int) -> Floats:
    """Weak percentile rank, 0 to 1, of each value within the `count` that end with it; full windows only [0.6]."""
    if len(values) < count:
        return values[:0]
    windows = np.lib.stride_tricks.sliding_window_view(values, count)
    return np.asarray(np.count_nonzero(windows <= values[count - 1 :, None], axis=1) / count)


def _to_volatility_percentile(line: Line) -> Floats:
    recent = line.values[-PERCENTILE_BACK - PERCENTILE_DEPTH - SHORT :]
    return to_percentile(to_volatility(recent, SHORT), PERCENTILE_DEPTH)


def _to_volatility_ratio(line: Line) -> Floats:
    if line.small is None or line.large is None:
        return line.values[:0]
    large = to_volatility(line.large, SHORT)
    still = np.full(len(large), np.nan)
    return np.asarray(np.divide(to_volatility(line.small, SHORT), large, out=still, where=large > 0.0))


def _to_streak(line: Line) -> Floats:
    if line.raw_small is None or line.raw_large is None or len(line.raw_small) < 2:
        return line.values[:0]
    return to_streaks(to_winner(line.raw_small, line.raw_large))


PASTS: dict[str, Callable[[Line], Floats]] = {
    "ratio": lambda line: line.values,
    "volatility_20d": lambda line: to_volatility(line.values, SHORT),
    "volatility_percentile_1260d": _to_volatility_percentile,
    "volatility_ratio_20d": _to_volatility_ratio,
    "pullback_63d": lambda line: to_pullback(line.values, 63),
    "sma_50_change_20d": lambda line: to_sma_change(line.values, 50),
    "streak": _to_streak,
}
"""Measures whose history can be asked for; the last value is the measure itself."""


def build_past(line: Line, name: str) -> Past:
    """The history of the measure `name` of `line`, cut after its last hole."""
    values = PASTS[name](line)
    holes = np.flatnonzero(~np.isfinite(values))
    whole = values[holes[-1] + 1 :] if len(holes) else values
    return Past(whole.tolist(), line.sessions)
