"""The whole way from the claims' files and a panel to the ledger."""

from collections.abc import Mapping
from datetime import datetime

from core.breadth.fund import Breadth
from core.breadth.load import to_funds
from core.claims.build import build_ledger
from core.claims.ground import Ground
from core.claims.read import Book, load_claims
from core.claims.record import Ledger
from core.drivers import Drivers
from core.market.panel import Panel
from core.settings import Settings


def make_ledger(
    settings: Settings,
    panel: Panel,
    funds: Mapping[str, Breadth | str],
    drivers: Drivers,
    at: datetime,
    label: str,
    book: Book | None = None,
) -> Ledger:
    """All claims of the files, or those of `book`, against a panel of completed history."""
    peak_year = settings.lookbacks.peak_year
    ground = Ground(panel, settings.symbols, to_funds(settings, funds), drivers=drivers, peak_year=peak_year)
    return build_ledger(load_claims(settings) if book is None else book, ground, at, label)
