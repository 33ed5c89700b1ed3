"""The line to Yahoo: what is allowed to be asked now, and what follows from each answer.

The one place where budget, circuit and breakers meet a request.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from core.sources.base import Context
from core.sources.yahoo.breaker import Breaker, Circuit, Random
from core.sources.yahoo.budget import Budget
from core.sources.yahoo.client import Client
from core.sources.yahoo.errors import Failure, Trouble, classify
from core.sources.yahoo.ledger import Ledger

T = TypeVar("T")

QUOTE = "quote"
CHART = "chart"
SUMMARY = "summary"
_ENDPOINTS = (QUOTE, CHART, SUMMARY)
_WITH_CRUMB = (QUOTE, SUMMARY)
RESERVE = 0.1
"""Of the hour's budget, left to the quotes by everything else."""
SUMMARY_RESERVE = 0.3
"""The same, left to quotes and histories by what is asked for once a day."""
_REFUSALS = (Trouble.REFUSED, Trouble.CRUMB_LIMITED)
_DOWN = 4  # failures in a row: with polls every 15 s and waits of 2 to 16 s, a minute
_SHARE = 0.9  # of the engine's deadline, so that our own answer comes before it
_TOO_SHORT = 0.2  # seconds in which no request is begun


class Line:
    """Endpoints with a breaker each (5xx, timeouts: 2 to 120 s) and one circuit for all (429: 60 s to 30 min).

    A refusal (401, or 429 for the crumb) closes an endpoint for 60 s to 30 min; charts need no crumb and go on.
    """

    def __init__(self, context: Context, random: Random) -> None:
        refresh = context.settings.refresh
        ledger = Ledger(context.cache_dir / "yahoo-budget.json")
        self._clock = context.clock
        self._seconds = _SHARE * refresh.deadline_seconds
        self._ends = 0.0
        self._client = Client(context.clock, context.cache_dir / "yfinance")
        self._budget = Budget(context.clock, ledger, refresh.requests_per_minute, refresh.requests_per_hour)
        self._circuit = Circuit(context.clock, ledger, self._budget, random)
        self._breakers = {name: Breaker(context.clock, 2.0, 120.0, random) for name in _ENDPOINTS}
        self._refusals = {name: Breaker(context.clock, 60.0, 1800.0, random) for name in _ENDPOINTS}
        self._crumb_limited = False

    def start(self) -> None:
        """Begin a call of the source: all its requests together have the time that the settings allow."""
        self._ends = self._clock.monotonic() + self._seconds

    def needs_probe(self, endpoint: str) -> bool:
        """Whether the next request shall be a small one, because a wait is just over."""
        self._circuit.reload()
        return any(breaker.is_half_open for breaker in self._guards(endpoint))

    def is_down(self, endpoint: str) -> bool:
        """Whether it has failed so often that something else should stand in for it."""
        return self._breakers[endpoint].failures >= _DOWN

    def ask(
        self,
        endpoint: str,
        url: str,
        params: Mapping[str, str],
        read: Callable[[Any], T],
        *,
        reserve: float = 0.0,
    ) -> T:
        """Fetch and read an answer; raises `Failure`, without a request if this is not the time for one."""
        self._circuit.reload()
        self._require_closed(endpoint)
        self._require_budget(reserve)
        if self._ends - self._clock.monotonic() < _TOO_SHORT:
            raise Failure(Trouble.LATE, "no time left to ask Yahoo")
        try:
            answer = self._read(endpoint, url, params, read)
        except Failure as error:
            failure = _of_endpoint(endpoint, error)
            self._budget.charge(self._client.requests, failed=True)
            self._record(endpoint, failure)
            raise failure from error
        self._budget.charge(self._client.requests, failed=False)
        self._crumb_limited = self._crumb_limited and endpoint not in _WITH_CRUMB
        for breaker in self._guards(endpoint):
            breaker.reset()
        return answer

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _read(self, endpoint: str, url: str, params: Mapping[str, str], read: Callable[[Any], T]) -> T:
        body = self._client.fetch_json(
            url,
            params,
            seconds=self._ends - self._clock.monotonic(),
            needs_crumb=endpoint in _WITH_CRUMB,
            crumb_allowed=endpoint in _WITH_CRUMB or not self._crumb_limited,
        )
        try:
            return read(body)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise classify(ValueError(str(error))) from error

    def _guards(self, endpoint: str) -> tuple[Breaker, ...]:
        return (self._circuit, self._refusals[endpoint], self._breakers[endpoint])

    def _require_closed(self, endpoint: str) -> None:
        for breaker, trouble in zip(self._guards(endpoint), self._troubles(), strict=True):
            retry_at = breaker.retry_at()
            if retry_at is not None:
                raise Failure(trouble, breaker.reason, retry_at=retry_at)

    def _troubles(self) -> tuple[Trouble, Trouble, Trouble]:
        refusal = Trouble.CRUMB_LIMITED if self._crumb_limited else Trouble.REFUSED
        return (Trouble.LIMITED, refusal, Trouble.FAULT)

    def _require_budget(self, reserve: float) -> None:
        wait = self._budget.wait(reserve)
        if wait > 0:
            retry_at: datetime = self._clock.now() + timedelta(seconds=wait)
            raise Failure(Trouble.BUDGET, "our own limit is reached", retry_at=retry_at)

    def _record(self, endpoint: str, failure: Failure) -> None:
        """Open what the failure asks to open, and tell the failure until when."""
        if failure.trouble is Trouble.LIMITED:
            breaker: Breaker = self._circuit
        elif failure.trouble in _REFUSALS:
            breaker = self._refusals[endpoint]
            self._crumb_limited = endpoint in _WITH_CRUMB and failure.trouble is Trouble.CRUMB_LIMITED
        elif failure.trouble is Trouble.FAULT or (failure.trouble is Trouble.UNUSABLE and endpoint == QUOTE):
            breaker = self._breakers[endpoint]
        else:
            return
        breaker.trip(failure.reason, failure.retry_after)
        failure.retry_at = breaker.retry_at()


def _of_endpoint(endpoint: str, failure: Failure) -> Failure:
    """A 404 of the quote list is no word about a symbol: the list itself is gone."""
    if endpoint == QUOTE and failure.trouble is Trouble.ABSENT:
        return Failure(Trouble.REFUSED, "Yahoo's list of quotes is gone (404)")
    return failure
