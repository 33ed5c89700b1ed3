"""The contract every source keeps: nothing is ever silently empty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar, runtime_checkable

from msgspec import Struct

from core.clock import Clock
from core.fundamentals.fact import Reading
from core.market.bars import Bars, MinuteBars
from core.market.quotes import Quote
from core.settings import Settings

if TYPE_CHECKING:
    from core.market.sessions import Exchange

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Context:
    """What a source is opened with.

    `date` picks the session to evaluate or replay (None: the newest there is), `speed` is market seconds per
    second of a replay. `exchange` is the shared calendar; a source that needs one and finds None makes its own.
    """

    clock: Clock
    settings: Settings
    cache_dir: Path
    date: "date | None" = None
    speed: float | None = None
    exchange: "Exchange | None" = None


class ProblemKind(StrEnum):
    """Why there is no answer."""

    STALE = "stale"  # answered, but with something older than it should be
    MISSING = "missing"  # the source does not know this symbol or holds nothing of it
    RATE_LIMITED = "rate_limited"  # told to come back later
    ERROR = "error"  # everything else: network, protocol, validation


class Problem(Struct, frozen=True, kw_only=True):
    """A failure as a value: `reason` is clean text for a person, `retry_at` when asking again makes sense."""

    kind: ProblemKind
    reason: str
    at: datetime
    retry_at: datetime | None = None


class Ok(Struct, Generic[T], frozen=True):
    """An answer and the moment (source time, UTC) it was received."""

    value: T
    at: datetime


class QuoteBatch(Struct, frozen=True):
    """The answer to one request for many symbols: each asked symbol is in exactly one of the two."""

    quotes: Mapping[str, Quote]
    problems: Mapping[str, Problem]


class Source(Protocol):
    """A market. Calls may block; the engine makes them on one thread of its own and keeps the deadline."""

    name: str
    """The registry name, `yahoo`."""
    label: str
    """What every screen and output must say: `SIMULATED`, `REPLAY 2026-03-24`; empty for the live market."""
    is_live: bool
    """Whether its time is the wall clock's and its prices are the market's now."""
    poll_seconds: float | None
    """How often it wants to be polled; None leaves that to the settings and the exchange's session."""

    def now(self) -> datetime:
        """The market's time (UTC): the wall clock of a live market, a moment of the past in a replay."""
        ...

    def fetch_history(self, symbol: str, since: date | None = None) -> Ok[Bars] | Problem:
        """Daily bars up to the last complete session or the running one, from `since` (None: all there are)."""
        ...

    def fetch_quotes(self, symbols: Sequence[str]) -> Ok[QuoteBatch] | Problem:
        """Last trades of all symbols in one request."""
        ...

    def fetch_minutes(self, symbol: str) -> Ok[MinuteBars] | Problem:
        """Minute bars of the running (or last) session."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


@runtime_checkable
class Fundamental(Protocol):
    """A source that knows what companies earn, and what is paid for it."""

    def fetch_fundamentals(self, symbol: str, *, is_fund: bool) -> Ok[tuple[Reading, ...]] | Problem:
        """What is known now of a fund and its holdings, or of a company; never empty."""
        ...


class Playback(Struct, frozen=True, kw_only=True):
    """Where a recording is: `speed` in market seconds per second."""

    speed: float
    paused: bool
    begins: datetime
    ends: datetime


@runtime_checkable
class Playable(Protocol):
    """A source whose time can be steered."""

    def playback(self) -> Playback: ...

    def pause(self, paused: bool) -> None: ...

    def step(self, seconds: float) -> None:
        """Move by market seconds (forward only) while paused or playing."""
        ...

    def set_speed(self, speed: float) -> None: ...
