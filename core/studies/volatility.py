"""Close-to-close volatility of log returns, its percentile, its own unrest, small's over large's [C1, C2, C9, C12]."""

import numpy as np

from core.market.bars import Floats
from core.studies.relative import find_start
from core.studies.steps import Steps, explain_with, name_leg, numbers_in, tell_returns
from core.studies.study import Definition, Given, Missing, Result, Results, Step, Study, missing_sessions
from core.studies.windows import (
    annualise,
    calc_deviation,
    calc_percentile,
    to_deviation,
    to_log_returns,
)

WINDOWS = (20, 63, 252)
PERCENTILES = (252, 1260)
RATIOS = (20, 63)
YEAR = 252
SHORT = 20
UNREST = 60
LEAST_SINCE = 20
"""Returns that a sample since a date needs: fewer say nothing of a deviation."""


def calc_daily_volatility(values: Floats, count: int) -> float:
    """Sample deviation of the last `count` log returns of `values` (which are prices), per session [C1]."""
    return calc_deviation(to_log_returns(values[-count - 1 :]))


def calc_volatility(values: Floats, count: int) -> float:
    """`calc_daily_volatility`, annualised by the root of 252 [C1]."""
    return annualise(calc_daily_volatility(values, count))


def to_volatility(values: Floats, count: int) -> Floats:
    """Annualised volatility of every full window of `count` log returns: `len(values) - count` numbers [C1]."""
    return annualise_all(to_deviation(to_log_returns(values), count))


def annualise_all(deviations: Floats) -> Floats:
    return deviations * annualise(1.0)


def to_volatility_ratio(small: Floats, large: Floats) -> Floats:
    """Small's 20-session volatility over large's, of every full window; NaN where large did not move [C2]."""
    below = to_volatility(large, SHORT)
    return np.asarray(np.divide(to_volatility(small, SHORT), below, out=np.full(len(below), np.nan), where=below > 0.0))


def count_since(given: Given) -> int | Missing:
    """Log returns after the close that the person's own start of comparison begins with."""
    start = find_start(given.line, "since", given)
    if isinstance(start, Missing):
        return start
    count = len(given.line.values) - 1 - start
    first = given.line.sessions[start]
    return count if count >= LEAST_SINCE else Missing(f"needs {LEAST_SINCE} sessions since {first}, has {count}")


def _calculate(given: Given) -> Results:
    return _calc_pair(given) if given.is_pair else _calc_symbol(given)


def _calc_symbol(given: Given) -> Results:
    values, has = given.line.values, len(given.line.values)
    returns = to_log_returns(values[-max(PERCENTILES) - SHORT :])
    results: Results = {}
    for n in WINDOWS:
        deviation = calc_deviation(returns[-n:]) if has > n else missing_sessions(n + 1, has)
        results[f"volatility_{n}d"] = deviation if isinstance(deviation, Missing) else annualise(deviation)
        if n == SHORT:
            results[f"daily_volatility_{n}d"] = deviation
    if given.since is not None:
        count = count_since(given)
        results["daily_volatility_since"] = (
            count if isinstance(count, Missing) else calc_daily_volatility(values, count)
        )
    past = annualise_all(to_deviation(returns, SHORT))
    for count in PERCENTILES:
        full = len(past) >= count
        results[f"volatility_percentile_{count}d"] = (
            calc_percentile(past[-count:]) if full else missing_sessions(count + SHORT, has)
        )
    unrest = len(past) > UNREST
    results["volatility_of_volatility_60d"] = (
        calc_deviation(np.diff(past[-UNREST - 1 :])) if unrest else missing_sessions(UNREST + SHORT + 1, has)
    )
    return results


def _calc_pair(given: Given) -> Results:
    has = len(given.line.values)
    counts: dict[str, int | Missing] = {
        f"{count}d": count if has > count else missing_sessions(count + 1, has) for count in RATIOS
    }
    if given.since is not None:
        counts["since"] = count_since(given)
    results: Results = {}
    for word, count in counts.items():
        ratio = count if isinstance(count, Missing) else _calc_ratio(given, count)
        results[f"volatility_ratio_{word}"] = ratio
        results[f"volatility_excess_{word}"] = ratio if isinstance(ratio, Missing) else ratio - 1.0
    return results | {f"volatility_ratio_percentile_{YEAR}d": _rank_ratio(given)}


def _rank_ratio(given: Given) -> float | Missing:
    past = _year_of_ratios(given)
    if len(past) < YEAR:
        return missing_sessions(YEAR + SHORT, len(given.line.values))
    return calc_percentile(past) if np.isfinite(past).all() else Missing("the large leg did not move")


