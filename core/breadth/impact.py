"""How easily a fund's constituents trade: medians over them of price impact and spread, at every session of a year."""

from dataclasses import dataclass, field

import numpy as np

from core.market.bars import Bars, Floats, Sessions
from core.studies.spreads import IMPACT, SPREAD, to_amihud, to_edge, to_impact
from core.studies.windows import YEAR

_NEEDED = YEAR + IMPACT
"""Bars for a year of values; days without a trade take some more."""
_SPARE = 60

Dated = tuple[Sessions, Floats]


@dataclass(frozen=True, slots=True, eq=False)
class Medians:
    """Over constituents at `sessions`; `counts` is how many each median is of, NaN where none can tell."""

    sessions: Sessions
    values: Floats
    counts: Floats


@dataclass(slots=True, eq=False)
class Impacts:
    """Collects what is needed of each symbol while its bars are at hand: they are not kept."""

    amihud: list[Dated] = field(default_factory=list)
    edge: list[Dated] = field(default_factory=list)
    _days: dict[bytes, Sessions] = field(default_factory=dict)

    def visit(self, symbol: str, bars: Bars) -> None:
        """Take the last year of `bars`; `symbol` does not matter, medians know no names."""
        del symbol
        bars = bars.part(slice(max(0, len(bars) - _NEEDED - _SPARE), None))
        days, dollars = bars.sessions, _positive(bars.close) * bars.volume
        factor = bars.adj_close / bars.close
        open_, high, low, close = (
            _positive(prices) * factor for prices in (bars.open, bars.high, bars.low, bars.close)
        )
        impact = to_amihud(to_impact(close, dollars))
        traded = days[1:][dollars[1:] != 0.0]
        self._keep(self.amihud, traded, impact)
        edge = to_edge(open_, high, low, close, SPREAD)
        self._keep(self.edge, days, edge)

    def _keep(self, found: list[Dated], days: Sessions, values: Floats) -> None:
        """Keep `values`, which stand at the last of `days`; one copy of those is enough, most symbols have the same."""
        days = days[len(days) - len(values) :].copy()
        found.append((self._days.setdefault(days.tobytes(), days), values))

    def to_medians(self, found: list[Dated], sessions: Sessions) -> Medians | None:
        """The medians at the last 252 of `sessions`; None where no bars were at hand."""
        if not found:
            return None
        last = sessions[-YEAR:]
        values = np.full((len(found), len(last)), np.nan)
        for row, (days, numbers) in enumerate(found):
            places = np.searchsorted(last, days)
            inside = places < len(last)
            inside[inside] = last[places[inside]] == days[inside]
            values[row, places[inside]] = numbers[inside]
        counts = np.count_nonzero(~np.isnan(values), axis=0).astype(np.float64)
        medians = np.full(len(last), np.nan)
        medians[counts > 0] = np.nanmedian(values[:, counts > 0], axis=0)
        return Medians(last, medians, counts)


def _positive(prices: Floats) -> Floats:
    return np.where(prices > 0.0, prices, np.nan)
