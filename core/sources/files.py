"""A directory of daily bars, evaluated at the close of one session: nothing later is ever read into an answer."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import numpy as np

from core.errors import NoDataError, UsageError
from core.market.bars import Bars, MinuteBars
from core.market.csv import CsvError
from core.market.quotes import Quote
from core.market.sessions import Exchange
from core.sources.base import Context, Ok, Problem, ProblemKind, QuoteBatch
from core.sources.directory import NO_DAILY, to_directory
from core.sources.folder import FIRST_USABLE, DailyFolder, last_session, to_number
from core.text import clean

_FINAL_AFTER = timedelta(minutes=20)
_DAY = timedelta(days=1)


class FilesSource:
    """The market as it stood 20 minutes after the close of `session`, when its values are final."""

    name = "files"
    is_live = False
    poll_seconds: float | None = None

    def __init__(self, folder: DailyFolder, session: date, exchange: Exchange, *, is_newest: bool = False) -> None:
        """`is_newest` says that nobody asked for an earlier session: then later bars are worth a note."""
        self.label = f"FILES as of {session.isoformat()}"
        self._folder = folder
        self._exchange = exchange
        self._session, self._is_newest = session, is_newest
        self._now = exchange.closes_at(session) + _FINAL_AFTER

    def now(self) -> datetime:
        return self._now

    def fetch_history(self, symbol: str, since: date | None = None) -> Ok[Bars] | Problem:
        answer = self._folder.history(symbol, since, self._session + _DAY, self._session, self._now)
        if isinstance(answer, Problem) or not self._is_newest:
            return answer
        return Ok(answer.value.with_note(self._folder.later(symbol, self._session)), answer.at)

    def fetch_quotes(self, symbols: Sequence[str]) -> Ok[QuoteBatch] | Problem:
        answers = {symbol: self._quote(symbol) for symbol in symbols}
        quotes = {symbol: answer for symbol, answer in answers.items() if isinstance(answer, Quote)}
        problems = {symbol: answer for symbol, answer in answers.items() if isinstance(answer, Problem)}
        return Ok(QuoteBatch(quotes, problems), self._now)

    def fetch_minutes(self, symbol: str) -> Ok[MinuteBars] | Problem:
        reason = f"{clean(symbol, 20)}: files of daily bars hold no minutes"
        return Problem(kind=ProblemKind.MISSING, reason=reason, at=self._now)

    def close(self) -> None:
        """Nothing is held open."""

    def _quote(self, symbol: str) -> Quote | Problem:
        """The last close up to the session; its time is the close of its own session."""
        answer = self.fetch_history(symbol)
        if isinstance(answer, Problem):
            return answer
        bars = answer.value
        rows = np.flatnonzero(np.isfinite(bars.close) & (bars.sessions >= np.datetime64(FIRST_USABLE)))
        if not len(rows):
            return Problem(kind=ProblemKind.MISSING, reason=f"{symbol}.csv has no close to quote", at=self._now)
        last = int(rows[-1])
        return Quote(
            symbol=symbol,
            price=float(bars.close[last]),
            time=self._closes_at(bars.sessions[last].item()),
            previous_close=to_number(bars.close[rows[-2]]) if len(rows) > 1 else None,
            open=to_number(bars.open[last]),
            high=to_number(bars.high[last]),
            low=to_number(bars.low[last]),
            volume=to_number(bars.volume[last]),
        )

    def _closes_at(self, day: date) -> datetime:
        """The close of the session of `day`; a bar of a day without one is as old as the session before it."""
        return self._exchange.closes_at(last_session(day, self._exchange))


def open_source(arg: str, context: Context) -> FilesSource:
    """Open the directory `arg`; `context.date` picks the session, None the newest one of the benchmark."""
    folder = DailyFolder(to_directory(arg, "files"))
    exchange = context.exchange or Exchange()
    first, last = _span(folder, context.settings.universe.benchmark)
    # A bar of today is not the day's before its session is over, whatever the file says.
    first, last = max(first, FIRST_USABLE), min(last, exchange.last_complete(context.clock.now()))
    wanted = context.date or last
    session = last_session(min(wanted, last + _DAY * 10), exchange) if wanted >= first else wanted
    if not first <= session <= last:
        raise UsageError(f"{clean(arg)} holds {first} to {last}: {wanted} is not in it.")
    return FilesSource(folder, session, exchange, is_newest=context.date is None)


def _span(folder: DailyFolder, benchmark: str) -> tuple[date, date]:
    """First and last day of the benchmark's bars; of any readable file where it has none. Raises `NoDataError`."""
    complaint = NO_DAILY.format(clean(folder.path))
    for symbol in (benchmark, *folder.symbols()):
        try:
            bars = folder.load(symbol)
        except CsvError as error:
            if folder.symbols():
                complaint = f"{clean(folder.path)} has no readable file: {error}."
            continue
        return bars.sessions[0].item(), bars.sessions[-1].item()
    raise NoDataError(complaint)
