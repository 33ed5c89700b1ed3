"""Under the high: drawdown, its episodes and rank, and the pullback from a recent high [A3, A4, C14]."""

import numpy as np

from core.market.bars import Floats
from core.studies.relative import calc_gap
from core.studies.study import Definition, Given, Missing, Results, Study, missing_sessions

PULLBACKS = (20, 63, 252)


def calc_drawdown(values: Floats) -> float:
    """The last value over the highest of all, minus one: never above zero [C14]."""
    return float(values[-1] / np.max(values) - 1.0)


def to_drawdown(values: Floats) -> Floats:
    """`calc_drawdown` at every value with what was known then, same length."""
    return np.asarray(values / np.maximum.accumulate(values) - 1.0)


def find_peak(values: Floats) -> int:
    """Index of the highest value, the latest where it was reached twice."""
    return len(values) - 1 - int(np.argmax(values[::-1]))


def to_episodes(values: Floats) -> Floats:
    """Depth (below zero) of each episode under a former high, oldest first; the last may still be running [A4]."""
    depths = to_drawdown(values)
    under = depths < 0.0
    if not under.any():
        return np.empty(0)
    starts = np.flatnonzero(under & ~np.concatenate(([False], under[:-1])))
    # At the highs between two episodes the depth is zero, so the segments may run from start to start.
    return np.asarray(np.minimum.reduceat(depths, starts))


def calc_rank(values: Floats) -> int:
    """1 + how many finished episodes went deeper than the ratio stands now [A4]; 0 where it stands at its high."""
    now = calc_drawdown(values)
    return 1 + int(np.count_nonzero(to_episodes(values)[:-1] < now)) if now < 0.0 else 0


def _calculate(given: Given) -> Results:
    return _calc_pair(given) if given.is_pair else _calc_symbol(given.line.values)


def _calc_symbol(values: Floats) -> Results:
    has = len(values)
    return {
        "drawdown": calc_drawdown(values) if has else missing_sessions(1, has),
        "drawdown_252d": calc_drawdown(values[-252:]) if has >= 252 else missing_sessions(252, has),
    }


def _calc_pair(given: Given) -> Results:
    values = given.line.values
    results: Results = {}
    for count in PULLBACKS:
        full, recent = len(values) >= count, values[-count:]
        why = missing_sessions(count, len(values))
        results[f"pullback_{count}d"] = calc_drawdown(recent) if full else why
        results[f"pullback_{count}d_sessions"] = count - 1 - find_peak(recent) if full else why
    return results | _calc_history(given)


def _calc_history(given: Given) -> Results:
    line, values = given.line, given.line.values
    if not len(values) or line.small is None or line.large is None:
        names = ("drawdown", "drawdown_peak", "gap_since_peak", "drawdown_rank", "drawdown_episodes")
        return dict.fromkeys(names, missing_sessions(1, 0))
    peak, rank = find_peak(values), calc_rank(values)
    return {
        "drawdown": calc_drawdown(values),
        "drawdown_peak": str(line.sessions[peak]),
        "gap_since_peak": calc_gap(line.small, line.large, peak),
        "drawdown_rank": rank or Missing("at its highest: no drawdown now"),
        "drawdown_episodes": len(to_episodes(values)),
    }


_SYMBOL = (
    Definition("drawdown", "fraction", "adjusted close over the highest ever, minus one", "C14"),
    Definition("drawdown_252d", "fraction", "adjusted close over the highest of 252 sessions, minus one", "C14"),
)
_PAIR = (
    *(
        definition
        for n in PULLBACKS
        for definition in (
            Definition(f"pullback_{n}d", "fraction", f"ratio over its highest close of {n} sessions, minus one", "A3"),
            Definition(f"pullback_{n}d_sessions", "sessions", f"sessions since that high of {n} sessions", "A3"),
        )
    ),
    Definition("drawdown", "fraction", "ratio over its highest close ever, minus one", "A4"),
    Definition("drawdown_peak", "date", "the session of the ratio's highest close", "A4"),
    Definition("gap_since_peak", "fraction", "small's return minus large's since the ratio's peak", "A4"),
    Definition("drawdown_rank", "count", "1 + the finished episodes that went deeper than the ratio stands now", "A4"),
    Definition(
        "drawdown_episodes", "count", "episodes from a high of the ratio to its recovery, with the running one", "A4"
    ),
)
DRAWDOWN = Study(symbol=_SYMBOL, pair=_PAIR, calculate=_calculate)
