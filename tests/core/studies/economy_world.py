"""Made economic series in the shapes of the published ones, for measures of the economy."""

import numpy as np

from core.drivers import Drivers
from core.macro.catalogue import CATALOGUE, Rhythm
from core.macro.macro import Macro
from core.macro.series import Series, build_series

FIRST, LAST = np.datetime64("2012-01-01"), np.datetime64("2026-02-20")
_LEVELS = {"T10Y3M": 1.0, "T10Y2Y": 0.8, "UNRATE": 4.2, "SAHMREALTIME": 0.1, "GS10": 4.0, "TB3MS": 3.5}


def days_of(rhythm):
    """The days that observations carry."""
    if rhythm is Rhythm.DAILY:
        days = np.arange(FIRST, LAST)
        return days[np.is_busday(days)]
    if rhythm is Rhythm.WEEKLY:
        return np.arange(FIRST + 5, LAST, 7)
    step = 1 if rhythm is Rhythm.MONTHLY else 3
    return np.arange(FIRST.astype("datetime64[M]"), LAST.astype("datetime64[M]"), step).astype("datetime64[D]")


def make_series(name, seed=0, days=None, values=None) -> Series:
    """A slow walk about the level that such a series has."""
    info = CATALOGUE[name]
    days = days_of(info.rhythm) if days is None else np.asarray(days, dtype="datetime64[D]")
    if values is None:
        rng = np.random.default_rng([seed, *name.encode()])
        values = _LEVELS.get(name, 3.0) * np.exp(np.cumsum(rng.normal(0.0, 0.01, len(days))))
    return build_series(name, days, info.release(days), np.asarray(values, dtype=float))


def economy(seed=0, **changes) -> Drivers:
    """Every series of the catalogue; `changes` gives others, None leaves one out."""
    known = {name: changes.get(name, make_series(name, seed)) for name in CATALOGUE}
    return Drivers(Macro({name: one for name, one in known.items() if one is not None}))


ECONOMY = economy()


def revise(series: Series) -> Series:
    """The same with each tenth observation changed forty days after it was published, and one that ended for a year."""
    rows = np.arange(5, len(series.values), 10)
    kept = ~((series.observed > np.datetime64("2024-03-01")) & (series.observed < np.datetime64("2025-03-01")))
    return build_series(
        series.id,
        np.append(series.observed[kept], series.observed[rows]),
        np.append(series.available[kept], series.available[rows] + 40),
        np.append(series.values[kept], series.values[rows] * 1.01),
    )


REVISED = economy(
    UNRATE=revise(make_series("UNRATE")), ICSA=revise(make_series("ICSA")), DGS2=revise(make_series("DGS2"))
)
"""Some series with revisions and a hole of a year."""
