"""Measures as they stood at many closes, or over many windows, on completed history: what claims are checked against.

What is cheap is taken from whole lines at once; what is not, from the panel cut at each close, as explanations do.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from core.breadth.fund import NO_FUNDS, Funds
from core.claims.words import NO_MEASURE
from core.drivers import NO_DRIVERS, Drivers
from core.explain import cut_panel, find_study
from core.market.bars import Floats
from core.market.panel import Line, Panel
from core.market.symbols import ECONOMY, symbols_of
from core.snapshot import Measure
from core.studies.around import Around
from core.studies.fits import NO_FITS, Fits
from core.studies.given import give
from core.studies.past import has_past, to_past
from core.studies.study import PEAK_YEAR, Missing, Results, to_measure
from core.studies.volatility import LEAST_SINCE
from core.studies.windows import to_log_returns
from core.text import clean

Days = NDArray[np.datetime64]
Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Windows to try: the days that they end with, and those they start from where they do."""

    ends: Days
    starts: Days | None = None

    def __len__(self) -> int:
        return len(self.ends)


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A measure over a grid: numbers with NaN where there is none, or texts; and why the first is missing."""

    values: Floats | NDArray[np.object_]
    reason: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Completed history and all that studies look at beside it."""

    panel: Panel
    watched: tuple[str, ...]
    funds: Funds = field(default_factory=lambda: NO_FUNDS)
    fits: Fits = field(default_factory=lambda: NO_FITS)
    drivers: Drivers = field(default_factory=lambda: NO_DRIVERS)
    peak_year: int = PEAK_YEAR
    _cuts: dict[int, Around] = field(default_factory=dict)
    _known: dict[tuple[object, ...], Results] = field(default_factory=dict)

    @property
    def around(self) -> Around:
        """All of the history."""
        return self._around(len(self.panel.sessions))

    def line(self, subject: str) -> Line:
        """The line of a subject, whole."""
        return self.around.line(subject)

    def find_absent(self, subject: str) -> str:
        """Why nothing can be known of a subject; '' where something can."""
        if subject == ECONOMY:
            return ""
        absent = next((symbol for symbol in symbols_of(subject) if symbol not in self.watched), "")
        if absent:
            return f"needs {absent}, which is not watched: name it in [universe] symbols"
        return "" if len(self.line(subject).sessions) else f"needs prices of {subject}, of which there are none"

    def column(self, address: str, grid: Grid) -> Column:
        """The measure at `address` over `grid`; texts where it is a date or a word."""
        subject, _, name = address.rpartition(".")
        absent = self.find_absent(subject)
        if absent or find_study(subject, name) is None:
            return Column(np.full(len(grid), np.nan), absent or f"{NO_MEASURE} {clean(address, 60)}")
        if name in SINCE and grid.starts is not None:
            return _over_windows(self.line(subject), name, grid)
        # All else is of a close, whatever window that ends: each close is looked at once.
        closes, places = np.unique(grid.ends, return_inverse=True)
        found = self._at_closes(subject, name, Grid(closes))
        return Column(found.values[places], found.reason)

    def _at_closes(self, subject: str, name: str, grid: Grid) -> Column:
        is_quick = has_past(subject, name)
        return self._from_past(subject, name, grid) if is_quick else self._one_by_one(subject, name, grid)

    def measure(self, subject: str, name: str, end: date, since: date | None) -> Measure:
        """The measure as it stood at the close of `end`."""
        row = int(np.searchsorted(self.panel.sessions, np.datetime64(end, "D"), side="right"))
        found = find_study(subject, name)
        if found is None:
            return Measure(None, "", None, reason=f"{NO_MEASURE} {clean(name, 60)}")
        study, definition = found
        around = self._around(row)
        line = around.line(subject)
        if not len(line.sessions) or line.sessions[-1] != np.datetime64(end, "D"):
            return Measure(None, definition.unit, None, reason=_say_absence(self.line(subject), end))
        given = give(around, line, since, self.peak_year)
        key = (id(study), subject, row, since)
        if key not in self._known:
            self._known[key] = study.calculate(given)
        return to_measure(definition, self._known[key].get(name, Missing("it needs a day to count from")), given)

    def _around(self, row: int) -> Around:
        if row not in self._cuts:
            self._cuts[row] = Around(cut_panel(self.panel, row), self.fits, self.funds, self.drivers)
        return self._cuts[row]

    def _from_past(self, subject: str, name: str, grid: Grid) -> Column:
        line = self.line(subject)
        past = to_past(give(self.around, line, None, self.peak_year), name)
        rows, there = _find(line.sessions, grid.ends, exact=True)
        values = np.where(there, past[rows], np.nan)
        return Column(values, "" if not np.isnan(values).all() else self._say_why(subject, name, grid))

    def _say_why(self, subject: str, name: str, grid: Grid) -> str:
        """Why the measure is missing at the last of the days."""
        if not len(grid):
            return "no session"
        return self.measure(subject, name, grid.ends[-1].astype(object), None).reason or "not known then"

    def _one_by_one(self, subject: str, name: str, grid: Grid) -> Column:
        found = [self.measure(subject, name, end, None) for end in grid.ends.astype(object).tolist()]
        reason = next((one.reason or "" for one in found if one.value is None), "")
        if any(isinstance(one.value, str) for one in found):
            return Column(np.array([one.value for one in found], dtype=np.object_), reason)
        return Column(np.array([np.nan if one.value is None else float(one.value) for one in found]), reason)


