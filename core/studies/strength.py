"""Where the ratio stands against its own average: z-score of its logarithm with percentile, and Mansfield [A2, A6]."""

from dataclasses import dataclass

import numpy as np

from core.market.bars import Floats, Sessions
from core.studies.averages import calc_sma_change
from core.studies.ranks import rank_last, tell_rank
from core.studies.steps import Steps, explain_with, numbers_in, tell_history, tell_value, tell_window
from core.studies.study import Definition, Given, Missing, Result, Results, Step, Study, missing_sessions
from core.studies.weekly import find_week_ends
from core.studies.windows import YEAR, calc_change, calc_deviation, calc_sma, to_deviation, to_logs, to_means

Z_WINDOWS = (60, 252)
_FLAT = 1e-12
"""A deviation of log ratios below this is rounding, not movement."""
_FLAT_MOVING = 1e-7
"""The same for a deviation that was carried along from window to window, with what that leaves behind."""


@dataclass(frozen=True, slots=True)
class Mansfield:
    """One window of A6: its zero line is the average of `count` closes, and rises or falls over `lag` of them."""

    window: str
    count: int
    lag: int
    is_weekly: bool

    @property
    def names(self) -> tuple[str, str, str]:
        """The value, since when it is on its side of zero, the slope of the zero line."""
        name = f"mansfield_{self.window}"
        return name, f"{name}_since", f"{name}_slope"

    def missing(self, needed: int, has: int) -> Missing:
        return Missing(f"needs {needed} weeks, has {has}") if self.is_weekly else missing_sessions(needed, has)


MANSFIELDS = (Mansfield("252d", YEAR, 20, is_weekly=False), Mansfield("52w", 52, 4, is_weekly=True))
"""Four weeks tell whether the zero line rises, in sessions and in weeks."""


def calc_z(values: Floats) -> float | None:
    """(last - mean) / sample deviation of the logarithms of all `values`; None where they do not vary [A2]."""
    logs = to_logs(values)
    deviation = calc_deviation(logs)
    return (float(logs[-1]) - calc_sma(logs, len(logs))) / deviation if deviation > _FLAT else None


def to_z(values: Floats, count: int) -> Floats:
    """The z-score at every full window, NaN where the ratio did not vary; shorter by `count - 1` [A2]."""
    if len(values) < count:
        return values[:0]
    # Levels lose digits in a moving deviation; from the first of them on they are small.
    logs = to_logs(values / values[0])
    deviation = to_deviation(logs, count)
    above = logs[count - 1 :] - to_means(logs, count)
    still = np.full(len(deviation), np.nan)
    return np.asarray(np.divide(above, deviation, out=still, where=deviation > _FLAT_MOVING))


def calc_mansfield(values: Floats, count: int) -> float:
    """The last value over the mean of the last `count`, minus one [A6]."""
    return calc_change(float(values[-1]), calc_sma(values, count))


def to_mansfield(values: Floats, count: int) -> Floats:
    """The same at every full window; shorter by `count - 1` [A6]."""
    return values[count - 1 :] / to_means(values, count) - 1.0 if len(values) >= count else values[:0]


def find_crossing(values: Floats, count: int) -> int | None:
    """Index of the value that brought the last to its side of its average of `count`; None: always there [A6]."""
    side = np.sign(values[count - 1 :] - to_means(values, count))
    other = np.flatnonzero(side != side[-1])
    return count + int(other[-1]) if len(other) else None


def _calculate(given: Given) -> Results:
    values = given.line.values
    results: Results = {}
    for count in Z_WINDOWS:
        z = _calc_z(values, count)
        rank = z if isinstance(z, Missing) else rank_last(to_z(values, count), count - 1)
        results |= {f"ratio_z_{count}d": z, f"ratio_z_{count}d_percentile": rank}
    for rule in MANSFIELDS:
        results |= _calc_mansfield(rule, *_pick(given, rule))
    return results


