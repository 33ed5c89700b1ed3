"""The simulated market as a source: always in session, the same for everybody who names the same seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from core.clock import Clock
from core.fundamentals.fact import Reading
from core.market.bars import Bars, MinuteBars
from core.market.quotes import Quote
from core.market.symbols import is_symbol
from core.sources.base import Context, Ok, Problem, ProblemKind, QuoteBatch
from core.sources.simulated.factors import build_factors
from core.sources.simulated.fundamentals import build_readings
from core.sources.simulated.instruments import to_instrument
from core.sources.simulated.paths import build_bars
from core.sources.simulated.session import Session
from core.text import clean

if TYPE_CHECKING:
    from core.market.sessions import Exchange

YEARS = 20
_START_AFTER = timedelta(minutes=90)  # opened, it is 11:00 in New York
_FINAL_AFTER = timedelta(minutes=20)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Moment:
    """Where the market is: in the `index`-th session since its opening, from `base` seconds on, `length` long."""

    index: int
    day: date
    begins: datetime
    base: float
    length: float


class SimulatedSource:
    """Twenty years of daily bars before the virtual session, and that session ticking at real pace.

    At a close the next session opens at once. Prices in a session depend on seed, session and second alone; the
    daily bars also on the first session, before which they end. With `evaluate` the time stands still at 20 minutes
    after that session's close, and there is nothing to poll.
    """

    name = "simulated"
    label = "SIMULATED"
    is_live = False
    poll_seconds: float | None

    def __init__(self, seed: int, session: date, context: Context, exchange: "Exchange", evaluate: bool) -> None:
        self.poll_seconds = None if evaluate else context.settings.refresh.simulated_seconds
        self._seed, self._exchange, self._evaluate = seed, exchange, evaluate
        self._clock: Clock = context.clock
        self._started = self._clock.monotonic()
        first = session.replace(year=session.year - YEARS, day=min(session.day, 28))
        self._sessions = exchange.sessions(first, session - _DAY)
        self._half_days = exchange.half_days(self._sessions)
        self._factors = build_factors(seed, self._sessions)
        begins = exchange.opens_at(session) + _START_AFTER
        length = (exchange.closes_at(session) - begins).total_seconds()
        self._moment = _Moment(0, session, begins, 0.0, length)
        self._lock = Lock()
        self._days = [session]
        self._live: dict[date, Session] = {}
        self._bars: dict[str, Bars] = {}

    def now(self) -> datetime:
        return self._where()[0]

    def fetch_history(self, symbol: str, since: date | None = None) -> Ok[Bars] | Problem:
        """The complete sessions; the running one is in the quotes."""
        at, moment = self._where()
        if not is_symbol(symbol):
            return _unknown(symbol, at)
        bars = self._complete_bars(symbol, moment)
        first = 0 if since is None else int(np.searchsorted(bars.sessions, np.datetime64(since)))
        if first == len(bars):
            return Problem(kind=ProblemKind.MISSING, reason=f"{symbol} has no complete session since {since}", at=at)
        columns = (bars.open, bars.high, bars.low, bars.close, bars.adj_close, bars.volume)
        return Ok(Bars(symbol, bars.sessions[first:], *(column[first:] for column in columns)), at)

    def fetch_quotes(self, symbols: Sequence[str]) -> Ok[QuoteBatch] | Problem:
        at, moment = self._where()
        good = [symbol for symbol in dict.fromkeys(symbols) if is_symbol(symbol)]
        quotes = {symbol: self._quote(symbol, at, moment) for symbol in good}
        problems = {symbol: _unknown(symbol, at) for symbol in symbols if symbol not in quotes}
        return Ok(QuoteBatch(quotes, problems), at)

    def fetch_minutes(self, symbol: str) -> Ok[MinuteBars] | Problem:
        """All minutes of the session, the running one as the last."""
        at, moment = self._where()
        if not is_symbol(symbol):
            return _unknown(symbol, at)
        session = self._session(moment.day)
        previous = self._previous_close(symbol, moment)
        return Ok(session.minutes(to_instrument(symbol), previous, session.second(at)), at)

    def fetch_fundamentals(self, symbol: str, *, is_fund: bool) -> Ok[tuple[Reading, ...]] | Problem:
        """Of a fund everything, its companies too; these are not asked for one by one."""
        at, moment = self._where()
        if not is_fund or not is_symbol(symbol):
            return Problem(kind=ProblemKind.MISSING, reason=f"{clean(symbol, 20)} is told with its fund", at=at)
        return Ok(build_readings(self._seed, self._complete_bars(symbol, moment)), at)

    def close(self) -> None:
        """Nothing is held open."""

    @property
    def seed(self) -> int:
        return self._seed

    def complete_bars(self, symbol: str) -> Bars:
        """All complete sessions of `symbol`."""
        return self._complete_bars(symbol, self._where()[1])

    def _where(self) -> tuple[datetime, _Moment]:
        """The market's time and its session."""
        if self._evaluate:
            return self._exchange.closes_at(self._moment.day) + _FINAL_AFTER, self._moment
        elapsed = self._clock.monotonic() - self._started
        with self._lock:
            while elapsed >= self._moment.base + self._moment.length:
                self._roll()
            moment = self._moment
        return moment.begins + timedelta(seconds=elapsed - moment.base), moment

    def _roll(self) -> None:
        """From the close to the next session's open, at once; only the last two sessions' seconds are kept."""
        ended = self._moment
        day = self._exchange.next_session(ended.day)
        opens, closes = self._exchange.opens_at(day), self._exchange.closes_at(day)
        self._days.append(day)
        self._live = {kept: live for kept, live in self._live.items() if kept == ended.day}
        length = (closes - opens).total_seconds()
        self._moment = _Moment(ended.index + 1, day, opens, ended.base + ended.length, length)

    def _session(self, day: date) -> Session:
        if day not in self._live:
            opens, closes = self._exchange.opens_at(day), self._exchange.closes_at(day)
            self._live[day] = Session(self._seed, day, opens, closes, self._factors)
        return self._live[day]

    def _quote(self, symbol: str, at: datetime, moment: _Moment) -> Quote:
        session = self._session(moment.day)
        return session.quote(to_instrument(symbol), self._previous_close(symbol, moment), session.second(at))

    def _previous_close(self, symbol: str, moment: _Moment) -> float:
        """The close before the running (or evaluated) session."""
        return float(self._complete_bars(symbol, moment).close[-2 if self._evaluate else -1])

    def _complete_bars(self, symbol: str, moment: _Moment) -> Bars:
        """All complete sessions of `symbol`: the generated past, then the sessions lived through since."""
        bars = self._bars.get(symbol)
        if bars is None:
            bars = build_bars(to_instrument(symbol), self._factors, self._half_days)
        done = moment.index + (1 if self._evaluate else 0)
        for day in self._days[len(bars) - len(self._sessions) : done]:
            bars = _append(bars, day, self._session(day))
        self._bars[symbol] = bars
        return bars


def _append(bars: Bars, day: date, session: Session) -> Bars:
    """`bars` with the session of `day`, which pays no dividends."""
    open_, high, low, close, volume = session.bar(to_instrument(bars.symbol), float(bars.close[-1]))
    columns = (bars.open, bars.high, bars.low, bars.close, bars.adj_close, bars.volume)
    values = (open_, high, low, close, close, volume)
    sessions = np.append(bars.sessions, np.datetime64(day))
    return Bars(bars.symbol, sessions, *(np.append(c, v) for c, v in zip(columns, values, strict=True)))


def _unknown(symbol: str, at: datetime) -> Problem:
    return Problem(kind=ProblemKind.MISSING, reason=f"'{clean(symbol, 20)}' is not a symbol", at=at)
