"""The gate that every HTTP request of yfinance passes: counted, bounded in time, stopped at the first bad status.

Without it yfinance answers any status of 400 or more with a new crumb and the same request again, three requests
where Yahoo just said no, and fetches cookie and crumb with 30 s each whatever timeout it was given. The gate raises
at once instead, except for a 401, where yfinance's one refresh of the crumb is what is wanted.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from core.clock import Clock
from core.sources.yahoo.errors import Failure, Trouble, from_status, read_retry_after

Send = Callable[..., Any]  # the session's own request(method, url, **options)

_DATA = ("/v7/finance/", "/v8/finance/", "/v10/finance/")


class Gate:
    """Stands in for `session.request`; one call at a time."""

    def __init__(self, send: Send, clock: Clock) -> None:
        self._send = send
        self._clock = clock
        self._ends = 0.0
        self._needs_crumb = True
        self._crumb_allowed = True
        self.requests = 0
        self.page = ""

    def begin(self, seconds: float, *, needs_crumb: bool, crumb_allowed: bool) -> None:
        """Start a call that has `seconds` for all its requests together."""
        self._ends = self._clock.monotonic() + seconds
        self._needs_crumb = needs_crumb
        self._crumb_allowed = crumb_allowed
        self.requests = 0
        self.page = ""

    def __call__(self, method: str, url: str, **options: Any) -> Any:
        left = self._ends - self._clock.monotonic()
        if left <= 0:
            raise TimeoutError("the deadline has passed")
        if _is_crumb(url) and not self._crumb_allowed:
            raise ConnectionError("the crumb has to wait")  # yfinance then goes on without one
        options["timeout"] = min(options.get("timeout") or left, left)
        self.requests += 1
        response = self._send(method, url, **options)
        self._inspect(url, response)
        return response

    def _inspect(self, url: str, response: Any) -> None:
        """Raise `Failure` where asking again cannot help; remember the host of a page that is not data."""
        status = int(response.status_code)
        if status == 429:
            self._refuse_limit(url, read_retry_after(response.headers.get("Retry-After"), self._clock.now()))
        if not _is_data(url):
            return
        if status >= 400 and status != 401:
            retry_after = read_retry_after(response.headers.get("Retry-After"), self._clock.now())
            raise from_status(status, retry_after)
        if "html" in response.headers.get("Content-Type", ""):
            self.page = urlsplit(str(response.url)).hostname or "yahoo"

    def _refuse_limit(self, url: str, retry_after: float | None) -> None:
        if not _is_crumb(url):
            raise from_status(429, retry_after)
        if self._needs_crumb:
            raise Failure(Trouble.CRUMB_LIMITED, "Yahoo hands out no crumb now", retry_after)


def _is_crumb(url: str) -> bool:
    return urlsplit(url).path.endswith("/getcrumb")


def _is_data(url: str) -> bool:
    return urlsplit(url).path.startswith(_DATA)
