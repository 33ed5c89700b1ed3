"""What is paid for small caps against large ones: multiples, the discount, where it stands [F1-F4]."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

import numpy as np

from core.fundamentals.catalogue import METRICS, MULTIPLES
from core.fundamentals.fact import Fact
from core.fundamentals.fundamentals import Fundamentals
from core.market.symbols import to_pair
from core.studies.dated_facts import date_fact, find_known, is_named, need, tell_fact
from core.studies.steps import explain_with, tell_history
from core.studies.study import Definition, Given, Missing, Result, Results, Step, Study

LEAST = 250
"""Days with a discount of one's own that a percentile needs; about a year of snapshots, one a session."""
_UNPUBLISHED = Missing("no discount of it was published that is known here")
_COMPARED = {"pe": ("forward_pe", "pe"), "forward_pe": ("forward_pe", "pe")}
"""Published discounts that a discount is compared with; of any other multiple those of itself."""
_COURSE, _PICTURED = 252, 14
_PARTS = ("small", "large", "discount", "discount_percentile", "discount_place", "source")
_SPAN = ("published_low", "published_high")


def to_discount(small: float, large: float) -> float:
    """How much less is paid for small: one minus its multiple over large's [F1]."""
    return 1.0 - small / large


def to_discounts(known: Fundamentals, small: str, large: str, metric: str, day: date) -> list[tuple[date, float]]:
    """One discount for each day on which one source gave both funds, oldest first.

    What an article says of the indices is no snapshot.
    """
    mine, theirs = (_by_day(known, known.fund_of(leg), metric) for leg in (small, large))
    found = {key[0]: to_discount(value, theirs[key]) for key, value in mine.items() if key in theirs and key[0] <= day}
    return sorted(found.items())


@lru_cache(maxsize=64)
def _by_day(known: Fundamentals, fund: str, metric: str) -> dict[tuple[date, str], float]:
    """What each source said on each day: every fund is in several pairs."""
    return {(fact.day, fact.source): fact.value for fact in known.facts.get((fund, metric, ""), ())}


