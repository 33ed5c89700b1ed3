"""Whom to ask next for fundamentals: each fund once a session, then its largest constituents, a few an hour.

Pure decisions on a monotonic clock; what was answered is read off the facts themselves, so a restart asks no one twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from core.fundamentals.fact import Fact, Reading
from core.settings import FundamentalsSettings, Settings
from core.sources.base import Problem, ProblemKind

FUND_PAUSE_SECONDS = 20.0
"""Between two funds; summaries are dearer to a public source than prices, ten a minute at most."""
RETRY_SECONDS = 6 * 3600.0
HELD_SECONDS = 1800.0


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to the source."""

    symbol: str
    is_fund: bool


@dataclass(slots=True)
class FactRound:
    """`now` is monotonic seconds throughout; `session` is the last completed one."""

    settings: FundamentalsSettings
    funds: tuple[str, ...]
    is_live: bool
    _at: float = 0.0
    _retry: dict[str, float] = field(default_factory=dict)
    _done: dict[str, date] = field(default_factory=dict)

    def due(
        self, now: float, session: date, answered: Mapping[str, date], constituents: Mapping[str, Sequence[str]]
    ) -> Ask | None:
        """What to ask now. `answered` says of which session the newest answer is, by symbol."""
        if now < self._at:
            return None
        waiting = [one for one in self.list_all(constituents) if self._lacks(one.symbol, session, answered)]
        return next((one for one in waiting if now >= self._retry.get(one.symbol, float("-inf"))), None)

    def _lacks(self, symbol: str, session: date, answered: Mapping[str, date]) -> bool:
        """Whether nothing of `session` is known, and nobody has answered since it ended: with older facts, say."""
        return answered.get(symbol, date.min) < session and self._done.get(symbol) != session

    def list_all(self, constituents: Mapping[str, Sequence[str]]) -> list[Ask]:
        """All funds, then the constituents: the largest of each fund, then the next ones, each once."""
        companies = [tuple(constituents.get(fund, ()))[: self.settings.constituents] for fund in self.funds]
        depth = max(map(len, companies), default=0)
        ordered = dict.fromkeys(some[row] for row in range(depth) for some in companies if row < len(some))
        return [
            *(Ask(fund, True) for fund in self.funds),
            *(Ask(name, False) for name in ordered if name not in self.funds),
        ]

    def note(self, ask: Ask, now: float, session: date, problem: Problem | None) -> None:
        """An answer came after `session`, or did not: when the next may be asked for."""
        pause = FUND_PAUSE_SECONDS if ask.is_fund else 3600.0 / self.settings.per_hour
        self._at = now + (pause if self.is_live else 0.0)
        if problem is None:
            self._retry.pop(ask.symbol, None)
            self._done[ask.symbol] = session
            return
        self._retry[ask.symbol] = now + RETRY_SECONDS
        if problem.kind is ProblemKind.RATE_LIMITED:  # no word about the symbol: it is asked again
            self._retry[ask.symbol] = self._at = now + HELD_SECONDS
            if problem.retry_at is not None:
                self._at = max(self._at, now + (problem.retry_at - problem.at).total_seconds())


def funds_of(settings: Settings) -> tuple[str, ...]:
    """The funds that a source is asked for: the first symbol of each index, where it is watched."""
    first = (symbols[0] for symbols in settings.fundamentals.symbols.values())
    return tuple(dict.fromkeys(symbol for symbol in first if symbol in settings.symbols))


def to_fact(reading: Reading, session: date, source: str) -> Fact:
    """What a source answered after `session`, on which it rests unless it says otherwise."""
    day = reading.day or session
    return Fact(day, reading.subject, reading.metric, reading.period, reading.value, source, reading.method)


def newest_of(facts: Iterable[Fact]) -> dict[str, date]:
    """The newest day of each subject."""
    found: dict[str, date] = {}
    for fact in facts:
        found[fact.subject] = max(fact.day, found.get(fact.subject, date.min))
    return found


def largest_of(facts: Iterable[Fact]) -> dict[str, tuple[str, ...]]:
    """The constituents of each fund by its newest weights, the largest first."""
    weights: dict[str, dict[str, Fact]] = {}
    for fact in facts:
        if fact.metric == "weight":
            weights.setdefault(fact.subject, {})[fact.period] = fact
    found = {}
    for fund, by_name in weights.items():
        newest = max(fact.day for fact in by_name.values())
        held = [fact for fact in by_name.values() if fact.day == newest]
        found[fund] = tuple(fact.period for fact in sorted(held, key=lambda fact: -fact.value))
    return found
