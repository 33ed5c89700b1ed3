"""How easily the constituents of a fund trade: medians over them of price impact and spread [D1, D4].

This, not the fund's own, is the liquidity of small caps. Needs daily bars with volume, not closes alone.
"""

from collections.abc import Iterator

import numpy as np

from core.breadth.fund import FEWEST, Breadth
from core.breadth.impact import Medians
from core.studies.participants import At, find_breadth, is_asked
from core.studies.steps import explain_with
from core.studies.study import ALONE, Definition, Given, Missing, Result, Results, Step, Study, missing_sessions
from core.studies.windows import YEAR

_NO_BARS = Missing("needs daily bars of the constituents with their volume, not closes alone")
_KINDS = ("amihud", "spread_edge")


def _calculate(given: Given) -> Results:
    if given.around is None:
        return {definition.name: ALONE for definition in _SYMBOL}
    at = find_breadth(given, given.line.subject)
    if isinstance(at, Missing):
        return {definition.name: at for definition in _SYMBOL}
    results: Results = {}
    for kind, (value, ratio) in _NAMES.items():
        results |= {value: _calc_median(at, kind), ratio: _calc_ratio(at, kind)}
    return results


def _medians(breadth: Breadth, kind: str) -> Medians | None:
    return breadth.amihud if kind == "amihud" else breadth.edge


def _find_row(at: At, kind: str) -> tuple[Medians, int] | Missing:
    """The medians, and the row of this session, which enough constituents must stand behind."""
    medians = _medians(at.breadth, kind)
    if medians is None:
        return _NO_BARS
    row = int(np.searchsorted(medians.sessions, at.breadth.closes.sessions[at.row]))
    if row >= len(medians.sessions) or str(medians.sessions[row]) != at.session:
        return Missing(f"kept since {medians.sessions[0]} only" if len(medians.sessions) else "no session yet")
    telling = int(medians.counts[row])
    if telling < FEWEST * at.listed:
        return Missing(f"only {telling} of {at.listed} constituents have the bars it needs")
    return medians, row


def _calc_median(at: At, kind: str) -> Result:
    found = _find_row(at, kind)
    return found if isinstance(found, Missing) else float(found[0].values[found[1]])


def _calc_ratio(at: At, kind: str) -> Result:
    found = _find_row(at, kind)
    if isinstance(found, Missing):
        return found
    medians, row = found
    past = medians.values[: row + 1][-YEAR:]
    known = past[~np.isnan(past)]
    if len(known) < YEAR:
        return missing_sessions(YEAR, len(known))
    usual = float(np.median(known))
    return float(past[-1]) / usual if usual > 0.0 else Missing("the constituents did not move")


def _tell(given: Given, name: str) -> Iterator[Step]:
    kind = next(kind for kind, names in _NAMES.items() if name in names)
    at = find_breadth(given, given.line.subject)
    found = at if isinstance(at, Missing) else _find_row(at, kind)
    if isinstance(at, Missing) or isinstance(found, Missing):
        return
    medians, row = found
    yield Step(f"constituents that can tell on {at.session}, of {at.listed}", int(medians.counts[row]), "count")
    if name == _NAMES[kind][1]:
        yield Step(f"{_NAMES[kind][0]} on {at.session}", float(medians.values[row]), "fraction")
        past = medians.values[: row + 1][-YEAR:]
        yield Step(f"its median over {YEAR} sessions since {medians.sessions[0]}", float(np.median(past)), "fraction")


_NAMES = {
    "amihud": ("constituents_amihud_20d", "constituents_amihud_ratio_252d"),
    "spread_edge": ("constituents_spread_edge_21d", "constituents_spread_edge_ratio_252d"),
}
_SYMBOL = tuple(
    definition
    for kind, source in zip(_KINDS, ("D1", "D4"), strict=True)
    for value, ratio in (_NAMES[kind],)
    for definition in (
        Definition(value, "fraction", f"median over the constituents of {value.partition('_')[2]}", source),
        Definition(ratio, "ratio", f"{value} over its own median of 252 sessions", source),
    )
)
CONSTITUENTS = Study(
    symbol=_SYMBOL,
    pair=(),
    calculate=_calculate,
    explain=explain_with(_calculate, _SYMBOL, (), _tell),
    is_settled=True,
    is_about=is_asked,
)
