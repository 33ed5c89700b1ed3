"""Breadth as it stands while a session runs, where a file of the constituents' newest prices is named [I2].

The same counts as `core.studies.breadth` has of completed sessions, with the newest price as the last close.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.breadth.counting import ABOVE, Tally
from core.breadth.fund import FEWEST, Breadth
from core.breadth.newest import Moved
from core.studies.participants import AHEAD, NO_WEIGHTS, PARTS, find_fund, is_asked
from core.studies.steps import explain_with
from core.studies.study import ALONE, Dated, Definition, Given, Missing, Result, Results, Step, Study

_NO_FILE = Missing("needs newest prices of the constituents: name a file under [breadth] newest in the settings")
_STEMS = (*(f"above_{n}" for n in ABOVE), "advances", "ahead_63d")


@dataclass(frozen=True, slots=True, eq=False)
class _Now:
    """The tallies of this moment."""

    breadth: Breadth
    moved: Moved
    tallies: dict[str, Tally]
    ahead: Missing | None
    """Why nobody can be held against the benchmark."""

    def numbers(self, stem: str, *, weighted: bool = False) -> tuple[float, float] | Missing:
        """How many (or what weight) do, and can tell."""
        part = PARTS["ahead" if stem == "ahead_63d" else stem]
        if weighted and self.breadth.weights is None:
            return NO_WEIGHTS
        if part.tally == "ahead" and self.ahead:
            return self.ahead
        tally, listed = self.tallies[part.tally], len(self.breadth.holdings.symbols)
        telling = int(tally.telling[0, 0])
        if telling < FEWEST * listed:
            return Missing(f"only {telling} of {listed} constituents have a newest price and {part.needs}")
        return float(tally.doing[int(weighted), 0]), float(tally.telling[int(weighted), 0])

    def share(self, stem: str, *, weighted: bool = False) -> Result:
        numbers = self.numbers(stem, weighted=weighted)
        return numbers if isinstance(numbers, Missing) else Dated(numbers[0] / numbers[1], self.moved.at)

    def count(self, stem: str) -> Result:
        numbers = self.numbers(stem)
        return numbers if isinstance(numbers, Missing) else Dated(int(numbers[0]), self.moved.at)


def _calculate(given: Given) -> Results:
    now = _find(given)
    if isinstance(now, Missing):
        return {definition.name: now for definition in _SYMBOL}
    results: Results = {}
    for stem in _STEMS:
        results[f"breadth_{stem}_now"] = now.share(stem)
        results[f"breadth_{stem}_weighted_now"] = now.share(stem, weighted=True)
    for stem in ("highs", "lows"):
        results[f"breadth_new_{stem}_252d_now"] = now.count(stem)
    priced = int(np.count_nonzero(~np.isnan(now.moved.prices)))
    return {**results, "breadth_covered_now": Dated(priced, now.moved.at)}


def _find(given: Given) -> _Now | Missing:
    if given.around is None:
        return ALONE
    breadth = find_fund(given, given.line.subject)
    if isinstance(breadth, Missing):
        return breadth
    moved = breadth.moved
    if moved is None or isinstance(moved, str):
        return _NO_FILE if moved is None else Missing(moved)
    if reason := _find_reason(given, breadth, moved):
        return reason
    benchmark = _calc_benchmark(given, breadth)
    gain = benchmark if isinstance(benchmark, float) else np.nan
    tallies = breadth.count_moved(moved.prices, gain)
    return _Now(breadth, moved, tallies, benchmark if isinstance(benchmark, Missing) else None)


def _find_reason(given: Given, breadth: Breadth, moved: Moved) -> Missing | None:
    """Why the newest prices are not those of the session after the last completed one."""
    ends, last = str(breadth.closes.sessions[-1]), str(given.line.sessions[-1])
    if ends >= str(moved.session):
        return Missing(f"the newest prices are of {moved.session}, which the completed closes have")
    if ends != str(moved.before):
        return Missing(f"the constituents' closes end on {ends}, not on the session before {moved.session}")
    if last != str(moved.session):
        return Missing(f"the newest prices are of {moved.session}, {given.line.subject} is known up to {last}")
    return None


def _calc_benchmark(given: Given, breadth: Breadth) -> float | Missing:
    """What the benchmark is worth of what it was 63 sessions ago: 1.02 is 2 % more."""
    assert given.around is not None
    line, sessions = given.around.line(given.around.funds.benchmark), breadth.closes.sessions
    if len(sessions) < AHEAD:
        return Missing(f"the constituents' closes begin on {sessions[0]}")
    then = int(np.searchsorted(line.sessions, sessions[-AHEAD]))
    if then >= len(line.sessions) or line.sessions[then] != sessions[-AHEAD]:
        return Missing(f"no close of {line.subject} on {sessions[-AHEAD]}")
    if line.sessions[-1] != given.line.sessions[-1]:
        return Missing(f"no price of {line.subject} on {given.line.sessions[-1]}")
    return float(line.values[-1] / line.values[then])


def _tell(given: Given, name: str) -> Iterator[Step]:
    now = _find(given)
    if isinstance(now, Missing):
        return
    listed, priced = now.breadth.holdings.symbols, np.count_nonzero(~np.isnan(now.moved.prices))
    yield Step("constituents on the list; those that left before are not in the past", len(listed), "count")
    yield Step(f"of them with a price in the file of {now.moved.at:%Y-%m-%d %H:%M} UTC", int(priced), "count")
    stem = name.removeprefix("breadth_").removesuffix("_now")
    weighted = stem.endswith("_weighted")
    stem = stem.removesuffix("_weighted").removeprefix("new_").removesuffix("_252d")
    numbers = Missing("") if stem == "covered" else now.numbers(stem, weighted=weighted)
    if not isinstance(numbers, Missing):
        part = PARTS["ahead" if stem == "ahead_63d" else stem]
        unit, what = ("fraction", "weight of those") if weighted else ("count", "constituents")
        doing, telling = numbers if weighted else map(int, numbers)
        yield Step(f"{what} with {part.needs}", telling, unit)
        yield Step(f"of them {part.does}, with the newest price as today's close", doing, unit)


def _define(stem: str, unit: str, formula: str) -> Definition:
    return Definition(f"breadth_{stem}_now", unit, formula, "I2")


_SYMBOL = (
    *(
        _define(f"{stem}{suffix}", "fraction", f"breadth_{stem}{suffix} with the newest prices as today's closes")
        for stem in _STEMS
        for suffix in ("", "_weighted")
    ),
    *(
        _define(f"new_{stem}_252d", "count", f"breadth_new_{stem}_252d with the newest prices as today's closes")
        for stem in ("highs", "lows")
    ),
    _define("covered", "count", "constituents with a newest price"),
)
BREADTH_NOW = Study(
    symbol=_SYMBOL,
    pair=(),
    calculate=_calculate,
    explain=explain_with(_calculate, _SYMBOL, (), _tell),
    no_past="what constituents were quoted at is not kept",
    is_about=is_asked,
)
