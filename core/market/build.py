"""Building the panel from bars: the slow part, done when completed history changes."""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from core.market.bars import Bars, Floats, Sessions, to_slice
from core.market.facts import pair_facts, symbol_facts
from core.market.kinds import Kind, has_own_calendar, kind_of
from core.market.line import line_of
from core.market.live import with_quotes
from core.market.merge import Change, Merged, merge_bars
from core.market.panel import Panel
from core.market.quality import judge_all
from core.market.sessions import Exchange
from core.market.symbols import symbols_of
from core.market.timetable import to_utc
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


def to_completed(bars: Bars, exchange: Exchange, at: datetime) -> Bars:
    """Cut off the bars of sessions that were not complete at `at`, the moment they were fetched.

    Sources deliver the running session's bar as the last row, looking like any other; only the exchange's time
    tells. Its trade time is unknown, so nothing is made of it: the quote says the same and says when.
    """
    end = int(np.searchsorted(bars.sessions, np.datetime64(exchange.last_complete(at)), side="right"))
    return bars if end == len(bars) else bars.part(slice(end))


def build_panel(
    bars: Mapping[str, Bars], exchange: Exchange, at: datetime, pairs: Sequence[str], symbols: Sequence[str]
) -> Panel:
    """The panel of completed sessions at `at`; legs of `pairs` not among `symbols` are added after them.

    Rows go from the first bar of any symbol (the calendar begins in 1985) to the last session that is complete at `at`,
    whether or not any bar of it is there: a missing newest session must be seen to be missing.
    """
    names = tuple(dict.fromkeys([*symbols, *(leg for pair in pairs for leg in symbols_of(pair))]))
    checked = {name: validate_bars(to_completed(bars[name], exchange, at)) for name in names if name in bars}
    sessions = _rows(exchange, [found for found, _ in checked.values()], exchange.last_complete(at))
    arrays = _Arrays(len(sessions), len(names))
    notes: dict[str, tuple[str, ...]] = {}
    for name, (found, _) in checked.items():
        place = _Place(found.sessions, sessions)
        arrays.put(names.index(name), found, place)
        notes[name] = _notes(found, sessions, place)
    panel = arrays.to_panel(names, sessions, exchange)
    quarantined = {name: days for name, (_, days) in checked.items()}
    facts = {name: symbol_facts(panel, name, quarantined.get(name, ()), notes.get(name, ())) for name in names}
    facts |= {pair: pair_facts(panel, pair, facts) for pair in pairs}
    panel = replace(panel, facts=facts)
    return replace(panel, quality=judge_all(panel, {}, exchange, at))


class _Place:
    """Where the days of some bars are among the sessions, both sorted; without gaps it is a slice of either."""

    bars: slice | NDArray[np.intp]
    rows: slice | NDArray[np.intp]

    def __init__(self, days: Sessions, sessions: Sessions) -> None:
        first = len(sessions) - len(days)
        if first >= 0 and np.array_equal(days, sessions[first:]):  # as nearly always
            self.is_outside = np.zeros(len(days), dtype=np.bool_)
            self.bars, self.rows = slice(None), slice(first, None)
            return
        rows = np.searchsorted(sessions, days)
        inside = rows < len(sessions)
        inside[inside] = sessions[rows[inside]] == days[inside]
        self.is_outside = ~inside
        kept, rows = np.flatnonzero(inside), rows[inside]
        self.bars, self.rows = to_slice(kept), to_slice(rows)


def _notes(bars: Bars, sessions: Sessions, place: _Place) -> tuple[str, ...]:
    """What came with `bars`, and that some of them have no place among `sessions`."""
    if not len(sessions) or has_own_calendar(bars.symbol) or not place.is_outside.any():
        return bars.notes
    strays = bars.sessions[place.is_outside & (bars.sessions >= sessions[0]) & ~np.isnan(bars.close)]
    many = "1 bar" if len(strays) == 1 else f"{len(strays)} bars"
    return bars.with_note(
        f"{many} on days without a session not used, the newest {strays[-1]}" if len(strays) else ""
    ).notes


def _rows(exchange: Exchange, bars: Sequence[Bars], last: date) -> Sessions:
    begins = [found.sessions[0].item() for found in bars if len(found)]
    return exchange.sessions(min(begins), last) if begins else np.empty(0, "datetime64[D]")


class _Arrays:
    """The panel's arrays while they are filled, symbol-major because that is how bars come."""

    def __init__(self, rows: int, columns: int) -> None:
        self._all = np.full((6, columns, rows), np.nan)

    def put(self, column: int, bars: Bars, place: _Place) -> None:
        """Fill one symbol; its bars on days without a session (currencies on a holiday) have no place."""
        factor = _factor(bars)
        adjusted = (bars.adj_close, bars.close, bars.open * factor, bars.high * factor, bars.low * factor, bars.volume)
        for target, values in zip(self._all, adjusted, strict=True):
            target[column, place.rows] = values[place.bars]

    def to_panel(self, names: tuple[str, ...], sessions: Sessions, exchange: Exchange) -> Panel:
        """The panel without facts, with the last completed prices."""
        adj, close, open_, high, low, volume = (part.T for part in self._all)
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
    digest = hashlib.sha256("\n".join(names).encode())
    digest.update(np.ascontiguousarray(sessions[:end]).view(np.int64).data)
    # A check sum of each column: a third of the time, and no change of the source's makes the same one.
    sums = [zlib.crc32(np.ascontiguousarray(column).data) for array in arrays for column in array[:end].T]
    digest.update(np.array(sums, dtype=np.uint32).data)
    return digest.hexdigest()[:24]
