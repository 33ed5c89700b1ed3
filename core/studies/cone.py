"""The volatility cone: realised volatility by window now, against its own five years [C8]."""

import math

import numpy as np

from core.market.bars import Floats
from core.snapshot import ConeRow
from core.studies.volatility import to_volatility

WINDOWS = (5, 10, 20, 60, 120, 252)
DEPTH = 1260
"""How many windows it looks back at: five years of them."""


def build_cone(values: Floats) -> tuple[ConeRow, ...]:
    """Rows for every window with five years of windows behind it; `values` are prices, results annualised [C8]."""
    return tuple(_build_row(values, window) for window in WINDOWS if len(values) >= DEPTH + window)


def calc_overlap(window: int, count: int) -> float:
    """By how much overlapping windows understate a deviation: root of the Hodges-Tompkins (2002) factor [C8]."""
    return math.sqrt(1.0 / (1.0 - window / count + (window**2 - 1) / (3.0 * count**2)))


def _build_row(values: Floats, window: int) -> ConeRow:
    past = to_volatility(values[-DEPTH - window :], window)
    low, p10, p25, p50, p75, p90, high = np.quantile(past, (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)).tolist()
    now = float(past[-1])
    return ConeRow(
        window=window, low=low, p10=p10, p25=p25, p50=p50, p75=p75, p90=p90, high=high, now=now,
        overlap_factor=calc_overlap(window, DEPTH),
    )  # fmt: skip
