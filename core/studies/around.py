"""What a study may look at beside its own line: other symbols, candles, constituents, the economy, models."""

from dataclasses import dataclass, field

from core.breadth.fund import NO_FUNDS, Funds
from core.drivers import NO_DRIVERS, Drivers
from core.market.candles import Candles, candles_of
from core.market.line import line_of
from core.market.panel import Line, Panel
from core.studies.fits import NO_FITS, Fits


@dataclass(frozen=True, slots=True, eq=False)
class Around:
    """The panel of one moment, read by name; what was read is kept."""

    panel: Panel
    fits: Fits = field(default_factory=lambda: NO_FITS)
    """Models fitted in the background."""
    funds: Funds = field(default_factory=lambda: NO_FUNDS)
    """What is counted over the constituents of funds."""
    drivers: Drivers = field(default_factory=lambda: NO_DRIVERS)
    """The economy and what else moves the market; each to be taken as it was known on the panel's day."""
    lines: dict[str, Line] = field(default_factory=dict)
    kept: dict[tuple[str, str], object] = field(default_factory=dict)
    """What several pasts of a subject are made of."""
    _candles: dict[str, Candles] = field(default_factory=dict)

    def line(self, subject: str) -> Line:
        """The line of any symbol or pair, empty where the panel does not know it; of the economy the panel's days."""
        if subject not in self.lines:
            self.lines[subject] = line_of(self.panel, subject)
        return self.lines[subject]

    def candles(self, symbol: str) -> Candles:
        """The completed sessions of a symbol; none where the panel does not know it."""
        if symbol not in self._candles:
            self._candles[symbol] = candles_of(self.panel, symbol)
        return self._candles[symbol]
