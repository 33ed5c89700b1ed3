"""Of many symbols: three averages, volatility and relative strength of the last session, and breadth of every one.

Breadth is the share of symbols above their averages of 20, 50 and 200, at a 252-session high or low, and risen. Every
library is given the closes as it likes them best before the clock starts, and must give the same answer.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.breadth.counting import ABOVE, EXTREMES, count_all
from core.breadth.live import STRENGTH, VOLATILITY, calc_newest, count_newest, keep
from core.market.bars import Floats

YEAR = 252
BENCHMARK = 0
"""The row of the symbol that strength is measured against."""
Shares = dict[str, Floats]
"""By `above_20` and so on: a share of symbols at every session, NaN until somebody can tell."""


@dataclass(frozen=True)
class Answer:
    """Numbers of the last session, and the shares of all sessions."""

    averages: Floats
    """Three by symbols."""
    volatility: Floats
    strength: Floats
    shares: Shares


@dataclass(frozen=True)
class Rival:
    """A library: what it is called and imported as, how it likes its closes, and how it answers."""

    name: str
    module: str
    prepare: Callable[[Floats], Any]
    answer: Callable[[Any], Answer]


def find_reason(module: str) -> str | None:
    """Why a library cannot be measured here; None where it can."""
    try:
        importlib.import_module(module)
    except ImportError as error:
        return f"absent: {error}"
    return None


def assert_same(found: Answer, expected: Answer, within: float = 1e-9) -> None:
    """Raises AssertionError where an answer is another one: a comparison with it would be worth nothing."""
    for name in ("averages", "volatility", "strength"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), rtol=within, atol=1e-12, err_msg=name)
    for name, shares in expected.shares.items():
        np.testing.assert_allclose(found.shares[name], shares, rtol=1e-12, err_msg=name)


def calc_strength(now: Floats, then: Floats) -> Floats:
    """Gains over the benchmark's, minus one."""
    gains = now / then
    return np.asarray(gains / gains[BENCHMARK] - 1.0)


def _to_share(doing: Floats, telling: Floats) -> Floats:
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(telling > 0, doing / telling, np.nan))


def answer_cold(closes: Floats) -> Answer:
    """Ours, with nothing known: every session is counted, then the last one answered."""
    shares = {name: tally.share() for name, tally in count_all(closes).items()}
    newest = calc_newest(keep(closes[:, :-1]), closes[:, -1].copy(), _gain(closes))
    return Answer(newest.averages, newest.volatility, newest.strength, shares)


def prepare_live(closes: Floats) -> Callable[[Floats], Answer]:
    """Ours, while the last closes move: what completed sessions say is kept; takes the last closes."""
    before = {name: tally.share() for name, tally in count_all(closes[:, :-1]).items()}
    kept, back = keep(closes[:, :-1]), float(closes[BENCHMARK, -1 - STRENGTH])

    def answer(last: Floats) -> Answer:
        newest = calc_newest(kept, last, float(last[BENCHMARK]) / back)
        tallies = count_newest(kept, newest)
        shares = {name: np.append(past, tallies[name].share()) for name, past in before.items()}
        return Answer(newest.averages, newest.volatility, newest.strength, shares)

    return answer


def _gain(closes: Floats) -> float:
    return float(closes[BENCHMARK, -1] / closes[BENCHMARK, -1 - STRENGTH])


def _prepare_pandas(closes: Floats) -> Any:
    import pandas as pd

    return pd.DataFrame(np.ascontiguousarray(closes.T))


def _answer_pandas(frame: Any) -> Answer:
    averages = {count: frame.rolling(count).mean() for count in ABOVE}
    shares = {
        f"above_{count}": ((frame > average).sum(axis=1) / average.notna().sum(axis=1)).to_numpy()
        for count, average in averages.items()
    }
    before = frame.shift()
    highest, lowest = before.rolling(EXTREMES - 1).max(), before.rolling(EXTREMES - 1).min()
    shares["highs"] = ((frame > highest).sum(axis=1) / highest.notna().sum(axis=1)).to_numpy()
    shares["lows"] = ((frame < lowest).sum(axis=1) / highest.notna().sum(axis=1)).to_numpy()
    moved = frame.diff()
    shares["advances"] = ((moved > 0).sum(axis=1) / ((moved > 0) | (moved < 0)).sum(axis=1)).to_numpy()
    deviation = np.log(frame).diff().rolling(VOLATILITY).std()
    return Answer(
        np.array([average.iloc[-1] for average in averages.values()]),
        deviation.iloc[-1].to_numpy() * np.sqrt(YEAR),
        calc_strength(frame.iloc[-1].to_numpy(), frame.iloc[-1 - STRENGTH].to_numpy()),
        shares,
    )


@dataclass(frozen=True)
class _Kernels:
    """What a library of moving windows does to one array; NaN, or nothing of use, until the window is full."""

    mean: Callable[[Any, int], Any]
    deviation: Callable[[Any, int], Any]
    extremes: Callable[[Any, int], tuple[Any, Any]]
    """The highest and the lowest."""


