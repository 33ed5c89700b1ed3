"""One subject's own sequence out of the panel."""

from dataclasses import replace
from datetime import datetime

import numpy as np

from core.market.bars import Floats, to_slice
from core.market.held import SYNCHRONOUS, Held
from core.market.panel import Line, Panel
from core.market.symbols import ECONOMY, symbols_of
from core.market.timetable import to_utc


def line_of(panel: Panel, subject: str) -> Line:
    """The sequence of a symbol or pair: sessions where all its legs have a value, none filled forward.

    A provisional value of a pair whose legs traded more than a minute apart would compare two different moments: it is
    that of the last moment in which they had traded together, or left out where there was none. A subject that the
    panel does not know, or knows nothing of, gives an empty line. The economy has the panel's sessions and no prices.
    """
    if subject == ECONOMY:
        return _economy(panel)
    columns = [panel.column(symbol) for symbol in symbols_of(subject)]
    known = [column for column in columns if column is not None]
    if len(known) < len(columns):
        return _empty(panel, subject)
    legs = [panel.adj[:, column] for column in known]
    present = ~np.isnan(legs[0])
    if len(legs) == 2:
        present &= ~np.isnan(legs[1]) & (legs[1] != 0)  # a rate of zero divides nothing
    rows = np.flatnonzero(present)
    provisional = bool(len(rows)) and int(rows[-1]) == len(panel.sessions) - 1 and bool(panel.provisional[known].any())
    is_apart = provisional and is_asynchronous(panel, known)
    held = panel.held.get(subject) if is_apart else None
    if is_apart and held is None:
        rows, provisional = rows[:-1], False
    places = to_slice(rows)
    adjusted = [leg[places] for leg in legs]
    is_pair = len(known) == 2
    line = Line(
        subject=subject,
        sessions=panel.sessions[places],
        values=adjusted[0] / adjusted[1] if is_pair else adjusted[0],
        small=adjusted[0] if is_pair else None,
        large=adjusted[1] if is_pair else None,
        raw_small=panel.close[places, known[0]] if is_pair else None,
        raw_large=panel.close[places, known[1]] if is_pair else None,
        is_provisional=provisional,
        as_of=_as_of(panel, known, int(rows[-1]), provisional) if len(rows) else None,
    )
    return _with_held(line, held) if held else line


def _with_held(line: Line, held: Held) -> Line:
    """`line` ending with the prices that its legs had together; arrays of its own, for the panel keeps the others."""

    def end(values: Floats | None, price: float) -> Floats:
        return np.append(np.empty(0) if values is None else values[:-1], price)

    return replace(
        line,
        values=end(line.values, held.small / held.large),
        small=end(line.small, held.small),
        large=end(line.large, held.large),
        raw_small=end(line.raw_small, held.small),
        raw_large=end(line.raw_large, held.large),
        as_of=held.at,
    )


def is_asynchronous(panel: Panel, columns: list[int]) -> bool:
    """Whether the last row's values of `columns` were traded more than a minute apart.

    What traded after the close counts as the close: indices are published until half an hour later.
    """
    closes = to_utc(panel.closes_at[-1])
    times = [min(panel.price_at[column] or closes, closes) for column in columns]
    return max(times) - min(times) > SYNCHRONOUS


def _as_of(panel: Panel, columns: list[int], row: int, provisional: bool) -> datetime:
    """The older of the trades it rests on, or the close of its session."""
    closes = to_utc(panel.closes_at[row])
    if not provisional:
        return closes
    return min(panel.price_at[column] or closes for column in columns if panel.provisional[column])


def _economy(panel: Panel) -> Line:
    """Days without prices: what is known of the economy on the last of them is for the studies to find."""
    nothing = np.full(len(panel.sessions), np.nan)
    return Line(ECONOMY, panel.sessions, nothing, None, None, None, None, is_provisional=False, as_of=None)


def _empty(panel: Panel, subject: str) -> Line:
    nothing = np.empty(0)
    legs = nothing if "/" in subject else None
    return Line(subject, panel.sessions[:0], nothing, legs, legs, legs, legs, is_provisional=False, as_of=None)
