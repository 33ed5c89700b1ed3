"""Which windows a claim may mean: every session of a span, with every session of another."""

import calendar

import numpy as np

from core.claims.ground import Days, Grid, Ground
from core.market.panel import Line


def to_span(said: str) -> tuple[str, ...]:
    """The days that a day, month or year lasts: ("2026-01-01", "2026-01-31") of "2026-01"."""
    if len(said) == 10:
        return (said,)
    if len(said) == 4:
        return f"{said}-01-01", f"{said}-12-31"
    year, month = int(said[:4]), int(said[5:7])
    return f"{said}-01", f"{said}-{calendar.monthrange(year, month)[1]:02d}"


def find_sessions(sessions: Days, span: tuple[str, ...]) -> Days:
    """Every session of a span, or the last one at or before a day."""
    first, last = np.datetime64(span[0], "D"), np.datetime64(span[-1], "D")
    begin, end = np.searchsorted(sessions, first), np.searchsorted(sessions, last, side="right")
    return sessions[begin:end] if len(span) == 2 else sessions[max(0, end - 1) : end]


def build_grid(ground: Ground, on: tuple[str, ...], since: tuple[str, ...], subject: str) -> Grid:
    """The windows of a claim, on the sessions of the exchange that are over."""
    sessions = ground.panel.sessions
    # A day after the history is none of it: the last session known is not that day.
    known = len(sessions) and np.datetime64(on[0], "D") <= sessions[-1]
    ends = find_sessions(sessions, on) if known else sessions[:0]
    if not since:
        return Grid(ends)
    if since[0].startswith("peak "):
        starts = _find_peak(ground.line(subject), since[0].removeprefix("peak "), ends)
    else:
        starts = find_sessions(sessions, since)
    every_start, every_end = (found.ravel() for found in np.meshgrid(starts, ends, indexing="ij"))
    right = every_start < every_end
    return Grid(every_end[right], every_start[right])


def _find_peak(line: Line, year: str, ends: Days) -> Days:
    """The session of the highest value in a year, until the last of `ends`; none where that year is not known."""
    days = find_sessions(line.sessions, to_span(year))
    days = days[days <= ends[-1]] if len(ends) else days[:0]
    if not len(days):
        return days
    begin = int(np.searchsorted(line.sessions, days[0]))
    highest = begin + int(np.argmax(line.values[begin : begin + len(days)]))
    return line.sessions[highest : highest + 1]
