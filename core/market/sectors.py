"""The sectors of the American market, each with the fund of its small caps and of its large caps."""

from msgspec import Struct

SMALL, LARGE = "IJR", "SPY"
"""The funds of the S&P 600 and the S&P 500, whose sectors these are."""


class Sector(Struct, frozen=True):
    """`small` and `large` are the symbols of funds; two sectors of small caps share one where no other is traded."""

    name: str
    small: str
    large: str
    yahoo: str = ""
    """What Yahoo calls its weight."""

    @property
    def pair(self) -> str:
        """Small over large in the same sector."""
        return f"{self.small}/{self.large}"

    @property
    def against_index(self) -> str:
        """Large caps of the sector over all of them."""
        return f"{self.large if self.yahoo else self.small}/{LARGE}"


SECTORS = (
    Sector("financials", "PSCF", "XLF", "financial_services"),
    Sector("industrials", "PSCI", "XLI", "industrials"),
    Sector("consumer discretionary", "PSCD", "XLY", "consumer_cyclical"),
    Sector("technology", "PSCT", "XLK", "technology"),
    Sector("health care", "PSCH", "XLV", "healthcare"),
    Sector("consumer staples", "PSCC", "XLP", "consumer_defensive"),
    Sector("energy", "PSCE", "XLE", "energy"),
    Sector("materials", "PSCM", "XLB", "basic_materials"),
    Sector("utilities", "PSCU", "XLU", "utilities"),
    Sector("communication services", "PSCU", "XLC", "communication_services"),
    Sector("real estate", "PSCF", "XLRE", "realestate"),
)
"""The eleven that every company is in one of."""
REGIONAL_BANKS = Sector("regional banks", "KRE", "XLF")
"""A part of financials that small caps have much of; no sector of its own."""
SHOWN = (SECTORS[0], REGIONAL_BANKS, *SECTORS[1:])
SECTOR_FUNDS = tuple(dict.fromkeys(fund for sector in SHOWN for fund in (sector.small, sector.large)))
INDEX_PAIR = f"{SMALL}/{LARGE}"
BY_PAIR = {sector.pair: sector for sector in SECTORS}
