"""Made prices to compare on: one pair, and a panel of many symbols. Random walks without holes, the same every time."""

from datetime import UTC, datetime

import numpy as np

from core.market.bars import Floats, Sessions
from core.market.panel import Line
from core.studies.study import Given

SESSIONS, SYMBOLS = 2520, 2500
YEAR = 252
_LAST = np.datetime64("2026-11-19")


def make_closes(symbols: int, sessions: int) -> Floats:
    """Closes around 50, symbols by sessions."""
    steps = np.random.default_rng(1).normal(0.0002, 0.02, (symbols, sessions))
    np.cumsum(steps, axis=1, out=steps)
    np.exp(steps, out=steps)
    steps *= 50.0
    return steps


def make_pair(sessions: int = SESSIONS) -> Given:
    """A small leg that follows a large one by 1.1, and what a study is given of their ratio."""
    rng = np.random.default_rng(2)
    market = rng.normal(0.0003, 0.01, sessions)
    small = 50.0 * np.exp(np.cumsum(1.1 * market + rng.normal(0.0, 0.006, sessions)))
    large = 400.0 * np.exp(np.cumsum(market))
    as_of = datetime(2026, 11, 19, 21, tzinfo=UTC)
    days = make_days(sessions)
    line = Line("SMALL/LARGE", days, small / large, small, large, small, large, is_provisional=False, as_of=as_of)
    return Given(line)


def make_days(sessions: int) -> Sessions:
    """Weekdays, the last of them a Thursday."""
    return np.busday_offset(_LAST, np.arange(1 - sessions, 1)).astype("datetime64[D]")
