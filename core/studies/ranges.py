"""Volatility from open, high, low and close: Parkinson, Garman-Klass, Rogers-Satchell, Yang-Zhang [C4 to C7].

The first three see the session from its open to its close alone. Close-to-close volatility also holds the way from
one close to the next open, so they compare with it only once the mean squared overnight return is added: `_total`.
"""

import math
from dataclasses import dataclass

import numpy as np

from core.market.bars import Floats
from core.market.candles import Candles
from core.studies.steps import Steps, explain_with, numbers_in
from core.studies.study import ALONE, Definition, Given, Missing, Results, Step, Study, missing_sessions
from core.studies.windows import YEAR

WINDOWS = (20, 63)
TOTAL = 20
_LN2 = math.log(2.0)


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """Log moves of n sessions: `overnight` from the close before to the open, the others from that open."""

    overnight: Floats
    high: Floats
    low: Floats
    close: Floats


def to_moves(candles: Candles, count: int) -> Moves | Missing:
    """The moves of the last `count` sessions, which needs one close more."""
    if len(candles) <= count:
        return missing_sessions(count + 1, len(candles))
    opens, highs, lows = candles.open[-count:], candles.high[-count:], candles.low[-count:]
    holes = np.flatnonzero(np.isnan(opens + highs + lows))
    if len(holes):
        return Missing(f"no open, high or low on {candles.sessions[-count:][holes[-1]]}")
    closes = candles.close[-count - 1 :]
    if min(np.min(lows), np.min(closes)) <= 0.0:
        return Missing("a value of zero or below has no logarithm")  # a yield can be that
    start, closes = np.log(opens), np.log(closes)
    return Moves(start - closes[:-1], np.log(highs) - start, np.log(lows) - start, closes[1:] - start)


def calc_parkinson(moves: Moves) -> float:
    """Variance a session, open to close, from the range alone: mean (u - d)^2 / (4 ln 2) [C4]."""
    return float(np.mean((moves.high - moves.low) ** 2)) / (4.0 * _LN2)


def calc_garman_klass(moves: Moves) -> float:
    """Variance a session, open to close: mean of (u - d)^2 / 2 - (2 ln 2 - 1) c^2 [C5]."""
    return float(np.mean(0.5 * (moves.high - moves.low) ** 2 - (2.0 * _LN2 - 1.0) * moves.close**2))


def calc_rogers_satchell(moves: Moves) -> float:
    """Variance a session, open to close, whatever the drift: mean of u (u - c) + d (d - c) [C6]."""
    up, down, close = moves.high, moves.low, moves.close
    return float(np.mean(up * (up - close) + down * (down - close)))


def calc_yang_zhang(moves: Moves) -> float:
    """Variance a session, close to close: V_o + k V_c + (1 - k) V_RS with the k of least variance [C7]."""
    share = calc_weight(len(moves.close))
    overnight, close = float(np.var(moves.overnight, ddof=1)), float(np.var(moves.close, ddof=1))
    return overnight + share * close + (1.0 - share) * calc_rogers_satchell(moves)


def calc_weight(count: int) -> float:
    """k of Yang and Zhang for a window of `count` sessions: the weight with the least variance [C7]."""
    return 0.34 / (1.34 + (count + 1) / (count - 1))


def calc_overnight(moves: Moves) -> float:
    """Mean squared overnight return: the variance a session that the range does not see."""
    return float(np.mean(moves.overnight**2))


_ESTIMATORS = {
    "parkinson": calc_parkinson,
    "garman_klass": calc_garman_klass,
    "rogers_satchell": calc_rogers_satchell,
    "yang_zhang": calc_yang_zhang,
}
_OPEN_TO_CLOSE = ("parkinson", "garman_klass", "rogers_satchell")


def annualise_variance(variance: float) -> float:
    """The yearly deviation of a variance a session; a rounding error under zero is zero."""
    return math.sqrt(YEAR * max(variance, 0.0)) if variance == variance else variance


