"""Facts of earnings and prices paid, as they were known on the evening of the line's last session."""

from datetime import UTC, date, datetime

from core.fundamentals.fact import Fact
from core.fundamentals.fundamentals import Fundamentals
from core.studies.study import ALONE, Dated, Given, Missing, Result, Step, missing_sessions


def find_known(given: Given) -> tuple[Fundamentals, date] | Missing:
    """All facts, and the day until which they are known."""
    if given.around is None:
        return ALONE
    if not len(given.line.sessions):
        return missing_sessions(1, 0)
    day: date = given.line.sessions[-1].astype("datetime64[D]").item()
    return given.around.drivers.fundamentals, day


def is_named(given: Given) -> bool:
    """Whether some index is named for the symbol, or for both legs; without any facts at all everything is asked."""
    if given.around is None:
        return True
    names = given.around.drivers.fundamentals.names
    return all(leg in names for leg in given.line.subject.split("/"))


def date_fact(value: float | str | bool, *facts: Fact) -> Dated:
    """`value`, as old as the oldest of `facts`."""
    oldest = min(fact.day for fact in facts)
    return Dated(value, datetime(oldest.year, oldest.month, oldest.day, tzinfo=UTC))


def tell_fact(fact: Fact, what: str, unit: str = "number") -> Step:
    """One fact with its day and who said it."""
    year = f" of {fact.period}" if fact.period else ""
    method = f" ({fact.method})" if fact.method else ""
    return Step(f"{what}{year} of {fact.subject}, {fact.day}, {fact.source}{method}", fact.value, unit)


def need(what: str, index: str) -> Missing:
    """The reason of a figure that nobody has given."""
    return Missing(f"needs {what} of {index}: no source here has it, a file under [fundamentals] may")


def value_of(result: Result) -> float | None:
    """The number of a result, None where it has none."""
    value = result.value if isinstance(result, Dated) else result
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
