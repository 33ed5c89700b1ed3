"""All facts of one moment, found by whom they are of and when they were known."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from types import MappingProxyType

from core.fundamentals.fact import Fact

_day_of = attrgetter("day")
Key = tuple[str, str, str]
"""Subject, metric, period."""
NOBODY: Mapping[str, Sequence[str]] = MappingProxyType({})
NOTHING: Mapping[Key, tuple[Fact, ...]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Fundamentals:
    """Frozen: what comes later is another one. A fact counts from its day on."""

    facts: Mapping[Key, tuple[Fact, ...]] = field(default_factory=lambda: NOTHING)
    """Of each key oldest first; among those of one day the one that was read last comes last."""
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of a symbol: under which names facts are of it, the nearest first: itself, its index, the fund asked for it."""
    held: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The largest constituents of each fund as of today, the largest first."""
    complaints: tuple[str, ...] = ()
    """What was wrong with the files."""

    @property
    def key(self) -> object:
        """Equal for the same facts only, as long as these live."""
        return id(self)

    def index_of(self, symbol: str) -> str:
        """The index that a symbol stands for; itself where none is named."""
        names = self.names.get(symbol, (symbol,))
        return names[1] if len(names) > 1 else names[0]

    def fund_of(self, symbol: str) -> str:
        """The fund that a source is asked for in the place of a symbol; itself where there is no other."""
        names = self.names.get(symbol, (symbol,))
        return names[2] if len(names) > 2 else symbol

    def past(self, symbol: str, metric: str, day: date, period: str = "") -> tuple[Fact, ...]:
        """All facts of `symbol` known on the evening of `day`, oldest first, under any of its names."""
        found = [fact for known, end in self._known(symbol, metric, day, period) for fact in known[:end]]
        return tuple(sorted(found, key=_day_of))

    def find(self, symbol: str, metric: str, day: date, period: str = "", source: str = "") -> Fact | None:
        """The newest fact known on the evening of `day`; of one `source` where that is named."""
        found: Fact | None = None
        for known, end in self._known(symbol, metric, day, period):
            newest = next((fact for fact in known[:end][::-1] if not source or fact.source == source), None)
            if newest is not None and (found is None or newest.day >= found.day):
                found = newest
        return found

    def find_both(
        self, small: str, large: str, metric: str, day: date, period: str = ""
    ) -> tuple[Fact | None, Fact | None]:
        """The newest two that one source said of both: different sources count different things.

        Where no source speaks of both, the newest of each.
        """
        mine, theirs = (self._newest_by_source(leg, metric, day, period) for leg in (small, large))
        both = [(min(fact.day, theirs[source].day), source) for source, fact in mine.items() if source in theirs]
        if both:
            newest = max(day_of for day_of, _ in both)
            source = [source for day_of, source in both if day_of == newest][-1]
            return mine[source], theirs[source]
        return self.find(small, metric, day, period), self.find(large, metric, day, period)

    def _newest_by_source(self, symbol: str, metric: str, day: date, period: str) -> dict[str, Fact]:
        """What each source said last, in the order in which they are read."""
        found: dict[str, Fact] = {}
        for known, end in self._known(symbol, metric, day, period):
            for fact in known[:end]:
                if fact.source not in found or fact.day >= found[fact.source].day:
                    found[fact.source] = fact
        return found

    def _known(self, symbol: str, metric: str, day: date, period: str) -> Iterator[tuple[tuple[Fact, ...], int]]:
        """Under each name the facts, and how many of them were known on the evening of `day`."""
        for name in self.names.get(symbol, (symbol,)):
            known = self.facts.get((name, metric, period))
            if known:
                yield known, bisect_right(known, day, key=_day_of)


NO_FUNDAMENTALS = Fundamentals()


def build_fundamentals(
    facts: Iterable[Fact],
    indices: Mapping[str, tuple[str, ...]],
    complaints: tuple[str, ...] = (),
    held: Mapping[str, Sequence[str]] = NOBODY,
) -> Fundamentals:
    """Put `facts` in order; `indices` has the symbols of each index, the fund that a source is asked for first."""
    found: dict[Key, list[Fact]] = {}
    for fact in facts:
        found.setdefault((fact.subject, fact.metric, fact.period), []).append(fact)
    ordered = {key: tuple(sorted(some, key=lambda fact: fact.day)) for key, some in found.items()}
    names = {
        symbol: (symbol, index) if symbol == symbols[0] else (symbol, index, symbols[0])
        for index, symbols in indices.items()
        for symbol in symbols
    }
    return Fundamentals(ordered, names, held, complaints)
