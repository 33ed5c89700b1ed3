"""Value at risk and expected shortfall by historical simulation, and how they stood the test of what came [C15].

All from simple returns of a session; a loss is positive. Of a pair it is the spread, small's return less large's.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from statistics import fmean
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from core.market.bars import Floats
from core.studies.steps import Steps, explain_with, name_leg, numbers_in
from core.studies.study import Definition, Given, Missing, Results, Step, Study, missing_sessions
from core.studies.windows import to_returns

WINDOWS = (504, 1260)
LEVELS = (95, 99)
TESTED = 250
"""Sessions that the forecasts are held against: the Basel Committee's year."""
LIT = 99
"""The level that has a traffic light, and a loss over ten sessions: the Basel Committee's."""
LIGHTS = ((4, "green"), (9, "yellow"), (TESTED, "red"))
"""The most breaches in 250 sessions for each light (Basel Committee, 1996)."""
HORIZON = 10


class Tail(NamedTuple):
    """The loss that is exceeded in so few sessions, and the mean of the losses at or beyond it."""

    value_at_risk: float
    shortfall: float


def calc_quantile(known: Sequence[float], level: int) -> float:
    """The return that is undercut in 100 - `level` percent of the sorted `known`, between two of them linearly."""
    place = _place(len(known), level)
    low = int(place)
    return known[low] + (place - low) * (known[low + 1] - known[low])


def _place(count: int, level: int) -> float:
    return (count - 1) * ((100 - level) / 100)


def calc_tail(known: Sequence[float], level: int) -> Tail:
    """Value at risk and expected shortfall at `level` percent of sorted returns [C15]."""
    quantile = calc_quantile(known, level)
    return Tail(-quantile, -fmean(known[: bisect_right(known, quantile)]))


def count_breaches(returns: Floats, window: int, levels: Sequence[int] = LEVELS) -> list[int]:
    """For each level, how many returns after the first `window` were under the quantile of those before them.

    How many of those before are lower tells it without sorting them, save where one of them is equal or the return lies
    between the two that the quantile lies between. Only returns that are low among all of them can be.
    """
    reached = [int(_place(window, level)) + 1 for level in levels]
    highest = np.partition(returns, max(reached) + len(returns) - window)[max(reached) + len(returns) - window]
    tested = np.flatnonzero(returns[window:] <= highest)
    before, new = sliding_window_view(returns[:-1], window)[tested], returns[window:][tested]
    lower = (before < new[:, None]).sum(axis=1, dtype=np.int32)
    return [_count_level(before, new, lower, level) for level in levels]


def _count_level(before: Floats, new: Floats, lower: NDArray[np.int32], level: int) -> int:
    reached = int(_place(before.shape[1], level)) + 1
    low = np.flatnonzero(lower <= reached)
    is_equalled = (before[low] == new[low, None]).any(axis=1)
    near = low[(lower[low] == reached) | is_equalled]
    quantiles = [calc_quantile(np.sort(before[at]).tolist(), level) for at in near]
    return len(low) - len(near) + int(np.count_nonzero(new[near] < quantiles))


def calc_kupiec(breaches: int, tested: int, level: int) -> float:
    """The p-value of Kupiec's proportion of failures: how likely so odd a count is, were the level right [C15]."""
    ratio = 2.0 * (
        _log_likelihood(breaches, tested, breaches / tested) - _log_likelihood(breaches, tested, (100 - level) / 100)
    )
    return math.erfc(math.sqrt(max(ratio, 0.0) / 2.0))  # the tail of chi squared with one degree of freedom


def find_light(breaches: int) -> str:
    """Green, yellow or red."""
    return next(light for most, light in LIGHTS if breaches <= most)


def _log_likelihood(breaches: int, tested: int, rate: float) -> float:
    """Of `breaches` in `tested`; 0 log 0 is 0."""
    rest = tested - breaches
    return (breaches * math.log(rate) if breaches else 0.0) + (rest * math.log1p(-rate) if rest else 0.0)


def to_risk_returns(given: Given) -> Floats:
    """Simple returns, of a pair small's less large's; one shorter than the line, NaN or infinite next to a zero."""
    line = given.line
    with np.errstate(divide="ignore", invalid="ignore"):
        if line.small is None or line.large is None:
            return to_returns(line.values)
        return to_returns(line.small) - to_returns(line.large)


def _calculate(given: Given) -> Results:
    returns = to_risk_returns(given)
    results: Results = {}
    for window in WINDOWS:
        results |= _calc_tails(returns, window) | _calc_tests(returns, window)
    return results


