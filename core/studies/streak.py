"""How many sessions or weeks in a row small beat large, and how rare that is, from unadjusted closes [A5]."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.market.bars import Floats, Sessions
from core.studies.steps import Steps, explain_with, name_leg
from core.studies.study import Definition, Given, Missing, Result, Results, Step, Study
from core.studies.weekly import find_week_ends
from core.studies.windows import to_returns

TIE = 1e-9
"""Differences of return below this are a tie, and a tie ends a run [A5]."""


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """Maximal runs of one sign, oldest first: sign (+1, 0, -1), length, index of the last return."""

    sign: NDArray[np.int8]
    length: NDArray[np.int64]
    end: NDArray[np.int64]


def to_winner(small: Floats, large: Floats) -> NDArray[np.int8]:
    """+1 where small's simple return beat large's, -1 where it lost, 0 for a tie; one shorter than the prices."""
    difference = to_returns(small) - to_returns(large)
    return np.where(np.abs(difference) < TIE, 0, np.sign(difference)).astype(np.int8)


def to_runs(winner: NDArray[np.int8]) -> Runs:
    """Split into maximal runs; each counts once, however long."""
    end = np.append(np.flatnonzero(winner[1:] != winner[:-1]), len(winner) - 1)
    return Runs(winner[end], np.diff(end, prepend=-1), end)


def to_streaks(winner: NDArray[np.int8]) -> Floats:
    """Length of the run so far with its sign at every return, same length; 0 at a tie."""
    runs = to_runs(winner)
    begin = np.repeat(runs.end - runs.length, runs.length)
    return np.asarray((np.arange(len(winner)) - begin) * winner, dtype=np.float64)


def calc_expected(returns: int, length: int) -> float:
    """How many runs of `length` or more by a given leg `returns` fair coins would give, about [A5]."""
    return float(returns) * 0.5 ** (length + 1)


@dataclass(frozen=True, slots=True)
class Pace:
    """Runs by session, or by week: their prefix, and what one of them is called."""

    prefix: str
    word: str

    @property
    def is_weekly(self) -> bool:
        return self.word == "week"

    @property
    def names(self) -> tuple[str, ...]:
        return self.prefix, *(f"{self.prefix}_{part}" for part in _PARTS)


_PARTS = ("runs_as_long", "last_as_long", "runs", "rank", "percentile", "expected")
PACES = (Pace("streak", "session"), Pace("streak_weekly", "week"))


def _calculate(given: Given) -> Results:
    results: Results = {}
    for pace in PACES:
        results |= dict(zip(pace.names, _calc_pace(given, pace), strict=True))
    return results


def _pick(given: Given, pace: Pace) -> tuple[Floats, Floats, Sessions]:
    """The unadjusted closes of both legs with their sessions: all, or those that closed a week."""
    line = given.line
    if line.raw_small is None or line.raw_large is None:
        return line.values[:0], line.values[:0], line.sessions[:0]
    chosen = find_week_ends(line.sessions) if pace.is_weekly else slice(None)
    return line.raw_small[chosen], line.raw_large[chosen], line.sessions[chosen]


def _calc_pace(given: Given, pace: Pace) -> tuple[Result, ...]:
    small, large, sessions = _pick(given, pace)
    if len(small) < 2:
        return (Missing(f"needs 2 {pace.word}s, has {len(small)}"),) * len(pace.names)
    runs = to_runs(to_winner(small, large))
    sign, length = int(runs.sign[-1]), int(runs.length[-1])
    if not sign:
        return 0, *(Missing(f"no run: the last {pace.word} was a tie"),) * len(_PARTS)
    finished = _Finished(runs, sign, length)
    none = Missing("no finished run of that sign")
    return (
        sign * length,
        finished.as_long,
        # Return i ends in session i + 1.
        Missing(f"no other run of {length} or more since {sessions[0]}")
        if finished.last_end is None
        else str(sessions[finished.last_end + 1]),
        finished.count,
        1 + finished.longer,
        (finished.count - finished.longer) / finished.count if finished.count else none,
        calc_expected(len(small) - 1, length),
    )


class _Finished:
    """The finished runs of one sign, against a length."""

    def __init__(self, runs: Runs, sign: int, length: int) -> None:
        alike = runs.sign[:-1] == sign
        as_long = np.flatnonzero(alike & (runs.length[:-1] >= length))
        self.count = int(np.count_nonzero(alike))
        self.longer = int(np.count_nonzero(alike & (runs.length[:-1] > length)))
        self.as_long = len(as_long)
        self.last_end = int(runs.end[as_long[-1]]) if len(as_long) else None


def _tell(given: Given, name: str) -> Steps:
    pace = next(pace for pace in PACES if name in pace.names)
    small, large, sessions = _pick(given, pace)
    runs = to_runs(to_winner(small, large))
    sign, length = int(runs.sign[-1]), int(runs.length[-1])
    compared = Step(
        f"{'weekly' if pace.is_weekly else 'daily'} returns compared, {sessions[0]} to {sessions[-1]}",
        len(small) - 1,
        "count",
    )
    legs = tuple(
        Step(f"return of {name_leg(given, is_small)} to {sessions[-1]}", float(to_returns(leg[-2:])[0]), "fraction")
        for is_small, leg in ((True, small), (False, large))
    )
    if name == pace.prefix:
        return compared, *legs, Step("the run began after", str(sessions[-1 - length]), "date")
    run = Step(f"length of the present run, begun after {sessions[-1 - length]}", length, "count")
    if name.endswith("_expected"):
        return (
            compared,
            run,
            Step("chance of so long a run to begin at a given return", 0.5 ** (length + 1), "fraction"),
        )
    return compared, run, *_tell_longest(runs, sign, sessions)


def _tell_longest(runs: Runs, sign: int, sessions: Sessions) -> Steps:
    """The finished runs of that sign: how many, and the longest of them."""
    alike = np.flatnonzero(runs.sign[:-1] == sign)
    if not len(alike):
        return (Step("finished runs of that sign", 0, "count"),)
    longest = alike[np.argmax(runs.length[alike])]
    return (
        Step("finished runs of that sign", len(alike), "count"),
        Step(f"the longest of them, ended {sessions[runs.end[longest] + 1]}", int(runs.length[longest]), "count"),
    )


def _define(pace: Pace) -> tuple[Definition, ...]:
    word = pace.word
    told = (
        (
            "sessions" if word == "session" else "count",
            f"{word}s in a row that small beat large (below zero: lost), by unadjusted closes",
        ),
        ("count", "finished runs of that sign that were at least as long"),
        ("date", f"the {word} in which the last of those runs ended"),
        ("count", "finished runs of that sign"),
        ("count", "1 + the finished runs of that sign that were longer"),
        ("fraction", "share of the finished runs of that sign that were as short or shorter"),
        ("number", f"runs of that sign and length or more that a fair coin would give: {word}s / 2^(length + 1)"),
    )
    return tuple(
        Definition(name, unit, text, "A5", is_weekly=pace.is_weekly)
        for name, (unit, text) in zip(pace.names, told, strict=True)
    )


_PAIR = tuple(definition for pace in PACES for definition in _define(pace))
STREAK = Study(symbol=(), pair=_PAIR, calculate=_calculate, explain=explain_with(_calculate, (), _PAIR, _tell))
