"""A quote: the last trade of a symbol as its source told it."""

from datetime import datetime

from msgspec import Struct


class Quote(Struct, frozen=True, kw_only=True):
    """Raw prices in the symbol's currency (never dividend-adjusted); `time` is the exchange's time of the trade.

    `delayed_by` is in seconds. `open`, `high`, `low` and `volume` are the session's so far.
    """

    symbol: str
    price: float
    time: datetime
    previous_close: float | None = None
    open: float | None = None
    high: float | None = None
    low: float | None = None
    volume: float | None = None
    delayed_by: float = 0.0
    name: str = ""
