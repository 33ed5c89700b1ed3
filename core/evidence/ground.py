"""What a signal may look at: one pair's completed sessions, and whole past series made of them once."""

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from core.breadth.fund import NO_FUNDS, Funds
from core.evidence.series import Sides, to_full, to_trend
from core.market.bars import Floats
from core.market.line import line_of
from core.market.panel import Line, Panel
from core.studies.windows import to_sma

T = TypeVar("T")


class Ground:
    """The pair's line, its legs, and a memory: series that several signals need are calculated once."""

    def __init__(self, line: Line, funds: Funds = NO_FUNDS) -> None:
        if line.small is None or line.large is None or line.raw_small is None or line.raw_large is None:
            raise ValueError(f"{line.subject} is no pair")
        self.line, self.funds = line, funds
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


def build_ground(panel: Panel, pair: str, funds: Funds = NO_FUNDS) -> Ground:
    """The ground of `pair` on completed sessions alone: evidence is of closes, never of a running session [§0.5]."""
    return Ground(line_of(panel.completed or panel, pair), funds)
