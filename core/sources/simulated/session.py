"""One running session of the simulated market, second by second: a pure function of seed, session and second."""

from datetime import UTC, date, datetime, timedelta
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from core.market.bars import Floats, MinuteBars
from core.market.kinds import Kind
from core.market.quotes import Quote
from core.sources.simulated.dice import to_rng
from core.sources.simulated.factors import ROTATION, YEAR, Factors
from core.sources.simulated.instruments import FACTORS, Instrument

_OVERNIGHT = 0.3
_SECONDS, _SHARES = 10, 11  # what draws are for, beside those of the daily bars
_MINUTE = 60
_FULL_DAY = 23_400  # seconds


class Session:
    """The session of `day`: its factors from the open to the close, and the paths of the symbols asked for."""

    def __init__(self, seed: int, day: date, opens: datetime, closes: datetime, factors: Factors) -> None:
        self.day, self.opens, self.closes = day, opens, closes
        self.seconds = int((closes - opens).total_seconds())
        self._seed, self._key = seed, day.toordinal()
        self._activity = _to_activity(self.seconds)
        self._traded = np.concatenate(([0.0], np.cumsum(self._activity)))
        self._deviations = np.std(factors.returns[-ROTATION:], axis=0)
        self._calm = float(np.sqrt(np.mean(factors.calm[-ROTATION:] ** 2)))
        self._factors = self._draw(to_rng(seed, "factors", _SECONDS, self._key), self._deviations)
        rate, dollar = FACTORS.index("RATE"), FACTORS.index("DOLLAR")
        market = self._factors[:, 0] / self._deviations[0]
        self._factors[:, rate] = 0.95 * self._factors[:, rate] + 0.3 * self._deviations[rate] * market
        self._factors[:, dollar] = 0.98 * self._factors[:, dollar] - 0.18 * self._deviations[dollar] * market
        self._paths: dict[str, Floats] = {}
        self._totals: dict[str, float] = {}

    def second(self, at: datetime) -> int:
        """Whole seconds from the open until `at`, at most to the close."""
        return min(int((at - self.opens).total_seconds()), self.seconds)

    def _draw(self, rng: np.random.Generator, deviations: Floats) -> Floats:
        """Random walks (rows: seconds from the open on) that end with these standard deviations."""
        today = deviations * np.exp(0.2 * float(np.clip(rng.standard_normal(), -2, 2)))
        steps = rng.standard_normal((self.seconds + 1, len(deviations)))
        np.clip(steps[0], -3, 3, out=steps[0])
        steps[0] *= sqrt(_OVERNIGHT)
        steps[1:] *= np.sqrt((1 - _OVERNIGHT) * self._activity)[:, np.newaxis]
        walks: Floats = np.cumsum(steps, axis=0, out=steps)
        walks *= today
        return walks

    def path(self, instrument: Instrument, previous: float) -> Floats:
        """Prices as quoted at every second from the open (row 0) to the close, after the close `previous`."""
        if instrument.symbol not in self._paths:
            moves = self._to_moves(instrument)
            prices = previous + moves if instrument.kind is Kind.RATE else previous * np.exp(moves)
            least = 10.0**-instrument.digits
            self._paths[instrument.symbol] = np.maximum(np.round(prices, instrument.digits), least)
        return self._paths[instrument.symbol]

    def _to_moves(self, instrument: Instrument) -> Floats:
        own = instrument.own / sqrt(YEAR) * self._calm**0.7
        if instrument.kind is Kind.VOLATILITY:
            weights, own = instrument.weights / self._deviations, instrument.own
        elif instrument.symbol == "^IRX":
            weights, own = instrument.weights, 0.008
        else:
            weights = instrument.weights
        moves: Floats = self._factors @ weights
        if own:
            noise = self._draw(
                to_rng(self._seed, instrument.stream or instrument.symbol, _SECONDS, self._key), np.array([own])
            )
            moves = moves + noise[:, 0]
        return moves

    def volume(self, instrument: Instrument, seconds: NDArray[np.int64]) -> Floats:
        """Shares traded from the open until each of `seconds`."""
        if instrument.symbol not in self._totals:
            rng = to_rng(self._seed, instrument.symbol, _SHARES, self._key)
            busy = float(np.exp(rng.normal(-0.05, 0.2)))
            self._totals[instrument.symbol] = instrument.volume * busy * self.seconds / _FULL_DAY
        shares: Floats = np.rint(self._traded[seconds] * self._totals[instrument.symbol])
        return shares

    def quote(self, instrument: Instrument, previous: float, second: int) -> Quote:
        """The last trade `second` seconds after the open, with the session's extremes so far."""
        prices = self.path(instrument, previous)
        so_far = prices[: second + 1]
        return Quote(
            symbol=instrument.symbol,
            price=float(prices[second]),
            time=self.opens + timedelta(seconds=second),
            previous_close=previous,
            open=float(prices[0]),
            high=float(so_far.max()),
            low=float(so_far.min()),
            volume=float(self.volume(instrument, np.array([second]))[0]) if instrument.volume else None,
            name=instrument.name,
        )

    def minutes(self, instrument: Instrument, previous: float, second: int) -> MinuteBars:
        """Minute bars up to `second`, the last one being the running minute."""
        ends = np.append(np.arange(_MINUTE, second, _MINUTE), max(second, 1))
        starts = np.datetime64(self.opens.astimezone(UTC).replace(tzinfo=None), "s") + np.arange(len(ends)) * _MINUTE
        ends = np.minimum(ends, second)
        volume = np.diff(self.volume(instrument, ends), prepend=0.0)
        return MinuteBars(instrument.symbol, starts, self.path(instrument, previous)[ends], volume)

    def bar(self, instrument: Instrument, previous: float) -> tuple[float, float, float, float, float]:
        """Open, high, low, close and volume of the whole session."""
        prices = self.path(instrument, previous)
        volume = float(self.volume(instrument, np.array([self.seconds]))[0])
        return float(prices[0]), float(prices.max()), float(prices.min()), float(prices[-1]), volume


def _to_activity(seconds: int) -> Floats:
    """Each second's share of the session's variance and volume: a U, busiest at the open and the close."""
    middle = np.linspace(-1, 1, seconds)
    shape: Floats = 0.6 + 1.2 * middle**2 + 1.5 * np.exp(-(middle + 1) * 20) + 0.8 * np.exp((middle - 1) * 30)
    shape /= shape.sum()
    return shape
