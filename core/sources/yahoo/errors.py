"""What can go wrong at Yahoo, sorted by what to do about it, each with a sentence for a person."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

from core.sources.base import ProblemKind
from core.text import clean

_LONGEST_WAIT = 86_400.0  # a Retry-After beyond a day is a mistake of the other side


class Trouble(StrEnum):
    """The classes of failure that are answered differently (spec of the source, §5.4)."""

    LIMITED = "limited"  # 429: nothing at all is asked for a while
    CRUMB_LIMITED = "crumb_limited"  # 429 for the crumb alone: charts go on without it, quotes cannot
    REFUSED = "refused"  # 401 and 403: this endpoint is closed to us
    ABSENT = "absent"  # 404: this symbol is not known
    FAULT = "fault"  # 5xx, timeouts, broken connections, unreadable answers
    OMITTED = "omitted"  # an answer that leaves out most of what was asked for: no word about a single symbol
    UNUSABLE = "unusable"  # a proper answer whose content cannot be: about one symbol, not the endpoint
    NOTHING_NEW = "nothing_new"  # a proper answer that holds nothing of the time asked for
    LATE = "late"  # the time of this call is used up
    BUDGET = "budget"  # our own restraint: nothing was asked


_KINDS = {
    Trouble.LIMITED: ProblemKind.RATE_LIMITED,
    Trouble.CRUMB_LIMITED: ProblemKind.RATE_LIMITED,
    Trouble.BUDGET: ProblemKind.RATE_LIMITED,
    Trouble.ABSENT: ProblemKind.MISSING,
    Trouble.NOTHING_NEW: ProblemKind.STALE,
}


class Failure(Exception):  # noqa: N818 - a failure is not always an error: a budget, an unknown symbol
    """A request that brought nothing.

    `retry_after` is what Yahoo asked for, in seconds; `retry_at` when we mean to ask again, if that is fixed.
    """

    def __init__(
        self,
        trouble: Trouble,
        reason: str,
        retry_after: float | None = None,
        retry_at: datetime | None = None,
    ) -> None:
        super().__init__(reason)
        self.trouble = trouble
        self.reason = clean(reason, 160)
        self.retry_after = retry_after
        self.retry_at = retry_at

    @property
    def kind(self) -> ProblemKind:
        """How the rest of the program calls it."""
        return _KINDS.get(self.trouble, ProblemKind.ERROR)


def read_retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds of a Retry-After header, given as seconds or as a date; None where it says nothing usable."""
    if not value:
        return None
    try:
        seconds = float(value) if value.strip().isdigit() else _seconds_until(value, now)
    except (ValueError, TypeError):
        return None
    return min(seconds, _LONGEST_WAIT) if seconds > 0 else None


def _seconds_until(value: str, now: datetime) -> float:
    moment = parsedate_to_datetime(value)
    return (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds()


def from_status(status: int, retry_after: float | None = None) -> Failure:
    """The failure that an HTTP status of 400 or more stands for."""
    if status == 429:
        return Failure(Trouble.LIMITED, "Yahoo asks us to wait", retry_after)
    if status in (401, 403):
        return Failure(Trouble.REFUSED, f"Yahoo refuses us ({status})")
    if status in (404, 410):
        return Failure(Trouble.ABSENT, "Yahoo does not know this symbol")
    if status >= 500:
        return Failure(Trouble.FAULT, f"Yahoo has an error ({status})", retry_after)
    return Failure(Trouble.FAULT, f"Yahoo rejects the request ({status})")


def classify(error: BaseException, page: str = "") -> Failure:
    """Sort whatever escaped from yfinance; `page` is the host of a web page that came instead of data.

    By the names in the error's family, because the HTTP library underneath is either of two.
    """
    if isinstance(error, Failure):
        return error
    names = {cls.__name__ for cls in type(error).__mro__}
    status = getattr(getattr(error, "response", None), "status_code", None)
    if "YFRateLimitError" in names:
        return from_status(429)
    if isinstance(status, int) and status >= 400:
        return from_status(status)
    return Failure(Trouble.FAULT, _sentence(error, names, page))


def _sentence(error: BaseException, names: set[str], page: str) -> str:
    if "ImportError" in names:
        return f"yfinance cannot be loaded ({type(error).__name__})"
    if "DatabaseError" in names:
        return "yfinance's cookie file cannot be used"
    if names & {"Timeout", "TimeoutError"}:
        return "Yahoo does not answer"
    if "DNSError" in names:
        return "Yahoo is not found (offline?)"
    if names & {"IncompleteRead", "ChunkedEncodingError"}:
        return "Yahoo's answer breaks off"
    if names & {"ConnectionError", "OSError"} and not isinstance(error, ValueError):
        return "no connection to Yahoo"
    if "consent" in page:
        return "Yahoo shows a consent page"
    if page:
        return "Yahoo sends a web page"
    if isinstance(error, ValueError):
        return "Yahoo's answer cannot be read"
    return f"an unexpected answer from Yahoo ({type(error).__name__})"
