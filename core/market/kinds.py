"""What a symbol's numbers are, as far as its name tells: that decides which of them are impossible."""

import re
from enum import StrEnum

_RATES = frozenset({"^IRX", "^FVX", "^TNX", "^TYX", "DFII10", "T10YIE"})
_VOLATILITY = re.compile(r"\^(V[A-Z0-9]+|RVX|OVX|GVZ|EVZ|MOVE|TYVIX)")
_OTHER_CALENDAR = re.compile(r"DX-Y\.NYB|.*=[XF]")


class Kind(StrEnum):
    """The families that need different checks."""

    PRICE = "price"  # a share, fund, share index or currency: positive, and never half as much again overnight
    VOLATILITY = "volatility"  # an implied-volatility index: positive, doubles in a day now and then
    RATE = "rate"  # a yield in percent: may be zero or negative, moves in points and not in fractions


def kind_of(symbol: str) -> Kind:
    """The kind of `symbol`; anything unknown is a price."""
    if symbol in _RATES:
        return Kind.RATE
    return Kind.VOLATILITY if _VOLATILITY.fullmatch(symbol) else Kind.PRICE


def is_index(symbol: str) -> bool:
    """Whether `symbol` is computed rather than traded: it may lack volume, opens and dividends."""
    return symbol.startswith("^") or symbol == "DX-Y.NYB"


def has_own_calendar(symbol: str) -> bool:
    """Whether `symbol` keeps other holidays and hours than the exchange: bond yields, currencies, futures.

    Its missing sessions are told but, alone, mark nothing stale: Columbus Day has no Treasury yields.
    """
    return kind_of(symbol) is Kind.RATE or _OTHER_CALENDAR.fullmatch(symbol) is not None
