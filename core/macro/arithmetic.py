"""From published series to others: pure, on what was known, oldest first."""

import numpy as np

from core.macro.series import Known
from core.market.bars import Floats

_FEWEST_OF_THREE = 2
_SAHM_MONTHS = 12


def to_months(known: Known) -> Known:
    """Means of complete months, each on its first day: a month is complete once a later one has begun [G1]."""
    months = known.observed.astype("datetime64[M]")
    firsts = np.flatnonzero(np.append(True, months[1:] != months[:-1]))[: len(months)]
    counts = np.diff(np.append(firsts, len(months)))
    means = np.add.reduceat(known.values, firsts) / counts if len(firsts) else known.values
    return Known(known.id, months[firsts].astype("datetime64[D]")[:-1], means[:-1])


def join(left: Known, right: Known) -> tuple[Known, Known]:
    """Both on the days that both have."""
    _, mine, theirs = np.intersect1d(left.observed, right.observed, assume_unique=True, return_indices=True)
    return (
        Known(left.id, left.observed[mine], left.values[mine]),
        Known(right.id, right.observed[theirs], right.values[theirs]),
    )


def to_grid(known: Known) -> Known:
    """A monthly series on every month from its first to its last, NaN where one was never published."""
    index = known.observed.astype("datetime64[M]").astype(np.int64)
    values = np.full(int(index[-1] - index[0]) + 1, np.nan) if len(index) else np.empty(0)
    values[index - index[0] if len(index) else index] = known.values
    days = known.observed[:1].astype("datetime64[M]") + np.arange(len(values)).astype("timedelta64[M]")
    return Known(known.id, days.astype("datetime64[D]"), values)


def to_sahm(unemployment: Known) -> Known:
    """Mean of three months less the lowest such mean of the twelve months before [G2], in points.

    One month of three may be missing (October 2025 was never asked); a mean of fewer is none, and has no result.
    """
    grid = to_grid(unemployment)
    if len(grid) < _SAHM_MONTHS + 3:
        return Known(unemployment.id, grid.observed[:0], grid.values[:0])
    means = _to_mean_of_three(grid.values)
    lowest = np.lib.stride_tricks.sliding_window_view(means, _SAHM_MONTHS)[:-1]
    filled = np.where(np.isnan(lowest), np.inf, lowest).min(axis=1)
    rises = means[_SAHM_MONTHS:] - np.where(np.isnan(lowest).sum(axis=1) <= 1, filled, np.nan)
    days, kept = grid.observed[_SAHM_MONTHS + 2 :], np.isfinite(rises) & np.isfinite(grid.values[_SAHM_MONTHS + 2 :])
    return Known(unemployment.id, days[kept], rises[kept])


def _to_mean_of_three(values: Floats) -> Floats:
    windows = np.lib.stride_tricks.sliding_window_view(values, 3)
    counts = 3 - np.isnan(windows).sum(axis=1)
    totals = np.where(np.isnan(windows), 0.0, windows).sum(axis=1)
    nothing = np.full(len(counts), np.nan)
    return np.asarray(np.divide(totals, counts, out=nothing, where=counts >= _FEWEST_OF_THREE))


def to_plain(known: Known) -> Known:
    """As published."""
    return known


def to_scaled(known: Known) -> Known:
    """Percent as fractions."""
    return Known(known.id, known.observed, known.values / 100.0)


def to_difference(left: Known, right: Known) -> Known:
    """`left` less `right` on the days that both have, percent as fractions."""
    mine, theirs = join(left, right)
    return Known(left.id, mine.observed, (mine.values - theirs.values) / 100.0)


def to_growth(known: Known, months: int) -> Known:
    """Over the value of so many months before, minus one; only where that was published."""
    return _to_ratios(known, months, 1.0)


def to_annualised(known: Known, months: int) -> Known:
    """The same at a year's pace."""
    return _to_ratios(known, months, 12.0 / months)


def to_mean(known: Known, count: int) -> Known:
    """Mean of `count` observations, on the day of the last."""
    if len(known) < count:
        return Known(known.id, known.observed[:0], known.values[:0])
    means = np.lib.stride_tricks.sliding_window_view(known.values, count).mean(axis=1)
    return Known(known.id, known.observed[count - 1 :], means)


def to_over_low(known: Known, count: int, weeks: int) -> Known:
    """The mean of `count` over the lowest such mean of the last `weeks`, minus one."""
    means = to_mean(known, count)
    if len(means) < weeks:
        return Known(known.id, means.observed[:0], means.values[:0])
    lowest = np.lib.stride_tricks.sliding_window_view(means.values, weeks).min(axis=1)
    return Known(known.id, means.observed[weeks - 1 :], means.values[weeks - 1 :] / lowest - 1.0)


def _to_ratios(known: Known, months: int, power: float) -> Known:
    index = known.observed.astype("datetime64[M]").astype(np.int64)
    places = np.minimum(np.searchsorted(index, index - months), max(0, len(index) - 1))
    kept = index[places] == index - months if len(index) else np.zeros(0, np.bool_)
    ratios = known.values[kept] / known.values[places[kept]]
    return Known(known.id, known.observed[kept], ratios**power - 1.0)
