"""Under the high: drawdown, its episodes and rank, the gap since the peak, or since the peak of a year [A4, C14]."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.market.bars import Floats
from core.market.panel import Line
from core.studies.ranks import rank_last, tell_rank
from core.studies.relative import calc_gap
from core.studies.steps import Steps, explain_with, tell_history, tell_leg, tell_value, tell_window
from core.studies.study import Definition, Given, Missing, Result, Results, Step, Study, missing_sessions
from core.studies.windows import YEAR, calc_change

MOST_DEEPER = 5
"""Deeper episodes that are named."""


def calc_drawdown(values: Floats) -> float:
    """The last value over the highest of all, minus one: never above zero; NaN where that is zero [C14]."""
    return calc_change(float(values[-1]), float(np.max(values)))


def to_drawdown(values: Floats) -> Floats:
    """`calc_drawdown` at every value with what was known then, same length."""
    return np.asarray(values / np.maximum.accumulate(values) - 1.0)


def find_peak(values: Floats) -> int:
    """Index of the highest value, the latest where it was reached twice."""
    return len(values) - 1 - int(np.argmax(values[::-1]))


@dataclass(frozen=True, slots=True, eq=False)
class Episodes:
    """Falls under a former high until its recovery, oldest first; the last may still be running [A4]."""

    depths: Floats
    """Drawdown at every value."""
    starts: NDArray[np.intp]
    """Index of the first value of each episode under its high."""
    lows: Floats
    """How deep each went, below zero."""

    def find_low(self, episode: int) -> int:
        """Index of the value where an episode was deepest."""
        start = int(self.starts[episode])
        end = int(self.starts[episode + 1]) if episode + 1 < len(self.starts) else len(self.depths)
        return start + int(np.argmin(self.depths[start:end]))

    def find_deeper(self, depth: float) -> list[int]:
        """The finished episodes that went deeper, the deepest first; not the one that runs while under the high."""
        finished = self.lows[:-1] if len(self.depths) and self.depths[-1] < 0.0 else self.lows
        deeper = np.flatnonzero(finished < depth)
        return [int(episode) for episode in deeper[np.argsort(finished[deeper], kind="stable")]]


def to_episodes(values: Floats) -> Episodes:
    """All episodes of a history of values."""
    depths = to_drawdown(values)
    under = depths < 0.0
    starts = np.flatnonzero(under & ~np.concatenate(([False], under[:-1])))
    # At the highs between two episodes the depth is zero, so the segments may run from start to start.
    return Episodes(depths, starts, np.minimum.reduceat(depths, starts) if len(starts) else np.empty(0))


def calc_rank(episodes: Episodes) -> int:
    """1 + how many finished episodes went deeper than it is now [A4]; 0 at the high."""
    now = float(episodes.depths[-1])
    return 1 + len(episodes.find_deeper(now)) if now < 0.0 else 0


def _calculate(given: Given) -> Results:
    return _calc_pair(given) if given.is_pair else _calc_symbol(given.line.values)


def _calc_symbol(values: Floats) -> Results:
    has = len(values)
    return {
        "drawdown": calc_drawdown(values) if has else missing_sessions(1, has),
        "drawdown_252d": calc_drawdown(values[-YEAR:]) if has >= YEAR else missing_sessions(YEAR, has),
    }


def _calc_pair(given: Given) -> Results:
    line, values = given.line, given.line.values
    if not len(values) or line.small is None or line.large is None:
        return dict.fromkeys((definition.name for definition in _PAIR), missing_sessions(1, 0))
    peak, episodes = find_peak(values), to_episodes(values)
    rank = calc_rank(episodes)
    deeper = episodes.find_deeper(float(episodes.depths[-1]))
    highest = Missing("at its highest: no drawdown now")
    return {
        "drawdown": calc_drawdown(values),
        "drawdown_peak": str(line.sessions[peak]),
        "gap_since_peak": calc_gap(line.small, line.large, peak),
        "drawdown_sessions": len(values) - 1 - peak,
        "drawdown_percentile": rank_last(-episodes.depths, 0),
        "drawdown_rank": rank or highest,
        "drawdown_episodes": len(episodes.lows),
        "drawdown_deeper": (_name_deeper(episodes, deeper, line) if rank else highest),
        **_calc_named_year(given, line.small, line.large),
    }


def _name_deeper(episodes: Episodes, deeper: list[int], line: Line) -> Result:
    if not deeper:
        return Missing(f"none went deeper since {line.sessions[0]}")
    return ", ".join(str(line.sessions[episodes.find_low(episode)]) for episode in deeper[:MOST_DEEPER])


def _calc_named_year(given: Given, small: Floats, large: Floats) -> Results:
    values, sessions = given.line.values, given.line.sessions
    peak = _find_year_peak(given)
    if isinstance(peak, Missing):
        return dict.fromkeys(_NAMED, peak)
    since = calc_change(float(values[-1]), float(values[peak]))
    return dict(zip(_NAMED, (str(sessions[peak]), since, calc_gap(small, large, peak)), strict=True))


def _find_year_peak(given: Given) -> int | Missing:
    """Index of the highest value of the year that the person named."""
    sessions = given.line.sessions
    years = (np.datetime64(f"{year:04d}-01-01", "D") for year in (given.peak_year, given.peak_year + 1))
    start, end = (int(index) for index in np.searchsorted(sessions, list(years)))
    if start == end:
        return Missing(f"no session in {given.peak_year}: history is {sessions[0]} to {sessions[-1]}")
    return start + find_peak(given.line.values[start:end])


_NAMED = ("named_year_peak", "named_year_drawdown", "named_year_gap")


def _tell(given: Given, name: str) -> Steps:
    values = given.line.values
    if name == "drawdown_252d":
        return (
            tell_window(given, YEAR),
            tell_value(given, find_peak(values[-YEAR:]) - YEAR, "highest"),
            tell_value(given),
        )
    if name in _NAMED:
        peak = _find_year_peak(given)
        return _tell_since(given, name, 0 if isinstance(peak, Missing) else peak, f"{given.peak_year}'s highest")
    if name == "drawdown_percentile":
        return tell_history(given), *tell_rank(-to_episodes(values).depths, "depth of the drawdown", "fraction")
    if name in ("drawdown_rank", "drawdown_episodes", "drawdown_deeper"):
        return _tell_episodes(given)
    return _tell_since(given, name, find_peak(values), "highest")


def _tell_since(given: Given, name: str, peak: int, of: str) -> Steps:
    """From a peak to now: the ratio, and for a gap both legs."""
    steps = tell_history(given), tell_value(given, peak, of)
    if "gap" not in name:
        return *steps, tell_value(given)
    return *steps, *(tell_leg(given, is_small, index) for is_small in (True, False) for index in (peak, -1))


def _tell_episodes(given: Given) -> Steps:
    """How deep it is, how many falls there were, and those that went deeper."""
    values, sessions = given.line.values, given.line.sessions
    episodes = to_episodes(values)
    now = float(episodes.depths[-1])
    deeper = episodes.find_deeper(now)
    named = (
        Step(f"deeper: {sessions[episodes.find_low(episode)]}", float(episodes.lows[episode]), "fraction")
        for episode in deeper[:MOST_DEEPER]
    )
    return (
        tell_history(given),
        Step(f"drawdown from the high of {sessions[find_peak(values)]}", now, "fraction"),
        Step("episodes, the running one included", len(episodes.lows), "count"),
        Step("finished ones that went deeper", len(deeper), "count"),
        *named,
    )


_SYMBOL = (
    Definition("drawdown", "fraction", "adjusted close over the highest ever, minus one", "C14"),
    Definition("drawdown_252d", "fraction", "adjusted close over the highest of 252 sessions, minus one", "C14"),
)
_PAIR = (
    Definition("drawdown", "fraction", "ratio over its highest close ever, minus one", "A4"),
    Definition("drawdown_peak", "date", "the session of the ratio's highest close", "A4"),
    Definition("gap_since_peak", "fraction", "small's return minus large's since the ratio's peak", "A4"),
    Definition("drawdown_sessions", "sessions", "sessions since the ratio's highest close; 0 at it", "A4"),
    Definition("drawdown_percentile", "fraction", "share of all sessions so far in which it was no deeper", "A4"),
    Definition("drawdown_rank", "count", "1 + the finished episodes that went deeper than the ratio stands now", "A4"),
    Definition(
        "drawdown_episodes", "count", "episodes from a high of the ratio to its recovery, with the running one", "A4"
    ),
    Definition(
        "drawdown_deeper", "dates", f"lows of the {MOST_DEEPER} deepest finished episodes that went deeper", "A4"
    ),
    Definition("named_year_peak", "date", "the session of the ratio's highest close in the settings' peak_year", "A4"),
    Definition(
        "named_year_drawdown", "fraction", "ratio over its highest close in the settings' peak_year, minus one", "A4"
    ),
    Definition("named_year_gap", "fraction", "small's return minus large's since named_year_peak", "A4"),
)
DRAWDOWN = Study(
    symbol=_SYMBOL, pair=_PAIR, calculate=_calculate, explain=explain_with(_calculate, _SYMBOL, _PAIR, _tell)
)
