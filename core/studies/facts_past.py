"""Pasts of what rests on facts: it only changes on the days on which one is added, and is calculated on these."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from core.fundamentals.fact import Fact
from core.fundamentals.fundamentals import Fundamentals
from core.market.bars import Floats
from core.rules.rule import CODES
from core.studies.dated_facts import find_known, value_of
from core.studies.earnings import GROWTH, REPORTED, find_base_state
from core.studies.revisions import FRESH, calc_breadth_of
from core.studies.study import Given, Missing, Result

_DAY = timedelta(days=1)


def to_base_state(given: Given) -> Floats:
    """What `eps_base_state` was at every session, in the numbers of CODES."""
    found = find_known(given)
    if isinstance(found, Missing):
        return np.full(len(given.line.sessions), np.nan)
    known, last = found
    small, large = given.line.subject.split("/")
    days = {fact.day for leg in (small, large) for fact in _said_of(known, leg, GROWTH)}
    years = range(min(days, default=last).year, last.year + 1)
    days |= {date(year, 1, 1) + REPORTED for year in years} if days else set()
    return _to_steps(given, days, lambda day: find_base_state(known, small, large, day))


def to_small_breadth(given: Given) -> Floats:
    """What `revision_breadth_small_30d` was at every session; of one small leg it is made once for all its pairs."""
    found = find_known(given)
    if isinstance(found, Missing) or given.around is None:
        return np.full(len(given.line.sessions), np.nan)
    known, small = found[0], given.line.subject.partition("/")[0]
    held = known.held.get(known.fund_of(small), ())
    days = {fact.day for name in held for fact in known.facts.get((name, "up_30d", ""), ())}
    days |= {day + FRESH + _DAY for day in days}
    kept, memory = given.around.kept, (small, "revision_breadth")
    made = kept.setdefault(memory, {})
    results: dict[date, Result] = made if isinstance(made, dict) else {}

    def find(day: date) -> Result:
        if day not in results:
            results[day] = calc_breadth_of(known, small, day)
        return results[day]

    return _to_steps(given, days, find)


def _said_of(known: Fundamentals, symbol: str, metric: str) -> Iterable[Fact]:
    names = known.names.get(symbol, (symbol,))
    mine = (facts for key, facts in known.facts.items() if key[0] in names and key[1].startswith(metric))
    return (fact for facts in mine for fact in facts)


def _to_steps(given: Given, days: Iterable[date], find: Callable[[date], Result]) -> Floats:
    """What `find` says on the first session from each of `days` on, carried to the next of them."""
    sessions = given.line.sessions
    values = np.full(len(sessions), np.nan)
    changes = np.unique(np.searchsorted(sessions, np.array(sorted(days), dtype="datetime64[D]")))
    changes = changes[changes < len(sessions)].tolist()
    for first, end in pairwise([*changes, len(sessions)]):
        values[first:end] = _to_code(find(sessions[first].astype("datetime64[D]").item()))
    return values


def _to_code(result: Result) -> float:
    if isinstance(result, str):
        return CODES.get(result, np.nan)
    number = value_of(result)
    return np.nan if number is None else number
