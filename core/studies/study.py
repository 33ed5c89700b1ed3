"""What a study is: definitions of its measures, and one function that calculates them for a line."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from msgspec import Struct

from core.market.panel import Line
from core.market.symbols import SubjectKind, kind_of_subject
from core.snapshot import Measure
from core.studies.around import Around
from core.studies.weekly import is_week_running

PEAK_YEAR = 2021
"""The year of the ratio's peak that people speak of; the settings may name another [A4]."""


class Missing(Struct, frozen=True):
    """No value, and why."""

    reason: str


class Dated(Struct, frozen=True):
    """A value that is not of the line's last session: what it is of, such as the month that was counted."""

    value: float | int | bool | str
    as_of: datetime


Result = float | int | bool | str | Dated | Missing
Results = dict[str, Result]


class Definition(Struct, frozen=True):
    """One measure for the documentation: its name after the dot, unit, formula in a sentence, indicators id."""

    name: str
    unit: str
    formula: str
    source: str
    is_quoted: bool = False
    """Rests on the last quote as it stands, not on the line's last close."""
    is_weekly: bool = False
    """Rests on weekly closes: provisional until the week is over."""


class Step(Struct, frozen=True):
    """One line of a calculation told to a person: what was taken or done, with its dates, and what came out."""

    text: str
    result: Result
    unit: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """What a study is given: the line, and what the line does not know."""

    line: Line
    since: date | None = None
    """The person's own start of comparison."""
    last_price: float | None = None
    """Raw, as quoted; of a symbol only."""
    price_at: datetime | None = None
    around: Around | None = None
    """Other subjects of the same moment; None where a line is measured on its own."""
    peak_year: int = PEAK_YEAR
    """The year that the person names for the peak to measure from [A4]."""

    @property
    def kind(self) -> SubjectKind:
        return kind_of_subject(self.line.subject)

    @property
    def is_pair(self) -> bool:
        return self.kind is SubjectKind.PAIR


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """One topic: `calculate` answers every definition of the subject's kind, with a value or a `Missing`."""

    symbol: tuple[Definition, ...]
    pair: tuple[Definition, ...]
    calculate: Callable[[Given], Results]
    explain: Callable[[Given, str], tuple[Step, ...]] | None = None
    """How the measure of that name came about for this line, inputs first; the last step's result is the measure."""
    is_settled: bool = False
    """Rests on completed sessions alone: calculated once for each state of completed history, never provisional."""

    no_past: str = ""
    """Why its numbers cannot be calculated anew as they would have been seen; empty: they can."""
    is_detail: bool = False
    """In a snapshot only of the subjects that pairs and panes rest on; of any other it is calculated when asked for."""

    is_about: Callable[[Given], bool] | None = None
    """Which subjects have its measures in a snapshot; None: all. Asked of another one it still answers why not."""

    economy: tuple[Definition, ...] = ()

    def definitions(self, kind: SubjectKind) -> tuple[Definition, ...]:
        return {SubjectKind.SYMBOL: self.symbol, SubjectKind.PAIR: self.pair, SubjectKind.ECONOMY: self.economy}[kind]


ALONE = Missing("measured on its own: nothing else of that moment is here")
"""The reason of what needs candles, other subjects or fits where `Given.around` is None."""


ONLY_SINCE = Missing("only with --since: a start of comparison of one's own")
"""The reason of measures that count from a date which nobody has named."""


def missing_sessions(needed: int, has: int) -> Missing:
    """The reason of a window that is not full: `needs 252 sessions, has 120`."""
    return Missing(f"needs {needed} sessions, has {has}")


def to_measure(definition: Definition, result: Result, given: Given) -> Measure:
    """Dress a result: unit, the moment it rests on, whether it is provisional; nothing but finite numbers passes."""
    as_of = given.price_at if definition.is_quoted else given.line.as_of
    provisional = given.line.is_provisional or (definition.is_weekly and is_week_running(given.line.sessions))
    if isinstance(result, Dated):
        as_of, result = result.as_of, result.value
    if isinstance(result, float) and not math.isfinite(result):
        result = Missing("not computable from these prices")
    if isinstance(result, Missing):
        return Measure(None, definition.unit, as_of, provisional, result.reason)
    return Measure(result, definition.unit, as_of, provisional)
