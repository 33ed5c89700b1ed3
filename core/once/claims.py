"""The claims against the data for a script or a person: made in this process, from completed history."""

import asyncio
from collections.abc import Callable
from difflib import get_close_matches

from msgspec.structs import replace

from core.claims.make import make_ledger
from core.claims.read import Book, load_claims
from core.claims.record import Ledger
from core.clock import Clock
from core.engine.opening import open_market
from core.engine.spec import EngineSpec
from core.errors import UsageError
from core.once.gather import TOTAL_SECONDS, Gathered, Opening, Task, make
from core.settings import Settings
from core.text import clean

_SHOWN = 3


def take_ledger(
    spec: EngineSpec,
    settings: Settings,
    name: str | None,
    *,
    clock: Clock,
    tell: Callable[[str], None] = lambda _: None,
    opening: Opening = open_market,
    total_seconds: float = TOTAL_SECONDS,
) -> Ledger:
    """All claims, or the one called `name`; raises `UsageError` where there is none, and as `take_snapshot` does."""
    book = load_claims(settings)
    if name is not None:
        book = choose(book, name)

    def finish(task: Task[Ledger], gathered: Gathered) -> Ledger:
        panel = gathered.panel.completed or gathered.panel
        found = gathered.book
        return make_ledger(settings, panel, found.funds, found.drivers, gathered.at, gathered.source.label, book)

    return asyncio.run(make(Task(spec, settings, clock, finish, None, tell, opening, total_seconds)))


def choose(book: Book, name: str) -> Book:
    """The book with one claim; raises `UsageError` with the nearest ones where there is none."""
    if name not in book.claims:
        near = get_close_matches(name.lower(), book.claims, _SHOWN, 0.4)
        told = f"Near: {', '.join(near)}." if near else "'smid claims' lists them all."
        wrong = next((f" {text}" for text in book.problems if f"[{name}" in text), "")
        raise UsageError(f"There is no claim '{clean(name, 60)}'. {told}{wrong}")
    return replace(book, claims={name: book.claims[name]})
