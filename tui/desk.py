"""What the person at the screen looks at: listens to the engine, keeps the curves, and makes each new View.

No Textual here: the app hands in what to do with a View, a question to the engine and a sentence to show.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from msgspec import structs

from core.clock import Clock
from core.engine.last_known import is_last_known, mark_last_known
from core.engine.link import Link, LinkState
from core.engine.messages import (
    Acknowledge,
    Answer,
    Bell,
    Claimed,
    Journalled,
    Notice,
    Play,
    Refresh,
    Snooze,
    ToEngine,
    WantEvidence,
    WantExplanation,
    WantHistory,
)
from core.journal.entry import Query
from core.settings import Settings
from core.snapshot import Finding, History, Snapshot
from tui.claims_reader import ClaimsReader
from tui.journal_reader import JournalReader
from widgets.badge import has_ended
from widgets.view import View

SPEEDS = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0)
"""Market seconds per second that the keys step through."""
STEP_SECONDS = 60.0

T = TypeVar("T")


class Desk:
    """The listener of an `EngineClient`, and what the keys for pair, lookback and replay change."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        *,
        publish: Callable[[View], None],
        ask: Callable[[ToEngine], None],
        tell: Callable[[Notice], None],
        ring: Callable[[Bell], None],
        explain: Callable[[Answer], None],
    ) -> None:
        self.lookbacks = settings.lookbacks.chart
        self.view = View(pair=settings.universe.pairs[0], lookback=settings.lookbacks.chart_default)
        self._pairs = settings.universe.pairs
        self._clock, self._taken = clock, clock.now()
        self._least: datetime | None = None
        """The time that was shown when a snapshot came: a late one does not turn a recording's clock back."""
        self._publish, self._ask, self._tell, self._ring, self._explain = publish, ask, tell, ring, explain
        self.journal, self.claims = JournalReader(ask), ClaimsReader(ask)
        self._histories: dict[tuple[str, str], History] = {}
        self._asked: set[tuple[str, str, str]] = set()

    @property
    def pairs(self) -> tuple[str, ...]:
        """The pairs to choose from: those of the snapshot, of the settings before the first has come."""
        return self.view.snapshot.pairs or self._pairs

    @property
    def market_time(self) -> datetime:
        """The time to show and to reckon ages from: a recording and the simulated market keep a time of their own."""
        return self._time_of(self.view.snapshot)

    def _time_of(self, snapshot: Snapshot) -> datetime:
        now, source = self._clock.now(), snapshot.source
        if source.is_live or snapshot.as_of is None:
            return now
        elapsed = (now - self._taken) * (0.0 if source.paused else source.speed)
        time = snapshot.as_of + max(elapsed, timedelta())
        time = max(time, self._least or time)
        return min(time, source.ends) if source.ends else time

    def recall(self, snapshot: Snapshot, histories: Iterable[History], saved_at: datetime) -> None:
        """Show what was last known, until the engine speaks."""
        for history in histories:
            self._histories[history.subject, history.unit] = history
        self._taken = saved_at
        self._show(replace(self.view, snapshot=snapshot))

    def on_snapshot(self, snapshot: Snapshot) -> None:
        if _is_behind(snapshot, self.view.snapshot):
            snapshot = _keep_newer(self.view.snapshot, snapshot)
        else:
            self._least = self.market_time if _plays_on(self.view.snapshot, snapshot) else None
            self._taken = self._clock.now()
        self._show(replace(self.view, snapshot=snapshot))

    def on_history(self, history: History) -> None:
        self._histories[history.subject, history.unit] = history
        if (history.subject, history.unit) == self._wanted(self.view):
            self._show(self.view)

    def on_link(self, link: Link) -> None:
        if link.state is LinkState.LIVE:
            self._asked.clear()  # another engine may have come: it knows nothing of earlier questions
            self.journal.ask_again()
            self.claims.ask_again()
        self._show(replace(self.view, link=link))

    def on_notice(self, notice: Notice) -> None:
        self._tell(notice)

    def on_explained(self, explained: Answer) -> None:
        if isinstance(explained, Claimed):
            self.claims.take(explained)
            self._show(self.view)
        elif not isinstance(explained, Journalled):
            self._explain(explained)
        elif self.journal.take(explained):
            self._show(self.view)

    def read_journal(self, query: Query) -> None:
        """Show the entries that `query` asks for; without an engine, as soon as there is one."""
        self.journal.open(query, self.view.snapshot.outbox.newest)
        self._show(self.view)

    def read_on(self) -> None:
        """Older entries, if there are any."""
        self.journal.more()

    def read_claims(self) -> None:
        """Show the claims; from now on whenever they change."""
        self.claims.open()

    def explain(self, address: str) -> None:
        """Ask for all there is to say of a number; without an engine, as soon as there is one."""
        self._ask(WantExplanation(address))

    def ask_evidence(self, pair: str, signal: str) -> None:
        """Ask for the track record of a signal."""
        self._ask(WantEvidence(pair=pair, signal=signal))

    def on_bell(self, bell: Bell) -> None:
        self._ring(bell)

    def acknowledge(self, finding: Finding | None, who: str) -> None:
        """`who` has seen it: it is not told again until it rises."""
        if finding is None:
            self._tell(Notice(text="No finding is chosen: 5 and the arrow keys go to one."))
        elif self._is_linked():
            self._ask(Acknowledge(rule=finding.rule, subject=finding.subject, who=who))

    def snooze(self, finding: Finding | None, who: str) -> None:
        """Silent at its level until the exchange opens again."""
        until = self.view.snapshot.session.next_open
        if finding is None:
            self._tell(Notice(text="No finding is chosen: 5 and the arrow keys go to one."))
        elif until is None:
            self._tell(Notice(text="When the exchange opens again is not known yet."))
        elif self._is_linked():
            self._ask(Snooze(rule=finding.rule, subject=finding.subject, who=who, until=until))

    def choose_pair(self, pair: str) -> None:
        self._show(replace(self.view, pair=pair))

    def step_pair(self, steps: int) -> None:
        """The next or previous pair, round and round."""
        self.choose_pair(_neighbour(self.pairs, self.view.pair, steps, is_round=True))

    def choose_lookback(self, lookback: str) -> None:
        self._show(replace(self.view, lookback=lookback))

    def step_lookback(self, steps: int) -> None:
        """A longer or shorter lookback; the ends hold."""
        self.choose_lookback(_neighbour(self.lookbacks, self.view.lookback, steps))

    def refresh(self) -> None:
        """Ask for a poll now."""
        if self._is_linked():
            self._ask(Refresh())

    def pause(self) -> None:
        """Hold or go on with a recording."""
        self._play(Play(paused=not self.view.snapshot.source.paused))

    def step(self) -> None:
        """One minute of the recording."""
        self._play(Play(step_seconds=STEP_SECONDS))

    def change_speed(self, steps: int) -> None:
        """Play a recording faster or slower."""
        speed = min(SPEEDS, key=lambda known: abs(known - self.view.snapshot.source.speed))
        self._play(Play(speed=_neighbour(SPEEDS, speed, steps)))

    def _play(self, message: Play) -> None:
        source = self.view.snapshot.source
        if source.ends is None:
            self._tell(Notice(text=f"{source.name or 'This source'} is not a recording: it has no pause and no speed."))
        elif has_ended(self.view.snapshot, self.market_time):
            self._tell(Notice(text="The recording has ended; quit and start it again to see it from its beginning."))
        elif message.speed == source.speed:
            self._tell(Notice(text=f"{source.speed:g}x is as {'fast' if source.speed > 1 else 'slow'} as it goes."))
        elif self._is_linked():
            self._ask(message)

    def _is_linked(self) -> bool:
        if not self.view.is_live:
            self._tell(Notice(text=self.view.link.text or "The engine does not answer yet.", severity="warning"))
        return self.view.is_live

    def _show(self, view: View) -> None:
        subject, unit = self._wanted(view)
        history = self._histories.get((subject, unit))
        now = self._time_of(view.snapshot)
        self.view = replace(view, history=history, journal=self.journal.known, claims=self.claims.known, now=now)
        if view.is_live:
            self.journal.catch_up(view.snapshot.outbox.newest)
            self._want(subject, unit, history)
        self._publish(self.view)

    def _wanted(self, view: View) -> tuple[str, str]:
        return view.pair, "minute" if view.lookback == "1D" else "session"

    def _want(self, subject: str, unit: str, history: History | None) -> None:
        """Ask for curves once for each time that they change: minutes every minute, sessions when corrected."""
        snapshot = self.view.snapshot
        if not snapshot.history_key:
            return
        as_of = snapshot.as_of
        stamp = as_of.strftime("%Y-%m-%d %H:%M") if unit == "minute" and as_of else snapshot.history_key
        is_current = unit == "session" and history is not None and history.key == snapshot.history_key
        if not is_current and (subject, unit, stamp) not in self._asked:
            self._asked = {asked for asked in self._asked if asked[:2] != (subject, unit)} | {(subject, unit, stamp)}
            self._ask(WantHistory(subject=subject, unit=unit))


def _is_behind(new: Snapshot, shown: Snapshot) -> bool:
    """Whether a new engine tells what it had saved, or that it has nothing yet, while something newer is shown."""
    if shown.as_of is None or new.as_of is None:
        return shown.as_of is not None
    return is_last_known(new) and new.as_of <= shown.as_of


def _plays_on(shown: Snapshot, new: Snapshot) -> bool:
    """Whether a market with a time of its own just goes on: not steered, and not begun anew."""
    if shown.as_of is None or new.as_of is None or new.source.is_live:
        return False
    steered = (shown.source.speed, shown.source.paused) != (new.source.speed, new.source.paused)
    return not steered and shown.as_of <= new.as_of


def _keep_newer(shown: Snapshot, new: Snapshot) -> Snapshot:
    """The numbers that are shown, marked as the last known ones, with the truth about the source."""
    known = mark_last_known(shown)
    return structs.replace(known, source=new.source, session=new.session) if new.as_of else known


def _neighbour(items: tuple[T, ...], item: T, steps: int, *, is_round: bool = False) -> T:
    at = items.index(item) + steps if item in items else 0
    return items[at % len(items)] if is_round else items[max(0, min(at, len(items) - 1))]
