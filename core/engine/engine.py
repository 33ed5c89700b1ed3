"""The engine: one loop that fetches, analyses and publishes, and lingers when nobody watches."""

import asyncio
import logging
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from core.clock import Clock
from core.engine.archive import Archive
from core.engine.book import Book
from core.engine.fetcher import Fetcher
from core.engine.last_known import load_last_known
from core.engine.messages import (
    Acknowledge,
    Goodbye,
    Notice,
    Play,
    Refresh,
    Snooze,
    ToEngine,
    WantEvidence,
    WantJournal,
)
from core.engine.opening import Opened, open_market
from core.engine.peer import Peer
from core.engine.publisher import Publisher
from core.engine.questions import Questions, Want
from core.engine.server import Server
from core.engine.source_thread import Late, SourceThread
from core.engine.spec import EngineSpec, engine_digest
from core.engine.tools import Tools
from core.errors import EngineError, SmidError
from core.settings import Settings
from core.snapshot import Snapshot
from core.sources.base import Playable
from core.store import Store, open_memory_journal, open_store
from core.text import clean

if TYPE_CHECKING:
    from core.engine.evidence_keeper import KeepAll
    from core.engine.fitter import FitAll
    from core.engine.herald import Herald
    from core.engine.workers import Workers

TICK_SECONDS = 5.0
"""Nothing due: how often to look whether time alone changed something (a phase, staleness)."""
OPEN_SECONDS = 60.0
HUNG_SECONDS = 300.0
"""A call that has not come back for this long never will; only a new process gets rid of it."""

_log = logging.getLogger("smid.engine")


