"""How much of a size rotation is one of style: small over large beside value over growth [E7]."""

from collections.abc import Iterator

from core.studies.comovement import calc_correlation
from core.studies.factors import Factor, Joined, join
from core.studies.steps import explain_with, numbers_in
from core.studies.study import ALONE, Definition, Given, Missing, Result, Results, Step, Study

STYLE = Factor("style", "value over growth", ("IWD/IWF",), "E7", (126, 252))


def _calculate(given: Given) -> Results:
    if given.around is None:
        return {definition.name: ALONE for definition in _PAIR}
    joined = join(given.line, given.around, STYLE, max(STYLE.windows))
    return {f"style_correlation_{count}d": _calc_correlation(joined, count) for count in STYLE.windows}


def _calc_correlation(joined: Joined | Missing, count: int) -> Result:
    last = joined if isinstance(joined, Missing) else joined.last(count)
    if isinstance(last, Missing):
        return last
    correlation = calc_correlation(last.spread, last.change)
    return Missing("a ratio did not move") if correlation is None else correlation


def _tell(given: Given, name: str) -> Iterator[Step]:
    count = numbers_in(name)[0]
    joined = join(given.line, given.around, STYLE, count) if given.around else ALONE
    if isinstance(joined, Missing):
        return
    first, last = joined.sessions[0], joined.sessions[-1]
    yield Step(f"sessions that all four funds have, {first} to {last}", count, "sessions")
    yield Step(f"relative log return of {last}", float(joined.spread[-1]), "fraction")
    yield Step(f"log return of {joined.subject} on {last}", float(joined.change[-1]), "fraction")


_PAIR = tuple(
    Definition(
        f"style_correlation_{n}d",
        "ratio",
        f"correlation of {n} relative log returns with those of value over growth (IWD over IWF)",
        "E7",
    )
    for n in STYLE.windows
)
STYLES = Study(
    symbol=(), pair=_PAIR, calculate=_calculate, explain=explain_with(_calculate, (), _PAIR, _tell), is_settled=True
)
