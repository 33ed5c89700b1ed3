"""How crowded a rotation is: the mean of where six of its signs stand in their own five years [H1].

Of completed sessions alone, since volume is one of the signs. What is not traded (an index) has five of the six.
"""

import numpy as np

from core.market.bars import Floats, Sessions
from core.market.candles import Candles
from core.studies.ranks import DEPTH, rank_known, to_known_ranks
from core.studies.relative import to_gaps
from core.studies.smoothing import to_smoothed
from core.studies.steps import Steps, explain_with, tell_history
from core.studies.streak import to_streaks, to_winner
from core.studies.strength import to_z
from core.studies.stretch import to_stretch
from core.studies.study import ALONE, Definition, Given, Missing, Result, Results, Step, Study, missing_sessions
from core.studies.turnover import BEFORE, NOT_TRADED, is_traded, to_dollars
from core.studies.windows import YEAR, to_deviation, to_means

GAP, AVERAGED, RSI = 63, 20, 14
FEWEST_PARTS = 5
CROWDED, WASHED_OUT = 0.85, 0.15
_LONGEST_CARRY = np.timedelta64(5, "D")
"""A half day has the volume of the whole session before it; one that is older says nothing of today."""
_PARTS = ("gap_63d", "stretch_50d", "ratio_z_252d", "dollar_volume_z_gap_20d", "streak", "ratio_rsi_14")
_UNITS = ("fraction", "z", "z", "z", "sessions", "number")


def to_rsi(values: Floats) -> Floats:
    """RSI of 14 at every value, 0 to 100, smoothed as Wilder's; same length, NaN at first and where nothing moved."""
    moves = np.diff(values)
    ups, downs = (to_smoothed(np.maximum(sign * moves, 0.0), RSI, 1.0 / RSI, len(moves)) for sign in (1.0, -1.0))
    whole, found = ups + downs, np.full(len(values), np.nan)
    still = np.full(len(whole), np.nan)
    found[len(values) - len(whole) :] = 100.0 * np.divide(ups, whole, out=still, where=whole > 0.0)
    return found


def to_volume_z(candles: Candles, joint: Sessions) -> tuple[Sessions, Floats]:
    """Log dollar volume against the 63 sessions before it, in their deviations [D5]: of whole sessions in `joint`."""
    whole = ~candles.half_days & np.isin(candles.sessions, joint, assume_unique=True)
    dollars, days = to_dollars(candles)[whole], candles.sessions[whole]
    known = dollars > 0.0
    logs = np.log(dollars, out=np.full(len(dollars), np.nan), where=known)[known]
    if len(logs) <= BEFORE:
        return days[:0], logs[:0]
    mean, deviation = to_means(logs, BEFORE)[:-1], to_deviation(logs, BEFORE)[:-1]
    z = np.divide(logs[BEFORE:] - mean, deviation, out=np.full(len(mean), np.nan), where=deviation > 0.0)
    return days[known][BEFORE:], z


def to_volume_gap(given: Given) -> Floats | None:
    """The mean of 20 sessions of small's z of dollar volume less large's, on the line's sessions; None: not traded."""
    legs = given.line.subject.split("/")
    if given.around is None or len(legs) < 2 or not all(is_traded(leg) for leg in legs):
        return None
    (small_days, small), (large_days, large) = (
        to_volume_z(given.around.candles(leg), given.line.sessions) for leg in legs
    )
    joint, in_small, in_large = np.intersect1d(small_days, large_days, assume_unique=True, return_indices=True)
    if len(joint) < AVERAGED:
        return np.full(len(given.line.sessions), np.nan)
    means, days = to_means(small[in_small] - large[in_large], AVERAGED), joint[AVERAGED - 1 :]
    rows = np.searchsorted(days, given.line.sessions, side="right") - 1
    is_near = (rows >= 0) & (given.line.sessions - days[np.maximum(rows, 0)] <= _LONGEST_CARRY)
    return np.where(is_near, means[np.maximum(rows, 0)], np.nan)


def build_parts(given: Given) -> dict[str, Floats]:
    """The signs by name, each as long as the line, NaN where there is none; kept for the past and the measure."""
    kept, key = given.around.kept if given.around else {}, (given.line.subject, "crowding")
    found = kept.get(key)
    if not isinstance(found, dict):
        found = kept[key] = _build_parts(given)
    return found


