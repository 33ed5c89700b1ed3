"""Growth of earnings of small against large caps: by fiscal year, stacked, and without its base effect [F5, F6]."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from core.fundamentals.fact import Fact
from core.fundamentals.fundamentals import Fundamentals
from core.fundamentals.growth import Split, calc_stacked, split_growth
from core.studies.dated_facts import date_fact, find_known, is_named, need, tell_fact, value_of
from core.studies.steps import explain_with, tell_history
from core.studies.study import Definition, Given, Missing, Result, Results, Step, Study

GROWTH, AVERAGE = "eps_growth", "eps_growth_average"
REPORTED = timedelta(days=60)
"""After the end of a year until its last results are in: so long it is still the one that is spoken of."""
YEARS = {"": 0, "_next_year": 1, "_last_year": -1}
"""Ends of names, and which fiscal year they mean."""
STACKED = (2, 3)
INFO_SHARE, WATCH_SHARE = 0.25, 0.50
"""Base effect from this part of the growth on; and where less than this part of the gap is left when stacked."""
FIRST_YEAR = 1990


@dataclass(frozen=True, slots=True)
class Growths:
    """What one source says of two indices, by fiscal year."""

    year: int
    small: dict[int, Fact]
    large: dict[int, Fact]
    usual_small: Fact | None
    usual_large: Fact | None
    missing: Missing | None = None


def fiscal_year(day: date) -> int:
    """The year whose results are still coming in on `day`."""
    return (day - REPORTED).year


def _collect(known: Fundamentals, small: str, large: str, day: date, year: int) -> Growths:
    """Everything of the source that has the growth of `year` of both; where none has, of the newest of each."""
    mine, theirs = known.find_both(small, large, GROWTH, day, str(year))
    if mine is None or theirs is None:
        missing = need(f"{GROWTH} of {year}", known.index_of(small if mine is None else large))
        return Growths(year, {}, {}, None, None, missing)
    return Growths(
        year,
        _by_year(known, small, day, year, mine.source),
        _by_year(known, large, day, year, theirs.source),
        known.find(small, AVERAGE, day, source=mine.source),
        known.find(large, AVERAGE, day, source=theirs.source),
    )


def _by_year(known: Fundamentals, symbol: str, day: date, last: int, source: str) -> dict[int, Fact]:
    """The years that end with `last`, without a hole."""
    found: dict[int, Fact] = {}
    for year in range(last, FIRST_YEAR, -1):
        fact = known.find(symbol, GROWTH, day, str(year), source)
        if fact is None:
            break
        found[year] = fact
    return dict(reversed(found.items()))


def _calculate(given: Given) -> Results:
    found = find_known(given)
    if isinstance(found, Missing):
        return {one.name: found for one in _PAIR}
    known, day = found
    small, large = given.line.subject.split("/")
    results: Results = {}
    for end, step in YEARS.items():
        growths = _collect(known, small, large, day, fiscal_year(day) + step)
        results |= _compare(growths, end)
        if end != "_last_year":
            results |= _judge(growths, end)
    return results


def find_base_state(known: Fundamentals, small: str, large: str, day: date) -> Result:
    """`eps_base_state` as it was on `day`."""
    return _judge(_collect(known, small, large, day, fiscal_year(day)), "")["eps_base_state"]


def _compare(growths: Growths, end: str) -> Results:
    """The growth of both, the gap, and both against what is usual."""
    names = [f"{GROWTH}{part}{end}" for part in ("_small", "_large", "_gap", "_source", "_times_usual_small")]
    names.append(f"{GROWTH}_times_usual_large{end}")
    if growths.missing:
        return {**dict.fromkeys(names, growths.missing), f"{GROWTH}_year{end}": growths.year}
    mine, theirs = growths.small[growths.year], growths.large[growths.year]
    source = mine.source if mine.source == theirs.source else f"{mine.source}; {theirs.source}"
    values: tuple[Result, ...] = (
        date_fact(mine.value, mine),
        date_fact(theirs.value, theirs),
        date_fact(mine.value - theirs.value, mine, theirs),
        date_fact(source, mine, theirs),
        _calc_times(mine, growths.usual_small),
        _calc_times(theirs, growths.usual_large),
        growths.year,
    )
    return dict(zip((*names, f"{GROWTH}_year{end}"), values, strict=True))


def _calc_times(growth: Fact, usual: Fact | None) -> Result:
    if usual is None:
        return Missing(f"needs {AVERAGE} of {growth.subject} by {growth.source}")
    return date_fact(growth.value / usual.value, growth, usual) if usual.value > 0.0 else Missing("usual is no growth")


def _judge(growths: Growths, end: str) -> Results:
    """Stacked growth, base effect, and what is left of the gap."""
    results: Results = {}
    for count in STACKED:
        parts = {leg: _stack(growths, leg, count) for leg in ("small", "large")}
        gap: Result = next((one for one in parts.values() if isinstance(one, Missing)), growths.missing) or _subtract(
            growths, parts
        )
        results |= {f"eps_stacked_{leg}_{count}y{end}": value for leg, value in parts.items()}
        results[f"eps_stacked_gap_{count}y{end}"] = gap
    split = split_of(growths)
    results |= _tell_split(growths, split, end)
    left = _calc_left(results[f"eps_stacked_gap_2y{end}"], growths)
    results[f"eps_stacked_share_2y{end}"] = left
    results[f"eps_base_state{end}"] = _name(split, growths, left)
    return results


def _stack(growths: Growths, leg: str, count: int) -> Result:
    if growths.missing:
        return growths.missing
    facts = growths.small if leg == "small" else growths.large
    used = list(facts.values())[-count:]
    if len(used) < count:
        return Missing(f"needs {GROWTH} of {growths.year - count + 1} of {used[-1].subject} by {used[-1].source}")
    stacked = calc_stacked([fact.value for fact in used])
    return Missing("earnings were gone in between") if stacked is None else date_fact(stacked, *used)


def _subtract(growths: Growths, parts: dict[str, Result]) -> Result:
    small, large = (value_of(part) for part in parts.values())
    facts = growths.small[growths.year], growths.large[growths.year]
    return date_fact((small or 0.0) - (large or 0.0), *facts)


def split_of(growths: Growths) -> Split | Missing:
    """Small's growth split by its trend; it is taken to have been on trend before the first year that is known."""
    if growths.missing:
        return growths.missing
    facts, usual = list(growths.small.values()), growths.usual_small
    if usual is None:
        return Missing(f"needs {AVERAGE} of {facts[-1].subject} by {facts[-1].source}")
    if len(facts) < STACKED[0]:
        return Missing(f"needs {GROWTH} of {growths.year - 1} of {facts[-1].subject} by {facts[-1].source}")
    split = split_growth([fact.value for fact in facts[:-1]], facts[-1].value, usual.value)
    return Missing("earnings were gone in the year before") if split is None else split


