"""What to fetch next, and when: pure decisions on a monotonic clock, no input or output."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.settings import Refresh
from core.snapshot import Phase, SessionInfo
from core.sources.base import Problem, ProblemKind

FINAL_AFTER = timedelta(minutes=20)
SETTLE_SECONDS = 2.0
"""Past a boundary of the session before it is polled."""
LEAST_GAP_SECONDS = 5.0
"""Between two polls, however often someone asks for a refresh."""
INCOMPLETE_RETRY_SECONDS = 900.0
INCOMPLETE_TRIES = 4
_FIRST_RETRY, _LAST_RETRY, _MISSING_RETRY = 30.0, 1800.0, 21_600.0


@dataclass(slots=True)
class _Tries:
    """How often in a row a history failed or came incomplete, and when it may be asked for again."""

    failed: int = 0
    incomplete: int = 0
    not_before: float = 0.0


@dataclass(slots=True)
class Schedule:
    """`now` is monotonic seconds throughout. A marker (`to_marker`) names the state of the market a history is of."""

    refresh: Refresh
    symbols: tuple[str, ...]
    is_live: bool
    poll_seconds: float | None
    poll_at: float = 0.0
    polled_at: float = float("-inf")
    history_at: float = 0.0
    held_until: float = 0.0
    """A poll was told to wait until then: nothing is asked before, histories neither."""
    checked: dict[str, str] = field(default_factory=dict)
    """Symbol to the marker its history was last fetched for."""
    _tries: dict[str, _Tries] = field(default_factory=dict)

    def is_poll_due(self, now: float) -> bool:
        return now >= max(self.poll_at, self.held_until)

    def history_due(self, now: float, marker: str) -> str | None:
        """The first symbol whose history is to be fetched now; first fetches come before refetches."""
        if now < max(self.history_at, self.held_until):
            return None
        due = [s for s in self.symbols if self.checked.get(s) != marker and now >= self._of(s).not_before]
        return next((s for s in due if s not in self.checked), due[0] if due else None)

    def is_waiting(self, symbol: str) -> bool:
        """Whether `symbol` has not been fetched for the first time and has not failed either."""
        return symbol not in self.checked and not self._of(symbol).failed

    def has_untried(self, marker: str) -> bool:
        """Whether any history is due for `marker` that has neither failed nor come incomplete."""
        left = [self._of(s) for s in self.symbols if self.checked.get(s) != marker]
        return any(not tries.failed and not tries.incomplete for tries in left)

    def failures(self) -> int:
        """How often histories failed since they last came, all symbols together."""
        return sum(tries.failed for tries in self._tries.values())

    def seconds_to_next(self, now: float, marker: str) -> float:
        """Until anything may become due; at least 0."""
        poll = max(self.poll_at, self.held_until) - now
        return max(0.0, min(poll, self.seconds_to_history(now, marker)))

    def seconds_to_history(self, now: float, marker: str) -> float:
        """Until a history may become due; infinite where all are there."""
        left = [self._of(s).not_before for s in self.symbols if self.checked.get(s) != marker]
        return max(self.history_at, self.held_until, min(left)) - now if left else float("inf")

    def note_poll(self, now: float, session: SessionInfo, at: datetime, problem: Problem | None = None) -> None:
        """A poll was answered (or not): when the next one is due."""
        self.polled_at = now
        if problem is not None and problem.kind is ProblemKind.RATE_LIMITED:
            self.held_until = max(self.held_until, now + _wait_of(problem, at))
        self.poll_at = now + self._interval(session, at)

    def note_history(self, symbol: str, now: float, marker: str, *, complete: bool) -> None:
        """A history came; an incomplete one (its newest session not there yet) is asked for again some times."""
        tries = self._of(symbol)
        self._pause(now)
        tries.failed = 0
        if complete or not self.is_live or tries.incomplete >= INCOMPLETE_TRIES:
            self.checked[symbol] = marker
            tries.incomplete = 0
            tries.not_before = 0.0
        else:
            self.checked.setdefault(symbol, "")
            tries.incomplete += 1
            tries.not_before = now + INCOMPLETE_RETRY_SECONDS

    def note_failure(self, symbol: str, now: float, at: datetime, problem: Problem) -> None:
        """A history did not come."""
        self._pause(now)
        if problem.kind is ProblemKind.RATE_LIMITED:
            # Polls go on: a part of the budget is theirs alone, and they find out themselves if nothing is welcome.
            self.history_at = max(self.history_at, now + _wait_of(problem, at))
        tries = self._of(symbol)
        wait = min(_LAST_RETRY, _FIRST_RETRY * 2**tries.failed)
        if problem.kind is ProblemKind.MISSING:
            wait = _MISSING_RETRY
        if problem.retry_at is not None:
            wait = max(1.0, (problem.retry_at - at).total_seconds())
        tries.failed = min(tries.failed + 1, 16)
        tries.not_before = now + wait

    def forget(self, symbol: str) -> None:
        """Fetch the whole history of `symbol` again, soon."""
        self.checked.pop(symbol, None)
        self._tries.pop(symbol, None)

    def ask_poll(self, now: float) -> float:
        """Someone wants a poll now: the seconds until it can be."""
        self.poll_at = min(self.poll_at, max(now, self.polled_at + (LEAST_GAP_SECONDS if self.is_live else 0.0)))
        return max(0.0, max(self.poll_at, self.held_until) - now)

    def _of(self, symbol: str) -> _Tries:
        return self._tries.setdefault(symbol, _Tries())

    def _pause(self, now: float) -> None:
        self.history_at = now + (self.refresh.history_pause_seconds if self.is_live else 0.0)

    def _interval(self, session: SessionInfo, at: datetime) -> float:
        if self.poll_seconds is not None:
            return self.poll_seconds
        usual = self.refresh.open_seconds if session.phase is Phase.OPEN else self.refresh.closed_seconds
        boundary = seconds_to_boundary(session, at) if self.is_live else None
        return usual if boundary is None else min(usual, boundary + SETTLE_SECONDS)


def _wait_of(problem: Problem, at: datetime) -> float:
    """Seconds that a source wants to be left alone."""
    wait = (problem.retry_at - at).total_seconds() if problem.retry_at else 60.0
    return min(max(wait, 1.0), _LAST_RETRY)


def to_marker(session: str, last_complete: str) -> str:
    """One word for what a history should hold: fetched at the start of a session, and once it is final."""
    return f"{session} {'final' if last_complete >= session else 'open'}"


def seconds_to_boundary(session: SessionInfo, at: datetime) -> float | None:
    """Until the session opens, closes or becomes final, whichever is next; None where nothing is known."""
    final = session.closes + FINAL_AFTER if session.closes else None
    ahead = [m for m in (session.opens, session.closes, final, session.next_open) if m is not None and m > at]
    return min((m - at).total_seconds() for m in ahead) if ahead else None
