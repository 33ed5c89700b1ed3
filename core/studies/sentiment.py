"""How carefree investors are: low fear, small caps' fear low beside large caps', few puts, many bulls [H2]."""

from collections.abc import Iterator

import numpy as np

from core.market.bars import Floats
from core.market.symbols import ECONOMY
from core.studies.dated_facts import find_known
from core.studies.implied import cut_to, find_index
from core.studies.ranks import DEPTH
from core.studies.steps import explain_with, tell_history
from core.studies.study import ALONE, Definition, Given, Missing, Result, Results, Step, Study
from core.studies.windows import calc_percentile

LEAST_SAID = 52
"""Published values that a place among them needs: a year of weeks."""
_UNKNOWN = Missing("no volatility index of the large leg here, and no year of put_call or bull_bear of US in a file")


def build_ranks(given: Given) -> dict[str, float]:
    """Where each sign stands in its own past, 1 being carefree; those alone that have a past."""
    if given.around is None or not len(given.line.sessions):
        return {}
    found = {name: _rank_low(values) for name, values in _find_fear(given).items() if len(values) >= DEPTH}
    known = find_known(given)
    if not isinstance(known, Missing):
        for metric, sign in (("put_call", -1.0), ("bull_bear", 1.0)):
            said = np.array([fact.value for fact in known[0].past(ECONOMY, metric, known[1])])
            if len(said) >= LEAST_SAID:
                found[metric] = _rank_low(-sign * said)
    return found


def _find_fear(given: Given) -> dict[str, Floats]:
    """The last five years of the volatility index of large, and of small's over large's."""
    small, large = (find_index(leg) for leg in given.line.subject.split("/"))
    if given.around is None or isinstance(large, Missing):
        return {}
    names = [large] if isinstance(small, Missing) or small == large else [large, f"{small}/{large}"]
    found = {}
    for name in names:
        line = given.around.line(name)
        end = cut_to(line, given.line.sessions[-1])
        if not isinstance(end, Missing):
            found[name] = line.values[max(0, end - DEPTH) : end]
    return found


def _rank_low(values: Floats) -> float:
    """One where the last is the lowest of all: the part that is not below it."""
    return calc_percentile(-values)


def _calculate(given: Given) -> Results:
    ranks = build_ranks(given)
    missing = ALONE if given.around is None else _UNKNOWN
    score: Result = sum(ranks.values()) / len(ranks) if ranks else missing
    return {"sentiment_score": score, "sentiment_signs": len(ranks) if ranks else missing}


def _tell(given: Given, name: str) -> Iterator[Step]:
    del name  # both rest on the same
    yield tell_history(given)
    for what, rank in build_ranks(given).items():
        yield Step(f"{what}: its place in its own past, 1 being carefree", rank, "fraction")


_PAIR = (
    Definition(
        "sentiment_score",
        "fraction",
        f"mean of the places of low implied volatility of large, of small's over large's among {DEPTH} values, and of "
        "few puts and many bulls where a file has a year of them; 1 is carefree",
        "H2",
    ),
    Definition("sentiment_signs", "count", "how many signs the sentiment_score is made of", "H2"),
)
SENTIMENT = Study(
    symbol=(), pair=_PAIR, calculate=_calculate, explain=explain_with(_calculate, (), _PAIR, _tell), is_settled=True
)