def _tell_split(growths: Growths, split: Split | Missing, end: str) -> Results:
    names = tuple(f"eps_{part}{end}" for part in ("off_trend", "recovery_growth", "base_effect", "excess_growth"))
    if isinstance(split, Missing):
        return dict.fromkeys(names, split)
    fact = growths.small[growths.year]
    parts = (split.gap, split.recovery, split.base, split.excess)
    return {name: date_fact(part, fact) for name, part in zip(names, parts, strict=True)}


def _calc_left(stacked: Result, growths: Growths) -> Result:
    """The part of the gap of one year that two years together leave of it."""
    gap = value_of(stacked)
    if gap is None or growths.missing:
        return stacked
    mine, theirs = growths.small[growths.year], growths.large[growths.year]
    headline = mine.value - theirs.value
    return date_fact(gap / headline, mine, theirs) if headline > 0.0 else Missing("small does not grow faster")


def _name(split: Split | Missing, growths: Growths, left: Result) -> Result:
    """`watch` where less than half of the gap is left, `info` where the base effect is a quarter of the growth."""
    share = value_of(left)
    if share is not None and share < WATCH_SHARE:
        return "watch"
    if isinstance(split, Missing):
        return split if isinstance(left, Missing) else "none"
    growth = growths.small[growths.year].value
    return "info" if growth > 0.0 and split.base >= INFO_SHARE * growth else "none"