def _calc_z(values: Floats, count: int) -> Result:
    if len(values) < count:
        return missing_sessions(count, len(values))
    z = calc_z(values[-count:])
    return Missing("the ratio did not move") if z is None else z


def _pick(given: Given, rule: Mansfield) -> tuple[Floats, Sessions]:
    """The values that a rule reads with their sessions: all, or those that closed a week."""
    line = given.line
    chosen = find_week_ends(line.sessions) if rule.is_weekly else slice(None)
    return line.values[chosen], line.sessions[chosen]


def _calc_mansfield(rule: Mansfield, values: Floats, sessions: Sessions) -> Results:
    if len(values) < rule.count:
        return dict.fromkeys(rule.names, rule.missing(rule.count, len(values)))
    crossed = find_crossing(values, rule.count)
    unchanged = Missing(f"on this side since {sessions[rule.count - 1]}, the first known")
    full = rule.count + rule.lag
    results: tuple[Result, ...] = (
        calc_mansfield(values, rule.count),
        unchanged if crossed is None else str(sessions[crossed]),
        calc_sma_change(values, rule.count, rule.lag) if len(values) >= full else rule.missing(full, len(values)),
    )
    return dict(zip(rule.names, results, strict=True))


def _tell(given: Given, name: str) -> Steps:
    count = numbers_in(name)[0]
    if name.startswith("mansfield"):
        rule = next(rule for rule in MANSFIELDS if name in rule.names)
        return _tell_mansfield(given, rule, name)
    if name.endswith("_percentile"):
        return tell_history(given), *tell_rank(to_z(given.line.values, count), f"ratio_z_{count}d", "z")
    logs = to_logs(given.line.values[-count:])
    return (
        tell_value(given),
        Step("its logarithm", float(logs[-1]), "number"),
        tell_window(given, count),
        Step("mean of their logarithms", calc_sma(logs, count), "number"),
        Step("sample deviation of their logarithms", calc_deviation(logs), "number"),
    )


def _tell_mansfield(given: Given, rule: Mansfield, name: str) -> Steps:
    values, sessions = _pick(given, rule)
    closes = "weekly closes" if rule.is_weekly else "ratios"

    def average(back: int) -> Step:
        end = len(values) - back
        text = f"mean of the {rule.count} {closes} to {sessions[end - 1]}"
        return Step(text, calc_sma(values[:end], rule.count), "ratio")

    if name.endswith("_slope"):
        return average(rule.lag), average(0)
    if name.endswith("_since"):
        return (
            average(0),
            tell_value(given),
            Step("the one over the other, minus one", calc_mansfield(values, rule.count), "fraction"),
        )
    return average(0), tell_value(given)


def _define_mansfield(rule: Mansfield) -> tuple[Definition, ...]:
    what = f"{rule.count}-{'week mean of weekly closes' if rule.is_weekly else 'session mean'}"
    lag = f"{rule.lag} weeks" if rule.is_weekly else f"{rule.lag} sessions"
    crossed = "week whose close" if rule.is_weekly else "session that"
    told = (
        ("fraction", f"ratio over its {what}, minus one"),
        ("date", f"the {crossed} brought {rule.names[0]} to its side of zero"),
        ("fraction", f"slope of its zero line: the {what} over itself {lag} ago, minus one"),
    )
    return tuple(
        Definition(name, unit, text, "A6", is_weekly=rule.is_weekly)
        for name, (unit, text) in zip(rule.names, told, strict=True)
    )


_PAIR = (
    *(
        definition
        for n in Z_WINDOWS
        for definition in (
            Definition(f"ratio_z_{n}d", "z", f"log ratio minus its {n}-session mean, in its sample deviations", "A2"),
            Definition(
                f"ratio_z_{n}d_percentile", "fraction", f"share of all ratio_z_{n}d so far at or below today's", "A2"
            ),
        )
    ),
    *(definition for rule in MANSFIELDS for definition in _define_mansfield(rule)),
)
STRENGTH = Study(symbol=(), pair=_PAIR, calculate=_calculate, explain=explain_with(_calculate, (), _PAIR, _tell))