def _count_with(kernels: _Kernels, closes: Floats) -> Answer:
    """The answer of a library that has moving windows only: the comparing and counting is numpy's."""
    averages, shares = [], {}
    for count in ABOVE:
        average = kernels.mean(closes, count)
        shares[f"above_{count}"] = _share_from(count - 1, closes > average)
        averages.append(average[:, -1].copy())
    highest, lowest = kernels.extremes(closes, EXTREMES - 1)
    shares["highs"] = np.append(np.nan, _share_from(EXTREMES - 2, closes[:, 1:] > highest[:, :-1]))
    shares["lows"] = np.append(np.nan, _share_from(EXTREMES - 2, closes[:, 1:] < lowest[:, :-1]))
    moved = np.diff(closes, axis=1)
    rises, moves = np.count_nonzero(moved > 0, axis=0), np.count_nonzero(moved, axis=0)
    shares["advances"] = np.append(np.nan, _to_share(rises, moves))
    deviation = kernels.deviation(np.diff(np.log(closes), axis=1), VOLATILITY)[:, -1]
    strength = calc_strength(closes[:, -1], closes[:, -1 - STRENGTH])
    return Answer(np.array(averages), deviation * np.sqrt(YEAR), strength, shares)


def _share_from(begin: int, doing: Any) -> Floats:
    """The share of all symbols, NaN for the first `begin` sessions: there are no holes here."""
    shares = np.count_nonzero(doing, axis=0) / len(doing)
    shares[:begin] = np.nan
    return np.asarray(shares)


def _each_row(kernel: Callable[[Any, int], Any]) -> Callable[[Floats, int], Floats]:
    """The kernel of one series for all symbols."""

    def of_all(values: Floats, count: int) -> Floats:
        found = np.empty(values.shape)
        for row, line in enumerate(values):
            found[row] = kernel(line, count)
        return found

    return of_all


def _answer_bottleneck(closes: Floats) -> Answer:
    import bottleneck as bn

    return _count_with(
        _Kernels(
            lambda values, count: bn.move_mean(values, count, axis=1),
            lambda values, count: bn.move_std(values, count, axis=1, ddof=1),
            lambda values, count: (bn.move_max(values, count, axis=1), bn.move_min(values, count, axis=1)),
        ),
        closes,
    )


def _answer_talib(closes: Floats) -> Answer:
    import talib

    def deviation(values: Floats, count: int) -> Any:
        return talib.STDDEV(values, count) * np.sqrt(count / (count - 1))  # its own is the population's

    def extremes(values: Floats, count: int) -> tuple[Any, Any]:
        return _each_row(talib.MAX)(values, count), _each_row(talib.MIN)(values, count)

    return _count_with(_Kernels(_each_row(talib.SMA), _each_row(deviation), extremes), closes)


def _answer_pandas_ta(closes: Floats) -> Answer:
    """Its own arithmetic, not TA-Lib's, which it can call as well."""
    import pandas as pd
    import pandas_ta_classic as ta

    def extremes(values: Floats, count: int) -> tuple[Any, Any]:
        found = np.empty((2, *values.shape))
        for row, line in enumerate(values):
            series = pd.Series(line)
            channel = ta.donchian(series, series, count, count)
            found[:, row] = channel.iloc[:, 2], channel.iloc[:, 0]
        return found[0], found[1]

    return _count_with(
        _Kernels(
            _each_row(lambda values, count: ta.sma(pd.Series(values), length=count, talib=False)),
            _each_row(lambda values, count: ta.stdev(pd.Series(values), length=count, ddof=1, talib=False)),
            extremes,
        ),
        closes,
    )


def _prepare_polars(closes: Floats) -> Any:
    import polars as pl

    return pl.DataFrame({f"s{row}": values for row, values in enumerate(closes)})


def _answer_polars(frame: Any) -> Answer:
    """Frame by frame: one lazy query of all this takes minutes to plan."""
    import polars as pl

    def share(doing: Any, known: Any) -> Floats:
        return _to_share(*(one.select(pl.sum_horizontal(pl.all())).to_series().to_numpy() for one in (doing, known)))

    def last(part: Any) -> Floats:
        return np.asarray(part[-1].to_numpy()[0])

    every, before = pl.all(), frame.select(pl.all().shift(1))
    averages = {n: frame.select(every.rolling_mean(n)) for n in ABOVE}
    shares = {f"above_{n}": share(frame > means, means.select(every.is_not_null())) for n, means in averages.items()}
    highest = before.select(every.rolling_max(EXTREMES - 1))
    lowest = before.select(every.rolling_min(EXTREMES - 1))
    shares["highs"] = share(frame > highest, highest.select(every.is_not_null()))
    shares["lows"] = share(frame < lowest, highest.select(every.is_not_null()))
    shares["advances"] = share(frame > before, frame != before)
    volatility = last(frame.select(every.log().diff().rolling_std(VOLATILITY))) * np.sqrt(YEAR)
    strength = calc_strength(last(frame), np.asarray(frame[-1 - STRENGTH].to_numpy()[0]))
    return Answer(np.array([last(means) for means in averages.values()]), volatility, strength, shares)


def _as_it_is(closes: Floats) -> Floats:
    return closes


RIVALS = (
    Rival("plain pandas", "pandas", _prepare_pandas, _answer_pandas),
    Rival("pandas-ta-classic", "pandas_ta_classic", _as_it_is, _answer_pandas_ta),
    Rival("TA-Lib", "talib", _as_it_is, _answer_talib),
    Rival("polars, all cores", "polars", _prepare_polars, _answer_polars),
    Rival("bottleneck", "bottleneck", _as_it_is, _answer_bottleneck),
)
