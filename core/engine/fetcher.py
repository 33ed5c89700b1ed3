"""Everything that asks the source: polls, histories and minutes, one at a time, each with its deadline."""

import logging
from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeVar

from core.clock import Clock
from core.engine.book import Book
from core.engine.fact_round import Ask, FactRound, funds_of, to_fact
from core.engine.health import Pulse
from core.engine.messages import Play
from core.engine.schedule import Schedule, to_marker
from core.engine.source_thread import Late, SourceThread
from core.engine.tools import Tools
from core.market.bars import Bars, MinuteBars
from core.market.timetable import to_utc
from core.settings import Settings
from core.snapshot import SessionInfo
from core.sources.base import Fundamental, Ok, Playable, Problem, ProblemKind, QuoteBatch, Source
from core.text import clean

OVERLAP = timedelta(days=45)
"""Of a refetched history with the known one: enough to see corrections and a rescaled past."""
MINUTES_LIVE_SECONDS = 60.0
MINUTES_SECONDS = 5.0
"""How old a leg's minutes may be before they are fetched again."""

_log = logging.getLogger("smid.fetcher")
T = TypeVar("T")


class Fetcher:
    """The only one to call the source. `step` does the one thing that is most due."""

    def __init__(
        self, source: Source, thread: SourceThread, book: Book, tools: Tools, settings: Settings, clock: Clock
    ) -> None:
        self.source, self._thread, self._book = source, thread, book
        self._exchange, self._settings, self._clock = tools.exchange, settings, clock
        self.pulse = Pulse()
        self.schedule = Schedule(settings.refresh, settings.symbols, source.is_live, source.poll_seconds)
        self.late_since: float | None = None
        """When a call that is still running passed its deadline (monotonic)."""
        self.facts = FactRound(settings.fundamentals, funds_of(settings), source.is_live)
        self._polled_last = False
        self._plays: list[Play] = []
        self._wanted: dict[str, None] = {}
        self._minutes: dict[str, tuple[float, MinuteBars | Problem]] = {}

    @property
    def loading(self) -> int:
        """Symbols whose first history is still to come."""
        return sum(s not in self._book.bars and self.schedule.is_waiting(s) for s in self._settings.symbols)

    def has_first_tries(self) -> bool:
        """Whether there is a history to fetch for the present session that has not been tried."""
        return self.schedule.has_untried(self.marker())

    def session(self) -> SessionInfo:
        """The exchange's session at the source's time."""
        return self._exchange.info(self.source.now())

    def marker(self) -> str:
        at = self.source.now()
        return to_marker(self._exchange.session_at(at).isoformat(), self._exchange.last_complete(at).isoformat())

    def seconds_to_next(self) -> float:
        """Until there may be something to ask; 0 where there is now."""
        if self._plays or self._wanted:
            return 0.0
        return self.schedule.seconds_to_next(self._clock.monotonic(), self.marker())

    def ask_poll(self) -> float:
        """Poll as soon as the budget allows: the seconds until then."""
        return self.schedule.ask_poll(self._clock.monotonic())

    def play(self, play: Play) -> bool:
        """Steer a recording, in turn; False where the source cannot be steered."""
        if not isinstance(self.source, Playable):
            return False
        self._plays.append(play)
        return True

    def minutes_of(self, symbol: str) -> MinuteBars | Problem | None:
        """The minutes of `symbol` if they are fresh; else None, and they are fetched soon."""
        found = self._minutes.get(symbol)
        limit = MINUTES_LIVE_SECONDS if self.source.is_live else MINUTES_SECONDS
        if found is not None and self._clock.monotonic() - found[0] < limit:
            return found[1]
        self._wanted[symbol] = None
        return None

    async def step(self) -> bool:
        """Ask the one thing that is most due, if any and if the thread is free; whether something was asked."""
        if self._thread.is_busy:
            return False
        self.late_since, self.pulse.hung = None, ""
        if self._plays:
            await self._steer(self._plays.pop(0))
            return True
        # Where it is nobody's budget, at once: all is then calculated anew but once.
        if not self.source.is_live and self._fact_due():
            await self.fetch_all_facts()
            return True
        polls = self.schedule.is_poll_due(self._clock.monotonic())
        symbol = self.schedule.history_due(self._clock.monotonic(), self.marker())
        others = bool(self._wanted or symbol)
        # A poll goes first, but never twice in a row: slow polls must not starve prices of other kinds.
        if polls and not (self._polled_last and others):
            self._polled_last = True
            await self._poll()
            return True
        self._polled_last = False
        if self._wanted:
            await self._fetch_minutes(next(iter(self._wanted)))
        elif symbol:
            await self._fetch_history(symbol)
        elif facts := self._fact_due():
            await self._fetch_facts(facts)
            return True
        return others

    async def fetch_all_facts(self) -> None:
        """Ask for everything that is due, of a source that is asked without pauses: one that is not public."""
        while not self.source.is_live and not self._thread.is_busy and (ask := self._fact_due()):
            await self._fetch_facts(ask)

    def _fact_due(self) -> Ask | None:
        """The question for fundamentals that is due, if any; never before all histories have been tried."""
        if not isinstance(self.source, Fundamental) or self.has_first_tries() or self.loading:
            return None
        now, session = self._clock.monotonic(), self._exchange.last_complete(self.source.now())
        return self.facts.due(now, session, self._book.answered, self._book.constituents())

    async def _fetch_facts(self, ask: Ask) -> None:
        source = self.source
        if not isinstance(source, Fundamental):
            return
        known: Fundamental = source
        session = self._exchange.last_complete(source.now())
        answer = await self._ask(lambda: known.fetch_fundamentals(ask.symbol, is_fund=ask.is_fund))
        if isinstance(answer, Problem):
            _log.info("fundamentals of %s: %s", ask.symbol, answer.reason)
            self.facts.note(ask, self._clock.monotonic(), session, answer)
            return
        said = [to_fact(reading, session, source.label or "Yahoo Finance") for reading in answer.value]
        self._book.add_facts(said, answer.at)
        self.facts.note(ask, self._clock.monotonic(), session, None)

    async def _poll(self) -> None:
        source, symbols = self.source, self._settings.symbols
        self.pulse.asked_at = source.now()
        answer = await self._ask(lambda: source.fetch_quotes(symbols))
        at = source.now()
        problem = None
        if isinstance(answer, Ok):
            batch: QuoteBatch = answer.value
            if batch.quotes or not batch.problems:
                self._book.add_quotes(batch, answer.at)
                self.pulse.succeeded_at = answer.at
            else:
                problem = next(iter(batch.problems.values()))  # every symbol failed: the poll did
        else:
            problem = answer
        if problem is not None and (self.pulse.problem is None or self.pulse.problem.reason != problem.reason):
            _log.warning("poll: %s", problem.reason)
        self.pulse.problem = problem
        self.schedule.note_poll(self._clock.monotonic(), self.session(), at, problem)
        wait = max(self.schedule.poll_at, self.schedule.held_until) - self._clock.monotonic()
        self.pulse.next_at = self._clock.now() + timedelta(seconds=wait)

    async def _fetch_history(self, symbol: str) -> None:
        source, since, marker = self.source, self._since(symbol), self.marker()
        answer = await self._ask(lambda: source.fetch_history(symbol, since))
        now, at = self._clock.monotonic(), source.now()
        if isinstance(answer, Problem):
            if symbol not in self._book.history_problems:
                _log.warning("history of %s: %s", symbol, answer.reason)
            self._book.history_problems[symbol] = answer
            self.schedule.note_failure(symbol, now, at, answer)
            return
        bars: Bars = answer.value
        doubtful = self._book.add_history(symbol, bars, answer.at)
        newest = self._book.last_session(symbol)
        self.schedule.note_history(
            symbol, now, marker, complete=newest is not None and newest >= self._exchange.last_complete(at)
        )
        if doubtful and since is not None:
            _log.info("history of %s was rescaled: fetching all of it", symbol)
            self.schedule.forget(symbol)
        elif self.schedule.checked.get(symbol) == marker:
            self._book.note_checked(symbol, marker, at)

    def _since(self, symbol: str) -> date | None:
        """From where to fetch: everything at first and after a rescale, else the last weeks."""
        newest = self._book.last_session(symbol)
        return newest - OVERLAP if newest is not None and symbol in self.schedule.checked else None

    async def _fetch_minutes(self, symbol: str) -> None:
        source = self.source
        del self._wanted[symbol]
        answer = await self._ask(lambda: source.fetch_minutes(symbol))
        kept = answer.value if isinstance(answer, Ok) else self._minutes_so_far(symbol) or answer
        self._minutes[symbol] = (self._clock.monotonic(), kept)

    def _minutes_so_far(self, symbol: str) -> MinuteBars | None:
        """What is known of this session's minutes: a failure is no reason to wipe out the curve."""
        _, known = self._minutes.get(symbol, (0.0, None))
        opens = self.session().opens
        if not isinstance(known, MinuteBars) or opens is None or not len(known.times):
            return None
        return known if to_utc(known.times[-1]) >= opens else None

    async def _steer(self, play: Play) -> None:
        source = self.source
        if not isinstance(source, Playable):
            return
        tape: Playable = source

        def steer() -> Ok[None]:
            if play.speed is not None:
                tape.set_speed(play.speed)
            if play.paused is not None:
                tape.pause(play.paused)
            if play.step_seconds is not None:
                tape.step(play.step_seconds)
            return Ok(None, source.now())

        await self._ask(steer)
        self.schedule.poll_at = self._clock.monotonic()

    async def _ask(self, call: "Callable[[], Ok[T] | Problem]") -> "Ok[T] | Problem":
        """The answer of the source; a late one, or an exception, is a `Problem` like any other."""
        try:
            return await self._thread.ask(call, self._settings.refresh.deadline_seconds)
        except Late as late:
            self.late_since = self._clock.monotonic()
            self.pulse.hung = f"{self.source.name}: {late}"
            return self._problem(f"{self.source.name}: {late}")
        except Exception as error:  # noqa: BLE001 - boundary: a source's mistake must not end the engine
            _log.exception("%s failed", self.source.name)
            return self._problem(f"{self.source.name} failed: {clean(error) or type(error).__name__}")

    def _problem(self, reason: str) -> Problem:
        return Problem(kind=ProblemKind.ERROR, reason=reason, at=self.source.now())
