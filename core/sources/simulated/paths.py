"""Twenty years of daily bars of one symbol, from the factors and the symbol's own noise."""

from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from core.market.bars import Bars, Floats, Sessions
from core.market.kinds import Kind
from core.sources.simulated.factors import LARGE_DAILY, YEAR, Factors, to_bridge, to_rows
from core.sources.simulated.instruments import Instrument, name_key

_POLICY = (  # about the yield of three-month bills in the past, percent
    ("2005-11-01", 3.9), ("2006-07-01", 4.9), ("2007-08-01", 4.6), ("2008-12-20", 0.1), ("2015-12-15", 0.2),
    ("2016-12-15", 0.5), ("2018-12-20", 2.35), ("2019-10-30", 1.55), ("2020-03-20", 0.06), ("2022-03-01", 0.4),
    ("2022-12-20", 4.2), ("2023-08-01", 5.3), ("2024-09-10", 4.9), ("2025-01-10", 4.2), ("2025-12-20", 3.6),
)  # fmt: skip
_LAST_BILL, _LEAST_BILL = 3.6, 0.02
_OVERNIGHT = 0.3
"""Share of a day's variance that falls between the close and the next open."""
_HALF_DAY_VOLUME = 0.45
_OWN, _TRACKING, _GAP, _RANGE, _VOLUME = range(5)  # what a symbol's draws are for


def build_bars(instrument: Instrument, factors: Factors, half_days: NDArray[np.bool_]) -> Bars:
    """All bars of `instrument` in the sessions of `factors`."""
    path = _to_path(instrument, factors)
    paid = _to_payments(instrument, factors.sessions)
    is_rate = instrument.kind is Kind.RATE
    columns = _to_ranges(instrument, factors, path - np.cumsum(paid), paid)
    if not is_rate:
        columns = [np.exp(column) for column in columns]
        if instrument.kind is Kind.PRICE:
            columns = [column * (instrument.level / columns[3][-1]) for column in columns]
    open_, high, low, close = (np.round(column, instrument.digits) for column in columns)
    later = np.cumsum(paid[::-1])[::-1] - paid  # what is still to be paid after each session
    volume = _to_volume(instrument, factors, half_days)
    return Bars(instrument.symbol, factors.sessions, open_, high, low, close, close * np.exp(-later), volume)


def _to_path(instrument: Instrument, factors: Factors) -> Floats:
    """Log of the total-return level (rates: percent), up to a constant for prices."""
    if instrument.kind is Kind.RATE:
        return _to_rate(instrument, factors)
    if instrument.kind is Kind.VOLATILITY:
        return _to_implied(instrument, factors)
    noise = factors.dice.heavy(instrument.stream or instrument.symbol, _OWN) * instrument.own
    if instrument.stream:
        noise += factors.dice.heavy(instrument.symbol, _TRACKING) * 0.002
    returns = factors.returns @ instrument.weights + noise * factors.calm**0.7 / sqrt(YEAR)
    returns[0] = 0.0
    if instrument.growth is not None:
        returns[1:] += instrument.growth / YEAR - returns[1:].mean()
    if instrument.payments == 0:
        returns[1:] -= instrument.income / YEAR
    path: Floats = np.cumsum(returns)
    return path


def _to_rate(instrument: Instrument, factors: Factors) -> Floats:
    """The ten-year yield, the three-month bill, or the five-year yield between the two."""
    if instrument.symbol == "^TNX":
        return factors.yields
    rows, levels = to_rows(factors.sessions, _POLICY, _LAST_BILL)
    bill = to_bridge(np.cumsum(factors.dice.heavy("bills", _OWN) * 0.012), rows, levels)
    bill = np.where(bill < _LEAST_BILL, 2 * _LEAST_BILL - bill, bill)
    return bill if instrument.symbol == "^IRX" else 0.62 * factors.yields + 0.38 * bill - 0.12


