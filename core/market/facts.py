"""What completed history says of each symbol and pair for good: where its values are and its basis."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.market.bars import Floats
from core.market.kinds import is_index, kind_of
from core.market.panel import Facts, Panel
from core.market.symbols import symbols_of
from core.market.validate import find_breaks

MISSING_SHOWN = 60
"""Missing sessions are listed up to this many; a history that ended a year ago would list 250."""

_SMALLEST_DIVIDEND = 1e-5  # of the price; above what rounding of the two columns can make
_SESSION_SECONDS = 23_400.0
_TRADE_SHARES = 100.0
_PATIENCE_TRADES = 20.0


def symbol_facts(panel: Panel, name: str, quarantined: tuple[str, ...], notes: tuple[str, ...]) -> Facts:
    """The facts of one symbol of `panel`, whose `quarantined` sessions (ISO) are NaN there."""
    column = panel.symbols.index(name)
    facts = replace(_presence(panel, ~np.isnan(panel.adj[:, column])), quarantined=quarantined, notes=notes)
    if facts.last is None:
        return facts
    adj, close = panel.adj[:, column], panel.close[:, column]
    return replace(
        facts,
        basis="TR" if _has_dividends(name, adj, close) else "PR",
        broken=_find_break(name, adj, panel),
        patience=0.0 if is_index(name) else _patience(panel.volume[-20:, column]),
    )


def _find_break(name: str, adj: Floats, panel: Panel) -> str | None:
    rows = np.flatnonzero(~np.isnan(adj))
    broken = rows[find_breaks(adj[rows], kind_of(name))]
    return str(panel.sessions[broken[-1]]) if len(broken) else None


def _has_dividends(name: str, adj: Floats, close: Floats) -> bool:
    """Whether the prices count dividends: an index by its name, anything else by what its source adjusted.

    Funds whose source has no adjusted closes, or has adjusted all of its prices alike, count as without.
    """
    if is_index(name):
        return name.endswith("TR")
    return bool((np.abs(adj - close) > _SMALLEST_DIVIDEND * np.abs(close)).any())


def pair_facts(panel: Panel, pair: str, facts: Mapping[str, Facts]) -> Facts:
    """The facts of `pair` on its joint sessions; `facts` has those of its legs."""
    small, large = symbols_of(pair)
    present = ~np.isnan(panel.adj[:, panel.symbols.index(small)] + panel.adj[:, panel.symbols.index(large)])
    legs = facts[small], facts[large]
    bases = dict.fromkeys(leg.basis for leg in legs if leg.basis)
    return replace(
        _presence(panel, present),
        quarantined=tuple(sorted({day for leg in legs for day in leg.quarantined})),
        basis="/".join(bases) if len(bases) < 2 else f"{legs[0].basis}/{legs[1].basis}",
    )


def _presence(panel: Panel, present: NDArray[np.bool_]) -> Facts:
    """Where values are, and where they are missing since the first one."""
    rows = np.flatnonzero(present)
    if not len(rows):
        return Facts()
    first = int(rows[0])
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
