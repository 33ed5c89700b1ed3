"""The one place that asks FRED: a series as CSV, without a key, bounded in time and size, only if it changed.

Runs on a thread of its own beside the loop (decision 030).
"""

import http.client
import ssl
import urllib.error
import urllib.request
from datetime import date
from email.utils import parsedate_to_datetime
from typing import Any

from msgspec import Struct

from core import __version__
from core.clock import Clock
from core.macro.text import MacroError, Rows, read_rows
from core.text import clean

ORIGIN = "https://fred.stlouisfed.org"
"""Tests send it elsewhere; it is no setting, for nobody else serves this."""
_PATH = "/graph/fredgraph.csv?id={}&cosd={}"
_MOST_BYTES = 8_000_000
_CHUNK = 65_536
_SERIES_ALONE = frozenset({400, 404, 410})


class Question(Struct, frozen=True):
    """A series from a day on; what was answered to the same question before."""

    name: str
    since: date
    etag: str = ""
    modified: str = ""


class Answer(Struct, frozen=True):
    """What came; without `rows` nothing has changed since."""

    rows: Rows | None
    etag: str = ""
    modified: str = ""


class FredError(Exception):
    """No usable answer, and why in a sentence."""

    def __init__(self, reason: str, *, is_series: bool = False, retry_after: float = 0.0) -> None:
        super().__init__(reason)
        self.is_series = is_series
        """Whether it is about this series alone, and the next may be asked."""
        self.retry_after = retry_after


class Fred:
    """Asks one series at a time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def fetch(self, question: Question, deadline: float) -> Answer:
        """Ask within `deadline` seconds; raises `FredError`."""
        try:
            return self._fetch(question, deadline)
        except urllib.error.HTTPError as error:
            with error:
                if error.code == 304:
                    return Answer(None, question.etag, question.modified)
                raise _from_status(error) from None
        except MacroError as error:
            raise FredError(str(error), is_series=True) from None
        except (urllib.error.URLError, ssl.SSLError) as error:
            raise FredError(f"FRED cannot be reached: {clean(getattr(error, 'reason', error), 100)}") from None
        except http.client.IncompleteRead:
            raise FredError(f"{question.name}: the answer broke off") from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise FredError(f"FRED cannot be reached: {clean(error, 100) or type(error).__name__}") from None

    def _fetch(self, question: Question, deadline: float) -> Answer:
        ends = self._clock.monotonic() + deadline
        headers = {"User-Agent": f"smid/{__version__}", "Accept": "text/csv"}
        headers |= {"If-None-Match": question.etag} if question.etag else {}
        headers |= {"If-Modified-Since": question.modified} if question.modified else {}
        url = ORIGIN + _PATH.format(question.name, question.since.isoformat())
        request = urllib.request.Request(url, headers=headers)  # noqa: S310 - our own address
        with urllib.request.urlopen(request, timeout=deadline) as answer:  # noqa: S310
            content = self._read(answer, ends)
            told = answer.headers
        rows = read_rows(content.decode("utf-8", "replace"), question.name, is_whole=True)
        return Answer(rows, clean(told.get("ETag") or "", 200), clean(told.get("Last-Modified") or "", 60))

    def _read(self, answer: Any, ends: float) -> bytes:
        parts, size = [], 0
        while part := answer.read1(_CHUNK):
            parts.append(part)
            size += len(part)
            if size > _MOST_BYTES:
                raise MacroError(f"the answer is larger than {_MOST_BYTES // 1_000_000} MB")
            if self._clock.monotonic() > ends:
                raise TimeoutError("the answer comes too slowly")
        if answer.length:
            raise http.client.IncompleteRead(b"".join(parts), answer.length)
        return b"".join(parts)


def _from_status(error: urllib.error.HTTPError) -> FredError:
    code = error.code
    if code in _SERIES_ALONE:
        return FredError(f"FRED answers {code}: there is no such series", is_series=True)
    wait = _read_wait(error.headers.get("Retry-After"))
    if code == 429:
        return FredError("FRED asks us to wait (429)", retry_after=wait)
    return FredError(f"FRED answers {code} {clean(http.client.responses.get(code, ''), 40)}".strip(), retry_after=wait)


def _read_wait(text: str | None) -> float:
    """Seconds that the server names; a date is taken for an hour, which is polite enough."""
    if text is None:
        return 0.0
    if text.strip().isdigit():
        return min(86_400.0, float(text))
    try:
        parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    return 3600.0
