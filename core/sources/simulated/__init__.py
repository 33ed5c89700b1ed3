"""A built-in market that needs no network: `simulated` or `simulated:SEED`."""

from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from core.errors import UsageError
from core.sources.base import Context
from core.sources.registry import check_source

if TYPE_CHECKING:
    from core.sources.simulated.source import SimulatedSource

DEFAULT_SEED = 119


def open_source(arg: str, context: Context) -> "SimulatedSource":
    """Open the market of a seed; raises `UsageError` where `arg` is none.

    It runs as the newest session of the exchange; `context.date` instead evaluates the close of a session.
    """
    from core.market.sessions import Exchange  # heavy: only where a source is opened
    from core.sources.simulated.source import YEARS, SimulatedSource

    check_source(f"simulated:{arg}")
    exchange = context.exchange or Exchange()
    today = context.clock.now().astimezone(ZoneInfo("America/New_York")).date()
    day = context.date or today
    if day > today or day.year < 1985 + YEARS:
        raise UsageError(f"The simulated market can show {1985 + YEARS} until today, not {day}.")
    session: date = exchange.sessions(day - timedelta(days=10), day)[-1].item()
    return SimulatedSource(int(arg or DEFAULT_SEED), session, context, exchange, evaluate=context.date is not None)
