"""The live market: one batch of quotes a poll, one symbol's history at a time, never a silent empty."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from random import SystemRandom
from typing import TypeVar

from core.fundamentals.fact import Reading
from core.market.bars import Bars, MinuteBars
from core.sources.base import Context, Ok, Problem, QuoteBatch
from core.sources.yahoo.absences import Absences
from core.sources.yahoo.breaker import Breaker, Random
from core.sources.yahoo.chart import range_params, span_params
from core.sources.yahoo.errors import Failure, Trouble
from core.sources.yahoo.history import has_matching_close, to_bars, to_minutes, to_rows_since
from core.sources.yahoo.judge import Judge
from core.sources.yahoo.line import SUMMARY, SUMMARY_RESERVE, Line
from core.sources.yahoo.poll import Poller, fetch_chart, find_absence, to_problem
from core.sources.yahoo.summary import parse_summary, summary_params, summary_url

T = TypeVar("T")

_EARLIEST = datetime(1985, 1, 1, tzinfo=UTC)  # before it nothing here is measured
_OVERLAP = timedelta(days=10)  # so that an answer without news differs from no answer


class YahooSource:
    """Keeps the `Source` contract; synchronous, for one thread. Everything that fails is a `Problem` with a reason."""

    name = "yahoo"
    label = ""
    is_live = True
    poll_seconds: float | None = None

    def __init__(self, context: Context, random: Random | None = None) -> None:
        self._clock = context.clock
        self._random = random or SystemRandom().random
        self._line = Line(context, self._random)
        self._judge = Judge(context.clock)
        self._poller = Poller(context.clock, self._line, self._judge)
        self._absences = Absences(context.clock)
        self._unusable: dict[str, Breaker] = {}

    def now(self) -> datetime:
        """The wall clock: Yahoo's market is the market now."""
        return self._clock.now()

    def fetch_history(self, symbol: str, since: date | None = None) -> Ok[Bars] | Problem:
        """Daily bars, raw and adjusted, from `since` (None: 1985) up to the running session."""
        return self._answer("bars", symbol, lambda: self._history(symbol, since))

    def fetch_minutes(self, symbol: str) -> Ok[MinuteBars] | Problem:
        """Minute bars of the running session, outside it of the last one."""
        return self._answer("minutes", symbol, lambda: self._minutes(symbol))

    def fetch_fundamentals(self, symbol: str, *, is_fund: bool) -> Ok[tuple[Reading, ...]] | Problem:
        """A fund's multiples, assets and ten largest holdings, or what is expected of a company: one request."""
        return self._answer("summary", symbol, lambda: self._summarise(symbol, is_fund))

    def fetch_quotes(self, symbols: Sequence[str]) -> Ok[QuoteBatch] | Problem:
        """Last trades, 50 symbols a request; one by one from the charts while Yahoo refuses the batch."""
        self._line.start()
        answer = self._poller.poll(symbols)
        return answer if isinstance(answer, Problem) else Ok(answer, self._clock.now())

    def close(self) -> None:
        """Close the connections."""
        self._line.close()

    def _history(self, symbol: str, first: date | None) -> Bars:
        now = self._clock.now()
        start = _EARLIEST if first is None else datetime(first.year, first.month, first.day, tzinfo=UTC) - _OVERLAP
        chart = fetch_chart(self._line, symbol, span_params(max(start, _EARLIEST), now + timedelta(days=1)))
        bars = to_bars(chart, now)
        believable = has_matching_close(chart, bars)
        if not believable or not self._judge.weigh_history(symbol, float(bars.close[-1]), bool(chart.splits)):
            raise Failure(Trouble.UNUSABLE, f"Yahoo's bars of {symbol} do not fit its price")
        rows = to_rows_since(bars, first)
        if not len(rows):
            trouble = Trouble.UNUSABLE if chart.is_in_session(now) else Trouble.NOTHING_NEW
            raise Failure(trouble, f"Yahoo has no bars of {symbol} since {first}")
        return rows

    def _summarise(self, symbol: str, is_fund: bool) -> tuple[Reading, ...]:
        url, params = summary_url(symbol), summary_params(is_fund)
        try:
            return self._line.ask(
                SUMMARY, url, params, lambda body: parse_summary(body, symbol, is_fund), reserve=SUMMARY_RESERVE
            )
        except Failure as failure:
            if failure.trouble is not Trouble.ABSENT:
                raise
            # It may have prices all the same: this is no word about the symbol.
            raise Failure(Trouble.UNUSABLE, f"Yahoo has no summary of {symbol}") from failure

    def _minutes(self, symbol: str) -> MinuteBars:
        bars = to_minutes(fetch_chart(self._line, symbol, range_params("1d", "1m")), self._clock.now())
        if not self._judge.is_of_scale(symbol, float(bars.close[-1])):
            raise Failure(Trouble.UNUSABLE, f"Yahoo's minutes of {symbol} do not fit its price")
        return bars

    def _answer(self, what: str, symbol: str, fetch: Callable[[], T]) -> Ok[T] | Problem:
        """The boundary: a failure becomes a problem; what failed for reasons of its own waits a while."""
        absence = find_absence(symbol, self._clock, self._absences)
        if absence is not None:
            return absence
        waiting = self._unusable.get(f"{what} {symbol}")
        if waiting is not None and waiting.retry_at() is not None:
            failure = Failure(Trouble.UNUSABLE, waiting.reason, retry_at=waiting.retry_at())
            return to_problem(failure, self._clock)
        self._line.start()
        try:
            value = fetch()
        except Failure as failure:
            self._remember(what, symbol, failure)
            return to_problem(failure, self._clock)
        self._absences.clear(symbol)
        self._unusable.pop(f"{what} {symbol}", None)
        return Ok(value, self._clock.now())

    def _remember(self, what: str, symbol: str, failure: Failure) -> None:
        if failure.trouble is Trouble.ABSENT:
            failure.reason = f"Yahoo does not know {symbol}"
            self._absences.note(symbol)
        elif failure.trouble is Trouble.UNUSABLE:
            fresh = Breaker(self._clock, 60.0, 1800.0, self._random)
            breaker = self._unusable.setdefault(f"{what} {symbol}", fresh)
            breaker.trip(failure.reason)
            failure.retry_at = breaker.retry_at()
