"""The sources: what each can do here, and why not."""

import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from core.economy import NO_ECONOMY
from core.engine.last_known import load_last_known
from core.engine.spec import EngineSpec
from core.errors import UsageError
from core.market.files import find_daily
from core.sources.directory import check_content
from core.sources.registry import SOURCES, check_source
from core.text import clean
from tui.doctor.check import Check, note, ok, warn
from widgets.format import format_age

YAHOO = "https://query1.finance.yahoo.com/v7/finance/quote"
DEADLINE_SECONDS = 4.0
_MOST_SKEW_SECONDS = 120.0
_RATE_LIMITED = 429

Probe = Callable[[], tuple[int, str]]
"""Asks Yahoo one thing: the HTTP status and the `Date` of the answer; raises `OSError`."""


def check_sources(spec: EngineSpec, symbols: tuple[str, ...], now: datetime) -> Iterator[Check]:
    """Each source of the registry, the chosen one marked; `symbols` are those it will be asked for."""
    chosen = spec.source.partition(":")[0]
    for name, summary in SOURCES.items():
        mark = " (yours)" if name == chosen else ""
        if name == "yahoo":
            yield from check_yahoo(now, mark)
        elif name == chosen or name == "simulated":
            yield _check_offline(name, spec.source if name == chosen else name, symbols, mark)
        else:
            yield note(name, summary)
    yield from _check_last_known(spec, now)
    if chosen == "yahoo":
        yield check_economy(spec, now)


def check_economy(spec: EngineSpec, now: datetime) -> Check:
    """How FRED did when the engine last looked: nothing is asked here."""
    known = load_last_known(spec)
    economy = known.snapshot.economy if known is not None else NO_ECONOMY
    if not economy.origin or economy.checked is None:
        return note("fred", "the economy's series, asked for beside Yahoo's quotes; nothing is held yet")
    age = format_age((now - economy.checked).total_seconds())
    held = f"{economy.held} of {economy.total} series held, last looked at {age} ago"
    return warn("fred", f"{held}; {clean(economy.trouble, 300)}") if economy.trouble else ok("fred", held)


def check_yahoo(now: datetime, mark: str = "", probe: Probe | None = None) -> Iterator[Check]:
    """Whether Yahoo answers, told within `DEADLINE_SECONDS`; its refusal of this bare request is an answer too."""
    try:
        status, date = within(probe or ask_yahoo, DEADLINE_SECONDS)
    except OSError as error:
        cause = getattr(error, "reason", error)
        reason = clean(getattr(cause, "strerror", None) or cause)
        yield warn("yahoo", f"not reachable{mark}: {reason}. Without it: the last known screen, smid demo, files:DIR")
        return
    if status == _RATE_LIMITED:
        yield warn("yahoo", f"reachable, but refuses for a while (429){mark}; smid waits and asks again")
    else:
        yield ok("yahoo", f"reachable{mark}")
    try:
        skew = abs((parsedate_to_datetime(date).astimezone(UTC) - now).total_seconds())
    except ValueError:
        return
    if skew > _MOST_SKEW_SECONDS:
        yield warn("clock", f"{format_age(skew)} away from Yahoo's: ages of prices are wrong until it is set")


def ask_yahoo() -> tuple[int, str]:
    """One small request, as the probe of `check_yahoo`."""
    request = urllib.request.Request(YAHOO, method="HEAD")
    try:
        with urllib.request.urlopen(request, timeout=DEADLINE_SECONDS) as answer:  # noqa: S310
            return answer.status, answer.headers.get("Date", "")
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get("Date", "")


def within(probe: Probe, seconds: float) -> tuple[int, str]:
    """The answer of `probe`, `TimeoutError` when it takes longer: looking up a name knows no time-out of its own."""
    answers: list[tuple[int, str]] = []
    errors: list[OSError] = []

    def work() -> None:
        try:
            answers.append(probe())
        except OSError as error:
            errors.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not answers:
        raise TimeoutError(f"no answer in {seconds:.0f} seconds")
    return answers[0]


def _check_offline(name: str, source: str, symbols: tuple[str, ...], mark: str) -> Check:
    shown = f"{clean(source, 120)}{mark}"
    try:
        check_source(source)
        check_content(source)
    except UsageError as error:
        return warn(name, f"{error}{mark}")
    if name != "files":
        return ok(name, shown)
    found = find_daily(Path(source.partition(":")[2]))
    lacking = [symbol for symbol in symbols if symbol not in found]
    if not lacking:
        return ok(name, f"{shown}: a file of each symbol")
    return warn(name, f"{shown}: no file of {len(lacking)} of {len(symbols)} symbols: {', '.join(lacking)}")


def _check_last_known(spec: EngineSpec, now: datetime) -> Iterator[Check]:
    known = load_last_known(spec)
    if known is not None:
        age = format_age((now - known.saved_at).total_seconds())
        yield ok("last known", f"a screen saved {age} ago is shown at once, before anything is fetched")
