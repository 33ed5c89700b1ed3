"""The bodies of Yahoo's answers, made from the invented market: v7 quote and v8 chart."""

from datetime import UTC, datetime
from typing import Any

import numpy as np

from tests.loopback.market import (
    Floats,
    Trade,
    adjust,
    calendar,
    days_of,
    dividend_rows,
    path_of,
    profile_of,
    trade_at,
)

Record = dict[str, Any]
_SPAN = {"1d": 1, "5d": 5, "1mo": 21, "3mo": 63, "6mo": 126, "1y": 252, "2y": 504, "5y": 1260, "10y": 2520}
_HOUR = 3600


def build_quote(symbol: str, now: datetime, mode: str = "ok") -> Record:
    """One record of `quoteResponse.result`."""
    profile, trade = profile_of(symbol), trade_at(symbol, now)
    scale = _scale(mode, trade)
    return {
        "language": "en-US",
        "region": "US",
        "quoteType": profile.kind,
        "currency": "USD",
        "shortName": profile.name[:31],
        "longName": profile.name,
        "marketState": market_state(now),
        "exchange": "SNP" if profile.kind == "INDEX" else "PCX",
        "exchangeTimezoneName": profile.zone,
        "exchangeDataDelayedBy": 15 if symbol.startswith("^") and profile.zone != "America/New_York" else 0,
        "regularMarketPrice": round(trade.price * scale, 4),
        "regularMarketTime": trade.time,
        "regularMarketPreviousClose": round(trade.previous * scale, 4),
        "regularMarketOpen": round(trade.open * scale, 4),
        "regularMarketDayHigh": round(trade.high * scale, 4),
        "regularMarketDayLow": round(trade.low * scale, 4),
        "regularMarketVolume": int(trade.volume),
        "sourceInterval": 15,
        "tradeable": False,
        "symbol": symbol,
    }


def build_chart(symbol: str, now: datetime, query: dict[str, str], mode: str = "ok") -> Record:
    """One element of `chart.result`, for `range` or `period1`/`period2` and an interval of 1d or 1m."""
    interval = query.get("interval", "1d")
    trade = trade_at(symbol, now)
    result = _minutes(symbol, trade, mode) if interval == "1m" else _days(symbol, trade, query, mode)
    result["meta"] = build_meta(symbol, now, interval, mode)
    return result


def build_meta(symbol: str, now: datetime, interval: str, mode: str) -> Record:
    """The head of a chart."""
    profile, trade, when = profile_of(symbol), trade_at(symbol, now), calendar()
    scale = _scale(mode, trade)
    # From the evening before, Yahoo shows the periods of the session to come.
    coming = trade.row + (now.timestamp() > when.closes[trade.row] + 8 * _HOUR)
    start, end = int(when.opens[coming]), int(when.closes[coming])
    periods = {"pre": (start - int(5.5 * _HOUR), start), "regular": (start, end), "post": (end, end + 4 * _HOUR)}
    return {
        "currency": "USD",
        "symbol": symbol,
        "instrumentType": profile.kind,
        "regularMarketTime": trade.time,
        "exchangeTimezoneName": profile.zone,
        "regularMarketPrice": round(trade.price * scale, 4),
        "regularMarketDayHigh": round(trade.high * scale, 4),
        "regularMarketDayLow": round(trade.low * scale, 4),
        "regularMarketVolume": int(trade.volume),
        "longName": profile.name,
        "shortName": profile.name[:31],
        "chartPreviousClose": round(trade.previous * scale, 4),
        "priceHint": 2,
        "currentTradingPeriod": {
            name: {"start": first, "end": last, "gmtoffset": -18000, "timezone": "EST"}
            for name, (first, last) in periods.items()
        },
        "dataGranularity": interval,
        "range": "",
    }


