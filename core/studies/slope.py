"""Slope of the logarithm by ordinary least squares, a year's worth of it, with its fit [B4]."""

import math
from dataclasses import dataclass

import numpy as np

from core.market.bars import Floats
from core.studies.steps import Steps, explain_with, numbers_in, tell_value, tell_window
from core.studies.study import Definition, Given, Missing, Results, Step, Study, missing_sessions
from core.studies.windows import YEAR

WINDOWS = (20, 50)


@dataclass(frozen=True, slots=True)
class Fit:
    """`slope` and `error` (its standard error) are log points a session; `r2` is None where nothing moved."""

    slope: float
    error: float
    r2: float | None

    @property
    def is_flat(self) -> bool:
        """Whether the slope is within its standard error of zero."""
        return abs(self.slope) < self.error


def fit_slope(logs: Floats) -> Fit:
    """Least squares of `logs` on 0, 1, 2 and so on [B4]; needs three values."""
    count = len(logs)
    along = np.arange(count) - (count - 1) / 2
    spread = count * (count**2 - 1) / 12
    moved = logs - logs[-1]
    moved = moved - np.mean(moved)
    slope = float(np.dot(along, moved)) / spread
    rest = moved - slope * along
    total, left = float(np.dot(moved, moved)), float(np.dot(rest, rest))
    return Fit(slope, math.sqrt(left / (count - 2) / spread), 1.0 - left / total if total != 0.0 else None)


def _calculate(given: Given) -> Results:
    values, has = given.line.values, len(given.line.values)
    results: Results = {}
    for count in WINDOWS:
        if has < count:
            results |= dict.fromkeys(_names(count), missing_sessions(count, has))
        elif float(values[-count:].min()) <= 0.0:
            results |= dict.fromkeys(_names(count), Missing("no logarithm of zero or less"))
        else:
            fit = fit_slope(np.log(values[-count:]))
            r2 = Missing("nothing moved") if fit.r2 is None else fit.r2
            results |= zip(_names(count), (fit.slope * YEAR, r2, name_slope(fit)), strict=True)
    return results


def name_slope(fit: Fit) -> str:
    """`up`, `down`, or `flat` where the slope cannot be told from none; without any move there is none."""
    if fit.is_flat or fit.slope == 0.0:
        return "flat"
    return "up" if fit.slope > 0.0 else "down"


def _names(count: int) -> tuple[str, str, str]:
    return f"slope_{count}d", f"slope_fit_{count}d", f"slope_state_{count}d"


def _tell(given: Given, name: str) -> Steps:
    count = numbers_in(name)[0]
    fit = fit_slope(np.log(given.line.values[-count:]))
    return (
        tell_window(given, count),
        tell_value(given, -count),
        tell_value(given),
        Step("slope of the logarithms, a session", fit.slope, "fraction"),
        Step("its standard error", fit.error, "fraction"),
    )


def _define(thing: str) -> tuple[Definition, ...]:
    return tuple(
        definition
        for n in WINDOWS
        for definition in (
            Definition(
                f"slope_{n}d", "fraction", f"least-squares slope of {n} log {thing} on sessions, times 252", "B4"
            ),
            Definition(
                f"slope_fit_{n}d", "ratio", f"R2: share of the variance that the line of slope_{n}d explains", "B4"
            ),
            Definition(
                f"slope_state_{n}d", "state", f"up, down, or flat: slope_{n}d within its standard error of zero", "B4"
            ),
        )
    )


_SYMBOL, _PAIR = _define("closes"), _define("ratios")
SLOPE = Study(
    symbol=_SYMBOL,
    pair=_PAIR,
    calculate=_calculate,
    explain=explain_with(_calculate, _SYMBOL, _PAIR, _tell),
    is_detail=True,
)
