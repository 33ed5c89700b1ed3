"""How much of large's rises and falls small took part in, as means and compounded [A9]."""

import numpy as np
from numpy.typing import NDArray

from core.market.bars import Floats
from core.studies.steps import Steps, explain_with, name_leg, tell_returns
from core.studies.study import Definition, Given, Missing, Result, Results, Step, Study, missing_sessions
from core.studies.windows import YEAR, to_returns

LEAST_DAYS = 63
"""Up days, and down days, that a capture needs in its window [A9]."""
SIGNS = {"up": 1, "down": -1}


def calc_capture(small: Floats, large: Floats, sign: int) -> float | None:
    """Mean small over mean large on days when large rose (sign 1) or fell (-1); None under 63 such days [A9]."""
    days = pick_days(large, sign)
    return None if days is None else float(np.mean(small[days])) / float(np.mean(large[days]))


def calc_compounded(returns: Floats) -> float:
    """What returns make of 1 in a year of 252 such days, less 1."""
    return float(float(np.prod(1.0 + returns)) ** (YEAR / len(returns))) - 1.0


def calc_compounded_capture(small: Floats, large: Floats, sign: int) -> float | None:
    """The same days compounded to a year's return, small's over large's, as empyrical does [A9]."""
    days = pick_days(large, sign)
    return None if days is None else calc_compounded(small[days]) / calc_compounded(large[days])


def pick_days(large: Floats, sign: int) -> NDArray[np.bool_] | None:
    """The days on which large rose (1) or fell (-1); None under 63."""
    days = large * sign > 0.0
    return days if np.count_nonzero(days) >= LEAST_DAYS else None


def _calculate(given: Given) -> Results:
    returns = _to_returns(given)
    if returns is None:
        return dict.fromkeys((d.name for d in _PAIR), missing_sessions(YEAR + 1, len(given.line.values)))
    results: Results = {}
    for word, sign in SIGNS.items():
        why = Missing(f"fewer than {LEAST_DAYS} {word} days of the large leg in {YEAR}")
        mean, compounded = calc_capture(*returns, sign), calc_compounded_capture(*returns, sign)
        results[f"{word}_capture_252d"] = why if mean is None else mean
        results[f"{word}_capture_compounded_252d"] = why if compounded is None else compounded
    up, down = results["up_capture_252d"], results["down_capture_252d"]
    results["capture_spread_252d"] = _subtract(up, down)
    return results


def _subtract(left: Result, right: Result) -> Result:
    if isinstance(left, float) and isinstance(right, float):
        return left - right
    return left if isinstance(left, Missing) else right


def _to_returns(given: Given) -> tuple[Floats, Floats] | None:
    line = given.line
    if line.small is None or line.large is None or len(line.values) <= YEAR:
        return None
    return to_returns(line.small[-YEAR - 1 :]), to_returns(line.large[-YEAR - 1 :])


def _tell(given: Given, name: str) -> Steps:
    returns = _to_returns(given)
    if returns is None:
        return ()
    if name == "capture_spread_252d":
        parts = ("up_capture_252d", "down_capture_252d")
        results = _calculate(given)
        return tell_returns(given, YEAR), *(Step(part, results[part], "ratio") for part in parts)
    word = name.partition("_")[0]
    days = pick_days(returns[1], SIGNS[word])
    if days is None:
        return ()
    large = name_leg(given, False)
    verb = "rose" if word == "up" else "fell"
    taken = Step(f"days of them on which {large} {verb}", int(np.count_nonzero(days)), "count")
    calc, what = (
        (calc_compounded, "return of a year of such days") if "compounded" in name else (np.mean, "mean on such days")
    )
    legs = (
        Step(f"{what}, {name_leg(given, is_small)}", float(calc(leg[days])), "fraction")
        for is_small, leg in zip((True, False), returns, strict=True)
    )
    return tell_returns(given, YEAR), taken, *legs


def _define(word: str) -> tuple[Definition, ...]:
    what = f"on large's {word} days of 252"
    return (
        Definition(f"{word}_capture_252d", "ratio", f"mean of small over mean of large {what}", "A9"),
        Definition(
            f"{word}_capture_compounded_252d", "ratio", f"yearly compounded return of small over large's, {what}", "A9"
        ),
    )


_PAIR = (
    *(definition for word in SIGNS for definition in _define(word)),
    Definition("capture_spread_252d", "ratio", "up_capture_252d minus down_capture_252d", "A9"),
)
CAPTURE = Study(symbol=(), pair=_PAIR, calculate=_calculate, explain=explain_with(_calculate, (), _PAIR, _tell))
