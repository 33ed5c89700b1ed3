"""One poll: the last trades of all symbols, each under its own name, as a quote or as a problem."""

from collections.abc import Sequence

from core.clock import Clock
from core.market.quotes import Quote
from core.market.symbols import is_symbol
from core.sources.base import Problem, ProblemKind, QuoteBatch
from core.sources.yahoo.absences import Absences
from core.sources.yahoo.chart import Chart, chart_url, parse_chart, range_params
from core.sources.yahoo.errors import Failure, Trouble
from core.sources.yahoo.history import is_stock, to_quote
from core.sources.yahoo.judge import Judge, Verdict
from core.sources.yahoo.line import CHART, QUOTE, RESERVE, Line
from core.sources.yahoo.quotes import BATCH, URL, Candidate, parse_quotes, quote_params
from core.text import clean

_CHARTS_A_POLL = 8  # of quotes one by one, while the batch is refused
_CHECKS_A_POLL = 2  # of great moves


class Poller:
    """Asks for batches of 50; one by one from the charts while Yahoo refuses the batch or fails at it."""

    def __init__(self, clock: Clock, line: Line, judge: Judge) -> None:
        self._clock = clock
        self._line = line
        self._judge = judge
        self._absences = Absences(clock)
        self._turn = 0
        self._checks = 0
        self._quotes: dict[str, Quote] = {}
        self._problems: dict[str, Problem] = {}

    def poll(self, symbols: Sequence[str]) -> QuoteBatch | Problem:
        """Every symbol in the one or the other mapping; a `Problem` alone where no quote came at all."""
        self._quotes, self._problems, self._checks = {}, {}, _CHECKS_A_POLL
        wanted = self._skip_absent(list(dict.fromkeys(symbols)))
        failure = self._ask_batches(wanted)
        if failure is not None:
            stopped = self._ask_one_by_one(self._open_of(wanted)) if self._needs_charts(failure) else None
            if not self._quotes:
                return to_problem(stopped or failure, self._clock)
            problem = to_problem(failure, self._clock)
            self._problems.update(dict.fromkeys(self._open_of(wanted), problem))
        return QuoteBatch(self._quotes, self._problems)

    def _open_of(self, wanted: list[str]) -> list[str]:
        return [symbol for symbol in wanted if symbol not in self._quotes and symbol not in self._problems]

    def _needs_charts(self, failure: Failure) -> bool:
        """Whether charts shall stand in for the batch: it is closed to us, or has failed for a minute or so."""
        if failure.trouble in (Trouble.REFUSED, Trouble.CRUMB_LIMITED, Trouble.OMITTED):
            return True
        return failure.trouble in (Trouble.FAULT, Trouble.UNUSABLE) and self._line.is_down(QUOTE)

    def _ask_batches(self, wanted: list[str]) -> Failure | None:
        """Settle what the batches answer; returns the failure that stands for all symbols left open."""
        omitted = None
        try:
            if len(wanted) > 1 and self._line.needs_probe(QUOTE):
                self._batch(wanted[:1])
            for start in range(0, len(wanted), BATCH):
                for symbol, answer in self._batch(wanted[start : start + BATCH]).items():
                    if isinstance(answer, Failure) and answer.trouble is Trouble.OMITTED:
                        omitted = answer
                    else:
                        self._settle(symbol, answer)
        except Failure as failure:
            return failure
        return omitted

    def _batch(self, symbols: list[str]) -> dict[str, Candidate | Failure]:
        return self._line.ask(QUOTE, URL, quote_params(symbols), lambda body: parse_quotes(body, symbols))

    def _settle(self, symbol: str, answer: Candidate | Failure) -> None:
        """Put one symbol's answer where it belongs, after the judge has seen it."""
        if isinstance(answer, Failure):
            if answer.trouble is Trouble.ABSENT:
                self._absences.note(symbol)
            self._problems[symbol] = to_problem(answer, self._clock)
            return
        self._absences.clear(symbol)
        judgement = self._judge.weigh(answer)
        if judgement.verdict is Verdict.ASK_CHART and self._checks > 0:
            self._checks -= 1
            judgement = self._judge.decide(judgement.quote, *self._second_opinion(symbol))
        if judgement.verdict is Verdict.ACCEPT:
            self._quotes[symbol] = judgement.quote
        else:
            self._problems[symbol] = Problem(kind=judgement.kind, reason=judgement.reason, at=self._clock.now())

    def _second_opinion(self, symbol: str) -> tuple[float | None, bool]:
        """What the chart says of a price in doubt, and whether it knows of a split this week."""
        try:
            chart = fetch_chart(self._line, symbol, range_params("5d", "1d"))
            return to_quote(chart).price, bool(chart.splits)
        except Failure:
            return None, False

    def _ask_one_by_one(self, wanted: list[str]) -> Failure | None:
        """Quotes from charts, a few a poll in turn; returns what put an end to it before.

        The turns end at fixed places, so that the legs of a pair, which stand together, come in one poll.
        """
        begin = self._turn % len(wanted) if wanted else 0
        end = (begin // _CHARTS_A_POLL + 1) * _CHARTS_A_POLL
        for symbol in wanted[begin:end]:
            try:
                chart = fetch_chart(self._line, symbol, range_params("1d", "1d"))
                answer: Candidate | Failure = Candidate(to_quote(chart), is_stock(chart))
            except Failure as failure:
                if failure.trouble not in (Trouble.ABSENT, Trouble.UNUSABLE):
                    return None if failure.trouble is Trouble.LATE else failure
                answer = failure
            self._turn += 1
            self._settle(symbol, answer)
        return None

    def _skip_absent(self, wanted: list[str]) -> list[str]:
        for symbol in wanted:
            problem = find_absence(symbol, self._clock, self._absences)
            if problem is not None:
                self._problems[symbol] = problem
        return [symbol for symbol in wanted if symbol not in self._problems]


def fetch_chart(line: Line, symbol: str, params: dict[str, str]) -> Chart:
    """A chart within the budget that the quotes leave; raises `Failure`."""
    interval = params["interval"]
    url = chart_url(symbol)
    return line.ask(CHART, url, params, lambda body: parse_chart(body, symbol, interval), reserve=RESERVE)


def find_absence(symbol: str, clock: Clock, absences: Absences) -> Problem | None:
    """The problem of what is no symbol at all, or of one that Yahoo has denied often enough; None for any other."""
    retry_at = absences.recheck_at(symbol)
    if is_symbol(symbol) and retry_at is None:
        return None
    reason = f"Yahoo does not know {symbol}: asked again once a day" if retry_at else f"'{symbol}' is no symbol"
    return Problem(kind=ProblemKind.MISSING, reason=clean(reason, 160), at=clock.now(), retry_at=retry_at)


def to_problem(failure: Failure, clock: Clock) -> Problem:
    """The failure for the rest of the program."""
    return Problem(kind=failure.kind, reason=failure.reason, at=clock.now(), retry_at=failure.retry_at)
