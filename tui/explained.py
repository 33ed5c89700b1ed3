"""The page that explains a number: formula, data, steps, its own past as a small chart, why it is missing."""

import textwrap
from collections.abc import Iterator
from datetime import date, timedelta

from core.explanation import Explanation, Stage
from core.snapshot import Quality, Value
from tui.lines import Line, join_blocks, labelled, title, to_text
from widgets.format import format_fine, format_measure, format_percent, format_value
from widgets.raster import rasterise, to_points

_CHART_ROWS = 6
_FLAT = 1e-9
"""Of the values: a past that moves by less is a straight line, whatever rounding makes of it."""
_EPOCH = date(1970, 1, 1)


def format_explanation(told: Explanation, width: int = 78, *, ascii_only: bool = False) -> str:
    """The whole page in lines of at most `width`, ending in a line feed."""
    return to_text(lay_out(told, width, ascii_only=ascii_only))


def lay_out(told: Explanation, width: int, *, ascii_only: bool) -> list[Line]:
    """The whole page in lines of at most `width`, with the roles of their parts."""
    return join_blocks((_head(told, width), _steps(told, width), _past(told, width, ascii_only)))


def _head(told: Explanation, width: int) -> Iterator[Line]:
    measure = told.measure
    shown = format_measure(measure, signed=_is_signed(told)) if measure.value is not None else "n/a"
    label = ((f"  [{told.label}]", "watch"),) if told.label else ()
    yield (told.address, "bright"), (f"  {shown}{_percent(measure.value, measure.unit)}", "ratio"), *label
    if measure.value is None:
        yield from labelled("missing", measure.reason or "no reason given", width)
    if measure.as_of is not None:
        doubt = ", provisional (~): the session is not over" if measure.provisional else ""
        yield from labelled("as of", f"{measure.as_of:%Y-%m-%d %H:%M} UTC{doubt}", width)
    yield from labelled("formula", told.formula, width)
    yield from labelled("source", told.source, width)
    yield from labelled("data", _data(told.quality) if told.quality else "nothing is known of it", width)


def _percent(value: Value, unit: str) -> str:
    return " %" if unit == "fraction" and value is not None else ""


def _data(quality: Quality) -> str:
    words = {"TR": "dividends counted", "PR": "dividends not counted"}
    told = words.get(quality.basis, f"basis {quality.basis}" if quality.basis else "")
    span = f"{quality.sessions:,} sessions, {quality.first_session} to {quality.last_session}"
    parts = [quality.state.value, quality.reason, span if quality.first_session else "", told]
    return "; ".join(part for part in parts if part)


def _steps(told: Explanation, width: int) -> Iterator[Line]:
    is_signed = _is_signed(told)
    if told.stages:
        yield (("STEP BY STEP", "bright"),)
    for number, stage in enumerate(told.stages, 1):
        yield from _step(stage, width, "ratio" if number == len(told.stages) else "text", is_signed)


def _step(stage: Stage, width: int, role: str, is_signed: bool) -> Iterator[Line]:
    """What was done at the left, what came out at the right."""
    if stage.value is None:
        yield from (((f"  {line}", "text"),) for line in textwrap.wrap(f"{stage.text}: n/a, {stage.reason}", width - 2))
        return
    result = _write(stage.value, stage.unit, is_signed)
    room = max(20, width - len(result) - 4)
    *first, last = textwrap.wrap(stage.text, room) or [""]
    yield from (((f"  {line}", "text"),) for line in first)
    yield (f"  {last.ljust(room)}  ", "text"), (result, role)


def _write(value: Value, unit: str, is_signed: bool) -> str:
    """A step's result with as many digits as it takes to calculate on with it."""
    if isinstance(value, float) and (fine := format_fine(value, unit, signed=is_signed)):
        return fine + _percent(value, unit)
    return format_value(value, unit, signed=is_signed) + _percent(value, unit)


def _past(told: Explanation, width: int, ascii_only: bool) -> Iterator[Line]:
    known = [value for value in told.values if value is not None]
    if len(known) < 2:
        if told.note:
            note = f"Past: {told.note.rstrip('.')}."
            yield from (((line, "muted"),) for line in textwrap.wrap(note, width))
        return
    unit = told.measure.unit
    low, high = min(known), max(known)
    first, last = (_EPOCH + timedelta(days=told.times[end]) for end in (0, -1))
    place = f", percentile {format_percent(told.percentile, 0, signed=False)}" if told.percentile is not None else ""
    heading = f"ITS LAST {len(told.values)} SESSIONS, {first} to {last}{place}"
    yield from title(heading, width)
    labels = [format_value(value, unit, signed=_is_signed(told)) for value in (high, low)]
    margin = max(map(len, labels))
    rows = _draw(told, low, high, width - margin - 4, ascii_only)
    for number, row in enumerate(rows):
        label = labels[0] if number == 0 else labels[1] if number == len(rows) - 1 else ""
        yield (f"  {label.rjust(margin)}  ", "muted"), (row, "ratio")


def _is_signed(told: Explanation) -> bool:
    """Whether a plus means something: not for what is never negative, such as a volatility."""
    return not told.values or any(value is not None and value < 0 for value in told.values)


def _draw(told: Explanation, low: float, high: float, width: int, ascii_only: bool) -> list[str]:
    across, up, marker = (1, 1, "*") if ascii_only else (2, 4, "braille")
    if high - low <= _FLAT * max(abs(high), abs(low)):
        high = low + (abs(low) or 1.0)
    points = to_points(told.values, low, high, width * across, _CHART_ROWS * up)
    return rasterise(points, width, _CHART_ROWS, marker)
