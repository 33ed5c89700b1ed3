"""The v10 quoteSummary answer: what a fund's holdings cost, and what is expected of a company."""

import math
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote as to_path

from core.fundamentals.catalogue import UNDATED_NAV, is_believed
from core.fundamentals.fact import Reading
from core.market.sectors import SECTORS
from core.market.symbols import is_symbol
from core.sources.yahoo.errors import Failure, Trouble
from core.sources.yahoo.fields import read_list, read_mapping, read_number

_URL = "https://query2.finance.yahoo.com/v10/finance/quoteSummary/"
_OF_FUND = "quoteType,topHoldings,summaryDetail,defaultKeyStatistics"
_OF_COMPANY = "quoteType,earningsTrend,earningsHistory,defaultKeyStatistics"
_MULTIPLES = {"pe": "priceToEarnings", "pb": "priceToBook", "ps": "priceToSales", "pcf": "priceToCashflow"}
_HELD = "of the fund's holdings"
_SECTORS = {sector.yahoo: sector.name for sector in SECTORS}
_BILLION = 1e9
_QUARTERS = 4


def summary_url(symbol: str) -> str:
    """The address of a symbol's summary."""
    return _URL + to_path(symbol, safe="")


def summary_params(is_fund: bool) -> dict[str, str]:
    """The parts of it that are read here."""
    modules = _OF_FUND if is_fund else _OF_COMPANY
    return {"modules": modules, "formatted": "false", "corsDomain": "finance.yahoo.com"}


def parse_summary(body: Any, symbol: str, is_fund: bool) -> tuple[Reading, ...]:
    """Whatever of an answer can be believed; raises `Failure` where it is none, of another symbol, or empty."""
    answer = read_mapping(read_mapping(body).get("quoteSummary"))
    error = read_mapping(answer.get("error"))
    if error.get("code") == "Not Found":
        raise Failure(Trouble.ABSENT, f"Yahoo has no summary of {symbol}")
    results = read_list(answer.get("result"))
    if error or not results:
        raise Failure(Trouble.UNUSABLE, f"Yahoo's summary of {symbol} is empty")
    result = read_mapping(results[0])
    named = read_mapping(result.get("quoteType")).get("symbol")
    if named != symbol:
        raise Failure(Trouble.UNUSABLE, f"Yahoo answers for {named} instead of {symbol}")
    found = tuple(one for one in (_of_fund if is_fund else _of_company)(symbol, result))
    if not found:
        raise Failure(Trouble.UNUSABLE, f"Yahoo's summary of {symbol} holds nothing that can be believed")
    return found


def _of_fund(symbol: str, result: Mapping[str, Any]) -> Iterator[Reading]:
    top = read_mapping(result.get("topHoldings"))
    yield from _read_multiples(symbol, read_mapping(top.get("equityHoldings")))
    detail, statistics = (read_mapping(result.get(name)) for name in ("summaryDetail", "defaultKeyStatistics"))
    nav = read_number(detail.get("navPrice"))
    if nav is not None and is_believed("nav", nav):
        yield Reading(symbol, "nav", nav, method=UNDATED_NAV)
    yield from _in_billions(symbol, "assets_billion", detail.get("totalAssets") or statistics.get("totalAssets"))
    yield from _in_billions(symbol, "shares_billion", statistics.get("sharesOutstanding"))
    for holding in map(read_mapping, read_list(top.get("holdings"))):
        name, weight = str(holding.get("symbol") or ""), read_number(holding.get("holdingPercent"))
        if is_symbol(name) and weight is not None and is_believed("weight", weight):
            yield Reading(symbol, "weight", weight, period=name)
    for stated in map(read_mapping, read_list(top.get("sectorWeightings"))):
        for key, value in stated.items():
            share = read_number(value)
            if key in _SECTORS and share is not None and is_believed("sector_weight", share):
                yield Reading(symbol, "sector_weight", share, period=_SECTORS[key])


def _read_multiples(symbol: str, stated: Mapping[str, Any]) -> Iterator[Reading]:
    """The four multiples; Yahoo states their reciprocals, which the first of them betrays [2].

    A price to earnings that cannot be one either way spoils the other three.
    """
    raw = {name: read_number(stated.get(key)) for name, key in _MULTIPLES.items()}
    first = raw["pe"] or 0.0
    is_reciprocal = 0.0 < first < 1.0
    for name, value in raw.items():
        multiple = (1.0 / value if is_reciprocal else value) if value else math.nan
        if is_believed(name, multiple):
            method = f"{_HELD}, from the reciprocal {value:g} that Yahoo states" if is_reciprocal else _HELD
            yield Reading(symbol, name, multiple, method=method)
        elif name == "pe":
            return


def _of_company(symbol: str, result: Mapping[str, Any]) -> Iterator[Reading]:
    trends = map(read_mapping, read_list(read_mapping(result.get("earningsTrend")).get("trend")))
    years = {str(trend.get("period")): trend for trend in trends}
    this, after = (read_mapping(years.get(name)) for name in ("0y", "+1y"))
    trend, revised = (read_mapping(this.get(name)) for name in ("epsTrend", "epsRevisions"))
    said = {
        "up_30d": revised.get("upLast30days"),
        "down_30d": revised.get("downLast30days"),
        "eps_now": trend.get("current"),
        "eps_90d_ago": trend.get("90daysAgo"),
        "eps_next_year": read_mapping(after.get("epsTrend")).get("current"),
    }
    for name, value in said.items():
        number = read_number(value)
        if number is not None and is_believed(name, number):
            yield Reading(symbol, name, number)
    yield from _read_surprises(symbol, read_mapping(result.get("earningsHistory")))
    statistics = read_mapping(result.get("defaultKeyStatistics"))
    yield from _in_billions(symbol, "shares_billion", statistics.get("sharesOutstanding"))


def _read_surprises(symbol: str, history: Mapping[str, Any]) -> Iterator[Reading]:
    """How many of the last four quarters were better than expected."""
    quarters = [read_mapping(one) for one in read_list(history.get("history"))[-_QUARTERS:]]
    pairs = [(read_number(one.get("epsActual")), read_number(one.get("epsEstimate"))) for one in quarters]
    known = [(actual, expected) for actual, expected in pairs if actual is not None and expected is not None]
    if known:
        yield Reading(symbol, "reports", float(len(known)))
        yield Reading(symbol, "beats", float(sum(actual > expected for actual, expected in known)))


def _in_billions(symbol: str, metric: str, value: Any) -> Iterator[Reading]:
    number = read_number(value)
    if number is not None and is_believed(metric, number / _BILLION):
        yield Reading(symbol, metric, number / _BILLION)
