"""yfinance behind one function: `fetch_json`. Nothing else in the program touches it.

Used are its session (browser-like TLS, cookie, crumb, consent form) through `YfData.get_raw_json`, and nothing that
makes data frames: the chart's own JSON gives raw close, adjusted close and events side by side, where `history()`
rewrites past closes, needs pandas (0.3 s, 60 MB) and hides failures; `download()` replaces the session under us.
`YfData` is half private, so yfinance is pinned to one version.
"""

import contextlib
import logging
import warnings
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from core.clock import Clock
from core.sources.yahoo.errors import Failure, Trouble, classify
from core.sources.yahoo.gate import Gate
from core.text import clean

_LOG = logging.getLogger(__name__)
_LOG.addHandler(logging.NullHandler())  # without any handler the logging module would write to stderr

_CRUMB_LENGTH = 40  # real ones have 11 letters or so


class _Forward(logging.Handler):
    """Hands yfinance's words, cleaned, to our own log."""

    def emit(self, record: logging.LogRecord) -> None:
        _LOG.info("yfinance: %s", clean(record.getMessage(), 300))


class Client:
    """One per process: yfinance keeps its session, cookie and crumb in a singleton."""

    def __init__(self, clock: Clock, cache_dir: Path) -> None:
        self._clock = clock
        self._cache_dir = cache_dir
        self._gate: Gate | None = None
        self._yfinance: Any = None
        self._data: Any = None
        self._spare: TemporaryDirectory[str] | None = None

    @property
    def requests(self) -> int:
        """How many HTTP requests the last call has sent."""
        return self._gate.requests if self._gate is not None else 0

    def fetch_json(
        self, url: str, params: Mapping[str, str], *, seconds: float, needs_crumb: bool, crumb_allowed: bool = True
    ) -> Any:
        """The decoded answer of `url`; raises `Failure` for everything else, within `seconds` altogether."""
        try:
            gate = self._open()
            gate.begin(seconds, needs_crumb=needs_crumb, crumb_allowed=crumb_allowed)
            try:
                return self._data.get_raw_json(url, params=dict(params), timeout=seconds)
            except Exception as error:  # anything at all escapes from yfinance
                if gate.requests or isinstance(error, Failure | OSError):
                    raise
                # Nothing was sent, so what failed is yfinance's cookie file: the only thing it reads before.
                _LOG.warning("yfinance's cache is unreadable (%s): starting a new one", type(error).__name__)
                self._renew_cache()
                return self._data.get_raw_json(url, params=dict(params), timeout=seconds)
        except Exception as error:  # the boundary: past it there are failures only
            raise self._explain(error) from error
        finally:
            self._drop_bad_crumb()

    def close(self) -> None:
        """Close the connections."""
        if self._data is not None:
            with contextlib.suppress(Exception):
                self._data._session.close()  # noqa: SLF001
        self._gate = self._data = None
        if self._spare is not None:
            self._spare.cleanup()
            self._spare = None

    def _open(self) -> Gate:
        if self._gate is None:
            self._yfinance = _import_yfinance()
            self._locate_cache()
            self._gate = self._start_session()
        return self._gate

    def _start_session(self) -> Gate:
        """A session of our own in the singleton, its requests through a gate; no cookie or crumb left over."""
        from yfinance import _http, data

        session = _http.new_session()
        gate = Gate(session.request, self._clock)
        session.request = gate
        self._data = data.YfData(session=session)
        self._data._cookie, self._data._crumb, self._data._cookie_strategy = None, None, "basic"  # noqa: SLF001
        return gate

    def _locate_cache(self) -> None:
        # Cookies are pickled there: the directory is private, or it is not used.
        try:
            self._cache_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._cache_dir.chmod(0o700)
        except OSError as error:
            _LOG.warning("the cookie cannot be kept: %s", clean(error))
            self._spare = TemporaryDirectory(prefix="smid-")
            self._cache_dir = Path(self._spare.name)
        self._yfinance.set_tz_cache_location(str(self._cache_dir))
        managers = self._yfinance.cache
        managers._CookieCacheManager._Cookie_cache = None  # noqa: SLF001 - it keeps the old location
        managers._TzCacheManager._tz_cache = None  # noqa: SLF001

    def _renew_cache(self) -> None:
        """Delete the cookie and time zone databases and begin again."""
        self._locate_cache()
        for file in (*self._cache_dir.glob("cookies.db*"), *self._cache_dir.glob("tkr-tz.db*")):
            file.unlink(missing_ok=True)
        self._data._cookie, self._data._crumb = None, None  # noqa: SLF001

    def _drop_bad_crumb(self) -> None:
        """Forget a crumb that is an error text or a web page: yfinance would send it with every request."""
        crumb = getattr(self._data, "_crumb", None)
        if crumb is not None and not is_crumb(crumb):
            self._data._crumb = None  # noqa: SLF001

    def _explain(self, error: Exception) -> Failure:
        failure = classify(error, self._gate.page if self._gate is not None else "")
        if failure.trouble is Trouble.FAULT:
            _LOG.info("%s: %s", failure.reason, clean(error, 300))
        return failure


def is_crumb(text: object) -> bool:
    """Whether `text` can be a crumb: one short printable word, not `Too Many Requests` and not a page."""
    return (
        isinstance(text, str) and 0 < len(text) <= _CRUMB_LENGTH and text.isprintable() and not set(text) & set(" <>")
    )


def _import_yfinance() -> Any:
    """Import it (0.5 s) and make it silent: one stray line would tear a full-screen program."""
    import yfinance

    # After the import, because yfinance switches its own warnings on when it is imported.
    warnings.filterwarnings("ignore", module=r"yfinance(\..*)?")
    logger = logging.getLogger("yfinance")
    logger.handlers[:] = [_Forward()]
    logger.propagate = False
    yfinance.config.debug.hide_exceptions = False
    yfinance.config.network.retries = 0
    return yfinance
