"""How small moves with large: beta, correlation, alpha, and the gap that beta alone does not explain [A8]."""

from dataclasses import dataclass

import numpy as np

from core.market.bars import Floats
from core.studies.ranks import rank_last, tell_rank
from core.studies.steps import Steps, explain_with, name_leg, numbers_in, tell_history, tell_returns
from core.studies.study import Definition, Given, Missing, Result, Results, Step, Study, missing_sessions
from core.studies.windows import YEAR, to_log_returns, to_means, to_returns

WINDOWS = (60, 252)
ADJUSTED = (20, 63)
LAGGED = 60
"""Returns of the beta that a gap is adjusted with, as it stood the session before, and of the one that is ranked."""
_STILL = Missing("a leg did not move")
_STILL_VARIANCE = 1e-14
"""A variance of daily returns below this is rounding that a moving window left behind."""


@dataclass(frozen=True, slots=True)
class Legs:
    """Simple returns of both legs, and as many log returns of them as an adjusted gap can add up."""

    small: Floats
    large: Floats
    log_small: Floats
    log_large: Floats


def calc_beta(small: Floats, large: Floats) -> float | None:
    """Covariance over large's variance of two arrays of returns; None where large did not move [A8]."""
    moved = large - np.mean(large)
    spread = float(np.dot(moved, moved))
    return float(np.dot(small - np.mean(small), moved)) / spread if spread > 0.0 else None


def calc_correlation(small: Floats, large: Floats) -> float | None:
    """Pearson correlation of two arrays of returns; None where either did not move [A8]."""
    left, right = small - np.mean(small), large - np.mean(large)
    spread = float(np.sqrt(np.dot(left, left) * np.dot(right, right)))
    return float(np.dot(left, right)) / spread if spread > 0.0 else None


def calc_alpha(small: Floats, large: Floats, beta: float) -> float:
    """Mean of small less `beta` times large, as of a year of 252 sessions [A8]."""
    return float(np.mean(small - beta * large)) * YEAR


def fit_dimson(small: Floats, large: Floats) -> Floats | None:
    """Slopes of small on large a session before, the same and after; None where they cannot be told apart.

    Both arrays have two returns more than enter: the first and last of small have no neighbour. The sum of the slopes
    is the beta of what trades late, Dimson (1979), Journal of Financial Economics 7 [A8].
    """
    around = np.column_stack((large[:-2], large[1:-1], large[2:]))
    moved = around - np.mean(around, axis=0)
    own = small[1:-1] - np.mean(small[1:-1])
    slopes, _, rank, _ = np.linalg.lstsq(moved, own, rcond=None)
    return slopes if rank == 3 else None


def to_beta(small: Floats, large: Floats, count: int) -> Floats:
    """`calc_beta` of every full window, NaN where large did not move; shorter by `count - 1`."""
    if len(small) < count:
        return small[:0]
    mean_small, mean_large, mean_product, mean_square = (
        to_means(values, count) for values in (small, large, small * large, large * large)
    )
    variance = mean_square - mean_large * mean_large
    still = np.full(len(variance), np.nan)
    return np.asarray(
        np.divide(mean_product - mean_small * mean_large, variance, out=still, where=variance > _STILL_VARIANCE)
    )


def calc_adjusted_gap(legs: Legs, betas: Floats, count: int) -> float:
    """Log returns of small less beta times large's, added up over `count` sessions; beta is of the session before."""
    return float(np.sum(legs.log_small[-count:] - betas[-count - 1 : -1] * legs.log_large[-count:]))


def _to_legs(given: Given) -> Legs | None:
    line = given.line
    if line.small is None or line.large is None or len(line.values) < 2:
        return None
    logs = (to_log_returns(leg[-max(ADJUSTED) - 1 :]) for leg in (line.small, line.large))
    return Legs(to_returns(line.small), to_returns(line.large), *logs)


def _calculate(given: Given) -> Results:
    legs, has = _to_legs(given), len(given.line.values)
    results: Results = {}
    for count in WINDOWS:
        results |= dict(zip(_names(count), _calc_window(legs, count, has), strict=True))
    past = to_beta(legs.small, legs.large, LAGGED) if legs else np.empty(0)
    results["beta_60d_percentile"] = rank_last(past, LAGGED)
    for count in ADJUSTED:
        full = legs is not None and has > LAGGED + count
        gap = calc_adjusted_gap(legs, past, count) if legs and full else missing_sessions(LAGGED + count + 1, has)
        results[f"beta_adjusted_gap_{count}d"] = _STILL if gap != gap else gap
    return results


