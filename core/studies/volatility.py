"""Close-to-close volatility of log returns, its percentile in its own past, small's over large's [C1, C2, C9, C13]."""

from core.market.bars import Floats
from core.studies.study import Definition, Given, Missing, Result, Results, Study, missing_sessions
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
SHORT = 20
TRACKING = 63


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


def _calculate(given: Given) -> Results:
    return _calc_pair(given) if given.is_pair else _calc_symbol(given.line.values)


def _calc_symbol(values: Floats) -> Results:
    has = len(values)
    results: Results = {
        f"volatility_{n}d": calc_volatility(values, n) if has > n else missing_sessions(n + 1, has) for n in WINDOWS
    }
    short = has > SHORT
    results["daily_volatility_20d"] = (
        calc_daily_volatility(values, SHORT) if short else missing_sessions(SHORT + 1, has)
    )
    past = to_volatility(values[-max(PERCENTILES) - SHORT :], SHORT) if short else values[:0]
    for count in PERCENTILES:
        full = len(past) >= count
        results[f"volatility_percentile_{count}d"] = (
            calc_percentile(past[-count:]) if full else missing_sessions(count + SHORT, has)
        )
    return results


def _calc_pair(given: Given) -> Results:
    line, has = given.line, len(given.line.values)
    results: Results = {f"volatility_ratio_{n}d": _calc_ratio(given, n) for n in RATIOS}
    results["tracking_error_63d"] = (
        calc_volatility(line.values, TRACKING) if has > TRACKING else missing_sessions(TRACKING + 1, has)
    )
    return results


def _calc_ratio(given: Given, count: int) -> Result:
    line, has = given.line, len(given.line.values)
    if line.small is None or line.large is None or has <= count:
        return missing_sessions(count + 1, has)
    large = calc_volatility(line.large, count)
    return calc_volatility(line.small, count) / large if large > 0.0 else Missing("the large leg did not move")


_SYMBOL = (
    *(
        Definition(f"volatility_{n}d", "fraction", f"sample deviation of {n} log returns times the root of 252", "C1")
        for n in WINDOWS
    ),
    Definition("daily_volatility_20d", "fraction", "sample deviation of 20 log returns, not annualised", "C1"),
    *(
        Definition(
            f"volatility_percentile_{n}d", "fraction", f"share of the last {n} volatility_20d at or below today's", "C9"
        )
        for n in PERCENTILES
    ),
)
_PAIR = (
    *(
        Definition(f"volatility_ratio_{n}d", "ratio", f"small's {n}-session volatility over large's", "C2")
        for n in RATIOS
    ),
    Definition(
        "tracking_error_63d", "fraction", "sample deviation of 63 log returns of the ratio times the root of 252", "C13"
    ),
)
VOLATILITY = Study(symbol=_SYMBOL, pair=_PAIR, calculate=_calculate)
