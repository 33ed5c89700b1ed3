"""Small panels to calculate on: candles and several symbols, where a line alone is not enough."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np
from study_lines import weekdays

from core.market.panel import Panel
from core.studies.around import Around
from core.studies.given import give
from core.studies.study import Given


def candles(count, seed, *, start=100.0, deviation=0.012, ticks=20):
    """Open, high, low, close of sessions made of `ticks` steps each, after a night of half a session's deviation."""
    rng = np.random.default_rng(seed)
    steps = rng.normal(0, deviation / np.sqrt(ticks), (count, ticks))
    steps[:, 0] = rng.normal(0, deviation / 2, count)
    path = np.log(start) + np.cumsum(steps).reshape(count, ticks)
    return np.exp(np.array([path[:, 0], path.max(axis=1), path.min(axis=1), path[:, -1]]))


def make_panel(symbols: Mapping[str, np.ndarray], *, first="2018-01-02", provisional=False) -> Panel:
    """A panel of closes, or of rows open, high, low, close; `provisional` lays the last session over the others."""
    rows = {name: np.broadcast_to(v, (4, len(v))) if np.ndim(v) == 1 else np.asarray(v) for name, v in symbols.items()}
    count = max(values.shape[1] for values in rows.values())
    full = {
        name: np.pad(v.astype(float), ((0, 0), (count - v.shape[1], 0)), constant_values=np.nan)
        for name, v in rows.items()
    }
    opens, highs, lows, closes = (np.column_stack([values[i] for values in full.values()]) for i in range(4))
    sessions = weekdays(count, first)
    names = tuple(rows)
    panel = Panel(
        symbols=names,
        sessions=sessions,
        closes_at=sessions.astype("datetime64[s]") + np.timedelta64(21, "h"),
        adj=closes,
        close=closes,
        open_=opens,
        high=highs,
        low=lows,
        volume=np.full(closes.shape, 1e6),
        provisional=np.full(len(names), provisional),
        last_price=closes[-1],
        price_at=(None,) * len(names),
        quality={},
        half_days=np.zeros(count, dtype=np.bool_),
    )
    return panel if not provisional else _with_completed(panel)


def cut_rows(panel: Panel, count: int) -> Panel:
    """The panel as it was known at its `count`-th session."""
    parts = ("sessions", "closes_at", "adj", "close", "open_", "high", "low", "volume", "half_days")
    heads = {name: getattr(panel, name)[:count] for name in parts}
    last = heads["close"][-1] if count else panel.last_price
    return replace(
        panel, **heads, last_price=last, provisional=np.zeros(len(panel.symbols), dtype=np.bool_), completed=None
    )


def given_of(panel: Panel, subject: str, since: date | None = None, **around) -> Given:
    """What a study is given of `subject`."""
    found = Around(panel, **around)
    return give(found, found.line(subject), since)


def _with_completed(panel: Panel) -> Panel:
    return replace(panel, completed=cut_rows(panel, len(panel.sessions) - 1))
