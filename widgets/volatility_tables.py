"""Small tables for the volatility pane that has the screen to itself: forecasts, estimators, falls and tail risk.

Each sets the small leg beside the large one and, where that says something, the pair; a number that is missing is a
dash here, and its reason a question away.
"""

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from rich.style import Style

from core.snapshot import Measure, Snapshot
from widgets.canvas import Row, Span, width_of
from widgets.doubt import is_doubtful
from widgets.format import (
    MISSING,
    format_number,
    format_percent,
    format_provisional,
    format_times,
    to_number,
)
from widgets.spots import at
from widgets.tone import Tone

CELLS = 10
"""Of each of the three columns of numbers."""
LEAST_WIDTH = 19 + 3 * CELLS

Format = Callable[[Measure], str]


@dataclass(frozen=True, slots=True)
class Entry:
    """A row: what it says, the measure of each leg, that of the pair ('' for none), and how they are written.

    `word` is a measure whose word follows the number.
    """

    label: str
    leg: str
    pair: str = ""
    write: Format = lambda measure: format_percent(to_number(measure), 1, signed=False)
    write_pair: Format = lambda measure: _times(measure)
    word: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a title; `third` heads the pair's column, `note` is a measure of words that ends it."""

    title: str
    entries: tuple[Entry, ...]
    third: str = ""
    note: str = ""


def _times(measure: Measure) -> str:
    value = to_number(measure)
    return MISSING if value is None else f"{format_times(value)}×"


def _signed(measure: Measure) -> str:
    return format_percent(to_number(measure), 1)


def _share(measure: Measure) -> str:
    return format_percent(to_number(measure), 0, signed=False)


def _whole(measure: Measure) -> str:
    return format_number(to_number(measure), 0)


def _chance(measure: Measure) -> str:
    return format_number(to_number(measure), 2)


def _loss(measure: Measure) -> str:
    return format_percent(to_number(measure), 2, signed=False)


def _tail(label: str, name: str, write: Format) -> Entry:
    """A row that all three have under one name."""
    return Entry(label, name, name, write, write)


EXPECTED = Table(
    "expected, % a year",
    (
        Entry("realised, last 20", "volatility_20d", "volatility_ratio_20d"),
        Entry("GARCH, next 20", "garch_volatility_20d"),
        Entry("EWMA, from now on", "ewma_volatility"),
        Entry("options, next 21", "implied_volatility", "implied_ratio"),
        Entry("less realised", "implied_minus_realised_20d", "", _signed),
        Entry("its 5y percentile", "implied_minus_realised_percentile_1260d", "", _share),
    ),
    third="ratio",
    note="garch_note",
)
ESTIMATORS = Table(
    "with nights, 20d, %",
    (
        Entry("Yang-Zhang", "yang_zhang_20d"),
        Entry("Rogers-Satchell", "rogers_satchell_total_20d"),
        Entry("Garman-Klass", "garman_klass_total_20d"),
        Entry("Parkinson", "parkinson_total_20d"),
        Entry("of it overnight", "overnight_share_20d", "", _share),
    ),
)
TAILS = Table(
    "loss of a session, %",
    (
        _tail("95 % VaR", "value_at_risk_95_504d", _loss),
        _tail("99 % VaR", "value_at_risk_99_504d", _loss),
        _tail("99 % shortfall", "expected_shortfall_99_504d", _loss),
        _tail("99 % VaR, √10 days", "value_at_risk_99_504d_10d", _loss),
        Entry(
            "beyond 99 %, of 250",
            *("value_at_risk_breaches_99_504d",) * 2,
            *(_whole,) * 2,
            word="value_at_risk_light_99_504d",
        ),
        _tail("Kupiec p-value", "value_at_risk_kupiec_99_504d", _chance),
    ),
    third="spread",
)
FALLS = Table(
    "under water, %",
    (
        Entry("now", "drawdown", "", _signed),
        Entry("deepest of 252", "max_drawdown_252d", "", _signed),
        Entry("deepest ever", "max_drawdown", "", _signed),
        Entry("sessions under", "drawdown_sessions", "", _whole),
        Entry("Ulcer index, 252", "ulcer_index_252d"),
    ),
)
_LIGHTS = {"green": "up", "yellow": "watch", "red": "critical"}


def build_table(table: Table, snapshot: Snapshot, legs: Sequence[str], tone: Tone, width: int) -> list[Row]:
    """The table of two `legs`, small first, `width` cells wide (at least `LEAST_WIDTH`)."""
    label = width - 3 * CELLS
    muted = tone.style("muted")
    names = "".join(f"{name:>{CELLS}.{CELLS - 1}}" for name in (*legs, table.third))
    rows: list[Row] = [[(f"{table.title:<{label}.{label}}{names}", muted)]]
    subjects = (*legs, "/".join(legs))
    for entry in table.entries:
        cells = (
            _cell(snapshot, subject, entry.pair if "/" in subject else entry.leg, entry, role, tone)
            for subject, role in zip(subjects, ("small", "large", "text"), strict=True)
        )
        rows.append([(f"{entry.label:<{label}.{label}}", tone.style()), *cells])
    return [*rows, *_notes(table, snapshot, legs, tone, width)]


def beside(left: list[Row], right: list[Row], width: int, style: Style) -> list[Row]:
    """Two tables side by side, the right one at the right end of `width` cells."""
    rows: list[Row] = []
    for one, other in zip_longest(left, right, fillvalue=()):
        gap = width - width_of(one) - max(map(width_of, right), default=0)
        rows.append([*one, (" " * gap, style), *other])
    return rows


def _cell(snapshot: Snapshot, subject: str, name: str, entry: Entry, role: str, tone: Tone) -> Span:
    if not name:
        return " " * CELLS, tone.style()
    measure = snapshot.measure(f"{subject}.{name}")
    text = format_provisional((entry.write_pair if "/" in subject else entry.write)(measure), measure.provisional)
    word = snapshot.measure(f"{subject}.{entry.word}").value if entry.word else None
    if word:
        text, role = f"{text} {word}", _LIGHTS.get(str(word), role)
    style = tone.style("muted" if text == MISSING or is_doubtful(snapshot, subject) else role)
    return f"{text:>{CELLS}.{CELLS}}", at(style, *(f"{subject}.{one}" for one in (name, entry.word) if one))


def _notes(table: Table, snapshot: Snapshot, legs: Sequence[str], tone: Tone, width: int) -> list[Row]:
    """What the note of both legs says; that of the small one where they differ, with its name."""
    if not table.note:
        return []
    said = [snapshot.measure(f"{leg}.{table.note}") for leg in legs]
    small, large = (str(measure.value or measure.reason) for measure in said)
    text = small if small == large else f"{legs[0]} {small}"
    style = at(tone.style("muted"), *(f"{leg}.{table.note}" for leg in legs))
    return [[(line, style)] for line in textwrap.wrap(text, width)]