def _year_of_ratios(given: Given) -> Floats:
    small, large = given.line.small, given.line.large
    if small is None or large is None:
        return np.empty(0)
    return to_volatility_ratio(small[-YEAR - SHORT :], large[-YEAR - SHORT :])


def _calc_ratio(given: Given, count: int) -> float | Missing:
    if given.line.small is None or given.line.large is None:
        return Missing("no legs")
    large = calc_volatility(given.line.large, count)
    return calc_volatility(given.line.small, count) / large if large > 0.0 else Missing("the large leg did not move")


def _tell(given: Given, name: str) -> Steps:
    count = _window_of(given, name)
    if given.is_pair:
        return _tell_pair(given, name, count)
    values = given.line.values
    if name.startswith("volatility_percentile"):
        return _tell_percentile(given, count)
    if name == "volatility_of_volatility_60d":
        past = to_volatility(values[-UNREST - SHORT - 1 :], SHORT)
        return (
            tell_returns(given, UNREST + SHORT),
            Step(f"volatility_20d of {given.line.sessions[-UNREST - 1]}", float(past[0]), "fraction"),
            Step(f"volatility_20d of {given.line.sessions[-1]}", float(past[-1]), "fraction"),
            Step("changes from session to session between them", UNREST, "count"),
        )
    deviation = Step("their sample deviation, of log returns", calc_daily_volatility(values, count), "fraction")
    returns = tell_returns(given, count)
    return (returns,) if name.startswith("daily") else (returns, deviation)


def _tell_pair(given: Given, name: str, count: int) -> Steps:
    line = given.line
    if line.small is None or line.large is None:
        return ()
    if "percentile" in name:
        past = _year_of_ratios(given)
        below = int(np.count_nonzero(past <= past[-1]))
        return (
            tell_returns(given, count + SHORT - 1),
            Step("volatility_ratio_20d now", float(past[-1]), "ratio"),
            Step(f"volatility_ratio_20d of {count} sessions at or below it", below, "count"),
        )
    legs = tuple(
        Step(f"volatility of {name_leg(given, is_small)}, annualised", calc_volatility(values, count), "fraction")
        for is_small, values in ((True, line.small), (False, line.large))
    )
    steps = (tell_returns(given, count), *legs)
    ratio: Result = _calc_ratio(given, count)
    return (*steps, Step("small over large", ratio, "ratio")) if "excess" in name else steps


def _tell_percentile(given: Given, count: int) -> Steps:
    past = to_volatility(given.line.values[-count - SHORT :], SHORT)
    return (
        tell_returns(given, count + SHORT - 1),
        Step("volatility_20d now", float(past[-1]), "fraction"),
        Step(f"volatility_20d of {count} sessions at or below it", int(np.count_nonzero(past <= past[-1])), "count"),
    )


def _window_of(given: Given, name: str) -> int:
    """The window of a measure; of one since a date however many returns there are by now."""
    if not name.endswith("_since"):
        return numbers_in(name)[-1]
    count = count_since(given)
    return 0 if isinstance(count, Missing) else count


_SINCE = "since the close that the comparison starts with"
_SYMBOL = (
    *(
        Definition(f"volatility_{n}d", "fraction", f"sample deviation of {n} log returns times the root of 252", "C1")
        for n in WINDOWS
    ),
    Definition("daily_volatility_20d", "fraction", "sample deviation of 20 log returns, not annualised", "C1"),
    Definition("daily_volatility_since", "fraction", f"sample deviation of all log returns {_SINCE}", "C1"),
    *(
        Definition(
            f"volatility_percentile_{n}d", "fraction", f"share of the last {n} volatility_20d at or below today's", "C9"
        )
        for n in PERCENTILES
    ),
    Definition(
        "volatility_of_volatility_60d",
        "fraction",
        "sample deviation of 60 changes of volatility_20d from session to session",
        "C12",
    ),
)
_PAIR = (
    *(
        Definition(f"volatility_ratio_{n}d", "ratio", f"small's {n}-session volatility over large's", "C2")
        for n in RATIOS
    ),
    Definition(
        f"volatility_ratio_percentile_{YEAR}d",
        "fraction",
        f"share of the last {YEAR} volatility_ratio_20d at or below today's",
        "C9",
    ),
    Definition("volatility_ratio_since", "ratio", f"small's volatility over large's, of all returns {_SINCE}", "C2"),
    *(
        Definition(f"volatility_excess_{word}", "fraction", f"volatility_ratio_{word} minus one", "C2")
        for word in (*(f"{n}d" for n in RATIOS), "since")
    ),
)
VOLATILITY = Study(
    symbol=_SYMBOL, pair=_PAIR, calculate=_calculate, explain=explain_with(_calculate, _SYMBOL, _PAIR, _tell)
)
