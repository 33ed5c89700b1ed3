"""The v8 chart answer, read defensively into numpy columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote as to_path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from core.market.bars import Floats
from core.sources.yahoo.errors import Failure, Trouble
from core.sources.yahoo.fields import read_list, read_mapping, read_number, read_time

_URL = "https://query2.finance.yahoo.com/v8/finance/chart/"
_COLUMNS = ("open", "high", "low", "close", "volume")


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """Columns as Yahoo sent them, in its order; what is no finite number is NaN."""

    symbol: str
    meta: Mapping[str, Any]
    zone: ZoneInfo
    stamps: NDArray[np.int64]
    columns: Mapping[str, Floats]
    adj_close: Floats
    splits: Mapping[int, float]
    """Seconds since 1970 to the ratio of new to old shares."""

    def __len__(self) -> int:
        return len(self.stamps)

    def is_in_session(self, now: datetime) -> bool:
        """Whether Yahoo's own regular trading period of the day is running."""
        regular = read_mapping(read_mapping(self.meta.get("currentTradingPeriod")).get("regular"))
        start, end = read_time(regular.get("start")), read_time(regular.get("end"))
        return start is not None and end is not None and start <= now < end


def chart_url(symbol: str) -> str:
    """The address of a symbol's chart."""
    return _URL + to_path(symbol, safe="")


def range_params(reach: str, interval: str) -> dict[str, str]:
    """The last `reach` (`1d`, `5d`) in bars of `interval`."""
    return {"range": reach, "interval": interval, "includePrePost": "false", "events": "div,splits"}


def span_params(first: datetime, last: datetime) -> dict[str, str]:
    """Daily bars between two moments. Explicit, because `range=max` quietly answers in months."""
    period = {"period1": str(int(first.timestamp())), "period2": str(int(last.timestamp()))}
    return {**period, "interval": "1d", "includePrePost": "false", "events": "div,splits"}


def parse_chart(body: Any, symbol: str, interval: str) -> Chart:
    """Read an answer; raises `Failure` if it is not one, not of this symbol or not in this interval."""
    answer = read_mapping(read_mapping(body).get("chart"))
    error = read_mapping(answer.get("error"))
    if error.get("code") == "Not Found":
        raise Failure(Trouble.ABSENT, f"Yahoo does not know {symbol}")
    results = read_list(answer.get("result"))
    if error or not results:
        raise Failure(Trouble.UNUSABLE, f"Yahoo's chart of {symbol} is empty")
    result = read_mapping(results[0])
    meta = read_mapping(result.get("meta"))
    _check_meta(meta, symbol, interval)
    stamps = np.array([_stamp(value) for value in read_list(result.get("timestamp"))], dtype=np.int64)
    indicators = read_mapping(result.get("indicators"))
    prices = read_mapping(next(iter(read_list(indicators.get("quote"))), None))
    columns = {name: to_floats(prices.get(name), len(stamps)) for name in _COLUMNS}
    adjusted = read_mapping(next(iter(read_list(indicators.get("adjclose"))), None)).get("adjclose")
    adj_close = columns["close"] if adjusted is None else to_floats(adjusted, len(stamps))
    return Chart(symbol, meta, _zone(meta), stamps, columns, adj_close, _splits(result))


def _stamp(value: Any) -> int:
    """Seconds since 1970, 0 for what is no time."""
    moment = read_time(value)
    return int(moment.timestamp()) if moment is not None else 0


def _check_meta(meta: Mapping[str, Any], symbol: str, interval: str) -> None:
    if meta.get("symbol") != symbol:
        raise Failure(Trouble.UNUSABLE, f"Yahoo answers for {meta.get('symbol')} instead of {symbol}")
    if meta.get("dataGranularity") != interval:
        raise Failure(Trouble.UNUSABLE, f"Yahoo's bars of {symbol} have the wrong interval")


def _zone(meta: Mapping[str, Any]) -> ZoneInfo:
    try:
        return ZoneInfo(str(meta["exchangeTimezoneName"]))
    except (KeyError, ValueError, OSError, ZoneInfoNotFoundError):
        raise Failure(Trouble.UNUSABLE, "Yahoo's chart names no time zone") from None


def to_floats(values: Any, length: int) -> Floats:
    """A column of `length`; a number that is none is NaN, a column that is missing or too short is padded."""
    numbers = [read_number(value) for value in read_list(values)[:length]]
    numbers += [None] * (length - len(numbers))
    return to_shortest(np.array([np.nan if n is None else n for n in numbers], dtype=np.float64))


def to_shortest(values: Floats) -> Floats:
    """Undo the widening of single precision: 689.4299926757812 is 689.43, and equals the quote of the same price."""
    single = values.astype(np.float32)
    widened = single.astype(np.float64) == values
    shortest = np.array([float(str(v)) if w else 0.0 for v, w in zip(single, widened, strict=True)], dtype=np.float64)
    return np.where(widened, shortest, values)


def _splits(result: Mapping[str, Any]) -> dict[int, float]:
    found = {}
    for event in read_mapping(read_mapping(result.get("events")).get("splits")).values():
        record = read_mapping(event)
        stamp, new, old = (read_number(record.get(key)) for key in ("date", "numerator", "denominator"))
        if stamp and new and old and new > 0 and old > 0:
            found[int(stamp)] = new / old
    return found
