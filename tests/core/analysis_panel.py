"""A small market for the whole analysis: walks of funds, an index pair and the volatility indices of both."""

from datetime import UTC, date, datetime

import numpy as np
from msgspec import structs

from core.analysis import build_snapshot
from core.config import load_settings
from core.market.bars import Bars
from core.market.build import build_panel
from core.market.sessions import Exchange
from core.snapshot import SessionInfo, SourceInfo

EXCHANGE = Exchange()
SHIPPED = load_settings()
_UNIVERSE = structs.replace(
    SHIPPED.universe,
    pairs=("IWM/SPY", "^RUT/^GSPC"),
    averages=("IWM", "SPY", "IWM/SPY"),
    volatility=("IWM", "SPY"),
    symbols=("KRE", "^RVX", "^VIX"),
    sectors=False,
)
SETTINGS = structs.replace(SHIPPED, universe=_UNIVERSE)
LAST = date(2026, 2, 27)
DAYS = EXCHANGE.sessions(date(2018, 1, 2), LAST)
AFTER = datetime(2026, 2, 28, 12, tzinfo=UTC)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def closes(seed):
    rng = np.random.default_rng(seed)
    return 100 * np.exp(np.cumsum(rng.normal(0.0002, 0.011, len(DAYS))))


def make(symbol, prices, days=DAYS, factor=1.0):
    prices = np.asarray(prices, dtype=float)
    return Bars(
        symbol, days, prices, prices * 1.005, prices * 0.995, prices, prices * factor, np.full(len(prices), 1e6)
    )


def market(**changes):
    """Bars of every symbol; `changes` gives other prices (all sessions) for some."""
    names = {"IWM": 1, "SPY": 2, "^RUT": 3, "^GSPC": 4, "KRE": 5, "^RVX": 6, "^VIX": 7}
    return {name: make(name, changes.get(name, closes(seed))) for name, seed in names.items()}


def panel_of(bars, at=AFTER, settings=SETTINGS):
    return build_panel(bars, EXCHANGE, at, settings.pairs, settings.symbols)


def snapshot_of(panel, at=AFTER, settings=SETTINGS, since=None, source=None):
    source = source or SourceInfo(name="files")
    return build_snapshot(panel, settings, at=at, session=SessionInfo(), source=source, since=since)


def cut(bars, last):
    """The bars as a source would have told them on the evening of `last`."""
    keep = bars.sessions <= np.datetime64(last)
    columns = (bars.open, bars.high, bars.low, bars.close, bars.adj_close, bars.volume)
    return Bars(bars.symbol, bars.sessions[keep], *(column[keep] for column in columns))
