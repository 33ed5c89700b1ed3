"""All that one answer is made of, fetched in this process; the engine does it cycle by cycle."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Generic, TypeVar

from core.breadth.load import load_funds, move_funds
from core.clock import Clock
from core.engine.book import Book
from core.engine.fetcher import Fetcher
from core.engine.health import build_source_info, confirm
from core.engine.lock import EngineLock
from core.engine.opening import Opened
from core.engine.source_thread import SourceThread
from core.engine.spec import EngineSpec
from core.engine.tools import Tools
from core.errors import NoDataError
from core.market.panel import Panel
from core.once.economy import fetch_economy
from core.paths import prepare
from core.settings import Settings
from core.snapshot import SessionInfo, SourceInfo
from core.store import Store, open_store
from core.text import clean

SHARED = ("yahoo",)
"""Sources that one process of this host asks for all others."""
SILENT_HISTORIES = 2
"""After a failed poll, so many failures of histories, of one or of several, mean that the source cannot be reached."""
SILENT_SECONDS = 10.0
"""A first poll that fails after so long met nothing but silence: no history would be told more."""
LONGEST_HOLD_SECONDS = 30.0
TOTAL_SECONDS = 180.0
"""For all fetching: an empty store takes about two minutes, symbol by symbol."""
LONG_SECONDS = 5.0
"""A wait that a person should be told of."""

Opening = Callable[[EngineSpec, Settings, Clock], Opened]


T = TypeVar("T")


def is_shared(spec: EngineSpec) -> bool:
    return spec.source.partition(":")[0] in SHARED


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that an answer is made of."""

    tools: Tools
    book: Book
    panel: Panel
    at: datetime
    session: SessionInfo
    source: SourceInfo


@dataclass(frozen=True, slots=True)
class Task(Generic[T]):
    """What is asked for, and how the answer is made of what was gathered."""

    spec: EngineSpec
    settings: Settings
    clock: Clock
    finish: "Callable[[Task[T], Gathered], T]"
    since: date | None
    tell: Callable[[str], None]
    opening: Opening
    total_seconds: float


async def make(task: Task[T]) -> T:
    """Fetch what is missing (unless an engine is at it) and build; raises as `take_snapshot` does."""
    spec, clock = task.spec, task.clock
    paths, shared = spec.paths, is_shared(spec)
    if shared:
        prepare(paths)
    thread = SourceThread()
    opened: Opened | None = None
    try:
        opened = await thread.ask(lambda: task.opening(spec, task.settings, clock), None)
        if not shared:
            return task.finish(task, await _gather(task, opened, thread, None, fetching=True))
        with _electing(paths.lock) as elected, contextlib.closing(open_store(paths.database, clock.now())) as store:
            return task.finish(task, await _gather(task, opened, thread, store, fetching=elected))
    finally:
        thread.close()
        if opened is not None and not thread.is_busy:
            opened.source.close()


async def _gather(
    task: Task[T], opened: Opened, thread: SourceThread, store: Store | None, *, fetching: bool
) -> Gathered:
    settings, tools = task.settings, opened.tools
    book = Book(settings, tools, store)
    fetcher = Fetcher(opened.source, thread, book, tools, settings, task.clock)
    await book.load()
    if fetching:
        missing = sum(book.last_session(symbol) is None for symbol in settings.symbols)
        wait = missing * settings.refresh.history_pause_seconds if opened.source.is_live else 0.0
        if wait >= LONG_SECONDS:
            task.tell(f"{missing} histories are fetched for the first time, one by one: about {wait:.0f} s.")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(task.total_seconds):
                await _fetch(task, fetcher, book, tools.exchange.last_complete(opened.source.now()))
        await fetcher.fetch_all_facts()
    at = opened.source.now()
    panel = book.panel(at, task.clock.monotonic(), least_gap=0.0, is_live=opened.source.is_live)
    info = build_source_info(opened.source, book, fetcher.pulse, settings.symbols, 0)
    if panel is None:
        raise NoDataError(f"{clean(task.spec.source)} has no usable data: {info.trouble or 'no prices at all'}.")
    if settings.breadth.funds:
        funds = await asyncio.to_thread(load_funds, settings.breadth, tools.exchange.last_complete(at))
        book.set_funds(await asyncio.to_thread(move_funds, settings.breadth, funds, tools.exchange))
    if opened.economy is not None:
        book.set_macro(await asyncio.to_thread(opened.economy.load, at))
    elif opened.fred is not None:
        book.set_macro(await fetch_economy(task.settings.macro, opened.fred, store, task.clock, fetching=fetching))
    return Gathered(tools, book, panel, at, confirm(fetcher.session(), fetcher.pulse.succeeded_at), info)


async def _fetch(task: Task[T], fetcher: Fetcher, book: Book, complete: date) -> None:
    """One poll, then histories that are missing or end too early; failures are tried once."""
    marker, began = fetcher.marker(), task.clock.monotonic()
    for symbol in task.settings.symbols:
        newest = book.last_session(symbol)
        if newest is not None:
            fetcher.schedule.checked[symbol] = marker if newest >= complete else ""
    await fetcher.step()
    if fetcher.pulse.problem is not None and task.clock.monotonic() - began >= SILENT_SECONDS:
        return
    while fetcher.pulse.asked_at is None or fetcher.has_first_tries():
        if _is_hopeless(fetcher):
            return
        if not await fetcher.step():
            await asyncio.sleep(min(1.0, max(0.02, fetcher.seconds_to_next())))


def _is_hopeless(fetcher: Fetcher) -> bool:
    """Whether going on would only cost time: told to wait for long, or nothing at all answers."""
    if fetcher.pulse.asked_at is None:
        return False
    silent = fetcher.pulse.problem is not None and fetcher.schedule.failures() >= SILENT_HISTORIES
    return silent or fetcher.seconds_to_next() > LONGEST_HOLD_SECONDS


@contextlib.contextmanager
def _electing(path: Path) -> Iterator[bool]:
    """Whether this process is the one that asks the source, while in the block."""
    lock = EngineLock(path)
    try:
        yield lock.acquire()
    finally:
        lock.release()
