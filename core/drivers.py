"""What drives the rotation beside prices: the economy, and what companies earn. Handed to the analysis."""

from dataclasses import dataclass

from core.fundamentals.fundamentals import NO_FUNDAMENTALS, Fundamentals
from core.macro.macro import NO_MACRO, Macro


@dataclass(frozen=True, slots=True, eq=False)
class Drivers:
    """Dated facts from other places than the exchange, as known at one moment; each studied as of the panel's day."""

    macro: Macro = NO_MACRO
    fundamentals: Fundamentals = NO_FUNDAMENTALS

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for the same facts only, as long as these live."""
        return self.macro.key, self.fundamentals.key


NO_DRIVERS = Drivers()
