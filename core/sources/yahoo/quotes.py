"""The v7 quote answer: one record a symbol, each checked to be the one asked for."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from core.market.quotes import Quote
from core.sources.yahoo.errors import Failure, Trouble
from core.sources.yahoo.fields import RATES, read_mapping, read_name, read_number, read_price, read_time

URL = "https://query1.finance.yahoo.com/v7/finance/quote"
BATCH = 50  # symbols a URL; not documented, but what Yahoo's own pages stay under

_FIELDS = (
    "symbol,quoteType,shortName,longName,regularMarketPrice,regularMarketTime,regularMarketPreviousClose,"
    "regularMarketOpen,regularMarketDayHigh,regularMarketDayLow,regularMarketVolume,exchangeDataDelayedBy,marketState"
)


class Candidate(Struct, frozen=True):
    """A quote that is well formed; whether it is believable is for the judge to say."""

    quote: Quote
    is_stock: bool
    """A single stock moves more in a day than a fund or an index."""


def quote_params(symbols: Sequence[str]) -> dict[str, str]:
    """The query of one batch."""
    return {"symbols": ",".join(symbols), "fields": _FIELDS, "formatted": "false", "lang": "en-US", "region": "US"}


def parse_quotes(body: Any, symbols: Sequence[str]) -> dict[str, Candidate | Failure]:
    """Sort an answer under the symbols asked for, each with its quote or with why there is none.

    Raises `Failure` where the answer as a whole is not one: no list, an error, nothing asked for in it. Where more
    than half is missing the symbols are not to blame (Yahoo has been seen to return the last one only).
    """
    answer = read_mapping(read_mapping(body).get("quoteResponse"))
    records = answer.get("result")
    if not isinstance(records, list) or answer.get("error"):
        raise Failure(Trouble.UNUSABLE, "Yahoo's quotes cannot be read")
    named = {str(record.get("symbol")): record for record in map(read_mapping, records)}
    missing = [symbol for symbol in symbols if symbol not in named]
    if missing and set(named) - set(symbols):
        raise Failure(Trouble.UNUSABLE, f"Yahoo answers for other symbols than asked, not for {missing[0]}")
    if len(missing) == len(symbols) > 1:
        raise Failure(Trouble.UNUSABLE, f"Yahoo answers for none of {len(symbols)} symbols")
    left_out = len(missing) > max(1, len(symbols) // 2)
    return {symbol: _read(symbol, named.get(symbol), left_out) for symbol in symbols}


def _read(symbol: str, record: Mapping[str, Any] | None, left_out: bool) -> Candidate | Failure:
    if record is None and left_out:
        return Failure(Trouble.OMITTED, "Yahoo leaves out most of the symbols asked for")
    if record is None or record.get("quoteType") == "NONE":
        return Failure(Trouble.ABSENT, f"Yahoo does not know {symbol}")
    price = read_price(record.get("regularMarketPrice"), symbol)
    time = read_time(record.get("regularMarketTime"))
    if price is None or time is None:
        what = "price" if price is None else "time"
        return Failure(Trouble.UNUSABLE, f"Yahoo gives no usable {what} for {symbol}")
    delay = read_number(record.get("exchangeDataDelayedBy")) or 0.0
    quote = Quote(
        symbol=symbol,
        price=price,
        time=time,
        previous_close=read_price(record.get("regularMarketPreviousClose"), symbol),
        open=_day_price(record, "regularMarketOpen", symbol),
        high=_day_price(record, "regularMarketDayHigh", symbol),
        low=_day_price(record, "regularMarketDayLow", symbol),
        volume=read_volume(record.get("regularMarketVolume"), is_index=record.get("quoteType") == "INDEX"),
        delayed_by=min(max(delay, 0.0), 1440.0) * 60.0,
        name=read_name(record),
    )
    return Candidate(quote, is_stock=record.get("quoteType") == "EQUITY")


def _day_price(record: Mapping[str, Any], key: str, symbol: str) -> float | None:
    """A price of the day; before the first trade Yahoo writes 0, even for a rate."""
    value = read_price(record.get(key), symbol)
    return None if symbol in RATES and value == 0 else value


def read_volume(value: Any, *, is_index: bool) -> float | None:
    """Shares traded; an index has none, and Yahoo writes 0 there."""
    volume = read_number(value)
    if volume is None or volume < 0 or (is_index and volume == 0):
        return None
    return volume
