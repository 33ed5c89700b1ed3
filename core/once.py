"""One answer for a script, a snapshot or an explanation: from the running engine, else made in this process."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Generic, TypeVar

from core import __version__
from core.breadth.load import load_funds, move_funds
from core.clock import Clock
from core.engine.book import Book
from core.engine.fetcher import Fetcher
from core.engine.frames import TO_VIEWER_BYTES, FrameError, read_frame, to_frame
from core.engine.health import build_source_info, confirm
from core.engine.lock import EngineLock
from core.engine.messages import (
    PROTOCOL,
    Explained,
    Hello,
    ToEngine,
    ToViewer,
    Update,
    WantExplanation,
    Welcome,
    encoder,
    viewer_decoder,
)
from core.engine.opening import Opened, open_market
from core.engine.source_thread import SourceThread
from core.engine.spec import EngineSpec, engine_digest
from core.engine.tools import Tools
from core.errors import NoDataError
from core.evidence.kept import load_known
from core.explanation import Explanation
from core.macro.archive import Archive
from core.macro.fred import Fred, FredError
from core.macro.macro import Macro
from core.market.panel import Panel
from core.paths import is_ours, prepare
from core.settings import Settings
from core.snapshot import Health, SessionInfo, Snapshot, SourceInfo
from core.store import Store, open_store
from core.text import clean

SHARED = ("yahoo",)
"""Sources that one process of this host asks for all others."""
ENGINE_SECONDS = 20.0
SILENT_HISTORIES = 2
"""After a failed poll, so many failures of histories, of one or of several, mean that the source cannot be reached."""
SILENT_SECONDS = 10.0
"""A first poll that fails after so long met nothing but silence: no history would be told more."""
LONGEST_HOLD_SECONDS = 30.0
TOTAL_SECONDS = 180.0
"""For all fetching: an empty store takes about two minutes, symbol by symbol."""

ECONOMY_SECONDS = 45.0
"""For all of FRED; what does not come within it is asked for the next time."""
LONG_SECONDS = 5.0
"""A wait that a person should be told of."""

Opening = Callable[[EngineSpec, Settings, Clock], Opened]


def take_snapshot(
    spec: EngineSpec,
    settings: Settings,
    *,
    since: date | None,
    clock: Clock,
    tell: Callable[[str], None] = lambda _: None,
    opening: Opening = open_market,
    total_seconds: float = TOTAL_SECONDS,
) -> Snapshot:
    """The snapshot of `spec` now; measures that depend on a start count from `since`.

    `tell` is given a sentence where it will take long.
    Raises `NoDataError` where nothing usable can be had, and `SmidError` where the source cannot be opened.
    """
    if _is_shared(spec) and since is None:
        told = asyncio.run(ask_engine(spec, settings))
        if told is not None:
            return told
    return asyncio.run(make(Task(spec, settings, clock, _build_snapshot, since, tell, opening, total_seconds)))


def take_explanation(
    spec: EngineSpec,
    settings: Settings,
    address: str,
    *,
    since: date | None,
    clock: Clock,
    tell: Callable[[str], None] = lambda _: None,
    opening: Opening = open_market,
    total_seconds: float = TOTAL_SECONDS,
) -> Explanation:
    """All there is to say of `address` now; raises as `take_snapshot` does, and `UsageError` for no such address."""
    from core.explain import split_address

    split_address(address, settings)  # before anything is fetched
    if _is_shared(spec) and since is None:
        told = asyncio.run(ask_engine_for(spec, settings, address))
        if told is not None:
            return told

    def explain(task: Task[Explanation], gathered: Gathered) -> Explanation:
        found: Explanation = gathered.tools.explain_address(
            gathered.panel,
            settings,
            address,
            label=gathered.source.label,
            since=task.since,
            fits=gathered.book.fits,
            funds=gathered.book.funds,
            drivers=gathered.book.drivers,
        )
        return found

    return asyncio.run(make(Task(spec, settings, clock, explain, since, tell, opening, total_seconds)))


def _is_shared(spec: EngineSpec) -> bool:
    return spec.source.partition(":")[0] in SHARED


async def ask_engine(spec: EngineSpec, settings: Settings, seconds: float = ENGINE_SECONDS) -> Snapshot | None:
    """What a running engine with the same settings shows once it has loaded; None where there is none."""
    found: list[Snapshot] = []

    def hear(message: ToViewer) -> bool:
        if isinstance(message, Update):
            found.append(message.snapshot)
        return bool(found) and not found[-1].source.loading and found[-1].source.health is not Health.WAITING

    await _listen(spec, settings, None, hear, seconds)
    return found[-1] if found and found[-1].measures else None


async def ask_engine_for(
    spec: EngineSpec, settings: Settings, address: str, seconds: float = ENGINE_SECONDS
) -> Explanation | None:
    """What a running engine with the same settings says of `address`; None where there is none."""
    found: list[Explanation | None] = []

    def hear(message: ToViewer) -> bool:
        if isinstance(message, Explained):
            found.append(message.explanation)
        return bool(found)

    await _listen(spec, settings, WantExplanation(address), hear, seconds)
    return found[-1] if found else None


async def _listen(
    spec: EngineSpec, settings: Settings, question: ToEngine | None, hear: Callable[[ToViewer], bool], seconds: float
) -> None:
    """Tell `hear` what a running engine with the same settings says, until it has heard enough or time is up."""
    path, digest = spec.paths.socket, engine_digest(settings)
    if not is_ours(path.parent):
        return
    with contextlib.suppress(TimeoutError, FrameError, OSError, ValueError):
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_unix_connection(path)
            with contextlib.closing(writer):
                for asked in (Hello(protocol=PROTOCOL, program=__version__, settings=digest), question):
                    writer.write(to_frame(encoder.encode(asked)) if asked else b"")
                while (payload := await read_frame(reader, TO_VIEWER_BYTES)) is not None:
                    message = viewer_decoder.decode(payload)
                    if (isinstance(message, Welcome) and message.settings != digest) or hear(message):
                        return


T = TypeVar("T")


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
    paths, shared = spec.paths, _is_shared(spec)
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
        book.set_macro(await _fetch_economy(task, opened.fred, store, fetching=fetching))
    return Gathered(tools, book, panel, at, confirm(fetcher.session(), fetcher.pulse.succeeded_at), info)


def _build_snapshot(task: Task[Snapshot], gathered: Gathered) -> Snapshot:
    snapshot: Snapshot = gathered.tools.build_snapshot(
        gathered.panel,
        task.settings,
        at=gathered.at,
        session=gathered.session,
        source=gathered.source,
        since=task.since,
        sequence=1,
        fits=gathered.book.fits,
        funds=gathered.book.funds,
        drivers=gathered.book.drivers,
        evidence=load_known(task.spec.paths, gathered.panel.key, task.settings),
    )
    return snapshot


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


async def _fetch_economy(task: Task[T], fred: Fred, store: Store | None, *, fetching: bool) -> Macro:
    """What is held of FRED, with what is due of it, as far as that comes in time."""
    archive, settings, ends = Archive(task.settings.macro, store), task.settings.macro, task.clock.monotonic()
    archive.load()
    ends += ECONOMY_SECONDS
    while fetching and (left := ends - task.clock.monotonic()) > 0:
        question = archive.next_question(task.clock.now())
        if question is None:
            break
        try:
            seconds = min(left, settings.deadline_seconds)
            answer = await asyncio.to_thread(fred.fetch, question, seconds)
            archive.take(question, answer, task.clock.now())
        except FredError as error:
            archive.note_failure(question, error, task.clock.now())
        except sqlite3.Error:  # a disk that is full: what is held will do
            break
    return archive.build()


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
