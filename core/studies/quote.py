"""The last price as quoted, and the change since the previous close."""

from core.market.bars import Floats
from core.studies.steps import Steps, explain_with, tell_leg, tell_value
from core.studies.study import Definition, Given, Missing, Result, Results, Step, Study, missing_sessions
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


def _tell(given: Given, name: str) -> Steps:
    if given.is_pair:
        return tell_leg(given, True), tell_leg(given, False)
    if name == "change_1d":
        return tell_value(given, -2), tell_value(given)
    if given.price_at is None:
        return (tell_value(given),)
    return (Step("time of that price", f"{given.price_at:%Y-%m-%d %H:%M} UTC", "state"),)


_SYMBOL, _PAIR = (LAST, CHANGE), (RATIO,)
QUOTE = Study(symbol=_SYMBOL, pair=_PAIR, calculate=_calculate, explain=explain_with(_calculate, _SYMBOL, _PAIR, _tell))