def _calc_tails(returns: Floats, window: int) -> Results:
    used = returns[-window:]
    if why := _find_fault(used, window):
        return dict.fromkeys(_names(_TAIL, window), why)
    known, results = np.sort(used).tolist(), Results()
    for level in LEVELS:
        tail = calc_tail(known, level)
        results[f"value_at_risk_{level}_{window}d"] = tail.value_at_risk
        results[f"expected_shortfall_{level}_{window}d"] = tail.shortfall
        if level == LIT:
            results[f"value_at_risk_{level}_{window}d_{HORIZON}d"] = tail.value_at_risk * math.sqrt(HORIZON)
    return results


def _calc_tests(returns: Floats, window: int) -> Results:
    used = returns[-window - TESTED :]
    if why := _find_fault(used, window + TESTED):
        return dict.fromkeys(_names(_TEST, window), why)
    results: Results = {}
    for level, breaches in zip(LEVELS, count_breaches(used, window), strict=True):
        results[f"value_at_risk_breaches_{level}_{window}d"] = breaches
        results[f"value_at_risk_kupiec_{level}_{window}d"] = calc_kupiec(breaches, TESTED, level)
        if level == LIT:
            results[f"value_at_risk_light_{level}_{window}d"] = find_light(breaches)
    return results


def _find_fault(used: Floats, needed: int) -> Missing | None:
    if len(used) < needed:
        return missing_sessions(needed + 1, len(used) + 1)
    return None if np.isfinite(used).all() else Missing("not computable from these prices")


def _names(definitions: tuple[Definition, ...], window: int) -> list[str]:
    return [definition.name for definition in definitions if f"_{window}d" in definition.name]


def _tell(given: Given, name: str) -> Steps:
    level, window = numbers_in(name)[:2]
    sessions, returns = given.line.sessions, to_risk_returns(given)
    legs = f" of {name_leg(given, True)} less those of {name_leg(given, False)}" if given.is_pair else ""
    if "breaches" in name or "kupiec" in name or "light" in name:
        (breaches,) = count_breaches(returns[-window - TESTED :], window, (level,))
        days = f"{sessions[-TESTED]} to {sessions[-1]}"
        return (
            Step(f"simple returns{legs}, {days}", TESTED, "sessions"),
            Step(
                f"expected below the {100 - level} % quantile of the {window} before each", TESTED * (100 - level) / 100
            ),
            Step("were below it", breaches, "count"),
        )
    known = np.sort(returns[-window:]).tolist()
    tail = calc_tail(known, level)
    read = Step(f"simple returns{legs}, {sessions[-window]} to {sessions[-1]}", window, "sessions")
    worst = Step("the worst of them", known[0], "fraction")
    quantile = Step(f"their {100 - level} % quantile", -tail.value_at_risk, "fraction")
    if name.startswith("expected"):
        count = bisect_right(known, -tail.value_at_risk)
        return (read, worst, quantile, Step("returns at or below it", count, "count"))
    return (read, worst, quantile)


_TAIL = (
    *(
        Definition(
            f"value_at_risk_{level}_{n}d",
            "fraction",
            f"loss that {level} % of the last {n} simple returns stay within: minus their {100 - level} % quantile",
            "C15",
        )
        for level in LEVELS
        for n in WINDOWS
    ),
    *(
        Definition(
            f"expected_shortfall_{level}_{n}d",
            "fraction",
            f"mean of the losses at or beyond value_at_risk_{level}_{n}d",
            "C15",
        )
        for level in LEVELS
        for n in WINDOWS
    ),
    *(
        Definition(
            f"value_at_risk_{LIT}_{n}d_{HORIZON}d",
            "fraction",
            f"value_at_risk_{LIT}_{n}d times the root of {HORIZON}: approximate, as if sessions were independent",
            "C15",
        )
        for n in WINDOWS
    ),
)
_TEST = (
    *(
        Definition(
            f"value_at_risk_breaches_{level}_{n}d",
            "count",
            f"sessions of the last {TESTED} that lost more than the value_at_risk_{level}_{n}d of the evening before",
            "C15",
        )
        for level in LEVELS
        for n in WINDOWS
    ),
    *(
        Definition(
            f"value_at_risk_kupiec_{level}_{n}d",
            "fraction",
            f"Kupiec's p-value of value_at_risk_breaches_{level}_{n}d: under 0.05 they hardly fit the level",
            "C15",
        )
        for level in LEVELS
        for n in WINDOWS
    ),
    *(
        Definition(
            f"value_at_risk_light_{LIT}_{n}d",
            "state",
            f"green up to 4 of value_at_risk_breaches_{LIT}_{n}d, yellow up to 9, red from 10 on (Basel)",
            "C15",
        )
        for n in WINDOWS
    ),
)
_ALL = (*_TAIL, *_TEST)
TAILS = Study(
    symbol=_ALL,
    pair=_ALL,
    calculate=_calculate,
    explain=explain_with(_calculate, _ALL, _ALL, _tell),
    is_settled=True,
    is_detail=True,
)
