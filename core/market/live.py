"""Quotes laid over the completed panel: the fast part, done at every poll."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType

import numpy as np

from core.market.bars import Floats
from core.market.held import Held, hold
from core.market.kinds import is_index
from core.market.panel import Panel
from core.market.quality import DEFAULT_POLL_SECONDS, judge_all
from core.market.quotes import Quote
from core.market.sessions import Exchange
from core.market.validate import is_believable

_AHEAD = timedelta(seconds=60)
_SPLIT = 0.1  # how far a previous close may lie from the history's last close: smaller than any split, more than noise


def with_quotes(
    panel: Panel,
    quotes: Mapping[str, Quote],
    exchange: Exchange,
    at: datetime,
    live: bool,
    poll_seconds: float = DEFAULT_POLL_SECONDS,
    held: Mapping[str, Held] = MappingProxyType({}),
) -> Panel:
    """`panel` as it stands at `at`: sessions completed since, the provisional row, last prices, quality.

    `panel` may come from `build_panel` or from here; either way only its completed part counts, and it is left
    as it was. `live` is whether an old quote is a fault of the feed (a wall-clock market) or just how things were.
    A quote makes a provisional value where the newest session has no bar yet, whatever row a source put it in;
    where the bar is there it sets `last_price` alone. `held` is what pairs were when their legs last traded together,
    as the panel before had it.
    """
    base = panel.completed or panel
    accepted, rejected = _sift(base, quotes, exchange, at)
    latest, complete = exchange.session_at(at), exchange.last_complete(at)
    current = {
        name: quote
        for name, quote in accepted.items()
        if exchange.session_at(quote.time) == latest and not _has_bar(base, name, latest)
    }
    grown = replace(_grow(base, exchange, latest if current else complete, bool(current)), completed=base)
    if current:
        _write(grown, current)
    pairs = [subject for subject in base.facts if "/" in subject]
    known = {pair: one for pair, one in held.items() if exchange.session_at(one.at) == latest}
    grown = replace(_with_last_prices(grown, accepted), held=hold(known, pairs, current))
    judged = judge_all(grown, quotes, exchange, at, rejected=rejected, live=live, poll_seconds=poll_seconds)
    return replace(grown, quality=judged)


def _sift(
    base: Panel, quotes: Mapping[str, Quote], exchange: Exchange, at: datetime
) -> tuple[dict[str, Quote], dict[str, str]]:
    """The quotes that can be used, and why the others cannot."""
    accepted: dict[str, Quote] = {}
    rejected: dict[str, str] = {}
    follows = len(base.sessions) > 0 and base.sessions[-1] == np.datetime64(
        exchange.previous_session(exchange.session_at(at))
    )
    for name in base.symbols:
        if (quote := quotes.get(name)) is None:
            continue
        if reason := _objection(base, quote, at, follows):
            rejected[name] = reason
        else:
            accepted[name] = quote
    return accepted, rejected


def _objection(base: Panel, quote: Quote, at: datetime, follows: bool) -> str:
    """What is wrong with `quote`, "" if nothing; `follows`: the history ends with the session before this one."""
    if quote.time > at + _AHEAD:
        return "quote not used: its time lies ahead"
    facts = base.facts.get(quote.symbol)
    last = float(base.close[facts.last, base.symbols.index(quote.symbol)]) if facts and facts.last is not None else None
    if follows and facts and last and facts.last == len(base.sessions) - 1 and _is_rescaled(quote, last):
        return f"quote not used: its previous close {quote.previous_close:g} does not fit the last bar's {last:g}"
    if not is_believable(quote.symbol, quote.price, float("nan") if last is None else last):
        return f"quote not used: {quote.price:g} is not a believable price"
    return ""


def _is_rescaled(quote: Quote, last: float) -> bool:
    """Whether the source counts in other units than the history: a split that the history does not know yet.

    Traded symbols only: indices do not split, and sources give absurd previous closes for them at times.
    """
    previous = quote.previous_close
    return bool(previous and previous > 0 and not is_index(quote.symbol) and abs(previous / last - 1) > _SPLIT)


def _has_bar(base: Panel, name: str, session: date) -> bool:
    """Whether the completed panel has `name` in `session`, if that is its last row."""
    if not len(base.sessions) or base.sessions[-1] != np.datetime64(session):
        return False
    return not np.isnan(base.adj[-1, base.symbols.index(name)])


@dataclass(slots=True)
class _Grower:
    """Copies arrays with some rows of NaN added.

    A copy of 9,900 x 35 numbers is 0.1 ms, the allocator giving back the block of the poll before. That is cheap
    enough to let every panel own its memory, instead of a spare row that all panels would share.
    """

    rows: int

    def __call__(self, array: Floats) -> Floats:
        grown = np.empty((len(array) + self.rows, array.shape[1]), order="F")
        grown[: len(array)] = array
        grown[len(array) :] = np.nan
        return grown


def _grow(base: Panel, exchange: Exchange, last: date, is_written: bool) -> Panel:
    """`base` with the sessions after its own up to `last`, in memory of its own if it is to be written to."""
    first = base.sessions[-1].item() + timedelta(days=1) if len(base.sessions) else last
    added = exchange.sessions(first, last) if len(base.sessions) or is_written else base.sessions
    if not len(added) and not is_written:
        return base
    grow = _Grower(len(added))
    return replace(
        base,
        sessions=np.concatenate([base.sessions, added]),
        closes_at=np.concatenate([base.closes_at, exchange.closes(added)]),
        half_days=np.concatenate([base.half_days, exchange.half_days(added)]),
        adj=grow(base.adj),
        close=grow(base.close),
        open_=grow(base.open_),
        high=grow(base.high),
        low=grow(base.low),
        volume=grow(base.volume),
        provisional=np.zeros(len(base.symbols), dtype=np.bool_),
    )


def _write(panel: Panel, quotes: Mapping[str, Quote]) -> None:
    """Put `quotes` into the last row, which belongs to nobody else yet.

    Adjusted histories are relative to the present: today's price is its own adjusted price, and on an ex-date the
    closes before it have the dividend taken off as soon as the history is fetched, at the session's start.
    """
    for name, quote in quotes.items():
        column = panel.symbols.index(name)
        panel.close[-1, column] = quote.price
        panel.adj[-1, column] = quote.price
        panel.open_[-1, column] = _or_nan(quote.open)
        panel.high[-1, column] = np.fmax(_or_nan(quote.high), quote.price)
        panel.low[-1, column] = np.fmin(_or_nan(quote.low), quote.price)
        panel.volume[-1, column] = np.nan if quote.volume is None else quote.volume
        panel.provisional[column] = True


def _or_nan(price: float | None) -> float:
    """A detail of a quote; sources write 0 for none before the first trade."""
    return price or float("nan")


def _with_last_prices(panel: Panel, quotes: Mapping[str, Quote]) -> Panel:
    """`panel` with the prices of `quotes`, where they are not older than what it has."""
    prices, times = panel.last_price.copy(), list(panel.price_at)
    for name, quote in quotes.items():
        column = panel.symbols.index(name)
        known = times[column]
        if known is None or quote.time >= known:
            prices[column], times[column] = quote.price, quote.time
    return replace(panel, last_price=prices, price_at=tuple(times))