class Engine:
    """Answers viewers through its `Server`; give `run` a listening socket. `open_market` is replaced in tests."""

    def __init__(
        self,
        spec: EngineSpec,
        settings: Settings,
        clock: Clock,
        opening: Callable[[EngineSpec, Settings, Clock], Opened] = open_market,
        on_open: Callable[[], None] = lambda: None,
        fit_all: "FitAll | None" = None,
        keep_all: "KeepAll | None" = None,
    ) -> None:
        self._spec, self._settings, self._clock, self._opening = spec, settings, clock, opening
        self._on_open, self._fit_all, self._keep_all = on_open, fit_all, keep_all
        self._paths = spec.paths
        self._thread = SourceThread(self._poke)
        self.server = Server(self, engine_digest(settings), stays=spec.stay)
        known = load_last_known(spec)
        self.publisher = Publisher(spec, settings, clock, known)
        self._opened: Opened | None = None
        self._book: Book | None = None
        self.fetcher: Fetcher | None = None
        self._workers: Workers | None = None
        self._herald: Herald | None = None
        self._archive = Archive(settings)
        self._wake = asyncio.Event()
        self._questions = Questions(settings, self.publisher, clock, self._poke)
        self._alone_since: float | None = clock.monotonic()
        self._ending: Goodbye | None = None
        self._failure: SmidError | None = None
        self._told = ""
        self._dropped_at = float("-inf")

    async def run(self, listener: socket.socket) -> None:
        """Serve until stopped or alone for long enough; raises `SmidError` where there is no market to serve."""
        await self.start(listener)
        while self._ending is None:
            await self.cycle()
            if self._ending is None:
                await self._rest()
        await self.finish()
        if self._failure is not None:
            raise self._failure

    async def start(self, listener: socket.socket) -> None:
        """Accept viewers; they see the last known screen at once."""
        await self.server.open(listener)
        self.server.publish(self.publisher.snapshot)

    async def cycle(self) -> None:
        """Do what is due: at most one question to the source, then whatever follows from its answer."""
        if self.fetcher is None:
            await self._open()
            return
        await self.fetcher.step()
        await self._publish()
        self._questions.answer(self.fetcher, self._opened, self._book)
        self.publisher.save()
        if self._workers is not None:
            self._workers.consider(self.fetcher)
        self._tidy()
        self._check_end()

    async def finish(self) -> None:
        """Say goodbye, keep what is shown, let go of everything."""
        goodbye = self._ending or Goodbye(reason="it was told to end")
        _log.info("ending: %s", goodbye.reason)
        self.publisher.save(at_once=True)
        self._paths.socket.unlink(missing_ok=True)
        await self.server.close(goodbye)
        self._thread.close()
        for worker in (self._archive, self._questions, self._herald, self._workers):
            if worker is not None:
                await worker.close()
        if self._book is not None:
            self._book.close()
        if self._opened is not None and not self._thread.is_busy:
            self._opened.source.close()

    def stop(self, reason: str) -> None:
        """End soon; the first reason stands."""
        self._ending = self._ending or Goodbye(reason=reason)
        self._poke()

    def on_viewers(self, count: int) -> None:
        self._alone_since = None if count else self._clock.monotonic()
        self._poke()

    def on_retire(self) -> None:
        self.stop("making room for an engine with other settings")

    def on_question(self, peer: Peer, message: ToEngine) -> None:
        """What a viewer asks, once it is greeted."""
        if isinstance(message, Want):
            self._questions.ask(peer, message)
            self._questions.answer(self.fetcher, self._opened, self._book)
        elif isinstance(message, Acknowledge | Snooze):
            self._hear_person(peer, message)
        elif isinstance(message, WantEvidence) and self._workers is not None:
            peer.send(self._workers.answer(message))
        elif isinstance(message, WantJournal):
            self._archive.ask(peer, message.query)
        elif isinstance(message, Refresh):
            self._ask_poll(peer)
        elif isinstance(message, Play) and (self.fetcher is None or not self.fetcher.play(message)):
            peer.send(Notice(text="This market cannot be paused or sped up.", severity="warning"))
        self._poke()

    async def _open(self) -> None:
        """Open source and store; what cannot be opened ends the engine with the reason."""
        try:
            opened = await self._thread.ask(
                lambda: self._opening(self._spec, self._settings, self._clock), OPEN_SECONDS
            )
            store = self._open_store() if opened.source.is_live else None
            book = Book(self._settings, opened.tools, store)
            checked = await book.load()
        except SmidError as error:
            self._give_up(error)
            return
        except Late as late:
            self._give_up(EngineError(f"Cannot open {clean(self._spec.source)}: {late}."))
            return
        except Exception as error:  # noqa: BLE001 - boundary: whatever a source raises becomes a sentence
            _log.exception("the source cannot be opened")
            told = clean(error) or type(error).__name__
            self._give_up(EngineError(f"Cannot open {clean(self._spec.source)}: {told}."))
            return
        self._opened, self._book = opened, book
        fetcher = Fetcher(opened.source, self._thread, book, opened.tools, self._settings, self._clock)
        fetcher.schedule.checked = checked
        from core.engine.herald import Herald  # heavy like the tools, which are loaded by now
        from core.engine.workers import Workers

        given = book, self._settings, self._paths, opened, self._clock, self._poke, self._fit_all, self._keep_all
        self._workers = Workers(*given)
        journal = store.journal if store else open_memory_journal()
        self._herald = Herald(journal, self._settings, opened, self._clock, self.server, self._poke)
        self._archive.open(journal, self._paths.database if store else None)
        self.publisher.dress = self._herald.dress
        self.fetcher = fetcher
        self._on_open()

    def _give_up(self, error: SmidError) -> None:
        """There is no market to serve, and another engine would find none either."""
        self._failure = error
        refused = not isinstance(error, EngineError)
        self._ending = self._ending or Goodbye(reason=str(error), final=True, refused=refused)

    def _open_store(self) -> Store:
        store = open_store(self._paths.database, self._clock.now())
        if store.notice:
            _log.warning("%s", store.notice)
            self.server.tell(Notice(text=store.notice, severity="warning"))
        return store

    async def _publish(self) -> None:
        if self.fetcher is None or self._book is None or self._opened is None:
            return
        try:
            snapshot = await self._refresh(self.fetcher, self._book, self._opened.tools)
        except Exception as error:  # noqa: BLE001 - boundary: one bad number must not take the market from the screen
            snapshot = self.publisher.fail(error)
            if self.publisher.failure != self._told:
                _log.exception("the analysis failed")
                self.server.tell(Notice(text=f"{self.publisher.failure}; the last numbers stay", severity="error"))
        self._told = self.publisher.failure
        told = self._herald.follow(self.publisher, self.fetcher) if self._herald else None
        snapshot = told or snapshot
        if snapshot is not None:
            self.server.publish(snapshot)

    async def _refresh(self, fetcher: Fetcher, book: Book, tools: Tools) -> Snapshot | None:
        """The new snapshot; the rules are walked through new history beside the loop, which goes on serving."""
        snapshot = self.publisher.refresh(fetcher, book, tools)
        if (panel := self.publisher.unwalked) is None:
            return snapshot
        await asyncio.to_thread(tools.walk_rules, panel, self._settings, funds=book.funds, drivers=book.drivers)
        self.publisher.note_walked()
        return self.publisher.refresh(fetcher, book, tools)

    def _hear_person(self, peer: Peer, message: Acknowledge | Snooze) -> None:
        """The answer is the next snapshot, or why it cannot be done."""
        told = "The market is still being opened."
        if self._herald is not None and self.fetcher is not None:
            told = self._herald.answer(message, self.fetcher.source.now())
        if told:
            peer.send(Notice(text=told, severity="warning"))

    def _ask_poll(self, peer: Peer) -> None:
        if self.fetcher is None:
            peer.send(Notice(text="The market is still being opened."))
            return
        wait, problem = self.fetcher.ask_poll(), self.fetcher.pulse.problem
        left = f"{wait:.0f} s" if wait < 120 else f"{wait / 60:.0f} minutes"
        why = problem.reason if problem else "to keep within the source's budget"
        now = f"Asking {self.fetcher.source.name} for new prices."
        peer.send(Notice(text=f"The next poll is in {left}: {why}." if wait > 1.0 else now))

    def _tidy(self) -> None:
        now = self._clock.monotonic()
        if self._book is not None and now - self._dropped_at > 3600:
            self._dropped_at = now
            self._book.drop_old(self._clock.now())

    def _check_end(self) -> None:
        now = self._clock.monotonic()
        alone = now - self._alone_since if self._alone_since is not None else 0.0
        if self._alone_since is not None and not self._spec.stay and alone >= self._settings.engine.linger_seconds:
            self.stop("nobody is watching any more")
        if self._alone_since is not None and alone > 0 and not self._spec.stay and self._is_over():
            self.stop("the recording is over and nobody is watching")
        late = self.fetcher.late_since if self.fetcher else None
        if late is not None and not self._spec.stay and now - late >= HUNG_SECONDS:
            self.stop(f"the source has not answered for {HUNG_SECONDS / 60:.0f} minutes")

    def _is_over(self) -> bool:
        """Whether a recording was seen to its end: nothing is lost by beginning it anew."""
        source = self._opened.source if self._opened else None
        return isinstance(source, Playable) and source.now() >= source.playback().ends

    async def _rest(self) -> None:
        """Until something is due, or someone asks."""
        wait = TICK_SECONDS
        if self.fetcher is not None and not self._thread.is_busy:
            wait = min(wait, self.fetcher.seconds_to_next())
        if self._alone_since is not None and not self._spec.stay:
            left = self._settings.engine.linger_seconds - (self._clock.monotonic() - self._alone_since)
            wait = min(wait, max(0.0, left))
        if wait > 0:
            try:
                async with asyncio.timeout(wait):
                    await self._wake.wait()
            except TimeoutError:
                pass
        else:
            await asyncio.sleep(0)
        self._wake.clear()

    def _poke(self) -> None:
        self._wake.set()
