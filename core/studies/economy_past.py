"""The past of measures of the economy at every session, each as it was known on that evening."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, lru_cache

import numpy as np

from core.macro.catalogue import CATALOGUE, Rhythm
from core.macro.macro import Macro
from core.macro.series import Series
from core.market.bars import Floats, Sessions
from core.rules.settled import to_expanding_rank
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
    return _calculate(given.around.drivers.macro, name, _Days(sessions, (sessions[0], sessions[-1], len(sessions))))


@dataclass(frozen=True, slots=True)
class _Days:
    """Sessions of the exchange without a hole: their ends say which they are."""

    sessions: Sessions = field(compare=False)
    key: tuple[np.datetime64, np.datetime64, int]


@lru_cache(maxsize=32)
def _calculate(macro: Macro, name: str, days: _Days) -> Floats:
    """Kept, for while histories come in the rules are walked anew every few seconds."""
    (one, place), sessions = _by_name()[name], days.sessions
    found = [macro.series.get(series) for series in one.series]
    known = [series for series in found if series is not None]
    if len(known) < len(found) and not (one.is_any and known):
        values = np.full(len(sessions), np.nan)
    elif len(found) == 1 and not _is_revised(known[0]) and not (place == 2 and one.window):
        values = _to_points(known[0], one, place, sessions)
    else:
        values = _to_steps(macro, one, place, known, sessions)
    values.setflags(write=False)
    return values


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
    """Of a series without revisions: what was newest on each evening, how it had changed, or its rank so far.

    A value hangs on observations up to its own day alone, so the past of all of them is the past that was seen.
    """
    made = one.make(series.known(series.available[-1])) if len(series.values) else None
    if made is None or isinstance(made, Missing) or not len(made):
        return np.full(len(sessions), np.nan)
    values = made.values
    if place == 1:
        values = np.full(len(made), np.nan)
        values[one.pace.change :] = made.values[one.pace.change :] - made.values[: -one.pace.change]
    elif place == 2:
        values = to_expanding_rank(values, one.pace.past)
    known = series.available[np.searchsorted(series.observed, made.observed)]
    last, newest = (np.searchsorted(days, sessions, side="right") - 1 for days in (known, series.available))
    is_told = (last >= 0) & (sessions <= CATALOGUE[series.id].to_end(series.observed)[newest])
    return np.where(is_told, values[last], np.nan)


def _to_steps(macro: Macro, one: Indicator, place: int, known: list[Series], sessions: Sessions) -> Floats:
    """From one publication to the next, or to the day on which nothing is known any more."""
    values = np.full(len(sessions), np.nan)
    starts = np.unique(np.searchsorted(sessions, np.concatenate([_to_news(series, one) for series in known])))
    starts = np.union1d(starts[starts < len(sessions)], [0])
    for first, end in zip(starts.tolist(), [*starts[1:].tolist(), len(sessions)], strict=True):
        result = calc_on(macro, one, sessions[first], place)
        if isinstance(result, Dated):
            values[first:end] = result.value
    return values


def _to_news(series: Series, one: Indicator) -> Sessions:
    """The days on which a publication could change the indicator, and those after a series had ended.

    Months made of days are complete with the first day of the next one, so the other days change nothing.
    """
    is_news = np.ones(len(series.values), np.bool_)
    if one.rhythm is Rhythm.MONTHLY and CATALOGUE[series.id].rhythm is Rhythm.DAILY:
        months = series.observed.astype("datetime64[M]")
        is_news[1:] = (months[1:] != months[:-1]) | (series.observed[1:] == series.observed[:-1])
    ends = CATALOGUE[series.id].to_end(series.observed)
    later = np.minimum.accumulate(np.append(series.available[1:], np.datetime64("9999-01-01"))[::-1])[::-1]
    return np.concatenate((series.available[is_news], ends[ends < later] + np.timedelta64(1, "D")))
