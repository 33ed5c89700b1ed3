"""The page that explains a number: formula, data, steps, its own past as a small chart, why it is missing."""

import textwrap
from collections.abc import Iterator
from datetime import date, timedelta

from core.explanation import Explanation, Stage
from core.snapshot import Quality
from widgets.format import format_measure, format_percent, format_value
from widgets.raster import rasterise, to_points

_LABEL = 9
_CHART_ROWS = 6
_EPOCH = date(1970, 1, 1)


def format_explanation(told: Explanation, width: int = 78, *, ascii_only: bool = False) -> str:
    """The whole page in lines of at most `width`, ending in a line feed."""
    parts = [_head(told, width), _steps(told, width), "\n".join(_past(told, width, ascii_only))]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(told: Explanation, width: int) -> str:
    measure = told.measure
    shown = format_measure(measure, signed=_is_signed(told)) if measure.value is not None else "n/a"
    if measure.unit == "fraction" and measure.value is not None:
        shown += " %"
    lines = [f"{told.address}  {shown}"]
    if measure.value is None:
        lines += _labelled("missing", measure.reason or "no reason given", width)
    if measure.as_of is not None:
        doubt = ", provisional (~): the session is not over" if measure.provisional else ""
        lines += _labelled("as of", f"{measure.as_of:%Y-%m-%d %H:%M} UTC{doubt}", width)
    lines += _labelled("formula", told.formula, width)
    lines += _labelled("source", told.source, width)
    lines += _labelled("data", _data(told.quality) if told.quality else "nothing is known of it", width)
    return "\n".join(lines)


def _data(quality: Quality) -> str:
    words = {"TR": "dividends counted", "PR": "dividends not counted"}
    told = words.get(quality.basis, f"basis {quality.basis}" if quality.basis else "")
    span = f"{quality.sessions:,} sessions, {quality.first_session} to {quality.last_session}"
    parts = [quality.state.value, quality.reason, span if quality.first_session else "", told]
    return "; ".join(part for part in parts if part)


def _labelled(label: str, text: str, width: int) -> list[str]:
    """`text` beside its label, wrapped under itself."""
    if not text:
        return []
    return textwrap.wrap(text, width, initial_indent=f"  {label:<{_LABEL}}", subsequent_indent=" " * (_LABEL + 2))


def _steps(told: Explanation, width: int) -> str:
    if not told.stages:
        return ""
    return "\n".join(["STEP BY STEP", *(line for stage in told.stages for line in _step(stage, width))])


def _step(stage: Stage, width: int) -> list[str]:
    """What was done at the left, what came out at the right."""
    result = format_value(stage.value, stage.unit) if stage.value is not None else f"n/a: {stage.reason}"
    result += " %" if stage.unit == "fraction" and stage.value is not None else ""
    room = max(20, width - len(result) - 4)
    *first, last = textwrap.wrap(stage.text, room) or [""]
    return [*(f"  {line}" for line in first), f"  {last.ljust(room)}  {result}"]


def _past(told: Explanation, width: int, ascii_only: bool) -> Iterator[str]:
    known = [value for value in told.values if value is not None]
    if len(known) < 2:
        if told.note:
            yield textwrap.fill(f"Past: {told.note}.", width)
        return
    unit = told.measure.unit
    low, high = min(known), max(known)
    first, last = (_EPOCH + timedelta(days=told.times[end]) for end in (0, -1))
    place = f", percentile {format_percent(told.percentile, 0, signed=False)}" if told.percentile is not None else ""
    yield textwrap.fill(f"ITS LAST {len(told.values)} SESSIONS, {first} to {last}{place}", width)
    labels = [format_value(value, unit, signed=_is_signed(told)) for value in (high, low)]
    margin = max(map(len, labels))
    rows = _draw(told, low, high, width - margin - 4, ascii_only)
    for number, row in enumerate(rows):
        label = labels[0] if number == 0 else labels[1] if number == len(rows) - 1 else ""
        yield f"  {label.rjust(margin)}  {row}".rstrip()


def _is_signed(told: Explanation) -> bool:
    """Whether a plus means something: not for what is never negative, such as a volatility."""
    return not told.values or any(value is not None and value < 0 for value in told.values)


def _draw(told: Explanation, low: float, high: float, width: int, ascii_only: bool) -> list[str]:
    across, up, marker = (1, 1, "*") if ascii_only else (2, 4, "braille")
    if high <= low:
        high = low + (abs(low) or 1.0)
    points = to_points(told.values, low, high, width * across, _CHART_ROWS * up)
    return rasterise(points, width, _CHART_ROWS, marker)