def _find(sessions: Days, days: Days, *, exact: bool = False) -> tuple[Rows, NDArray[np.bool_]]:
    """Rows of the last session at or before each day (or of that very day), and where there is one."""
    rows = np.searchsorted(sessions, days, side="right") - 1
    there = rows >= 0
    rows = np.maximum(rows, 0)
    return rows, there & (sessions[rows] == days) if exact else there


def _say_absence(line: Line, end: date) -> str:
    """Why a subject has no value at that close."""
    if not len(line.sessions):
        return f"no prices of {line.subject}"
    return f"no close of {line.subject} on {end}: its history is {line.sessions[0]} to {line.sessions[-1]}"


Over = Callable[[Line, Rows, Rows], Floats]


def _return(values: Floats | None, start: Rows, end: Rows) -> Floats:
    return np.full(len(end), np.nan) if values is None else np.asarray(values[end] / values[start] - 1.0)


def _deviation(values: Floats | None, start: Rows, end: Rows) -> Floats:
    """Sample deviation of the log returns of each window."""
    if values is None:
        return np.full(len(end), np.nan)
    returns = to_log_returns(values)
    centred = returns - np.mean(returns)  # so that the sums of squares lose nothing that could be seen
    sums, squares = (np.concatenate(([0.0], np.cumsum(part))) for part in (centred, centred**2))
    count = end - start
    enough = count >= LEAST_SINCE
    safe = np.where(enough, count, LEAST_SINCE)
    total, square = sums[end] - sums[start], squares[end] - squares[start]
    return np.where(enough, np.sqrt(np.maximum(square - total**2 / safe, 0.0) / (safe - 1)), np.nan)


def _ratio(line: Line, start: Rows, end: Rows) -> Floats:
    large = _deviation(line.large, start, end)
    still = np.full(len(end), np.nan)
    return np.asarray(np.divide(_deviation(line.small, start, end), large, out=still, where=large > 0.0))


SINCE: dict[str, Over] = {
    "gap_since": lambda line, a, b: _return(line.small, a, b) - _return(line.large, a, b),
    "ratio_return_since": lambda line, a, b: _return(line.values, a, b),
    "small_return_since": lambda line, a, b: _return(line.small, a, b),
    "large_return_since": lambda line, a, b: _return(line.large, a, b),
    "daily_volatility_since": lambda line, a, b: _deviation(line.values, a, b),
    "volatility_ratio_since": _ratio,
    "volatility_excess_since": lambda line, a, b: _ratio(line, a, b) - 1.0,
}
"""What counts from a day of one's own, over any windows at once; each equal to the study's measure of that name."""


def _over_windows(line: Line, name: str, grid: Grid) -> Column:
    assert grid.starts is not None
    ends, has_end = _find(line.sessions, grid.ends, exact=True)
    starts, has_start = _find(line.sessions, grid.starts)
    there = has_end & has_start & (starts < ends)
    values = np.where(there, SINCE[name](line, np.where(there, starts, 0), np.where(there, ends, 0)), np.nan)
    if not np.isnan(values).all() or not len(grid):
        return Column(values)
    if not has_end.any():
        return Column(values, _say_absence(line, grid.ends[-1].astype(object)))
    if not has_start.any():
        return Column(values, f"no close of {line.subject} at or before {grid.starts[-1]}")
    return Column(values, f"the window is shorter than {LEAST_SINCE} sessions")