def market_state(now: datetime) -> str:
    """REGULAR in session, PRE and POST around it, CLOSED otherwise."""
    when, row = calendar(), calendar().last_started(now)
    at = now.timestamp()
    if at < when.closes[row]:
        return "REGULAR"
    if at < when.closes[row] + 4 * _HOUR:
        return "POST"
    return "PRE" if at > when.opens[row + 1] - 5.5 * _HOUR else "CLOSED"


def _scale(mode: str, trade: Trade) -> float:
    return 0.5 if mode == "split-today" else 1.0


def _days(symbol: str, trade: Trade, query: dict[str, str], mode: str) -> Record:
    when, days = calendar(), days_of(symbol)
    rows = slice(0, trade.row + 1)
    stamps = when.opens[rows].copy()
    columns = {name: getattr(days, name)[rows].copy() for name in ("open", "high", "low", "close", "volume")}
    if trade.is_open:
        stamps[-1] = trade.time
        today = {"open": trade.open, "high": trade.high, "low": trade.low, "close": trade.price}
        for name, value in {**today, "volume": trade.volume}.items():
            columns[name][-1] = value
    dividends = dividend_rows(symbol, trade.row)
    if mode == "dividend-today":
        dividends = [*dividends, (trade.row, round(0.01 * trade.previous, 2))]
    scale = _scale(mode, trade)
    adjusted = adjust(columns["close"], dividends) * scale
    first = _first_row(stamps, trade, query)
    volume = columns.pop("volume")
    quote = {name: _single(values[first:] * scale) for name, values in columns.items()}
    quote["volume"] = [int(value) for value in volume[first:]]
    events = _events(stamps, [(r, d * scale) for r, d in dividends if r >= first], trade.row if scale != 1 else None)
    indicators = {"quote": [quote], "adjclose": [{"adjclose": _single(adjusted[first:])}]}
    result: Record = {"timestamp": [int(stamp) for stamp in stamps[first:]], "indicators": indicators}
    return {**result, "events": events} if events else result


def _first_row(stamps: np.ndarray[Any, Any], trade: Trade, query: dict[str, str]) -> int:
    if "period1" in query:
        return int(np.searchsorted(stamps, int(query["period1"])))
    return max(0, trade.row + 1 - _SPAN.get(query.get("range", "1mo"), len(stamps)))


def _minutes(symbol: str, trade: Trade, mode: str) -> Record:
    """One bar a minute so far; in session the last one is stamped with the second of the trade, as Yahoo does."""
    begin = int(calendar().opens[trade.row])
    path, scale = path_of(symbol, trade.row), _scale(mode, trade)
    whole = (trade.time - begin) // 60
    stamps = [begin + 60 * minute for minute in range(whole)]
    close = path[1 : whole + 1]
    if trade.is_open:
        stamps, close = [*stamps, trade.time], np.append(close, trade.price)
    values = _single(close * scale)
    volume = [int(trade.volume / max(1, len(values)))] * len(values)
    return {
        "timestamp": stamps,
        "indicators": {"quote": [{"open": values, "high": values, "low": values, "close": values, "volume": volume}]},
    }


def _events(
    stamps: np.ndarray[Any, Any], dividends: list[tuple[int, float]], split: int | None
) -> dict[str, dict[str, Record]]:
    events: dict[str, dict[str, Record]] = {}
    if dividends:
        paid = {str(stamps[row]): {"amount": amount, "date": int(stamps[row])} for row, amount in dividends}
        events["dividends"] = paid
    if split is not None:
        stamp = int(stamps[split])
        ratio = {"date": stamp, "numerator": 2, "denominator": 1, "splitRatio": "2:1"}
        events["splits"] = {str(stamp): ratio}
    return events


def _single(values: Floats) -> list[float]:
    # Yahoo's charts are in single precision: 689.43 comes as 689.4299926757812.
    return [float(value) for value in np.round(values, 6).astype(np.float32)]


def iso(stamp: float) -> str:
    """Seconds since 1970 as ISO text, UTC."""
    return datetime.fromtimestamp(stamp, UTC).isoformat()
