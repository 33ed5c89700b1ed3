"""The volatility cone: realised volatility by window now, against its own five years [C8]."""

import math

import numpy as np

from core.market.bars import Floats
from core.snapshot import ConeRow
from core.studies.steps import Steps, explain_with, numbers_in, tell_span
from core.studies.study import Definition, Given, Missing, Results, Step, Study, missing_sessions
from core.studies.volatility import to_volatility
from core.studies.windows import calc_percentile

WINDOWS = (5, 10, 20, 60, 120, 252)
DEPTH = 1260
"""How many windows it looks back at: five years of them."""


def build_cone(values: Floats) -> tuple[ConeRow, ...]:
    """Rows for every window with five years of windows behind it; `values` are prices, results annualised [C8]."""
    return tuple(_build_row(values, window) for window in WINDOWS if len(values) >= DEPTH + window)


def calc_overlap(window: int, count: int) -> float:
    """By how much overlapping windows understate a deviation: root of the Hodges-Tompkins (2002) factor [C8]."""
    return math.sqrt(1.0 / (1.0 - window / count + (window**2 - 1) / (3.0 * count**2)))


def _to_past(values: Floats, window: int) -> Floats:
    """The last five years of it, oldest first."""
    return to_volatility(values[-DEPTH - window :], window)


def _build_row(values: Floats, window: int) -> ConeRow:
    past = _to_past(values, window)
    low, p10, p25, p50, p75, p90, high = np.quantile(past, (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)).tolist()
    now = float(past[-1])
    return ConeRow(
        window=window, low=low, p10=p10, p25=p25, p50=p50, p75=p75, p90=p90, high=high, now=now,
        overlap_factor=calc_overlap(window, DEPTH),
    )  # fmt: skip


def _calculate(given: Given) -> Results:
    return {name: _calc_place(given.line.values, window) for name, window in _WINDOWS.items()}


def _calc_place(values: Floats, window: int) -> float | Missing:
    if len(values) < DEPTH + window:
        return missing_sessions(DEPTH + window, len(values))
    return calc_percentile(_to_past(values, window))


def _tell(given: Given, name: str) -> Steps:
    (window,) = numbers_in(name)
    past, sessions = _to_past(given.line.values, window), given.line.sessions
    places = (("lowest", 0.0), ("10 % quantile", 0.1), ("median", 0.5), ("90 % quantile", 0.9), ("highest", 1.0))
    return (
        Step(f"volatility of the {window} sessions to {sessions[-1]}", float(past[-1]), "fraction"),
        Step(f"such windows, ending {tell_span(sessions, DEPTH)}", DEPTH, "count"),
        *(Step(f"{word} of them", float(np.quantile(past, place)), "fraction") for word, place in places),
        Step("by how much windows that overlap understate a deviation", calc_overlap(window, DEPTH), "ratio"),
        Step("windows at or below the last", int(np.count_nonzero(past <= past[-1])), "count"),
    )


_WINDOWS = {f"cone_percentile_{window}d": window for window in WINDOWS}
_SYMBOL = tuple(
    Definition(
        name,
        "fraction",
        f"percentile of the volatility over {window} sessions within its last {DEPTH} windows: a row of the cone",
        "C8",
    )
    for name, window in _WINDOWS.items()
)
CONE = Study(
    symbol=_SYMBOL, pair=(), calculate=_calculate, explain=explain_with(_calculate, _SYMBOL, (), _tell), is_detail=True
)
