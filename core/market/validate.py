"""Bars that cannot be are quarantined: made NaN, and told by their session [§0.4].

NaN means "the source has no number here" and is never an offence: an index has no volume, an old bar no open.
Whether a bar is quarantined depends on itself and earlier bars alone, so cutting the history changes nothing.
"""

import math

import bottleneck as bn
import numpy as np
from numpy.typing import NDArray

from core.market.bars import COLUMNS, Bars, Floats
from core.market.kinds import Kind, is_index, kind_of

_TOLERANCE = 1e-6  # relative, of high and low against open and close
# The largest believable move from one bar to the next: of the logarithm of a price, of a rate in points.
# 0.5 is the rule for funds; share indices never came near it (-0.23 on 1987-10-19). ^VIX moved by 0.77 on
# 2018-02-05, so volatility gets three times the room; short rates moved by 1 point at most since 1985.
_LARGEST_MOVE = {Kind.PRICE: 0.5, Kind.VOLATILITY: 1.5, Kind.RATE: 3.0}

_PRICES = ("open", "high", "low", "close")


def validate_bars(bars: Bars) -> tuple[Bars, tuple[str, ...]]:
    """Return `bars` with every adjusted close filled and bad bars all NaN, and the ISO sessions of the bad ones.

    Bad is: a price that is infinite, zero or negative (rates may be the last two), a high below or a low above
    open or close, an adjusted close that moved impossibly since the last good bar (see `is_jump`).
    """
    bars = _without_impossible_details(bars)
    bad = _is_impossible(bars) | _is_out_of_range(bars)
    bars = _blank(bars.with_columns({"adj_close": fill_adjusted(bars)}), bad)
    jumped = is_jump(bars.adj_close, kind_of(bars.symbol))
    if not (bad := bad | jumped).any():
        return bars, ()
    return _blank(bars, jumped), tuple(str(day) for day in bars.sessions[bad])


def fill_adjusted(bars: Bars) -> Floats:
    """The adjusted closes, a missing one made from the close so that it keeps its relation to its neighbours.

    Where there is none at all that is the close itself. Otherwise the factor (adjusted over close) of the bar
    before is carried on, and the first known one back: falling back to the bare close in the midst of adjusted
    ones would make a jump of the whole factor. Carried over an ex-date it lacks one dividend, about 0.3 %.
    """
    lacking = np.isnan(bars.adj_close) & ~np.isnan(bars.close)
    if not lacking.any():
        return bars.adj_close
    known = np.flatnonzero(~lacking & (bars.close > 0) & (bars.adj_close > 0))
    if not len(known):
        return np.where(lacking, bars.close, bars.adj_close)
    before = np.maximum(np.searchsorted(known, np.arange(len(bars)), side="right") - 1, 0)
    factor = (bars.adj_close[known] / bars.close[known])[before]
    return np.where(lacking, bars.close * factor, bars.adj_close)


def is_jump(values: Floats, kind: Kind) -> NDArray[np.bool_]:
    """Which values are too far from the last good one.

    A value near the one just before it is good again even if that was not: a bad tick loses one bar, and so does
    a level that stays (a split that nobody told), which `find_breaks` finds.
    """
    jumped = np.zeros(len(values), dtype=np.bool_)
    rows = np.flatnonzero(~np.isnan(values))
    level = values[rows] if kind is Kind.RATE else np.log(values[rows])
    limit = _LARGEST_MOVE[kind]
    if not (np.abs(np.diff(level)) > limit).any():
        return jumped
    jumped[rows] = _far_from_last_good(level.tolist(), limit)
    return jumped


def find_breaks(values: Floats, kind: Kind) -> NDArray[np.intp]:
    """Positions in good `values` (no NaN) that no move of a market leads to from the one before."""
    level = values if kind is Kind.RATE else np.log(values)
    return np.flatnonzero(np.abs(np.diff(level)) > _LARGEST_MOVE[kind]) + 1


def is_believable(symbol: str, price: float, last: float) -> bool:
    """Whether `price` can follow the last good price `last` (NaN: nothing is known to compare with)."""
    kind = kind_of(symbol)
    if not math.isfinite(price) or (kind is not Kind.RATE and price <= 0):
        return False
    if math.isnan(last):
        return True
    move = price - last if kind is Kind.RATE else math.log(price / last)
    return abs(move) <= _LARGEST_MOVE[kind]


def _far_from_last_good(level: list[float], limit: float) -> list[bool]:
    good, before, far = level[0], level[0], []
    for value in level:
        is_far = abs(value - good) > limit and abs(value - before) > limit
        far.append(is_far)
        good, before = (good if is_far else value), value
    return far


def _without_impossible_details(bars: Bars) -> Bars:
    """Details that a source writes for "I have none" made NaN: an index's open of 0, a negative volume."""
    found: dict[str, Floats] = {}
    volume = np.isinf(bars.volume) | (bars.volume < 0)
    if volume.any():
        found["volume"] = np.where(volume, np.nan, bars.volume)
    if is_index(bars.symbol) and kind_of(bars.symbol) is not Kind.RATE:
        for name in ("open", "high", "low"):
            column = getattr(bars, name)
            if (column == 0).any():
                found[name] = np.where(column == 0, np.nan, column)
    return bars.with_columns(found) if found else bars


def _is_impossible(bars: Bars) -> NDArray[np.bool_]:
    bad = np.zeros(len(bars), dtype=np.bool_)
    may_be_negative = kind_of(bars.symbol) is Kind.RATE
    least = -np.inf if may_be_negative else 0.0
    for name in (*_PRICES, "adj_close"):
        column = getattr(bars, name)
        if len(column) and not (bn.nanmin(column) > least and bn.nanmax(column) < np.inf):  # seldom: a closer look
            bad |= (column <= least) | (column == np.inf)
    return bad


def _is_out_of_range(bars: Bars) -> NDArray[np.bool_]:
    top, bottom = np.fmax(bars.open, bars.close), np.fmin(bars.open, bars.close)  # fmax and fmin pass over NaN
    with np.errstate(invalid="ignore"):  # infinity less infinity: such a bar is impossible already
        below = bars.high < top - _TOLERANCE * np.abs(top)
        above = bars.low > bottom + _TOLERANCE * np.abs(bottom)
    return np.asarray(below | above, dtype=np.bool_)


def _blank(bars: Bars, bad: NDArray[np.bool_]) -> Bars:
    if not bad.any():
        return bars
    return bars.with_columns({name: np.where(bad, np.nan, getattr(bars, name)) for name in COLUMNS})
