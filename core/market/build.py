"""Building the panel from bars: the slow part, done when completed history changes."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from core.market.bars import Bars, Floats, Sessions
from core.market.kinds import Kind, is_index, kind_of
from core.market.line import line_of
from core.market.live import with_quotes
from core.market.merge import Change, Merged, merge_bars
from core.market.panel import Facts, Panel
from core.market.quality import judge_all
from core.market.sessions import FIRST_DAY, Exchange, to_utc
from core.market.symbols import symbols_of
from core.market.validate import validate_bars

__all__ = [
    "Change",
    "Merged",
    "build_panel",
    "line_of",
    "merge_bars",
    "to_completed",
    "validate_bars",
    "with_quotes",
]

MISSING_SHOWN = 60
"""Missing sessions are listed up to this many; a history that ended a year ago would list 250."""

_SESSION_SECONDS = 23_400.0
_TRADE_SHARES = 100.0
_PATIENCE_TRADES = 20.0


def to_completed(bars: Bars, exchange: Exchange, at: datetime) -> Bars:
    """Cut off the bars of sessions that were not complete at `at`, the moment they were fetched.

    Sources deliver the running session's bar as the last row, looking like any other; only the exchange's time
    tells. Its trade time is unknown, so nothing is made of it: the quote says the same and says when.
    """
    end = int(np.searchsorted(bars.sessions, np.datetime64(exchange.last_complete(at)), side="right"))
    if end == len(bars):
        return bars
    columns = (bars.open, bars.high, bars.low, bars.close, bars.adj_close, bars.volume)
    return Bars(bars.symbol, bars.sessions[:end], *(column[:end] for column in columns))


def build_panel(
    bars: Mapping[str, Bars], exchange: Exchange, at: datetime, pairs: Sequence[str], symbols: Sequence[str]
) -> Panel:
    """The panel of completed sessions at `at`; legs of `pairs` not among `symbols` are added after them.

    Rows go from the first bar of any symbol (not before 1985) to the last session that is complete at `at`,
    whether or not any bar of it is there: a missing newest session must be seen to be missing.
    """
    names = tuple(dict.fromkeys([*symbols, *(leg for pair in pairs for leg in symbols_of(pair))]))
    checked = {name: validate_bars(to_completed(bars[name], exchange, at)) for name in names if name in bars}
    sessions = _rows(exchange, [found for found, _ in checked.values()], exchange.last_complete(at))
    arrays = _Arrays(len(sessions), len(names))
    for column, name in enumerate(names):
        if name in checked:
            arrays.put(column, checked[name][0], sessions)
    panel = arrays.to_panel(names, sessions, exchange)
    facts = {name: _symbol_facts(panel, name, checked[name][1] if name in checked else ()) for name in names}
    facts |= {pair: _pair_facts(panel, pair, facts) for pair in pairs}
    panel = replace(panel, facts=facts)
    return replace(panel, quality=judge_all(panel, {}, exchange, at))


def _rows(exchange: Exchange, bars: Sequence[Bars], last: date) -> Sessions:
    begins = [found.sessions[0].item() for found in bars if len(found)]
    first = max(min(begins), FIRST_DAY) if begins else None
    return exchange.sessions(first, last) if first else np.empty(0, "datetime64[D]")


class _Arrays:
    """The panel's arrays while they are filled, symbol-major because that is how bars come."""

    def __init__(self, rows: int, columns: int) -> None:
        self._all = np.full((6, columns, rows), np.nan)

    def put(self, column: int, bars: Bars, sessions: Sessions) -> None:
        """Fill one symbol; its bars on days without a session (currencies on a holiday) have no place."""
        rows = np.searchsorted(sessions, bars.sessions)
        inside = rows < len(sessions)
        inside[inside] = sessions[rows[inside]] == bars.sessions[inside]
        rows = rows[inside]
        factor = _factor(bars)
        adjusted = (bars.adj_close, bars.close, bars.open * factor, bars.high * factor, bars.low * factor, bars.volume)
        for target, values in zip(self._all, adjusted, strict=True):
            target[column, rows] = values[inside]

    def to_panel(self, names: tuple[str, ...], sessions: Sessions, exchange: Exchange) -> Panel:
        """The panel without facts: time-major, with the last completed prices."""
        adj, close, open_, high, low, volume = (np.ascontiguousarray(part.T) for part in self._all)
        closes_at = exchange.closes(sessions)
        last_price, price_at = _last_prices(close, closes_at)
        return Panel(
            symbols=names,
            sessions=sessions,
            closes_at=closes_at,
            adj=adj,
            close=close,
            open_=open_,
            high=high,
            low=low,
            volume=volume,
            provisional=np.zeros(len(names), dtype=np.bool_),
            last_price=last_price,
            price_at=price_at,
            quality={},
            half_days=exchange.half_days(sessions),
            key=_digest(names, sessions, (adj, close, open_, high, low, volume)),
        )


