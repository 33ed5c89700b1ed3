"""Everything counted over the constituents of one fund, and where it comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import numpy as np

from core.breadth.closes import Closes, load_closes
from core.breadth.counting import Counts, Tally, count_all
from core.breadth.holdings import Holdings, load_holdings
from core.breadth.impact import Impacts, Medians
from core.breadth.live import Kept, calc_newest, count_newest, keep
from core.breadth.newest import Moved
from core.breadth.thrust import to_smoothed_advances
from core.market.bars import Floats

FEWEST = 0.5
"""The part of the listed constituents that must tell for anything to be said of the fund."""
_PRESENT = 0.5
"""The part of the constituents that must have a close in a session for it to be one."""


@dataclass(frozen=True, slots=True, eq=False)
class Breadth:
    """The constituents of one fund that closes are known of; all arrays are as long as `closes.sessions`."""

    holdings: Holdings
    closes: Closes
    weights: Floats | None
    """Of the symbols of `closes`, in their order; None where the list has none."""
    counts: Counts
    smoothed: Floats
    """The smoothed share of advances."""
    kept: Kept
    """What completed closes say for good about the newest."""
    amihud: Medians | None = None
    edge: Medians | None = None
    moved: Moved | str | None = None
    """The newest prices, or why they cannot be used; None where no file of them is named."""

    def row(self, session: np.datetime64) -> int:
        """The last row at or before `session`; -1 where there is none."""
        return int(np.searchsorted(self.closes.sessions, session, side="right")) - 1

    def count_ahead(self, row: int, before: int, benchmark: float) -> Tally:
        """How many gained more from `before` to `row` than `benchmark` (1.02 is 2 %): a tally of one session."""
        tally = Tally.empty(1)
        gains = self.closes.values[:, row] / self.closes.values[:, before]
        # In groups, as a byte counts no more.
        for first in range(0, len(gains), 250):
            part = gains[first : first + 250, None]
            weights = None if self.weights is None else self.weights[first : first + 250]
            tally.add(weights, part > benchmark, ~np.isnan(part))
        return tally

    def count_moved(self, prices: Floats, benchmark: float) -> Counts:
        """Tallies of one session by `COUNTED`, with `prices` as its closes; the benchmark gained so much in 63."""
        return count_newest(self.kept, calc_newest(self.kept, prices, benchmark))


@dataclass(frozen=True, slots=True, eq=False)
class Funds:
    """The funds that breadth is known of, and of those asked for why it is not."""

    found: Mapping[str, Breadth | str] = field(default_factory=dict)
    benchmark: str = "SPY"
    asked: tuple[str, ...] | None = None
    """Those that have measures of breadth in a snapshot; None: every one."""

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for the same completed closes only, as long as these live."""
        return key_of(self.found)


NO_FUNDS = Funds()


def key_of(found: Mapping[str, Breadth | str]) -> tuple[object, ...]:
    """Equal where the same is known of completed sessions; newest prices do not change it."""
    return tuple((fund, one if isinstance(one, str) else id(one.closes)) for fund, one in found.items())


def load_fund(list_path: Path, bars: Sequence[Path], until: date) -> Breadth:
    """Read the constituents in `list_path` and their closes in `bars`, and count over them, to `until` and not beyond.

    Raises `HoldingsError`, `CsvError` and `OSError`.
    """
    holdings, impacts = load_holdings(list_path), Impacts()
    closes = _drop_odd_days(load_closes(bars, holdings.symbols, until, impacts.visit))
    breadth = build_breadth(holdings, closes)
    return replace(
        breadth,
        amihud=impacts.to_medians(impacts.amihud, closes.sessions),
        edge=impacts.to_medians(impacts.edge, closes.sessions),
    )


def build_breadth(holdings: Holdings, closes: Closes) -> Breadth:
    """Count over `closes`, which are of constituents of `holdings`."""
    weights = None
    if holdings.weights is not None:
        by_symbol = dict(zip(holdings.symbols, holdings.weights, strict=True))
        weights = np.array([by_symbol[symbol] for symbol in closes.symbols])
    counts = count_all(closes.values, weights)
    rising = counts["advances"]
    is_known = rising.telling[0] >= FEWEST * len(holdings.symbols)
    smoothed = to_smoothed_advances(np.where(is_known, rising.share(), np.nan))
    return Breadth(holdings, closes, weights, counts, smoothed, keep(closes.values, weights))


def _drop_odd_days(closes: Closes) -> Closes:
    """Without days on which fewer than half of the symbols that had begun have a close: no session, or half a file."""
    if not closes.values.size:
        return closes
    known = ~np.isnan(closes.values)
    begun = np.zeros(len(closes.sessions))
    firsts = known[known.any(axis=1)].argmax(axis=1)
    np.add.at(begun, firsts, 1.0)
    kept = known.sum(axis=0) >= _PRESENT * np.cumsum(begun)
    if kept.all():
        return closes
    return replace(closes, sessions=closes.sessions[kept], values=np.ascontiguousarray(closes.values[:, kept]))