@lru_cache(maxsize=8)
def collect_discounts(
    known: Fundamentals, pairs: tuple[str, ...], day: np.datetime64 | None
) -> dict[str, tuple[float | None, ...]]:
    """The course of every discount of `pairs` through the last year of snapshots, by address: a good dozen of them."""
    if day is None:
        return {}
    last: date = day.astype("datetime64[D]").item()
    found: dict[str, tuple[float | None, ...]] = {}
    for pair in pairs:
        for metric in MULTIPLES:
            past = [one for _, one in to_discounts(known, *to_pair(pair).legs, metric, last)][-_COURSE:]
            if len(past) > 1:
                found[f"{pair}.{metric}_discount"] = tuple(past[:: -max(1, len(past) // _PICTURED)][::-1])
    return found


def find_published(known: Fundamentals, small: str, large: str, metric: str, day: date) -> tuple[float, float] | None:
    """The lowest and the highest discount that was published by name of the indices, as a point of reference."""
    names = known.index_of(small), known.index_of(large)
    found = [
        to_discount(fact.value, other.value)
        for one in _COMPARED.get(metric, (metric,))
        for fact in known.facts.get((names[0], one, ""), ())
        for other in known.facts.get((names[1], one, ""), ())
        if fact.source == other.source and fact.day == other.day and fact.day <= day
    ]
    return (min(found), max(found)) if found else None


def _calculate(given: Given) -> Results:
    found = find_known(given)
    definitions = _PAIR if given.is_pair else _SYMBOL
    if isinstance(found, Missing):
        return {one.name: found for one in definitions}
    known, day = found
    if not given.is_pair:
        return {metric: _find(known, given.line.subject, metric, day) for metric in MULTIPLES}
    small, large = given.line.subject.split("/")
    results: Results = {"index_small": known.index_of(small), "index_large": known.index_of(large)}
    for metric in MULTIPLES:
        results |= _compare(known, small, large, metric, day)
    return results


def _find(known: Fundamentals, symbol: str, metric: str, day: date) -> Result:
    fact = known.find(symbol, metric, day)
    return need(metric, known.index_of(symbol)) if fact is None else date_fact(fact.value, fact)


def _compare(known: Fundamentals, small: str, large: str, metric: str, day: date) -> Results:
    mine, theirs = known.find_both(small, large, metric, day)
    published = find_published(known, small, large, metric, day)
    span: tuple[Result, ...] = published or (_UNPUBLISHED, _UNPUBLISHED)
    told: Results = {f"{metric}_{part}": one for part, one in zip(_SPAN, span, strict=True)}
    if mine is None or theirs is None:
        missing = need(metric, known.index_of(small if mine is None else large))
        return told | {f"{metric}_{part}": missing for part in _PARTS}
    discount = to_discount(mine.value, theirs.value)
    source = mine.source if mine.source == theirs.source else f"{mine.source}; {theirs.source}"
    return told | {
        f"{metric}_small": date_fact(mine.value, mine),
        f"{metric}_large": date_fact(theirs.value, theirs),
        f"{metric}_discount": date_fact(discount, mine, theirs),
        f"{metric}_discount_percentile": _rank(known, small, large, metric, day),
        f"{metric}_discount_place": _place(discount, published),
        f"{metric}_source": date_fact(source, mine, theirs),
    }


def _rank(known: Fundamentals, small: str, large: str, metric: str, day: date) -> Result:
    """Where the newest discount stands in its own history, once that is a year long."""
    past = [discount for _, discount in to_discounts(known, small, large, metric, day)]
    if len(past) >= LEAST:
        return sum(one <= past[-1] for one in past) / len(past)
    published = find_published(known, small, large, metric, day)
    beside = f"; published were {_say_span(published)}" if published else ""
    return Missing(f"needs {LEAST} days with a snapshot of both funds, has {len(past)}{beside}")


def _say_span(span: tuple[float, float]) -> str:
    low, high = (round(one * 100) for one in span)
    return f"{low} %" if low == high else f"{low} to {high} %"


def _place(discount: float, published: tuple[float, float] | None) -> Result:
    if published is None:
        return _UNPUBLISHED
    low, high = (round(one, 3) for one in published)
    return "below" if round(discount, 3) < low else "above" if round(discount, 3) > high else "within"


def _tell(given: Given, name: str) -> Iterator[Step]:
    found = find_known(given)
    yield tell_history(given)
    if isinstance(found, Missing):
        return
    known, day = found
    if not given.is_pair:
        fact = known.find(given.line.subject, name, day)
        if fact is not None:
            yield tell_fact(fact, METRICS[name].title)
        return
    if name.startswith("index_"):
        return
    metric = next(one for one in sorted(MULTIPLES, key=len, reverse=True) if name.startswith(f"{one}_"))
    small, large = given.line.subject.split("/")
    for fact in known.find_both(small, large, metric, day):
        if isinstance(fact, Fact):
            yield tell_fact(fact, METRICS[metric].title)
    published = find_published(known, small, large, metric, day)
    if published and name.endswith(("_percentile", "_place")):
        yield Step("lowest discount published of the two indices", published[0], "fraction")
        yield Step("highest of them", published[1], "fraction")
    past = to_discounts(known, small, large, metric, day)
    if past and name.endswith("_percentile"):
        yield Step(f"days with a snapshot of both, from {past[0][0]} to {past[-1][0]}", len(past), "count")


def _define(metric: str) -> tuple[Definition, ...]:
    title = METRICS[metric].title
    source = "F1" if metric in ("pe", "forward_pe") else "F2"
    told = {
        "small": ("number", f"{title} of small's index, by the source that gives both"),
        "large": ("number", f"{title} of large's index, by the source that gives both"),
        "discount": ("fraction", f"1 - {metric}_small / {metric}_large: how much less is paid for small"),
        "discount_percentile": (
            "fraction",
            f"share of the snapshots of both funds so far whose {metric}_discount was no larger; from {LEAST} on",
        ),
        "published_low": ("fraction", f"the lowest {metric}_discount that was published of the two indices"),
        "published_high": ("fraction", f"the highest {metric}_discount that was published of the two indices"),
        "discount_place": ("state", f"{metric}_discount below, within or above those that were published"),
        "source": ("state", f"who says {metric}_small and {metric}_large"),
    }
    return tuple(Definition(f"{metric}_{part}", unit, text, source) for part, (unit, text) in told.items())


_SYMBOL = tuple(
    Definition(metric, "number", f"{METRICS[metric].title}: the newest of the fund or of its index", "F1")
    for metric in MULTIPLES
)
_PAIR = (
    Definition("index_small", "state", "the index that small's figures are of", "F1"),
    Definition("index_large", "state", "the index that large's figures are of", "F1"),
    *(definition for metric in MULTIPLES for definition in _define(metric)),
)
VALUATION = Study(
    symbol=_SYMBOL,
    pair=_PAIR,
    calculate=_calculate,
    explain=explain_with(_calculate, _SYMBOL, _PAIR, _tell),
    is_settled=True,
    is_about=is_named,
)