def _calculate(given: Given) -> Results:
    if given.around is None:
        return {definition.name: ALONE for definition in _SYMBOL}
    candles = given.around.candles(given.line.subject)
    return {name: result for count in WINDOWS for name, result in _calc_window(candles, count).items()}


def _calc_window(candles: Candles, count: int) -> Results:
    moves = to_moves(candles, count)
    if isinstance(moves, Missing):
        return dict.fromkeys((d.name for d in _SYMBOL if numbers_in(d.name)[-1] == count), moves)
    variances = {kind: calc(moves) for kind, calc in _ESTIMATORS.items()}
    results: Results = {f"{kind}_{count}d": annualise_variance(value) for kind, value in variances.items()}
    overnight, session = calc_overnight(moves), variances["rogers_satchell"]
    whole = overnight + session
    results[f"overnight_share_{count}d"] = overnight / whole if whole != 0.0 else Missing("nothing moved")
    if count == TOTAL:
        totals = {kind: annualise_variance(variances[kind] + overnight) for kind in _OPEN_TO_CLOSE}
        results |= {f"{kind}_total_{count}d": value for kind, value in totals.items()}
    return results


def _split(name: str) -> tuple[str, bool]:
    """`parkinson_total_20d` as its estimator and whether the night is added."""
    kind = name.rpartition("_")[0]
    return kind.removesuffix("_total"), kind.endswith("_total")


def _tell(given: Given, name: str) -> Steps:
    count = numbers_in(name)[-1]
    if given.around is None:
        return ()
    candles = given.around.candles(given.line.subject)
    moves = to_moves(candles, count)
    if isinstance(moves, Missing):
        return ()
    days = f"{candles.sessions[-count]} to {candles.sessions[-1]}"
    read = Step(f"open, high, low and close of {days}", count, "sessions")
    kind, is_total = _split(name)
    night = Step("mean squared return from the close before to the open", calc_overnight(moves))
    if kind == "overnight_share":
        return (read, Step("variance a session, open to close (Rogers-Satchell)", calc_rogers_satchell(moves)), night)
    if kind == "yang_zhang":
        return (
            read,
            Step("variance from the close before to the open", float(np.var(moves.overnight, ddof=1))),
            Step("variance from the open to the close", float(np.var(moves.close, ddof=1))),
            Step("variance open to close by Rogers-Satchell", calc_rogers_satchell(moves)),
            Step("k, the weight of the second", calc_weight(count)),
            Step("variance a session", calc_yang_zhang(moves)),
        )
    variance = Step("variance a session, open to close", _ESTIMATORS[kind](moves))
    return (read, variance, night) if is_total else (read, variance)


_WORDS = {
    "parkinson": ("C4", "mean squared log range over 4 ln 2"),
    "garman_klass": ("C5", "mean of half the squared log range less (2 ln 2 - 1) times the squared move to the close"),
    "rogers_satchell": ("C6", "mean of u(u-c) + d(d-c), high, low and close as log moves from the open"),
    "yang_zhang": ("C7", "overnight variance, plus k times open-to-close variance, plus (1-k) times Rogers-Satchell"),
}
_SYMBOL = (
    *(
        Definition(f"{kind}_{n}d", "fraction", f"{told}, over {n} sessions, as a yearly deviation", source)
        for kind, (source, told) in _WORDS.items()
        for n in WINDOWS
    ),
    *(
        Definition(
            f"{kind}_total_{TOTAL}d",
            "fraction",
            f"{kind}_{TOTAL}d with the mean squared overnight return added to its variance",
            _WORDS[kind][0],
        )
        for kind in _OPEN_TO_CLOSE
    ),
    *(
        Definition(
            f"overnight_share_{n}d",
            "fraction",
            f"overnight variance of {n} sessions over overnight plus open-to-close variance",
            "C6",
        )
        for n in WINDOWS
    ),
)
RANGES = Study(
    symbol=_SYMBOL,
    pair=(),
    calculate=_calculate,
    explain=explain_with(_calculate, _SYMBOL, (), _tell),
    is_settled=True,
    is_detail=True,
)
