"""Words for explanations: what was taken from a line with its dates, and the measure as the last step."""

import re
from collections.abc import Callable, Iterable

from core.market.bars import Sessions
from core.market.symbols import SubjectKind
from core.studies.study import ONLY_SINCE, Definition, Given, Missing, Result, Results, Step

Steps = tuple[Step, ...]
Tell = Callable[[Given, str], Iterable[Step]]


def noun_of(given: Given) -> str:
    """What a value of the line is: a pair has ratios, a symbol closes."""
    return "ratio" if given.is_pair else "adjusted close"


def level_of(given: Given) -> str:
    """The unit of the line's values."""
    return "ratio" if given.is_pair else "price"


def tell_value(given: Given, index: int = -1, of: str = "") -> Step:
    """The line's value at `index` with its session; `of` is put before it ("highest")."""
    text = f"{of} {noun_of(given)}".strip()
    return Step(f"{text} of {given.line.sessions[index]}", float(given.line.values[index]), level_of(given))


def tell_leg(given: Given, is_small: bool, index: int = -1) -> Step:
    """The adjusted close of one leg of a pair at `index`."""
    line = given.line
    values = line.small if is_small else line.large
    result: Result = Missing("no legs") if values is None else float(values[index])
    return Step(f"adjusted close of {name_leg(given, is_small)}, {line.sessions[index]}", result, "price")


def name_leg(given: Given, is_small: bool) -> str:
    """The symbol of one leg."""
    small, _, large = given.line.subject.partition("/")
    return small if is_small else large


def tell_span(sessions: Sessions, count: int) -> str:
    """The dates that the last `count` sessions go from and to."""
    return f"{sessions[-count]} to {sessions[-1]}"


def tell_window(given: Given, count: int) -> Step:
    """The last `count` values and the sessions they go from and to."""
    return Step(f"{noun_of(given)}s of {tell_span(given.line.sessions, count)}", count, "sessions")


def tell_returns(given: Given, count: int, end: int = -1) -> Step:
    """`count` returns that end at `end`: the first begins at the close before them."""
    sessions = given.line.sessions[: len(given.line.sessions) + 1 + end]
    return Step(f"daily returns from the close of {sessions[-count - 1]} to {sessions[-1]}", count, "sessions")


def tell_history(given: Given) -> Step:
    """How far the line goes back."""
    sessions = given.line.sessions
    ends = f", {sessions[0]} to {sessions[-1]}" if len(sessions) else ""
    return Step(f"sessions known of {given.line.subject}{ends}", len(sessions), "sessions")


def numbers_in(name: str) -> list[int]:
    """The whole numbers in a measure's name: 20 of `gap_20d`, 20 and 50 of `cross_20_50`."""
    return [int(digits) for digits in re.findall(r"\d+", name)]


def explain_with(
    calculate: Callable[[Given], Results],
    symbol: tuple[Definition, ...],
    pair: tuple[Definition, ...],
    tell: Tell,
    economy: tuple[Definition, ...] = (),
) -> Callable[[Given, str], Steps]:
    """The `explain` of a study: `tell` gives the inputs and what lies between, the measure itself comes last.

    Of a missing measure only the length of the history is told, and why it is missing: its inputs may not be there.
    """

    def explain(given: Given, name: str) -> Steps:
        mine = {SubjectKind.SYMBOL: symbol, SubjectKind.PAIR: pair, SubjectKind.ECONOMY: economy}[given.kind]
        definition = next(known for known in mine if known.name == name)
        result = calculate(given).get(name, ONLY_SINCE)
        before = (tell_history(given),) if isinstance(result, Missing) else tell(given, name)
        return (*before, Step(definition.formula, result, definition.unit))

    return explain