def _build_parts(given: Given) -> dict[str, Floats]:
    line, length = given.line, len(given.line.values)
    small, large, raw_small, raw_large = line.small, line.large, line.raw_small, line.raw_large
    if small is None or large is None or raw_small is None or raw_large is None or length <= GAP:
        return {}
    volume = to_volume_gap(given)
    parts = (
        to_gaps(small, large, GAP),
        to_stretch(line.values),
        to_z(line.values, YEAR),
        volume,
        to_streaks(to_winner(raw_small, raw_large)),
        to_rsi(line.values),
    )
    named = zip(_PARTS, parts, strict=True)
    return {name: np.append(np.full(length - len(one), np.nan), one) for name, one in named if one is not None}


def to_scores(given: Given) -> Floats:
    """The score at every session of the line, 0 to 1; NaN where fewer than five of the signs have five years."""
    ranks = [to_known_ranks(part) for part in build_parts(given).values()]
    if len(ranks) < FEWEST_PARTS:
        return np.full(len(given.line.values), np.nan)
    table = np.array(ranks)
    counts = np.count_nonzero(~np.isnan(table), axis=0)
    score = np.nansum(table, axis=0) / np.maximum(counts, 1)
    return np.where(counts >= FEWEST_PARTS, score, np.nan)


def _rank_parts(given: Given) -> dict[str, Result]:
    """Where each of the signs stands today in its own five years."""
    return {name: rank_known(part) for name, part in build_parts(given).items()}


def _calculate(given: Given) -> Results:
    parts, has = build_parts(given), len(given.line.values)
    ranks = [rank for rank in _rank_parts(given).values() if isinstance(rank, float)]
    score: Result = missing_sessions(DEPTH + YEAR - 1, has)
    if len(ranks) >= FEWEST_PARTS:
        score = sum(ranks) / len(ranks)
    elif has >= DEPTH + YEAR - 1:
        score = Missing(f"only {len(ranks)} of its {len(_PARTS)} signs have five years of their own")
    return {
        "crowding_score": score,
        "crowding_state": score if not isinstance(score, float) else _name(score),
        "crowding_signs": len(ranks) if isinstance(score, float) else score,
        "dollar_volume_z_gap_20d": _last(parts, "dollar_volume_z_gap_20d", has) if given.around else ALONE,
        "ratio_rsi_14": _last(parts, "ratio_rsi_14", has),
    }


def _name(score: float) -> str:
    return "crowded" if score >= CROWDED else "washed out" if score <= WASHED_OUT else "neither"


def _last(parts: dict[str, Floats], name: str, has: int) -> Result:
    if not parts:
        return missing_sessions(GAP + 1, has)
    if name not in parts:
        return NOT_TRADED
    value = float(parts[name][-1])
    return value if np.isfinite(value) else Missing("too few sessions of it, or it did not move")


def _tell(given: Given, name: str) -> Steps:
    if name in ("dollar_volume_z_gap_20d", "ratio_rsi_14"):
        return (tell_history(given),)
    steps = [tell_history(given)]
    ranks = _rank_parts(given)
    for (part, values), unit in zip(build_parts(given).items(), _units(ranks), strict=True):
        value, rank = float(values[-1]), ranks[part]
        steps.append(Step(f"{part} now", value if np.isfinite(value) else Missing("none today"), unit))
        steps.append(Step(f"its place among its last {DEPTH} values", rank, "fraction"))
    return tuple(steps)


def _units(ranks: dict[str, Result]) -> list[str]:
    return [unit for part, unit in zip(_PARTS, _UNITS, strict=True) if part in ranks]


_WHAT = "gap_63d, stretch_50d, ratio_z_252d, dollar_volume_z_gap_20d, streak and ratio_rsi_14"
_PAIR = (
    Definition(
        "crowding_score",
        "fraction",
        f"mean of the places of {_WHAT} among their last {DEPTH} values; of five of them at least",
        "H1",
    ),
    Definition("crowding_state", "state", "crowded from a crowding_score of 0.85, washed out to 0.15, neither", "H1"),
    Definition("crowding_signs", "count", "how many of the six signs the crowding_score is made of", "H1"),
    Definition(
        "dollar_volume_z_gap_20d",
        "z",
        "mean over 20 sessions of small's z of dollar volume against the 63 before less large's; without half days",
        "H1",
    ),
    Definition("ratio_rsi_14", "number", "RSI of the ratio over 14 sessions, smoothed as by Wilder; 0 to 100", "H1"),
)
CROWDING = Study(
    symbol=(), pair=_PAIR, calculate=_calculate, explain=explain_with(_calculate, (), _PAIR, _tell), is_settled=True
)