def _names(count: int) -> tuple[str, ...]:
    return tuple(f"{name}_{count}d" for name in ("beta", "correlation", "alpha", "beta_dimson"))


def _calc_window(legs: Legs | None, count: int, has: int) -> tuple[Result, ...]:
    if legs is None or has <= count:
        return (missing_sessions(count + 1, has),) * 4
    small, large = legs.small[-count:], legs.large[-count:]
    beta = calc_beta(small, large)
    dimson: Result = missing_sessions(count + 3, has)
    if has >= count + 3:
        slopes = fit_dimson(legs.small[-count - 2 :], legs.large[-count - 2 :])
        dimson = _STILL if slopes is None else float(np.sum(slopes))
    return (
        _or_still(beta),
        _or_still(calc_correlation(small, large)),
        _STILL if beta is None else calc_alpha(small, large, beta),
        dimson,
    )


def _or_still(value: float | None) -> Result:
    return _STILL if value is None else value


def _tell(given: Given, name: str) -> Steps:
    legs = _to_legs(given)
    if legs is None:
        return ()
    count = numbers_in(name)[0]
    if name == "beta_60d_percentile":
        return tell_history(given), *tell_rank(to_beta(legs.small, legs.large, LAGGED), "beta_60d", "ratio")
    if name.startswith("beta_adjusted"):
        return _tell_adjusted(given, legs, count)
    if name.startswith("beta_dimson"):
        return _tell_dimson(given, legs, count)
    small, large = legs.small[-count:], legs.large[-count:]
    beta = Step(f"beta_{count}d", _or_still(calc_beta(small, large)), "ratio")
    deviations = (
        Step(f"sample deviation of {name_leg(given, is_small)}'s", float(np.std(leg, ddof=1)), "fraction")
        for is_small, leg in ((True, small), (False, large))
    )
    if name.startswith("alpha"):
        means = (
            Step(f"mean of {name_leg(given, is_small)}'s", float(np.mean(leg)), "fraction")
            for is_small, leg in ((True, small), (False, large))
        )
        return tell_returns(given, count), beta, *means
    covariance = Step("covariance of the two", float(np.cov(small, large)[0, 1]), "number")
    return tell_returns(given, count), *deviations, covariance


def _tell_adjusted(given: Given, legs: Legs, count: int) -> Steps:
    betas = to_beta(legs.small[-LAGGED - count : -1], legs.large[-LAGGED - count : -1], LAGGED)
    sums = (
        Step(f"log returns of {name_leg(given, is_small)}, added up", float(np.sum(leg[-count:])), "fraction")
        for is_small, leg in ((True, legs.log_small), (False, legs.log_large))
    )
    sessions = given.line.sessions
    return (
        tell_returns(given, count),
        *sums,
        Step(f"beta_60d of {sessions[-count - 1]}, for the first of them", float(betas[0]), "ratio"),
        Step(f"beta_60d of {sessions[-2]}, for the last", float(betas[-1]), "ratio"),
    )


def _tell_dimson(given: Given, legs: Legs, count: int) -> Steps:
    slopes = fit_dimson(legs.small[-count - 2 :], legs.large[-count - 2 :])
    large = name_leg(given, False)
    told = (f"slope on {large}'s return the session before", "on the same session's", "on the session's after")
    found = (_STILL,) * 3 if slopes is None else tuple(slopes.tolist())
    return tell_returns(given, count, -2), *(
        Step(text, slope, "ratio") for text, slope in zip(told, found, strict=True)
    )


def _define(count: int) -> tuple[Definition, ...]:
    beta, correlation, alpha, dimson = _names(count)
    return (
        Definition(beta, "ratio", f"covariance over large's variance of {count} simple returns", "A8"),
        Definition(correlation, "ratio", f"correlation of {count} simple returns of the legs", "A8"),
        Definition(alpha, "fraction", f"mean of {count} returns of small less {beta} times large's, times 252", "A8"),
        Definition(dimson, "ratio", f"{count} returns of small on large's before, with and after: sum of slopes", "A8"),
    )


_PAIR = (
    *(definition for n in WINDOWS for definition in _define(n)),
    Definition("beta_60d_percentile", "fraction", "share of all beta_60d so far at or below today's", "A8"),
    *(
        Definition(
            f"beta_adjusted_gap_{n}d",
            "fraction",
            f"sum of {n} log returns of small, each less the beta_60d of the session before times large's",
            "A8",
        )
        for n in ADJUSTED
    ),
)
COMOVEMENT = Study(symbol=(), pair=_PAIR, calculate=_calculate, explain=explain_with(_calculate, (), _PAIR, _tell))
