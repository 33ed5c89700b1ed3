"""Who moved: the change of a ratio split into its legs, in rows that add up."""

from collections.abc import Iterator

from core.snapshot import Snapshot
from widgets.canvas import Row
from widgets.format import MISSING, format_percent, format_provisional, to_number
from widgets.grid import Cell, Column, Line, to_rows
from widgets.pane import fit_row
from widgets.spots import at
from widgets.tone import Tone

SPANS = {"open": "since open", "1d": "1D", "5d": "1W", "20d": "1M"}
ROWS = 6
"""A title, a header, two legs, their sum, and who it was."""
_CELL = 12


def to_moved(snapshot: Snapshot, pair: str, tone: Tone, width: int) -> list[Row]:
    """The table of `pair`; nothing where it has no numbers yet."""
    if to_number(snapshot.measure(f"{pair}.moved_1d")) is None:
        return []
    small, _, large = pair.partition("/")
    columns = [Column(pair, 12, left=True, grows=False)]
    columns += [Column(title, _CELL, gives_way=place, grows=False) for place, title in enumerate(SPANS.values())]
    lines = [
        Line([(small, tone.style()), *_numbers(snapshot, f"{pair}.moved_small", tone)]),
        Line([(large, tone.style()), *_numbers(snapshot, f"{pair}.moved_large", tone)]),
        Line([("adds up to", tone.style()), *_numbers(snapshot, f"{pair}.moved", tone)]),
        Line([("who", tone.style()), *_words(snapshot, pair, tone)]),
    ]
    told = (", % as logarithms, which add up; large's part is its change with the other sign", tone.style("muted"))
    head = fit_row([("Who moved it", tone.style(bold=True)), told], width, tone.style())
    return [head, *to_rows(columns, lines, width, tone)]


def _numbers(snapshot: Snapshot, name: str, tone: Tone) -> Iterator[Cell]:
    for span in SPANS:
        address = f"{name}_{span}"
        measure = snapshot.measure(address)
        value = to_number(measure)
        text = format_provisional(format_percent(value), measure.provisional)
        yield text, at(tone.style(tone.sign(value)), address)


def _words(snapshot: Snapshot, pair: str, tone: Tone) -> Iterator[Cell]:
    small, _, large = pair.partition("/")
    for span in SPANS:
        address = f"{pair}.who_moved_{span}"
        leg, _, verb = str(snapshot.measure(address).value or MISSING).partition(" ")
        told = f"{small if leg == 'small' else large} {verb}" if verb else leg
        yield told, at(tone.style("bright"), address)
