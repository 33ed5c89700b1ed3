"""Where the gap of small over large comes from: other sectors, or other companies in the same ones [I1].

After Brinson, Hood and Beebower 1986 with the interaction in the selection: of a sector the allocation is
`(w_small - w_large) (r_large_sector - r_large)`, the selection `w_small (r_small_sector - r_large_sector)`. Over all
sectors they add up to the gap of the two indices as made of their sectors.
"""

import math
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from core.fundamentals.fact import Fact
from core.fundamentals.fundamentals import Fundamentals
from core.market.sectors import BY_PAIR, INDEX_PAIR, LARGE, SECTORS, SMALL, Sector
from core.studies.dated_facts import find_known, tell_fact
from core.studies.relative import calc_gap, calc_return
from core.studies.steps import explain_with, tell_history
from core.studies.study import ALONE, Definition, Given, Missing, Result, Results, Step, Study, missing_sessions

DAYS = (20, 63, 252)
WEIGHT = "sector_weight"
_WHOLE = (0.97, 1.03)
"""Between these the weights of an index are all of it: funds hold some cash, and sources round."""


class Part(NamedTuple):
    """One sector over one horizon: weights in both indices, returns of both funds, and of the large index."""

    weight_small: float
    weight_large: float
    small: float
    large: float
    whole: float

    @property
    def allocation(self) -> float:
        """What comes of holding more or less of the sector."""
        return (self.weight_small - self.weight_large) * (self.large - self.whole)

    @property
    def selection(self) -> float:
        """What comes of the small caps in it."""
        return self.weight_small * (self.small - self.large)


@lru_cache(maxsize=64)
def _find_weights(known: Fundamentals, sector: Sector, day: date) -> tuple[Fact, Fact] | Missing:
    """The weights of a sector in both indices, by one source where one speaks of both."""
    small, large = known.find_both(SMALL, LARGE, WEIGHT, day, sector.name)
    absent = [fund for fund, fact in ((SMALL, small), (LARGE, large)) if fact is None]
    if small is None or large is None:
        what = " and ".join(f"{known.index_of(fund)} ({fund})" for fund in absent)
        return Missing(f"needs the weight of {sector.name} in {what}: Yahoo or a file under [fundamentals] has it")
    return small, large


def _find_part(given: Given, sector: Sector, days: int) -> Part | Missing:
    """The sector as it stood at the last session of the line, over the same sessions as the large index."""
    found = find_known(given)
    if isinstance(found, Missing) or given.around is None:
        return found if isinstance(found, Missing) else missing_sessions(1, 0)
    weights = _find_weights(found[0], sector, found[1])
    if isinstance(weights, Missing):
        return weights
    panel = given.around.panel
    absent = [fund for fund in (sector.small, sector.large) if panel.column(fund) is None]
    if absent:
        return Missing(f"needs {' and '.join(absent)}, not watched: [universe] sectors takes them in")
    returns = _find_returns(given, sector, days)
    if isinstance(returns, Missing):
        return returns
    return Part(weights[0].value, weights[1].value, *returns)


def _find_returns(given: Given, sector: Sector, days: int) -> tuple[float, float, float] | Missing:
    """Of the two funds and of the large index, from the close `days` sessions before the last of the line."""
    sessions = given.line.sessions
    if len(sessions) <= days:
        return missing_sessions(days + 1, len(sessions))
    assert given.around is not None
    returns = []
    for symbol in (sector.small, sector.large, LARGE):
        line = given.around.line(symbol)
        ends = np.searchsorted(line.sessions, sessions[[-1 - days, -1]])
        if (
            not len(line.sessions)
            or ends[1] >= len(line.sessions)
            or (line.sessions[ends] != sessions[[-1 - days, -1]]).any()
        ):
            return Missing(f"needs closes of {symbol} on {sessions[-1 - days]} and {sessions[-1]}")
        returns.append(calc_return(line.values[: ends[1] + 1], int(ends[0])))
    return returns[0], returns[1], returns[2]


def _is_about(given: Given) -> bool:
    return given.around is None or given.line.subject == INDEX_PAIR or given.line.subject in BY_PAIR


def _calculate(given: Given) -> Results:
    if given.around is None:
        return dict.fromkeys(_NAMES, ALONE)
    subject = given.line.subject
    if subject == INDEX_PAIR:
        return _calc_index(given)
    sector = BY_PAIR.get(subject)
    if sector is None:
        why = Missing(f"of the two funds of a sector, or of {INDEX_PAIR}")
        return dict.fromkeys(_NAMES, why)
    results: Results = {}
    for days in DAYS:
        part = _find_part(given, sector, days)
        allocation, selection = (part, part) if isinstance(part, Missing) else (part.allocation, part.selection)
        results |= {f"sector_allocation_{days}d": allocation, f"sector_selection_{days}d": selection}
        results[f"sector_rest_{days}d"] = Missing(f"of {INDEX_PAIR} alone")
    found = find_known(given)
    weights = found if isinstance(found, Missing) else _find_weights(*_swap(found, sector))
    small, large = (weights, weights) if isinstance(weights, Missing) else (weights[0].value, weights[1].value)
    return results | {"sector_weight_small": small, "sector_weight_large": large}


def _swap(found: tuple[Fundamentals, date], sector: Sector) -> tuple[Fundamentals, Sector, date]:
    return found[0], sector, found[1]


