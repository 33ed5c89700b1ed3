"""What the funds of the simulated market cost and what their companies earn: made up, a snapshot each session."""

from collections.abc import Iterator
from datetime import date

import numpy as np

from core.fundamentals.fact import Reading
from core.market.bars import Bars, Floats
from core.market.sectors import SECTORS
from core.sources.simulated.dice import to_rng

SNAPSHOTS = 300
COMPANIES = 12
_QUARTER = 63
_METHOD = "made up"
_COST = {  # to earnings, expected earnings, book, sales, cash flow; EV/EBITDA; billions of assets
    "SPY": (25.0, 21.6, 4.5, 2.9, 16.5, 16.0, 560.0),
    "RSP": (20.5, 17.4, 2.9, 1.7, 12.0, 12.5, 70.0),
    "MDY": (18.0, 15.6, 2.4, 1.3, 10.5, 11.0, 24.0),
    "IJR": (17.0, 15.2, 1.9, 1.0, 9.0, 9.6, 85.0),
}
_SMALL = (17.6, 14.6, 1.9, 1.2, 8.8, 8.7, 70.0)
_METRICS = ("pe", "forward_pe", "pb", "ps", "pcf", "ev_ebitda")
_GROWTH = {"SPY": (0.085, 0.121, 0.118, 0.112, 0.102), "RSP": (0.061, 0.105, 0.109, 0.104, 0.095)}
_GROWTH_SMALL = (0.055, 0.395, 0.310, 0.180, 0.150)
"""Of the last, this and the next two fiscal years, and what is usual."""
_WEIGHTS = {
    "SPY": (0.135, 0.085, 0.105, 0.33, 0.10, 0.055, 0.03, 0.02, 0.025, 0.095, 0.02),
    "IJR": (0.185, 0.18, 0.14, 0.125, 0.105, 0.035, 0.045, 0.055, 0.02, 0.035, 0.075),
}
"""Of the sectors, in the order of `SECTORS`."""
_FOLLOWS = 0.5
"""How much of a move of prices is one of multiples; the rest is earned."""


def build_readings(seed: int, bars: Bars) -> tuple[Reading, ...]:
    """All there is to say of the fund of `bars` and its companies after its last session."""
    rng = to_rng(seed, bars.symbol, 31)
    own = (_multiples(bars, rng), _assets(bars, rng), _growths(bars, rng), _companies(bars, rng, bars.sessions[-1]))
    said = (*own, _sectors(bars))
    return tuple(reading for some in said for reading in some)


def _days(bars: Bars) -> list[date]:
    days: list[date] = bars.sessions[-SNAPSHOTS:].astype("datetime64[D]").tolist()
    return days


def _multiples(bars: Bars, rng: np.random.Generator) -> Iterator[Reading]:
    logs = np.log(bars.close[-SNAPSHOTS:])
    for name, usual in zip(_METRICS, _COST.get(bars.symbol, _SMALL), strict=False):
        drift = np.cumsum(rng.normal(0.0, 0.002, len(logs)))
        values = usual * np.exp(_FOLLOWS * (logs - logs.mean()) + drift - drift.mean())
        yield from _series(bars, name, values)


def _assets(bars: Bars, rng: np.random.Generator) -> Iterator[Reading]:
    """Flows in and out on top of what prices do."""
    closes = bars.close[-SNAPSHOTS:]
    shares = np.exp(np.cumsum(rng.normal(0.0002, 0.002, len(closes))))
    whole = _COST.get(bars.symbol, _SMALL)[-1]
    yield from _series(bars, "assets_billion", whole * shares / shares[-1] * closes / closes[-1])


def _series(bars: Bars, metric: str, values: Floats) -> Iterator[Reading]:
    for day, value in zip(_days(bars), values.tolist(), strict=True):
        yield Reading(bars.symbol, metric, round(value, 4), method=_METHOD, day=day)


def _sectors(bars: Bars) -> Iterator[Reading]:
    """Weights that stay as they are, told once a quarter."""
    weights = _WEIGHTS.get(bars.symbol, ())
    for day in _days(bars)[::-1][::_QUARTER]:
        for sector, weight in zip(SECTORS, weights, strict=False):
            yield Reading(bars.symbol, "sector_weight", weight, sector.name, _METHOD, day)


def _growths(bars: Bars, rng: np.random.Generator) -> Iterator[Reading]:
    said, last = _days(bars)[::-1][::_QUARTER], _days(bars)[-1]
    *years, usual = _GROWTH.get(bars.symbol, _GROWTH_SMALL)
    shift = float(rng.normal(0.0, 0.01))
    for step, growth in enumerate(years, start=-2):
        value = round(growth + shift, 3)
        yield from (Reading(bars.symbol, "eps_growth", value, str(last.year + step), _METHOD, day) for day in said)
    yield from (Reading(bars.symbol, "eps_growth_average", usual, method=_METHOD, day=day) for day in said)


def _companies(bars: Bars, rng: np.random.Generator, last: np.datetime64) -> Iterator[Reading]:
    """Estimates of invented companies; they change from month to month."""
    month = to_rng(int(last.astype("datetime64[M]").astype(int)), bars.symbol, 32)
    for number in range(COMPANIES):
        name = f"{bars.symbol}-{number + 1}"
        eps, drift = float(rng.uniform(1.0, 9.0)), float(month.normal(0.0, 0.03))
        up = int(month.integers(0, 9))
        said = {
            "shares_billion": round(float(rng.uniform(0.05, 2.0)), 3),
            "up_30d": up,
            "down_30d": max(0, 8 - up - int(month.integers(0, 4))),
            "eps_now": round(eps, 2),
            "eps_90d_ago": round(eps / (1.0 + drift), 4),
            "eps_next_year": round(eps * float(rng.uniform(1.02, 1.3)), 2),
            "beats": int(month.integers(1, 5)),
            "reports": 4,
        }
        yield Reading(bars.symbol, "weight", round(0.05 / (number + 1), 4), name, _METHOD)
        for metric, value in said.items():
            yield Reading(name, metric, float(value), method=_METHOD)
