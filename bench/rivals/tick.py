"""Of one pair whose last ratio has just moved: three averages, volatility, and the change over 63 sessions.

Who keeps nothing between two calls is given the last year alone: no number here rests on more.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from core.breadth.counting import ABOVE
from core.breadth.live import STRENGTH, VOLATILITY, calc_newest, keep
from core.market.bars import Floats

YEAR = 252
Live = Callable[[float], list[float]]
"""The five numbers, given the newest ratio."""


def prepare_ours(year: Floats) -> Live:
    """Ours: what the completed ratios say is kept."""
    kept, last = keep(year[None, :-1]), np.empty(1)

    def answer(ratio: float) -> list[float]:
        last[0] = ratio
        newest = calc_newest(kept, last)
        return [*newest.averages[:, 0].tolist(), float(newest.volatility[0]), float(newest.strength[0])]

    return answer


def _answer_pandas(year: Floats) -> list[float]:
    import pandas as pd

    series = pd.Series(year)
    averages = [series.rolling(n).mean().iloc[-1] for n in ABOVE]
    volatility = np.log(series).diff().rolling(VOLATILITY).std().iloc[-1] * YEAR**0.5
    return [*averages, volatility, series.pct_change(STRENGTH).iloc[-1]]


def _answer_pandas_ta(year: Floats) -> list[float]:
    import pandas as pd
    import pandas_ta_classic as ta

    series = pd.Series(year)
    averages = [ta.sma(series, length=n, talib=False).iloc[-1] for n in ABOVE]
    deviation = ta.stdev(ta.log_return(series), length=VOLATILITY, ddof=1, talib=False).iloc[-1]
    return [*averages, deviation * YEAR**0.5, ta.percent_return(series, length=STRENGTH).iloc[-1]]


def _prepare_talib(year: Floats) -> Live:
    """By its streams, which keep what they need and can be asked what a next value would make of it."""
    from talib import stream

    completed = year[:-1]
    averages = [stream.SMA(completed, n) for n in ABOVE]
    deviation = stream.STDDEV(np.diff(np.log(completed)), VOLATILITY)
    change, before = stream.ROCP(completed, STRENGTH), math.log(completed[-1])
    scale = (YEAR * VOLATILITY / (VOLATILITY - 1)) ** 0.5  # its own deviation is the population's

    def answer(ratio: float) -> list[float]:
        volatility = deviation.peek(math.log(ratio) - before) * scale
        return [*(average.peek(ratio) for average in averages), volatility, change.peek(ratio)]

    return answer


def _answer_polars(year: Floats) -> list[Any]:
    import polars as pl

    series = pl.Series(year)
    averages: list[Any] = [series[-n:].mean() for n in ABOVE]
    deviation: Any = series[-VOLATILITY - 1 :].log().diff().std()
    return [*averages, deviation * YEAR**0.5, series[-1] / series[-1 - STRENGTH] - 1]


def _answer_bottleneck(year: Floats) -> list[float]:
    import bottleneck as bn

    averages = [bn.move_mean(year, n)[-1] for n in ABOVE]
    deviation = bn.move_std(np.diff(np.log(year)), VOLATILITY, ddof=1)[-1]
    return [*averages, deviation * YEAR**0.5, year[-1] / year[-1 - STRENGTH] - 1]


def _on_year(answer: Callable[[Floats], list[float]]) -> Callable[[Floats], Live]:
    """What is calculated anew each time, of the year with the newest ratio in its place."""

    def prepare(year: Floats) -> Live:
        year = year.copy()

        def live(ratio: float) -> list[float]:
            year[-1] = ratio
            return answer(year)

        return live

    return prepare


RIVALS: tuple[tuple[str, str, Callable[[Floats], Live]], ...] = (
    ("plain pandas", "pandas", _on_year(_answer_pandas)),
    ("pandas-ta-classic", "pandas_ta_classic", _on_year(_answer_pandas_ta)),
    ("TA-Lib, its streams", "talib", _prepare_talib),
    ("polars", "polars", _on_year(_answer_polars)),
    ("bottleneck", "bottleneck", _on_year(_answer_bottleneck)),
)
