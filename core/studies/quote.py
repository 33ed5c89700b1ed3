"""The last price as quoted, and the change since the previous close."""

from core.market.bars import Floats
from core.studies.study import Definition, Given, Missing, Result, Results, Study, missing_sessions
from core.studies.windows import calc_change

LAST = Definition("last", "price", "last price as quoted, never adjusted", "0.3", is_quoted=True)
CHANGE = Definition("change_1d", "fraction", "adjusted close over the previous adjusted close, minus one", "0.3")
RATIO = Definition("ratio", "ratio", "small's adjusted close over large's, on sessions that both have", "0.1")


def _calculate(given: Given) -> Results:
    values = given.line.values
    if given.is_pair:
        return {"ratio": float(values[-1]) if len(values) else Missing("no session that both legs have")}
    return {
        "last": Missing("no price yet") if given.last_price is None else given.last_price,
        "change_1d": _calc_change(values),
    }


def _calc_change(values: Floats) -> Result:
    has = len(values)
    return calc_change(float(values[-1]), float(values[-2])) if has > 1 else missing_sessions(2, has)


QUOTE = Study(symbol=(LAST, CHANGE), pair=(RATIO,), calculate=_calculate)
