"""Money that flows into a fund, estimated from what it holds [H3]."""

import itertools
from collections.abc import Iterator
from datetime import date

import numpy as np

from core.fundamentals.fundamentals import Fundamentals
from core.market.kinds import is_index
from core.studies.dated_facts import date_fact, find_known, is_named
from core.studies.steps import explain_with, tell_history
from core.studies.study import Definition, Given, Missing, Result, Results, Step, Study

SESSIONS, FEWEST = 20, 15
_MOST_STILL = 0.5
"""Assets that stay the same on more than this part of the days are old ones told again: they have no flows in them."""
_NO_FUND = Missing("an index takes in no money")
_NEEDED = f"needs assets of the fund on {FEWEST} of {SESSIONS + 1} sessions"


def find_assets(given: Given, known: Fundamentals, day: date) -> list[tuple[int, float]]:
    """Rows of the line and billions of assets on them, within the last 21 sessions, oldest first."""
    sessions = given.line.sessions[-SESSIONS - 1 :]
    start = len(given.line.sessions) - len(sessions)
    by_day = {fact.day: fact.value for fact in known.past(given.line.subject, "assets_billion", day)}
    days: list[date] = sessions.astype("datetime64[D]").tolist()
    return [(start + row, by_day[one]) for row, one in enumerate(days) if one in by_day]


def calc_flows(given: Given, assets: list[tuple[int, float]]) -> float:
    """Assets that prices do not explain, from snapshot to snapshot, in billions."""
    rows, values = np.array([row for row, _ in assets]), np.array([value for _, value in assets])
    growth = given.line.values[rows[1:]] / given.line.values[rows[:-1]]
    return float((values[1:] - values[:-1] * growth).sum())


def _calculate(given: Given) -> Results:
    found = find_known(given)
    if isinstance(found, Missing):
        return {one.name: found for one in _SYMBOL}
    if is_index(given.line.subject):
        return dict.fromkeys((one.name for one in _SYMBOL), _NO_FUND)
    known, day = found
    newest = known.find(given.line.subject, "assets_billion", day)
    assets = find_assets(given, known, day)
    flow = _calc(given, assets)
    share: Result = flow / assets[-1][1] if isinstance(flow, float) else flow
    return {
        "assets_billion": Missing(f"no source says the assets of {given.line.subject}")
        if newest is None
        else date_fact(newest.value, newest),
        "flow_20d_billion": flow,
        "flow_20d": share,
    }


def _calc(given: Given, assets: list[tuple[int, float]]) -> float | Missing:
    if len(assets) < FEWEST:
        return Missing(f"{_NEEDED}, has {len(assets)}")
    values = [value for _, value in assets]
    still = sum(one == other for one, other in itertools.pairwise(values))
    if still > _MOST_STILL * (len(values) - 1):
        return Missing(f"the assets stay the same on {still} of {len(values) - 1} days: they are not told daily")
    return calc_flows(given, assets)


def _tell(given: Given, name: str) -> Iterator[Step]:
    found = find_known(given)
    yield tell_history(given)
    if isinstance(found, Missing):
        return
    assets = find_assets(given, *found)
    for which in (0, -1) if assets else ():
        row, value = assets[which]
        yield Step(f"assets after {given.line.sessions[row]}, in billions", value)
    if name != "assets_billion" and len(assets) >= FEWEST:
        yield Step(f"flows between {len(assets)} snapshots, in billions", calc_flows(given, assets))


_SYMBOL = (
    Definition("assets_billion", "number", "net assets in billions of dollars", "H3"),
    Definition(
        "flow_20d_billion",
        "number",
        "sum over 20 sessions of assets less those before times the price's growth, in billions; an estimate",
        "H3",
    ),
    Definition("flow_20d", "fraction", "flow_20d_billion over the assets; an estimate", "H3"),
)
FLOWS = Study(
    symbol=_SYMBOL,
    pair=(),
    calculate=_calculate,
    explain=explain_with(_calculate, _SYMBOL, (), _tell),
    is_settled=True,
    is_about=is_named,
)