def _factor(bars: Bars) -> Floats:
    """Adjusted over quoted price; 1 for rates, which may be zero and know no dividends."""
    if kind_of(bars.symbol) is Kind.RATE:
        return np.ones(len(bars))
    return bars.adj_close / bars.close


def _last_prices(close: Floats, closes_at: NDArray[np.datetime64]) -> tuple[Floats, tuple[datetime | None, ...]]:
    known = ~np.isnan(close)
    has_any = known.any(axis=0) if len(close) else np.zeros(close.shape[1], dtype=np.bool_)
    prices = np.full(close.shape[1], np.nan)
    times: list[datetime | None] = [None] * close.shape[1]
    for column in np.flatnonzero(has_any).tolist():
        row = len(close) - 1 - int(known[::-1, column].argmax())
        prices[column] = close[row, column]
        times[column] = to_utc(closes_at[row])
    return prices, tuple(times)


def _digest(names: tuple[str, ...], sessions: Sessions, arrays: tuple[Floats, ...]) -> str:
    """Digest of names and numbers up to the last session that has any: a passing day changes nothing."""
    told = np.flatnonzero(~np.isnan(arrays[0]).all(axis=1))
    end = int(told[-1]) + 1 if len(told) else 0
    digest = hashlib.blake2b("\n".join(names).encode(), digest_size=12)
    for array in (sessions, *arrays):
        digest.update(array[:end].tobytes())
    return digest.hexdigest()


def _symbol_facts(panel: Panel, name: str, quarantined: tuple[str, ...]) -> Facts:
    column = panel.symbols.index(name)
    facts = _presence(panel, ~np.isnan(panel.adj[:, column]))
    if facts.last is None:
        return replace(facts, quarantined=quarantined)
    adj, close = panel.adj[:, column], panel.close[:, column]
    has_dividends = bool((np.abs(adj - close) > 1e-9 * np.abs(close)).any())
    last_close = float(close[facts.last])
    factor = float(adj[facts.last]) / last_close if kind_of(name) is not Kind.RATE else 1.0
    return replace(
        facts,
        quarantined=quarantined,
        basis="TR" if has_dividends else "PR",
        factor=factor,
        patience=0.0 if is_index(name) else _patience(panel.volume[-20:, column]),
    )


def _pair_facts(panel: Panel, pair: str, facts: Mapping[str, Facts]) -> Facts:
    small, large = symbols_of(pair)
    present = ~np.isnan(panel.adj[:, panel.symbols.index(small)] + panel.adj[:, panel.symbols.index(large)])
    legs = facts[small], facts[large]
    firsts = [leg.first for leg in legs]
    begin = max(first for first in firsts if first is not None) if None not in firsts else None
    bases = dict.fromkeys(leg.basis for leg in legs if leg.basis)
    return replace(
        _presence(panel, present, begin),
        quarantined=tuple(sorted({day for leg in legs for day in leg.quarantined})),
        basis="/".join(bases) if len(bases) < 2 else f"{legs[0].basis}/{legs[1].basis}",
    )


def _presence(panel: Panel, present: NDArray[np.bool_], begin: int | None = None) -> Facts:
    """Where values are and where they are missing since `begin` (the first one)."""
    rows = np.flatnonzero(present)
    if not len(rows):
        return Facts()
    first = int(rows[0]) if begin is None else begin
    missing = first + np.flatnonzero(~present[first:])
    return Facts(
        first=first,
        last=int(rows[-1]),
        count=len(rows),
        missing=tuple(str(day) for day in panel.sessions[missing[-MISSING_SHOWN:]]),
        missing_count=len(missing),
    )


def _patience(volume: Floats) -> float:
    """Seconds without a trade that are no sign of a dead feed: twenty times the mean pause between trades.

    Rough on purpose (trades of 100 shares, the median volume of 20 sessions): it is far below a minute for every
    fund that matters and half an hour for a sector fund of 20,000 shares a day, which is how those trade.
    """
    known = volume[volume > 0]
    if not len(known):
        return 0.0
    return _PATIENCE_TRADES * _SESSION_SECONDS * _TRADE_SHARES / float(np.median(known))
