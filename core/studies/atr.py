"""Average true range, and how far a symbol is from its 50-session average in them; completed sessions only [B5]."""

import numpy as np

from core.market.bars import Floats
from core.market.candles import Candles
from core.studies.smoothing import calc_smoothed
from core.studies.steps import Steps, explain_with
from core.studies.study import ALONE, Definition, Given, Missing, Result, Results, Step, Study, missing_sessions
from core.studies.windows import calc_sma

COUNT = 14
AVERAGE = 50


def to_true_range(candles: Candles) -> Floats:
    """High less low, each stretched to the close before where that lies outside; one shorter than the sessions."""
    before = candles.close[:-1]
    return np.asarray(np.maximum(candles.high[1:], before) - np.minimum(candles.low[1:], before))


def calc_atr(ranges: Floats, count: int = COUNT) -> float:
    """Wilder's average of `ranges`, newest weighing 1 / count, seeded with the mean of the first `count` [B5]."""
    return calc_smoothed(ranges, count, 1.0 / count)


def _calculate(given: Given) -> Results:
    if given.around is None:
        return {"atr_14": ALONE, "stretch_50d": ALONE}
    candles = given.around.candles(given.line.subject)
    atr = _find_atr(candles)
    return {"atr_14": atr, "stretch_50d": _calc_stretch(candles.close, atr)}


def _find_atr(candles: Candles) -> float | Missing:
    ranges = _to_whole_ranges(candles)
    if len(ranges) >= COUNT:
        return calc_atr(ranges)
    if len(ranges) < len(candles) - 1:
        return Missing(f"needs {COUNT} sessions in a row with high and low, has {len(ranges)}")
    return missing_sessions(COUNT + 1, len(candles))


def _to_whole_ranges(candles: Candles) -> Floats:
    """The ranges since the last hole: the average starts anew after it, and forgets its start within a few months."""
    ranges = to_true_range(candles)
    holes = np.flatnonzero(np.isnan(ranges))
    return ranges[holes[-1] + 1 :] if len(holes) else ranges


def _calc_stretch(closes: Floats, atr: float | Missing) -> Result:
    if isinstance(atr, Missing):
        return atr
    if len(closes) < AVERAGE:
        return missing_sessions(AVERAGE, len(closes))
    return (float(closes[-1]) - calc_sma(closes, AVERAGE)) / atr if atr > 0.0 else Missing("no session had any range")


def _tell(given: Given, name: str) -> Steps:
    if given.around is None:
        return ()
    candles = given.around.candles(given.line.subject)
    sessions, ranges = candles.sessions, _to_whole_ranges(candles)
    if name == "stretch_50d":
        return (
            Step(f"adjusted close of {sessions[-1]}, the last completed session", float(candles.close[-1]), "price"),
            Step(f"mean of the {AVERAGE} to {sessions[-1]}", calc_sma(candles.close, AVERAGE), "price"),
            Step("atr_14", calc_atr(ranges), "price"),
        )
    last = (("close", sessions[-2], candles.close[-2]), ("high", sessions[-1], candles.high[-1]))
    steps = [Step(f"{word} of {day}", float(value), "price") for word, day, value in last]
    steps.append(Step(f"low of {sessions[-1]}", float(candles.low[-1]), "price"))
    steps.append(Step("true range from them", float(ranges[-1]), "price"))
    if len(ranges) == COUNT:
        return *steps, Step("true ranges there are, of which the mean is taken", COUNT, "sessions")
    return (
        *steps,
        Step("average the session before", calc_atr(ranges[:-1]), "price"),
        Step("weight of the newest", 1.0 / COUNT, "number"),
    )


_SYMBOL = (
    Definition("atr_14", "price", "true ranges of completed sessions averaged, the newest weighing 1/14", "B5"),
    Definition("stretch_50d", "number", "last completed close minus its 50-session mean, in atr_14", "B5"),
)
ATR = Study(
    symbol=_SYMBOL,
    pair=(),
    calculate=_calculate,
    explain=explain_with(_calculate, _SYMBOL, (), _tell),
    is_settled=True,
    is_detail=True,
)