def _calc_index(given: Given) -> Results:
    """The sums over all sectors, where every one of them is known."""
    results: Results = {}
    for days in DAYS:
        allocation, selection, rest = _add_up(given, days)
        results |= {f"sector_allocation_{days}d": allocation, f"sector_selection_{days}d": selection}
        results[f"sector_rest_{days}d"] = rest
    small, large = _weigh(given)
    return results | {"sector_weight_small": small, "sector_weight_large": large}


def _add_up(given: Given, days: int) -> tuple[Result, Result, Result]:
    parts = [(sector, _find_part(given, sector, days)) for sector in SECTORS]
    missing = [(sector, part) for sector, part in parts if isinstance(part, Missing)]
    if missing:
        others = f"; of {len(missing)} sectors something is missing" if len(missing) > 1 else ""
        why = Missing(f"{missing[0][1].reason}{others}")
        return why, why, why
    known = [part for _, part in parts if isinstance(part, Part)]
    for total in (math.fsum(one.weight_small for one in known), math.fsum(one.weight_large for one in known)):
        if not _WHOLE[0] <= total <= _WHOLE[1]:
            why = Missing(f"the weights of all sectors add up to {total:.2f} instead of 1")
            return why, why, why
    allocation, selection = (
        math.fsum(values) for values in zip(*((p.allocation, p.selection) for p in known), strict=True)
    )
    gap = _find_gap(given, days)
    return allocation, selection, gap if isinstance(gap, Missing) else gap - allocation - selection


def _find_gap(given: Given, days: int) -> float | Missing:
    line = given.line
    if line.small is None or line.large is None or len(line.sessions) <= days:
        return missing_sessions(days + 1, len(line.sessions))
    return calc_gap(line.small, line.large, len(line.sessions) - 1 - days)


def _weigh(given: Given) -> tuple[Result, Result]:
    """What the weights of all sectors that are known add up to."""
    found = find_known(given)
    if isinstance(found, Missing):
        return found, found
    weights = [_find_weights(found[0], sector, found[1]) for sector in SECTORS]
    known = [one for one in weights if not isinstance(one, Missing)]
    if not known:
        why = next(one for one in weights if isinstance(one, Missing))
        return why, why
    return math.fsum(small.value for small, _ in known), math.fsum(large.value for _, large in known)


def _tell(given: Given, name: str) -> Iterator[Step]:
    sector = BY_PAIR.get(given.line.subject)
    if sector is None:
        yield tell_history(given)
        yield from _tell_index(given, name)
        return
    found = find_known(given)
    if isinstance(found, Missing):
        return
    weights = _find_weights(*_swap(found, sector))
    if not isinstance(weights, Missing):
        yield from (tell_fact(fact, "weight", "fraction") for fact in weights)
    days = _days_of(name)
    part = _find_part(given, sector, days) if days else Missing("")
    if isinstance(part, Part):
        span = f"{given.line.sessions[-1 - days]} to {given.line.sessions[-1]}"
        returns = ((sector.small, part.small), (sector.large, part.large), (LARGE, part.whole))
        yield from (Step(f"return of {symbol}, {span}", value, "fraction") for symbol, value in returns)


def _tell_index(given: Given, name: str) -> Iterator[Step]:
    """The same number of each sector, and of the rest the gap that is left to explain."""
    days = _days_of(name)
    if name.startswith("sector_rest"):
        yield Step(f"gap of {INDEX_PAIR}", _find_gap(given, days), "fraction")
        for step, result in zip(("allocation", "selection"), _add_up(given, days), strict=False):
            yield Step(step, result, "fraction")
        return
    for sector in SECTORS if days else ():
        part = _find_part(given, sector, days)
        if isinstance(part, Part):
            value = part.allocation if name.startswith("sector_allocation") else part.selection
            yield Step(f"of {sector.name}, {sector.pair}", value, "fraction")


def _days_of(name: str) -> int:
    last = name.rsplit("_", 1)[-1]
    return int(last.removesuffix("d")) if last.removesuffix("d").isdigit() else 0


def _define(days: int) -> tuple[Definition, ...]:
    span = f"over {days} sessions"
    return (
        Definition(
            f"sector_allocation_{days}d",
            "fraction",
            f"(sector's weight in {SMALL} less that in {LARGE}) x (return of the large sector fund less {LARGE}'s) "
            f"{span}; of {INDEX_PAIR} the sum",
            "I1",
        ),
        Definition(
            f"sector_selection_{days}d",
            "fraction",
            f"sector's weight in {SMALL} x gap of its two funds {span}; of {INDEX_PAIR} the sum",
            "I1",
        ),
        Definition(
            f"sector_rest_{days}d",
            "fraction",
            f"gap of {INDEX_PAIR} {span} less sector_allocation_{days}d and sector_selection_{days}d",
            "I1",
        ),
    )


_PAIR = (
    Definition(
        "sector_weight_small", "fraction", f"weight of the sector in {SMALL}; of {INDEX_PAIR} of all sectors", "I1"
    ),
    Definition(
        "sector_weight_large", "fraction", f"weight of the sector in {LARGE}; of {INDEX_PAIR} of all sectors", "I1"
    ),
    *(definition for days in DAYS for definition in _define(days)),
)
_NAMES = tuple(definition.name for definition in _PAIR)
ATTRIBUTION = Study(
    symbol=(),
    pair=_PAIR,
    calculate=_calculate,
    explain=explain_with(_calculate, (), _PAIR, _tell),
    is_about=_is_about,
)
