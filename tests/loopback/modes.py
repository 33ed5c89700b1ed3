"""What the loopback server can do wrong. A mode works on quotes, on charts or on both, on all symbols or on some."""

import math
from collections.abc import Callable
from typing import Any

Record = dict[str, Any]

TRANSPORT = {
    "429": "Too Many Requests, on data",
    "429-retry": "the same with Retry-After: 300",
    "429-date": "the same with Retry-After as a date, 10 minutes ahead",
    "429-crumb": "Too Many Requests, on the crumb alone",
    "hang-crumb": "no crumb until the client gives up",
    "page-crumb": "a web page in place of the crumb",
    "401": "Invalid Crumb, whatever the crumb",
    "403": "forbidden",
    "404": "not found",
    "500": "an error of the server",
    "503": "the same, with Retry-After: 20",
    "hang": "no answer until the client gives up",
    "reset": "the connection is reset",
    "truncated": "half of the JSON",
    "broken-transfer": "half of the bytes promised",
    "garbage": "no JSON at all",
    "empty-body": "nothing",
    "consent": "a redirect to the consent page, again and again",
    "page": "a web page: will be right back",
}

PRICES: dict[str, Callable[[Any], Any]] = {
    "null": lambda _: None,
    "nan": lambda _: math.nan,
    "infinity": lambda _: math.inf,
    "negative": lambda price: -price,
    "zero": lambda _: 0.0,
    "absurd-all": lambda price: price * 1e6,
    "text": lambda _: "N/A",
}

CONTENT = {
    "ok": "as it should be",
    "empty": "a result of null",
    "absurd": "the last price times a million, the rest as it was",
    "jump": "the last price 30 % higher everywhere",
    "null-last": "the newest bar without prices",
    "wrong-symbol": "answers for XXXX",
    "missing-symbol": "as if the symbol did not exist",
    "last-only": "of a batch only the last symbol",
    "stale": "the last trade two hours ago",
    "future": "the last trade tomorrow",
    "backwards": "the last trade half a minute before now",
    "split-today": "two for one this session",
    "dividend-today": "one percent this session",
    "duplicate": "the live bar twice",
    "escape": "terminal escapes in the names",
    "bad-previous": "a previous close near zero",
    "no-meta": "no meta",
    "no-zone": "no exchange time zone",
    "no-period": "no trading period",
    "no-timestamp": "no timestamps",
    "monthly": "bars of a month where days were asked for",
    **dict.fromkeys(PRICES, "prices are that"),
}

CRUMB = ("429-crumb", "hang-crumb", "page-crumb")  # they leave the data alone
MODES = {**CONTENT, **TRANSPORT}
ESCAPE = "Evil\x1b[2J\x1b]0;owned\x07\u202e[red]Fund"
_QUOTE_PRICES = ("regularMarketPrice", "regularMarketPreviousClose", "regularMarketOpen")
_QUOTE_PRICES += ("regularMarketDayHigh", "regularMarketDayLow")
_META_PRICES = ("regularMarketPrice", "chartPreviousClose", "previousClose", "regularMarketDayHigh")
_SHIFTS = {"stale": -7200, "future": 86_400, "backwards": -30}


def bend_quote(record: Record, mode: str) -> Record:
    """A v7 record as `mode` has it."""
    if mode in PRICES:
        record.update({key: PRICES[mode](record[key]) for key in _QUOTE_PRICES})
    elif mode in _SHIFTS:
        record["regularMarketTime"] += _SHIFTS[mode]
    elif mode in ("absurd", "jump"):
        record["regularMarketPrice"] *= 1e6 if mode == "absurd" else 1.3
    elif mode == "bad-previous":
        record["regularMarketPreviousClose"] = 0.01
    elif mode == "wrong-symbol":
        record["symbol"] = "XXXX"
    elif mode == "escape":
        record["shortName"] = record["longName"] = ESCAPE
    return record


def bend_chart(result: Record, mode: str) -> Record:
    """A v8 result as `mode` has it."""
    meta, prices = result["meta"], result["indicators"]["quote"][0]
    bend_meta(meta, mode)
    if mode in PRICES:
        for name in ("open", "high", "low", "close"):
            prices[name] = [PRICES[mode](value) for value in prices[name]]
        for adjusted in result["indicators"].get("adjclose", []):
            adjusted["adjclose"] = [PRICES[mode](value) for value in adjusted["adjclose"]]
    elif mode in _STRUCTURE:
        _STRUCTURE[mode](result)
    elif mode in ("absurd", "jump"):
        prices["close"][-1] *= 1e6 if mode == "absurd" else 1.3
    return result


def _without_last(result: Record) -> None:
    for values in result["indicators"]["quote"][0].values():
        values[-1] = None


def _without_stamps(result: Record) -> None:
    del result["timestamp"]
    result["indicators"] = {"quote": [{}]}


def _stamped_tomorrow(result: Record) -> None:
    result["timestamp"][-1] += 86_400


def bend_meta(meta: Record, mode: str) -> None:
    """The head of a chart as `mode` has it."""
    if mode in PRICES:
        meta.update({key: PRICES[mode](meta[key]) for key in _META_PRICES if key in meta})
    elif mode in _SHIFTS:
        meta["regularMarketTime"] += _SHIFTS[mode]
    elif mode == "jump":
        meta["regularMarketPrice"] *= 1.3
    elif mode == "wrong-symbol":
        meta["symbol"] = "XXXX"
    elif mode == "escape":
        meta["shortName"] = meta["longName"] = ESCAPE
    elif mode == "monthly":
        meta["dataGranularity"] = "1mo"
    elif mode == "no-zone":
        del meta["exchangeTimezoneName"]
    elif mode == "no-period":
        del meta["currentTradingPeriod"]


def _repeat_last(result: Record) -> None:
    result["timestamp"].append(result["timestamp"][-1] + 1)
    for block in (*result["indicators"]["quote"], *result["indicators"].get("adjclose", [])):
        for values in block.values():
            values.append(values[-1])


_STRUCTURE: dict[str, Callable[[Record], None]] = {
    "null-last": _without_last,
    "duplicate": _repeat_last,
    "no-meta": lambda result: result.update(meta={}),
    "no-timestamp": _without_stamps,
    "future": _stamped_tomorrow,
}
