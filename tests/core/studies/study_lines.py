"""Small lines to calculate on, and plain ways to read what came out."""

from datetime import UTC, date, datetime

import numpy as np

from core.market.panel import Line
from core.snapshot import Measure
from core.studies.registry import measure_subject
from core.studies.study import Given

AS_OF = datetime(2026, 2, 27, 21, tzinfo=UTC)


def weekdays(count, first="2018-01-02"):
    return np.busday_offset(np.datetime64(first), np.arange(count), roll="forward").astype("datetime64[D]")


def walk(count, seed, *, start=100.0, deviation=0.012):
    """A random walk of prices."""
    steps = np.random.default_rng(seed).normal(0.0002, deviation, count)
    return start * np.exp(np.cumsum(steps))


def legs(count, seed):
    """Two walks that move together, as small and large caps do."""
    rng = np.random.default_rng(seed)
    market = rng.normal(0.0003, 0.01, count)
    small = 50 * np.exp(np.cumsum(1.1 * market + rng.normal(0, 0.007, count)))
    return small, 400 * np.exp(np.cumsum(market))


def symbol_line(values, *, first="2018-01-02", provisional=False):
    values = np.asarray(values, dtype=float)
    return Line("IWM", weekdays(len(values), first), values, None, None, None, None, provisional, AS_OF)


def pair_line(small, large, *, first="2018-01-02", sessions=None, provisional=False, raw=None):
    small, large = np.asarray(small, dtype=float), np.asarray(large, dtype=float)
    days = weekdays(len(small), first) if sessions is None else np.array(sessions, dtype="datetime64[D]")
    raw_small, raw_large = raw or (small, large)
    return Line("IWM/SPY", days, small / large, small, large, raw_small, raw_large, provisional, AS_OF)


def measures_of(line: Line, since: date | None = None) -> dict[str, Measure]:
    """By name, without the subject."""
    given = Given(line, since, None if "/" in line.subject else 123.45, AS_OF)
    return {address.rpartition(".")[2]: measure for address, measure in measure_subject(given).items()}


def values_of(line: Line, since: date | None = None) -> dict[str, object]:
    return {name: measure.value for name, measure in measures_of(line, since).items()}


def cut(line: Line, count: int) -> Line:
    """The line as it was known at its `count`-th session: views into the same arrays, the future still behind them."""

    def head(array):
        return None if array is None else array[:count]

    return Line(
        line.subject,
        head(line.sessions),
        head(line.values),
        head(line.small),
        head(line.large),
        head(line.raw_small),
        head(line.raw_large),
        line.is_provisional,
        line.as_of,
    )
