"""What a signal may look at: one pair's completed sessions, and whole past series made of them once."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeVar

import numpy as np

from core.breadth.fund import NO_FUNDS, Funds
from core.drivers import NO_DRIVERS, Drivers
from core.evidence.series import Sides, to_full, to_trend
from core.market.bars import Floats
from core.market.line import line_of
from core.market.panel import Line, Panel
from core.market.symbols import ECONOMY
from core.studies.around import Around
from core.studies.economy_past import to_economy_past
from core.studies.given import give
from core.studies.windows import to_sma

T = TypeVar("T")
USED = ("recession_probability", "sahm", "credit_pullback_63d")
"""The measures of `US` that signals look at."""


class Ground:
    """The pair's line, its legs, and a memory: series that several signals need are calculated once."""

    def __init__(
        self, line: Line, funds: Funds = NO_FUNDS, economy: Mapping[str, Floats] = MappingProxyType({})
    ) -> None:
        """`economy` has pasts of measures of `US` by name, each on the sessions of `line`."""
        if line.small is None or line.large is None or line.raw_small is None or line.raw_large is None:
            raise ValueError(f"{line.subject} is no pair")
        self.line, self.funds, self.economy = line, funds, economy
        self.ratio, self.small, self.large = line.values, line.small, line.large
        self.raw_small, self.raw_large = line.raw_small, line.raw_large
        self._known: dict[tuple[object, ...], object] = {}

    def __len__(self) -> int:
        return len(self.ratio)

    def values(self, subject: str) -> Floats:
        """The `ratio`, or the closes of the `small` or the `large` leg."""
        return {"ratio": self.ratio, "small": self.small, "large": self.large}[subject]

    def once(self, key: tuple[object, ...], make: Callable[[], T]) -> T:
        """What `make` makes, made at the first call with this key."""
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]  # type: ignore[return-value]

    def sma(self, subject: str, count: int) -> Floats:
        """Moving average, NaN until its window is full."""
        return self.once(("sma", subject, count), lambda: to_sma(self.values(subject), count))

    def trend(self, subject: str, fast: int, slow: int, band: float) -> Sides:
        """The side of the band filter at every session [B1, B2]."""
        key = ("trend", subject, fast, slow, band)
        return self.once(key, lambda: to_trend(self.values(subject), fast, slow, band))

    def sma_change(self, count: int, lag: int) -> Floats:
        """The ratio's average over itself `lag` sessions before, minus one."""
        average = self.sma("ratio", count)
        return to_full(average[lag:] / average[:-lag] - 1.0 if len(average) > lag else average[:0], len(self))

    def log_ratio(self) -> Floats:
        """Natural logarithm of the ratio."""
        return self.once(("log",), lambda: np.log(self.ratio))


def build_ground(panel: Panel, pair: str, funds: Funds = NO_FUNDS, drivers: Drivers = NO_DRIVERS) -> Ground:
    """The ground of `pair` on completed sessions alone: evidence is of closes, never of a running session [§0.5]."""
    completed = panel.completed or panel
    line = line_of(completed, pair)
    return Ground(line, funds, to_economy(completed, line, drivers))


def to_economy(completed: Panel, line: Line, drivers: Drivers) -> dict[str, Floats]:
    """Pasts of the economy on the sessions of `line`, each as it was known then."""
    around = Around(completed, drivers=drivers)
    given = give(around, around.line(ECONOMY), None)
    rows = np.searchsorted(completed.sessions, line.sessions)
    return {name: to_economy_past(given, name)[rows] for name in USED}