def _to_implied(instrument: Instrument, factors: Factors) -> Floats:
    """Log of an implied volatility: drawn to what was realised lately, jumping against the factors' shocks."""
    underlying = factors.column("MARKET")
    if "SIZE" in instrument.loadings:
        underlying = 1.14 * underlying + factors.column("SIZE")
    anchor = np.log(_to_expected(underlying))
    shocks = np.clip(factors.returns / factors.scale, -5, 5) @ instrument.weights
    common = factors.dice.heavy("implied", _OWN)  # moods that all option markets share
    shocks = shocks + (0.85 * common + 0.53 * factors.dice.heavy(instrument.symbol, _OWN)) * instrument.own
    level, path = float(anchor[0]), []
    for target, shock in zip(anchor.tolist(), shocks.tolist(), strict=True):
        level += 0.06 * (target - level) + shock
        path.append(level)
    return np.array(path)


def _to_expected(returns: Floats) -> Floats:
    """Annualised volatility in percent that an option would ask for: lately's, half-way to the long run's."""
    average = float(np.mean(returns**2))
    recent, variance = [], average
    for square in (returns**2).tolist():
        variance += 0.06 * (square - variance)
        recent.append(variance)
    expected: Floats = 122 * np.sqrt(YEAR * (0.55 * np.array(recent) + 0.45 * average))
    return expected


def _to_deviation(instrument: Instrument, factors: Factors) -> Floats:
    """Standard deviation of each session's move: log for prices, percentage points for rates."""
    if instrument.kind is Kind.VOLATILITY:
        return np.full(len(factors.sessions), 0.07)
    if instrument.symbol == "^IRX":
        return np.full(len(factors.sessions), 0.012)
    own = instrument.own / sqrt(YEAR) * factors.calm**0.7
    deviation: Floats = np.sqrt((factors.scale**2) @ (instrument.weights**2) + own**2)
    return deviation


def _to_payments(instrument: Instrument, sessions: Sessions) -> Floats:
    """Log of the price's fall at each payment of dividends, in its session; none in the last two sessions."""
    paid = np.zeros(len(sessions))
    if not instrument.payments:
        return paid
    months = sessions.astype("datetime64[M]").astype(np.int64)
    # Quarterly funds pay in the last month of a quarter, SPY and IWM some sessions apart, as the real ones do.
    day = 0 if instrument.payments == 12 else 8 + name_key(instrument.symbol) % 7
    starts = np.flatnonzero(np.diff(months, prepend=months[0]))
    due = starts[(months[starts] + 1) % (12 // instrument.payments) == 0] + day
    due = due[due < len(sessions) - 2]
    paid[due] = -log(1 - instrument.income / instrument.payments)
    return paid


def _to_ranges(instrument: Instrument, factors: Factors, path: Floats, paid: Floats) -> list[Floats]:
    """Open, high, low and close of each session, in the units of `path`, whose values are the closes.

    The extremes are those of a Brownian bridge between open and close, drawn by inverting their distribution.
    """
    deviation = _to_deviation(instrument, factors)
    moves = np.diff(path, prepend=path[0]) + paid
    spread = sqrt(_OVERNIGHT * (1 - _OVERNIGHT)) * deviation
    gap = _OVERNIGHT * moves + np.clip(factors.dice.normal(instrument.symbol, _GAP), -3, 3) * spread
    body = moves - gap
    chance = np.log1p(-factors.dice.uniform(instrument.symbol, _RANGE, 2).T)  # of 1 - u, which is never 0
    up, down = (np.sqrt(body**2 - 2 * (1 - _OVERNIGHT) * deviation**2 * row) for row in chance)
    open_ = path - body
    return [open_, open_ + (body + up) / 2, open_ + (body - down) / 2, path]


def _to_volume(instrument: Instrument, factors: Factors, half_days: NDArray[np.bool_]) -> Floats:
    """Shares per session: more on wild days, less on half days."""
    busy = np.abs(factors.column("MARKET")) / LARGE_DAILY
    noise = factors.dice.normal(instrument.symbol, _VOLUME) * 0.2
    volume = instrument.volume * np.exp(noise - 0.15) * (0.8 + 0.2 * np.minimum(busy, 8.0))
    shares: Floats = np.rint(volume * np.where(half_days, _HALF_DAY_VOLUME, 1.0))
    return shares
