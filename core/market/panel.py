"""The panel: all symbols' bars on the sessions of the exchange, the one input of every study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from core.market.bars import Floats, Sessions
from core.market.held import Held
from core.snapshot import Quality


@dataclass(frozen=True, slots=True)
class Facts:
    """What the completed history of one symbol or pair says for good, however the running session goes."""

    first: int | None = None
    """Row of its first value, None where there is none."""
    last: int | None = None
    """Row of its last value."""
    count: int = 0
    missing: tuple[str, ...] = ()
    """Sessions without a value since the first one (ISO), the newest of them if they are many."""
    missing_count: int = 0
    quarantined: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """What a person should know of where its bars come from."""
    basis: str = ""
    broken: str | None = None
    """The newest session (ISO) from which on the price is at a level that no move of a market explains."""
    patience: float = 0.0
    """Seconds that may pass between two trades of a symbol that is seldom traded."""


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """Arrays `(sessions, symbols)`; NaN where a symbol has no usable bar in that session.

    In memory each symbol's numbers lie together (Fortran's order), because they are read symbol by symbol.
    Rows are the exchange's sessions without a hole, up to the last complete one or the running one. `adj` is
    the adjusted close, `open_ high low` are adjusted by the same factor, `close` is raw. Quarantined bars are NaN.
    The last row of a symbol is provisional where `provisional[column]` says so; its high, low and volume are so far.
    """

    symbols: tuple[str, ...]
    sessions: Sessions
    closes_at: NDArray[np.datetime64]
    """When each session closes (datetime64[s], UTC)."""
    adj: Floats
    close: Floats
    open_: Floats
    high: Floats
    low: Floats
    volume: Floats
    provisional: NDArray[np.bool_]
    last_price: Floats
    """The last price as quoted, per symbol; NaN where there is none."""
    price_at: tuple[datetime | None, ...]
    """Exchange time of `last_price`, per symbol."""
    quality: dict[str, Quality]
    """Per symbol and per pair."""
    half_days: NDArray[np.bool_]
    key: str = ""
    """Digest of the completed content: changes whenever completed history changes, and only then."""
    facts: Mapping[str, Facts] = field(default_factory=dict, repr=False)
    """Per symbol and per pair; for judging their quality."""
    held: Mapping[str, Held] = field(default_factory=dict, repr=False)
    """Of pairs, in the running session: the last moment in which both legs had just traded."""
    completed: Panel | None = field(default=None, repr=False)
    """The panel without the running session that this one was made from; None if this is it."""

    def column(self, symbol: str) -> int | None:
        """The column of `symbol`, None where the panel does not have it."""
        return self.symbols.index(symbol) if symbol in self.symbols else None


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One subject's own sequence, without holes: a symbol's adjusted closes, or a pair's ratio.

    For a pair, `small` and `large` are the legs' adjusted closes on the joint sessions and
    `values = small / large`; for a symbol both are None. Nothing is filled forward.
    """

    subject: str
    sessions: Sessions
    values: Floats
    small: Floats | None
    large: Floats | None
    raw_small: Floats | None
    raw_large: Floats | None
    is_provisional: bool
    as_of: datetime | None
    """When the last value was known: the close of its session, or the trade it rests on while provisional."""
