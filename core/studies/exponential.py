"""Exponential averages, and the MACD of 12, 26 and 9 sessions in percent of the price, as a fraction [B3]."""

import numpy as np

from core.market.bars import Floats
from core.studies.smoothing import calc_smoothed, share_of, to_smoothed
from core.studies.steps import Steps, explain_with, level_of, numbers_in, tell_value, tell_window
from core.studies.study import Definition, Given, Results, Step, Study, missing_sessions

COUNTS = (12, 20, 26, 50)
FAST, SLOW, SIGNAL = 12, 26, 9
_SIGNAL_MEMORY = 200
"""Values of `ppo` that its signal is made from: a weight of 0.8 to that power is below any digit."""


def calc_ema(values: Floats, count: int) -> float:
    """Exponential average with weight 2 / (count + 1), seeded with the mean of the first `count` values [B3]."""
    return calc_smoothed(values, count, share_of(count))


def to_ema(values: Floats, count: int, length: int) -> Floats:
    """The last `length` of these averages, fewer where there are fewer."""
    return to_smoothed(values, count, share_of(count), length)


def to_ppo(values: Floats, length: int) -> Floats:
    """The last `length` of the fast average over the slow one, minus one; from `SLOW` values on [B3]."""
    slow = to_ema(values, SLOW, length)
    fast = to_ema(values, FAST, len(slow)) if len(slow) else slow
    # The average of a rate may be zero.
    return np.asarray(np.divide(fast, slow, out=np.full(len(slow), np.nan), where=slow != 0.0) - 1.0)


def _calculate(given: Given) -> Results:
    values, has = given.line.values, len(given.line.values)
    results: Results = {
        f"ema_{count}": calc_ema(values, count) if has >= count else missing_sessions(count, has) for count in COUNTS
    }
    full = SLOW + SIGNAL - 1
    recent = to_ppo(values, _SIGNAL_MEMORY)
    results["ppo"] = float(recent[-1]) if has >= SLOW else missing_sessions(SLOW, has)
    if has < full:
        return results | dict.fromkeys(("ppo_signal", "ppo_histogram"), missing_sessions(full, has))
    signal = calc_ema(recent, SIGNAL)
    return results | {"ppo_signal": signal, "ppo_histogram": float(recent[-1]) - signal}


def _tell(given: Given, name: str) -> Steps:
    if name == "ppo":
        return tuple(_tell_ema(given, count) for count in (FAST, SLOW))
    if name == "ppo_signal":
        recent, sessions = to_ppo(given.line.values, 2), given.line.sessions
        ppos = (Step(f"ppo of {sessions[i]}", float(recent[i]), "fraction") for i in (-2, -1))
        return *ppos, _tell_weight(SIGNAL)
    if name == "ppo_histogram":
        results = _calculate(given)
        return tell_value(given), *(Step(part, results[part], "fraction") for part in ("ppo", "ppo_signal"))
    count = numbers_in(name)[0]
    if len(given.line.values) == count:
        return (tell_window(given, count),)
    return _tell_ema(given, count, 1), tell_value(given), _tell_weight(count)


def _tell_ema(given: Given, count: int, back: int = 0) -> Step:
    end = len(given.line.values) - back
    text = f"ema_{count} of {given.line.sessions[end - 1]}"
    return Step(text, calc_ema(given.line.values[:end], count), level_of(given))


def _tell_weight(count: int) -> Step:
    share = share_of(count)
    return Step(f"weight of the newest; each older one weighs {1.0 - share:.4g} of the next", share, "number")


def _define(unit: str, things: str) -> tuple[Definition, ...]:
    return (
        *(
            Definition(
                f"ema_{n}",
                unit,
                f"exponential mean of {things} with the weight of {n} sessions: 2/(sessions + 1)",
                "B3",
            )
            for n in COUNTS
        ),
        Definition("ppo", "fraction", "ema_12 over ema_26, minus one: MACD in percent of the price", "B3"),
        Definition("ppo_signal", "fraction", "exponential mean of 9 of ppo", "B3"),
        Definition("ppo_histogram", "fraction", "ppo minus ppo_signal", "B3"),
    )


_SYMBOL, _PAIR = _define("price", "adjusted closes"), _define("ratio", "ratios")
EXPONENTIAL = Study(
    symbol=_SYMBOL,
    pair=_PAIR,
    calculate=_calculate,
    explain=explain_with(_calculate, _SYMBOL, _PAIR, _tell),
    is_detail=True,
)
