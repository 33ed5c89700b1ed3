"""One subject's own sequence out of the panel."""

from datetime import datetime, timedelta

import numpy as np

from core.market.bars import to_slice
from core.market.panel import Line, Panel
from core.market.symbols import symbols_of
from core.market.timetable import to_utc

SYNCHRONOUS = timedelta(seconds=60)
"""The most that the trades of a pair's legs may lie apart for their ratio to mean anything [§0.5]."""


def line_of(panel: Panel, subject: str) -> Line:
    """The sequence of a symbol or pair: sessions where all its legs have a value, none filled forward.

    A provisional value of a pair whose legs traded more than a minute apart is left out: their ratio would
    compare two different moments. A subject the panel does not know, or knows nothing of, gives an empty line.
    """
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
    if provisional and is_asynchronous(panel, known):
        rows, provisional = rows[:-1], False
    places = to_slice(rows)
    adjusted = [leg[places] for leg in legs]
    is_pair = len(known) == 2
    return Line(
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


def _empty(panel: Panel, subject: str) -> Line:
    nothing = np.empty(0)
    legs = nothing if "/" in subject else None
    return Line(subject, panel.sessions[:0], nothing, legs, legs, legs, legs, is_provisional=False, as_of=None)
