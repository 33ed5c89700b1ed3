"""The v10 quoteSummary answer of the invented market: a fund with reciprocal multiples, or a company's estimates."""

from datetime import datetime
from typing import Any
from zlib import crc32

import numpy as np

from core.market.sectors import SECTORS
from tests.loopback.market import profile_of
from tests.loopback.modes import PRICES

Record = dict[str, Any]
_LARGE = {"pe": 26.0, "pb": 4.6, "ps": 3.0, "pcf": 17.0}
_SMALL = {"pe": 17.5, "pb": 2.0, "ps": 1.2, "pcf": 8.5}
_KEYS = {"pe": "priceToEarnings", "pb": "priceToBook", "ps": "priceToSales", "pcf": "priceToCashflow"}
_BIG_FUNDS = ("SPY", "RSP", "QQQ")


def holdings_of(symbol: str) -> list[str]:
    """The ten largest of a fund."""
    return [f"{symbol[:3]}{letter}" for letter in "ABCDEFGHIJ"]


def multiples_of(symbol: str) -> dict[str, float]:
    """What its holdings cost."""
    return _LARGE if symbol in _BIG_FUNDS else _SMALL


def sector_weights_of(symbol: str) -> list[float]:
    """The weights of its sectors, in the order of `SECTORS`: large funds have more of the first ones."""
    steps = range(len(SECTORS), 0, -1) if symbol in _BIG_FUNDS else range(1, len(SECTORS) + 1)
    return [round(step / sum(steps), 4) for step in steps]


def build_summary(symbol: str, now: datetime, modules: str, mode: str = "ok") -> Record:
    """One element of `quoteSummary.result`."""
    named = "XXXX" if mode == "wrong-symbol" else symbol
    body = _company(symbol, now) if "earningsTrend" in modules else _fund(symbol, now, mode)
    return {"quoteType": {"symbol": named, "quoteType": "ETF"}, **body}


def _fund(symbol: str, now: datetime, mode: str) -> Record:
    stated = {_KEYS[name]: round(1.0 / value, 5) for name, value in multiples_of(symbol).items()}
    if mode == "absurd":
        stated = {key: value * 1e6 for key, value in stated.items()}
    if mode in PRICES:
        stated = {key: PRICES[mode](value) for key, value in stated.items()}
    assets = profile_of(symbol).level * 1e9 * (1.0 + 0.001 * (now.toordinal() % 7))
    holdings = [{"symbol": one, "holdingName": one, "holdingPercent": 0.01} for one in holdings_of(symbol)]
    sectors = [{sector.yahoo: weight} for sector, weight in zip(SECTORS, sector_weights_of(symbol), strict=True)]
    return {
        "topHoldings": {"holdings": holdings, "equityHoldings": stated, "sectorWeightings": sectors, "maxAge": 1},
        "summaryDetail": {"totalAssets": int(assets), "navPrice": profile_of(symbol).level},
        "defaultKeyStatistics": {"totalAssets": int(assets)},
    }


def _company(symbol: str, now: datetime) -> Record:
    rng = np.random.default_rng([crc32(symbol.encode()), now.toordinal()])
    up, down = (int(count) for count in rng.integers(0, 9, 2))
    eps = round(float(rng.uniform(1.0, 9.0)), 2)
    trend = {"current": eps, "7daysAgo": eps, "30daysAgo": eps, "60daysAgo": eps, "90daysAgo": round(eps * 0.98, 4)}
    revised = {"upLast7days": 0, "upLast30days": up, "downLast30days": down, "downLast90days": None}
    history = [{"epsActual": eps + 0.1 * sign, "epsEstimate": eps, "period": f"-{4 - i}q"} for i, sign in
               enumerate((1, 1, -1, 1))]  # fmt: skip
    return {
        "earningsTrend": {
            "trend": [
                {"period": "0q", "epsTrend": {}, "epsRevisions": {}},
                {"period": "0y", "epsTrend": trend, "epsRevisions": revised},
                {"period": "+1y", "epsTrend": {"current": round(eps * 1.1, 4)}, "epsRevisions": {}},
            ]
        },
        "earningsHistory": {"history": history},
        "defaultKeyStatistics": {"sharesOutstanding": 1_000_000_000 + crc32(symbol.encode()) % 1000},
    }
