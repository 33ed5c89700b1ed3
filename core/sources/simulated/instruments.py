"""What is traded in the simulated market: how each symbol hangs on the common factors.

Loadings are the symbol's response to one unit of a factor's return (`RATE`: fraction per percentage point of the
ten-year yield). They were chosen so that correlations and volatilities come near those of the real funds, which
`tests/core/sources/test_simulated_realism.py` checks. Levels, incomes and volumes are round numbers.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.market.bars import Floats
from core.market.kinds import Kind

FACTORS = ("MARKET", "SIZE", "VALUE", "EQUAL", "FIN", "IND", "DISC", "RATE", "CREDIT", "DOLLAR")
ANNUAL = (0.193, 0.115, 0.09, 0.045, 0.13, 0.075, 0.085, 0.90, 0.06, 0.078)
"""Annualised volatility of each factor: log returns, percentage points for RATE."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """One symbol: `own` is its annualised volatility beside the factors (percentage points for a rate).

    `growth` is its yearly log total return over the whole history (None: what the factors give), `income` the
    yearly dividends as a fraction of the price, paid `payments` times a year; `volume` an average day's.
    `stream` names the noise it shares with its twin: two funds on one index move together.
    """

    symbol: str
    name: str
    level: float
    loadings: Mapping[str, float]
    own: float = 0.0
    growth: float | None = None
    income: float = 0.0
    payments: int = 0
    volume: float = 0.0
    stream: str = ""
    kind: Kind = Kind.PRICE

    @property
    def weights(self) -> Floats:
        """The loadings in the order of `FACTORS`."""
        values: Floats = np.array([self.loadings.get(factor, 0.0) for factor in FACTORS])
        return values

    @property
    def digits(self) -> int:
        """Decimals of its price as quoted."""
        return 3 if self.kind is Kind.RATE or self.symbol == "DX-Y.NYB" else 2


_LARGE = {"MARKET": 1.0}
_SMALL = {"MARKET": 1.14, "SIZE": 1.0}
_SMALL_600 = {"MARKET": 1.13, "SIZE": 0.93}
_MID = {"MARKET": 1.09, "SIZE": 0.66}

_FUNDS = (  # symbol, name, level, own, growth, income, payments, volume
    ("SPY", "S&P 500 ETF", 660, 0.0, None, 0.0125, 4, 78_000_000),
    ("IWM", "Russell 2000 ETF", 230, 0.0, None, 0.0115, 4, 36_000_000),
    ("IJR", "S&P SmallCap 600 ETF", 119, 0.035, 0.086, 0.015, 4, 6_500_000),
    ("MDY", "S&P MidCap 400 ETF", 600, 0.032, 0.091, 0.012, 4, 900_000),
    ("IJH", "S&P MidCap 400 ETF", 66, 0.032, 0.091, 0.013, 4, 8_200_000),
    ("RSP", "S&P 500 equal weight ETF", 189, 0.01, 0.097, 0.016, 4, 13_000_000),
    ("QQQ", "Nasdaq 100 ETF", 605, 0.02, 0.142, 0.006, 4, 52_000_000),
    ("IWB", "Russell 1000 ETF", 362, 0.006, 0.1, 0.011, 4, 900_000),
    ("VTI", "Total market ETF", 325, 0.005, None, 0.0115, 4, 3_600_000),
    ("IWD", "Russell 1000 value ETF", 214, 0.02, 0.078, 0.018, 4, 2_000_000),
    ("IWF", "Russell 1000 growth ETF", 107, 0.02, 0.113, 0.005, 4, 5_500_000),
    ("IWN", "Russell 2000 value ETF", 176, 0.02, 0.077, 0.017, 4, 900_000),
    ("IWO", "Russell 2000 growth ETF", 316, 0.02, 0.092, 0.006, 4, 500_000),
    ("IWC", "Micro cap ETF", 149, 0.06, 0.078, 0.012, 4, 60_000),
    ("KRE", "Regional banks ETF", 63, 0.15, 0.055, 0.025, 4, 15_000_000),
    ("XLF", "Financials ETF", 53, 0.05, 0.065, 0.014, 4, 40_000_000),
    ("XLI", "Industrials ETF", 154, 0.02, 0.103, 0.013, 4, 9_000_000),
    ("XLY", "Consumer discretionary ETF", 236, 0.03, 0.115, 0.008, 4, 5_000_000),
    ("PSCF", "SmallCap financials ETF", 57, 0.08, 0.066, 0.025, 4, 6_000),
    ("PSCI", "SmallCap industrials ETF", 146, 0.07, 0.11, 0.007, 4, 11_000),
    ("PSCD", "SmallCap discretionary ETF", 112, 0.1, 0.09, 0.011, 4, 4_000),
    ("XLK", "Technology ETF", 285, 0.06, 0.15, 0.006, 4, 6_000_000),
    ("XLV", "Health care ETF", 146, 0.06, 0.085, 0.016, 4, 9_000_000),
    ("XLP", "Consumer staples ETF", 79, 0.055, 0.07, 0.025, 4, 10_000_000),
    ("XLE", "Energy ETF", 90, 0.12, 0.05, 0.033, 4, 15_000_000),
    ("XLB", "Materials ETF", 90, 0.07, 0.07, 0.019, 4, 5_000_000),
    ("XLU", "Utilities ETF", 89, 0.1, 0.075, 0.028, 4, 10_000_000),
    ("XLC", "Communication services ETF", 118, 0.08, 0.1, 0.009, 4, 5_000_000),
    ("XLRE", "Real estate ETF", 41, 0.09, 0.06, 0.034, 4, 5_000_000),
    ("PSCT", "SmallCap technology ETF", 56, 0.09, 0.1, 0.002, 4, 8_000),
    ("PSCH", "SmallCap health care ETF", 44, 0.1, 0.07, 0.001, 4, 5_000),
    ("PSCC", "SmallCap staples ETF", 36, 0.09, 0.08, 0.013, 4, 3_000),
    ("PSCE", "SmallCap energy ETF", 45, 0.14, 0.02, 0.02, 4, 10_000),
    ("PSCM", "SmallCap materials ETF", 80, 0.12, 0.08, 0.009, 4, 2_000),
    ("PSCU", "SmallCap utilities ETF", 62, 0.1, 0.06, 0.011, 4, 2_000),
    ("HYG", "High yield bond ETF", 80.5, 0.01, 0.05, 0.057, 12, 38_000_000),
    ("LQD", "Investment grade bond ETF", 110.5, 0.02, 0.042, 0.044, 12, 25_000_000),
    ("BKLN", "Bank loan ETF", 20.9, 0.025, 0.037, 0.065, 12, 9_000_000),
    ("IEF", "Treasury 7-10 years ETF", 96.5, 0.008, 0.033, 0.037, 12, 7_500_000),
    ("SHY", "Treasury 1-3 years ETF", 82.6, 0.006, 0.021, 0.037, 12, 4_200_000),
    ("TLT", "Treasury 20+ years ETF", 89.5, 0.03, 0.034, 0.043, 12, 36_000_000),
    ("UUP", "Dollar bullish ETF", 28, 0.01, 0.017, 0.012, 1, 1_100_000),
    ("USO", "Oil fund", 75, 0.33, -0.06, 0.0, 0, 3_000_000),
)  # fmt: skip
_LOADINGS: Mapping[str, Mapping[str, float]] = {
    "SPY": _LARGE,
    "IWM": _SMALL,
    "IJR": _SMALL_600,
    "MDY": _MID,
    "IJH": _MID,
    "RSP": {"MARKET": 1.02, "SIZE": 0.28, "EQUAL": 1.0},
    "QQQ": {"MARKET": 1.06, "VALUE": -0.9},
    "IWB": {"MARKET": 1.0, "SIZE": 0.03},
    "VTI": {"MARKET": 1.01, "SIZE": 0.07},
    "IWD": {"MARKET": 0.98, "SIZE": 0.12, "VALUE": 0.5},
    "IWF": {"MARKET": 1.01, "VALUE": -0.5},
    "IWN": {**_SMALL, "VALUE": 0.5},
    "IWO": {**_SMALL, "VALUE": -0.5},
    "IWC": {"MARKET": 1.1, "SIZE": 1.12},
    "KRE": {"MARKET": 1.15, "SIZE": 0.85, "VALUE": 0.8, "FIN": 0.85},
    "XLF": {"MARKET": 1.17, "SIZE": 0.2, "VALUE": 0.55, "FIN": 1.0},
    "XLI": {"MARKET": 1.02, "SIZE": 0.25, "IND": 1.0},
    "XLY": {"MARKET": 1.06, "SIZE": 0.08, "VALUE": -0.2, "DISC": 1.0},
    "PSCF": {**_SMALL_600, "VALUE": 0.5, "FIN": 0.55},
    "PSCI": {**_SMALL_600, "IND": 0.8},
    "PSCD": {**_SMALL_600, "DISC": 0.9},
    "XLK": {"MARKET": 1.12, "VALUE": -0.8},
    "XLV": {"MARKET": 0.72},
    "XLP": {"MARKET": 0.58, "VALUE": 0.1},
    "XLE": {"MARKET": 1.05, "VALUE": 0.6},
    "XLB": {"MARKET": 1.05, "SIZE": 0.2, "VALUE": 0.2, "IND": 0.5},
    "XLU": {"MARKET": 0.5, "RATE": -0.05},
    "XLC": {"MARKET": 1.0, "VALUE": -0.4},
    "XLRE": {"MARKET": 0.9, "RATE": -0.05},
    "PSCT": {**_SMALL_600, "VALUE": -0.5},
    "PSCH": {**_SMALL_600, "VALUE": -0.2},
    "PSCC": {"MARKET": 0.85, "SIZE": 0.6},
    "PSCE": {**_SMALL_600, "VALUE": 0.7},
    "PSCM": {**_SMALL_600, "VALUE": 0.2, "IND": 0.5},
    "PSCU": {"MARKET": 0.75, "SIZE": 0.5, "RATE": -0.02},
    "HYG": {"MARKET": 0.42, "RATE": -0.018, "CREDIT": 1.2},
    "LQD": {"MARKET": 0.18, "RATE": -0.083, "CREDIT": 0.5},
    "BKLN": {"MARKET": 0.16, "CREDIT": 0.5},
    "IEF": {"RATE": -0.073},
    "SHY": {"RATE": -0.012},
    "TLT": {"RATE": -0.155},
    "UUP": {"DOLLAR": 1.0},
    "USO": {"MARKET": 0.65, "DOLLAR": -0.8},
}
_STREAMS = {"IJR": "SP600", "MDY": "SP400", "IJH": "SP400"}
_INDICES = (  # price indices pay nothing: `income` is what a fund on them would, and they miss
    ("^RUT", "Russell 2000", 2310, _SMALL, 0.002, None, 0.013, 0, ""),
    ("^GSPC", "S&P 500", 6620, _LARGE, 0.001, None, 0.015, 5_200_000_000, ""),
    ("^SP600", "S&P SmallCap 600", 1450, _SMALL_600, 0.035, 0.086, 0.016, 0, "SP600"),
    ("^MID", "S&P MidCap 400", 3290, _MID, 0.032, 0.091, 0.014, 0, "SP400"),
    ("DX-Y.NYB", "US dollar index", 99.4, {"DOLLAR": 0.97}, 0.006, 0.004, 0.0, 0, ""),
)
_VOLATILITIES = (  # loadings: fraction of the level per standard deviation of the factor; own: per day
    ("^VIX", "Implied volatility S&P 500", {"MARKET": -0.058}, 0.042),
    ("^RVX", "Implied volatility Russell 2000", {"MARKET": -0.043, "SIZE": -0.02}, 0.036),
)
_RATES = (  # own: percentage points
    ("^TNX", "Treasury yield 10 years", {"RATE": 1.0}, 0.02),
    ("^FVX", "Treasury yield 5 years", {"RATE": 0.95}, 0.15),
    ("^IRX", "Treasury bill 13 weeks", {"RATE": 0.08}, 0.2),
)


def _build_known() -> dict[str, Instrument]:
    funds = [
        Instrument(
            symbol, name, level, _LOADINGS[symbol], own, growth, income, payments, volume, _STREAMS.get(symbol, "")
        )
        for symbol, name, level, own, growth, income, payments, volume in _FUNDS
    ]
    indices = [
        Instrument(symbol, name, level, loadings, own, growth, income, 0, volume, stream)
        for symbol, name, level, loadings, own, growth, income, volume, stream in _INDICES
    ]
    volatilities = [
        Instrument(symbol, name, 0.0, loadings, own, kind=Kind.VOLATILITY)
        for symbol, name, loadings, own in _VOLATILITIES
    ]
    rates = [Instrument(symbol, name, 0.0, loadings, own, kind=Kind.RATE) for symbol, name, loadings, own in _RATES]
    return {instrument.symbol: instrument for instrument in [*funds, *indices, *volatilities, *rates]}


KNOWN: Mapping[str, Instrument] = _build_known()


def to_instrument(symbol: str) -> Instrument:
    """The instrument of `symbol`: a known one, or a fund invented from the name alone."""
    if symbol in KNOWN:
        return KNOWN[symbol]
    draw = np.random.default_rng(name_key(symbol)).uniform(size=6)
    pays = not symbol.startswith("^")
    return Instrument(
        symbol=symbol,
        name="invented fund" if pays else "invented index",
        level=float(np.exp(np.interp(draw[0], (0, 1), np.log((20, 400))))),
        loadings={"MARKET": 0.7 + 0.6 * draw[1], "SIZE": 1.2 * draw[2] - 0.2, "VALUE": draw[3] - 0.5},
        own=0.06 + 0.12 * draw[4],
        growth=0.04 + 0.08 * draw[5],
        income=0.015 if pays else 0.0,
        payments=4 if pays else 0,
        volume=2e6 * (0.1 + draw[1]) if pays else 0.0,
    )


def name_key(name: str) -> int:
    """A number for a name, the same in every process."""
    return zlib.crc32(name.encode())
