"""The past of measures of the economy at every session, each as it was known on that evening."""

from collections.abc import Callable
from functools import cache

import numpy as np

from core.macro.catalogue import CATALOGUE
from core.macro.series import Series
from core.market.bars import Floats, Sessions
from core.studies.activity import ACTIVITY_INDICATORS
from core.studies.conditions import CONDITIONS_INDICATORS
from core.studies.credit import BONDS, CREDIT_INDICATORS, HIGH, to_credit_change
from core.studies.indicator import Indicator, calc_on
from core.studies.policy import POLICY_INDICATORS
from core.studies.pullback import to_pullback
from core.studies.recession import RECESSION_INDICATORS
from core.studies.study import Dated, Given, Missing
from core.studies.wages import WAGE_INDICATORS

INDICATORS = (
    *RECESSION_INDICATORS,
    *CREDIT_INDICATORS,
    *CONDITIONS_INDICATORS,
    *WAGE_INDICATORS,
    *ACTIVITY_INDICATORS,
    *POLICY_INDICATORS,
)
_OF_PRICES: dict[str, Callable[[Floats], Floats]] = {
    "credit_change_20d": to_credit_change,
    "credit_pullback_63d": lambda values: to_pullback(values, HIGH),
}


@cache
def _by_name() -> dict[str, tuple[Indicator, int]]:
    return {d.name: (one, place) for one in INDICATORS for place, d in enumerate(one.definitions)}


def has_economy_past(name: str) -> bool:
    """Whether the past of that measure is known at once."""
    return name in _OF_PRICES or name in _by_name()


def to_economy_past(given: Given, name: str) -> Floats:
    """The measure `name` at each of the panel's sessions; NaN where it was missing."""
    sessions = given.line.sessions
    if given.around is None or not len(sessions):
        return np.full(len(sessions), np.nan)
    if name in _OF_PRICES:
        return _place(given, _OF_PRICES[name])
    one, place = _by_name()[name]
    found = [given.around.drivers.macro.series.get(series) for series in one.series]
    known = [series for series in found if series is not None]
    if len(known) < len(found) and not (one.is_any and known):
        return np.full(len(sessions), np.nan)
    if one.is_pointwise and place < 2 and not _is_revised(known[0]):
        return _to_points(known[0], one, place, sessions)
    return _to_steps(given, one, place, known)


def _place(given: Given, make: Callable[[Floats], Floats]) -> Floats:
    values = np.full(len(given.line.sessions), np.nan)
    line = given.around.line(BONDS) if given.around else None
    if line is not None and len(line.values):
        made = make(line.values)
        rows = np.searchsorted(given.line.sessions, line.sessions[len(line.values) - len(made) :])
        values[rows] = made
    return values


def _is_revised(series: Series) -> bool:
    is_ordered = bool((np.diff(series.available.astype(np.int64)) >= 0).all())
    return not is_ordered or bool((series.observed[1:] == series.observed[:-1]).any())


def _to_points(series: Series, one: Indicator, place: int, sessions: Sessions) -> Floats:
    """Of a series without revisions: what was newest on each evening, or how it had changed."""
    last = np.searchsorted(series.available, sessions, side="right") - 1
    made = one.make(series.known(series.available[-1])) if len(series.values) else None
    if made is None or isinstance(made, Missing):
        return np.full(len(sessions), np.nan)
    values, before = made.values, last - one.pace.change
    found = values[last] if place == 0 else values[last] - values[np.maximum(before, 0)]
    is_there = (last if place == 0 else before) >= 0
    return np.where(is_there & ~_to_ended(series, last, sessions), found, np.nan)


def _to_ended(series: Series, last: np.ndarray, sessions: Sessions) -> np.ndarray:
    """Whether what came after the newest observation was long overdue."""
    info, newest = CATALOGUE[series.id], series.observed[np.maximum(last, 0)]
    ends, where = np.unique(newest, return_inverse=True)
    until = np.array([info.ends_after(day) for day in ends])
    return np.asarray(sessions > until[where])


def _to_steps(given: Given, one: Indicator, place: int, known: list[Series]) -> Floats:
    """From one publication to the next, or to the day on which nothing is known any more."""
    sessions, macro = given.line.sessions, given.around.drivers.macro if given.around else None
    values = np.full(len(sessions), np.nan)
    if macro is None:
        return values
    news = [series.available for series in known]
    news += [np.array([CATALOGUE[s.id].ends_after(day) for day in np.unique(s.observed)]) + 1 for s in known]
    starts = np.unique(np.searchsorted(sessions, np.unique(np.concatenate(news))))
    starts = np.union1d(starts[starts < len(sessions)], [0])
    for first, end in zip(starts.tolist(), [*starts[1:].tolist(), len(sessions)], strict=True):
        result = calc_on(macro, one, sessions[first])[place]
        if isinstance(result, Dated):
            values[first:end] = result.value
    return values
