"""Measures of the economy: a series made of published ones, its newest value, change and place in its own past.

Each is taken as it was known on the evening of the panel's last session, and dated by the day that it is of.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

import numpy as np
from msgspec import Struct

from core.macro.catalogue import CATALOGUE, Rhythm
from core.macro.macro import Macro
from core.macro.series import Known
from core.studies.steps import explain_with, numbers_in
from core.studies.study import ALONE, Dated, Definition, Given, Missing, Result, Results, Step, Study
from core.studies.windows import calc_percentile


class Pace(Struct, frozen=True):
    """What a change is over, and how many observations make a past, for series of one rhythm."""

    change: int
    suffix: str
    words: str
    past: int


REVISED = ", revised: its past is today's where nobody here saw the first values"
PACES = {
    Rhythm.DAILY: Pace(20, "20d", "20 observations before", 252),
    Rhythm.WEEKLY: Pace(4, "4w", "4 weeks before", 104),
    Rhythm.MONTHLY: Pace(3, "3m", "3 months before", 60),
    Rhythm.QUARTERLY: Pace(1, "1q", "the quarter before", 20),
}

Make = Callable[..., Known | Missing]
"""From the known series, in the order they are named, to the indicator in inside units. A value hangs on nothing
observed after its own day; that of a single series carries the day of one of its observations."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One line of the economy: `series` are the published ones that it is made of."""

    name: str
    series: tuple[str, ...]
    make: Make
    rhythm: Rhythm
    unit: str
    formula: str
    source: str
    window: int = 0
    """Of how many observations its percentile is; 0: of its whole past."""
    is_any: bool = False
    """Whether any one of `series` is enough: `make` is given None for those that are not there."""

    @property
    def pace(self) -> Pace:
        return PACES[self.rhythm]

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """Value, change and percentile."""
        pace = self.pace
        past = f"{self.window} observations" if self.window else f"whole known past, {pace.past} observations at least"
        return (
            Definition(self.name, self.unit, self.formula, self.source),
            Definition(
                f"{self.name}_change_{pace.suffix}", self.unit, f"{self.name} less that of {pace.words}", self.source
            ),
            Definition(
                f"{self.name}_percentile",
                "fraction",
                f"share of its {past}, at or below {self.name}",
                self.source,
            ),
        )


def build_economy_study(
    calculate: Callable[[Given], Results],
    indicators: tuple[Indicator, ...],
    of_prices: tuple[Definition, ...] = (),
    subject: str = "",
) -> Study:
    """The study of `indicators`, and of what `of_prices` of `subject` say; `calculate` is the module's own function."""
    economy = (*(definition for one in indicators for definition in one.definitions), *of_prices)

    def tell(given: Given, name: str) -> Iterator[Step]:
        if name in (definition.name for definition in of_prices):
            yield from _tell_prices(given, subject, numbers_in(name)[0])
            return
        one = next(known for known in indicators if name in (d.name for d in known.definitions))
        yield from _tell_inputs(given, one)
        if name != one.name:
            yield from _tell_own(_make(given, one), one)

    explain = explain_with(calculate, (), (), tell, economy)
    return Study(symbol=(), pair=(), calculate=calculate, explain=explain, economy=economy)


def calc_indicators(given: Given, indicators: tuple[Indicator, ...]) -> Results:
    """All measures of `indicators`."""
    results: Results = {}
    for one in indicators:
        names = (definition.name for definition in one.definitions)
        if given.around is None or not len(given.line.sessions):
            nothing = _make(given, one)
            results |= dict.fromkeys(names, nothing if isinstance(nothing, Missing) else ALONE)
        else:
            measured = _measure_on(given.around.drivers.macro, one, given.line.sessions[-1])
            results |= dict(zip(names, measured, strict=True))
    return results


def _make(given: Given, one: Indicator) -> Known | Missing:
    if given.around is None:
        return ALONE
    if not len(given.line.sessions):
        return Missing("no session of the exchange is known yet")
    return make_on(given.around.drivers.macro, one, given.line.sessions[-1])


def calc_on(macro: Macro, one: Indicator, day: np.datetime64, place: int) -> Result:
    """Value, change or percentile (0, 1, 2) on the evening of `day`."""
    return _pick(make_on(macro, one, day), one, place)


@lru_cache(maxsize=256)
def _measure_on(macro: Macro, one: Indicator, day: np.datetime64) -> tuple[Result, ...]:
    """All three: a running session asks for them hundreds of times."""
    made = make_on(macro, one, day)
    return tuple(_pick(made, one, place) for place in range(3))


def make_on(macro: Macro, one: Indicator, day: np.datetime64) -> Known | Missing:
    """The indicator as it was known on the evening of `day`."""
    found = [macro.known(name, day) for name in one.series]
    problems = [known for known in found if isinstance(known, str)]
    if problems and not (one.is_any and len(problems) < len(found)):
        return Missing(problems[0])
    return one.make(*(None if isinstance(known, str) else known for known in found))


def _pick(made: Known | Missing, one: Indicator, place: int) -> Result:
    if isinstance(made, Missing):
        return made
    if not len(made):
        return Missing(f"too little of {' and '.join(one.series)} is known")
    pace, count = one.pace, len(made)
    needed = (1, pace.change + 1, one.window or pace.past)[place]
    if count < needed:
        return Missing(f"needs {needed} observations, has {count}")
    if place == 1:
        return date_value(made.last - float(made.values[-1 - pace.change]), made.last_day)
    return date_value(calc_percentile(made.values[-one.window :]) if place else made.last, made.last_day)


def date_value(value: float, day: np.datetime64) -> Dated:
    """A value of that day."""
    return Dated(value, datetime.combine(day.astype("datetime64[D]").item(), datetime.min.time(), UTC))


def _tell_inputs(given: Given, one: Indicator) -> Iterator[Step]:
    if given.around is None:
        return
    day = given.line.sessions[-1]
    for name in one.series:
        known = given.around.drivers.macro.known(name, day)
        if isinstance(known, Known):
            info = CATALOGUE[name]
            told = f"{info.title} ({name} of FRED{REVISED if info.is_revised else ''}), {known.last_day}"
            yield Step(f"{told}, as known on {day}", known.last / (100.0 if info.is_percent else 1.0), _unit(name))


def _tell_prices(given: Given, subject: str, count: int) -> Iterator[Step]:
    line = given.around.line(subject) if given.around else None
    if line is None or len(line.values) <= count:
        return
    for place in (-1 - count, -1):
        yield Step(f"{subject} at the close of {line.sessions[place]}", float(line.values[place]), "ratio")
    yield Step(f"highest close of {subject} within {count} sessions", float(line.values[-count:].max()), "ratio")


def _unit(name: str) -> str:
    return "fraction" if CATALOGUE[name].is_percent else "number"


def _tell_own(made: Known | Missing, one: Indicator) -> Iterator[Step]:
    if isinstance(made, Missing) or not len(made):
        return
    yield Step(f"{one.name} of {made.last_day}", made.last, one.unit)
    if len(made) > one.pace.change:
        before = -1 - one.pace.change
        yield Step(f"{one.name} of {made.observed[before]}", float(made.values[before]), one.unit)
    yield Step(f"observations since {made.observed[0]}", len(made), "count")