def _tell(given: Given, name: str) -> Iterator[Step]:
    found = find_known(given)
    yield tell_history(given)
    if isinstance(found, Missing):
        return
    known, day = found
    step = next(YEARS[end] for end in sorted(YEARS, key=len, reverse=True) if name.endswith(end))
    year = fiscal_year(day)
    yield Step(f"the fiscal year of {day}: that of 60 days before, results come in until then", year, "count")
    small, large = given.line.subject.split("/")
    growths = _collect(known, small, large, day, year + step)
    is_stacked = "stacked" in name or "base_state" in name
    depth = 3 if is_stacked else FIRST_YEAR if "eps_growth" not in name else 1
    for facts in (growths.small, growths.large) if is_stacked or "eps_growth" in name else (growths.small,):
        for fact in list(facts.values())[-depth:]:
            yield tell_fact(fact, "growth of earnings a share", "fraction")
    if growths.usual_small and not is_stacked:
        yield tell_fact(growths.usual_small, "usual growth", "fraction")
    split = split_of(growths)
    if isinstance(split, Split) and "eps_growth" not in name:
        yield Step("earnings off their trend a year before, on it before the first year above", split.gap, "fraction")
        yield Step("growth that brings them back to it", split.recovery, "fraction")


def _define(end: str) -> tuple[Definition, ...]:
    year = {"": "the fiscal year", "_next_year": "the next fiscal year", "_last_year": "the last fiscal year"}[end]
    growth = (
        ("small", "fraction", f"growth of earnings a share in {year} of small's index"),
        ("large", "fraction", f"growth of earnings a share in {year} of large's index"),
        ("gap", "fraction", f"{GROWTH}_small{end} less {GROWTH}_large{end}"),
        ("source", "state", f"who says the growths of {year}"),
        ("times_usual_small", "number", f"{GROWTH}_small{end} over its usual growth"),
        ("times_usual_large", "number", f"{GROWTH}_large{end} over its usual growth"),
        ("year", "count", f"{year}: the one that the session 60 days ago was in, give or take"),
    )
    found = tuple(Definition(f"{GROWTH}_{part}{end}", unit, text, "F5") for part, unit, text in growth)
    return found if end == "_last_year" else (*found, *_define_judged(end, year))


def _define_judged(end: str, year: str) -> Iterator[Definition]:
    for count in STACKED:
        span = f"the {count} years that end with {year}"
        for leg in ("small", "large"):
            yield Definition(
                f"eps_stacked_{leg}_{count}y{end}", "fraction", f"growth a year of {leg} over {span}", "F6"
            )
        text = f"eps_stacked_small_{count}y{end} less eps_stacked_large_{count}y{end}"
        yield Definition(f"eps_stacked_gap_{count}y{end}", "fraction", text, "F6")
    told = {
        f"eps_stacked_share_2y{end}": f"eps_stacked_gap_2y{end} over {GROWTH}_gap{end}: what of it is no base effect",
        f"eps_off_trend{end}": f"how far small's earnings were from their trend when {year} began",
        f"eps_recovery_growth{end}": f"small's growth in {year} that brings them back to it",
        f"eps_base_effect{end}": f"eps_recovery_growth{end} beyond the usual growth",
        f"eps_excess_growth{end}": f"{GROWTH}_small{end} beyond eps_recovery_growth{end}",
    }
    for name, text in told.items():
        yield Definition(name, "fraction", text, "F6")
    yield Definition(
        f"eps_base_state{end}",
        "state",
        f"watch where eps_stacked_share_2y{end} is under 0.5, info where eps_base_effect{end} is a quarter of "
        f"{GROWTH}_small{end} or more, else none",
        "F6",
    )


_PAIR = tuple(definition for end in YEARS for definition in _define(end))
EARNINGS = Study(
    symbol=(),
    pair=_PAIR,
    calculate=_calculate,
    explain=explain_with(_calculate, (), _PAIR, _tell),
    is_settled=True,
    is_about=is_named,
)
