"""The page of one claim: what was said, the verdict with its reason, every way it was read, a forecast's path."""

from collections.abc import Iterator
from datetime import date, timedelta

from core.claims.record import ClaimRecord, Ledger, Reading, Way, is_invented
from tui.lines import Line, join_blocks, labelled, title, to_text
from widgets.claim_cells import INVENTED, ROLES, format_off, format_shown, format_tolerance
from widgets.format import format_percent
from widgets.raster import rasterise, to_points

_ROWS = 7
_EPOCH = date(1970, 1, 1)
_GONE = "This claim is in no file any more."


def format_claim(ledger: Ledger, record: ClaimRecord, width: int = 78, *, ascii_only: bool = False) -> str:
    """The page in lines of at most `width`, ending in a line feed."""
    return to_text(lay_out_claim(record, ledger.label, ledger.until, width, ascii_only=ascii_only))


def lay_out_claim(
    record: ClaimRecord | None, label: str, until: str | None, width: int, *, ascii_only: bool
) -> list[Line]:
    """The same in lines, with the roles of their parts."""
    if record is None:
        return [((_GONE, "muted"),)]
    return join_blocks(
        (
            _head(record, label, until, width),
            *(_reading(one, number, width) for number, one in enumerate(record.readings)),
            _way(record.way, width, ascii_only) if record.way else (),
        )
    )


def _head(record: ClaimRecord, label: str, until: str | None, width: int) -> Iterator[Line]:
    marked = ((f"  [{label}]", "watch"),) if label else ()
    yield (record.verdict.value.upper(), ROLES[record.verdict]), (f"  {record.id}", "bright"), *marked
    if is_invented(label):
        yield from labelled("", INVENTED, width, "watch")
    yield from labelled("claim", record.says, width, "ratio")
    own = "; from your own file" if record.own else ""
    yield from labelled("who", f"{record.who}, {record.said}{own}", width)
    yield from labelled("why", f"{record.reason}.", width)
    if record.note:
        yield from labelled("note", record.note, width)
    about = f"; indicator {record.about}" if record.about else ""
    yield from labelled("data", f"closes until {until or 'none yet'}{about}", width)


def _reading(reading: Reading, number: int, width: int) -> Iterator[Line]:
    """One way to read it, and what it comes to at the nearest of the windows tried."""
    name = "AS IT SAYS" if number == 0 else f"READ ANOTHER WAY, {number}"
    yield from title(name if reading.read_as == "as it says" else f"{name}: {reading.read_as}", width)
    if reading.reason:
        yield from labelled("missing", reading.reason, width)
    if reading.known:
        yield from labelled("tried", _say_tried(reading), width)
        yield from labelled("nearest" if not reading.fits else "window", _say_window(reading), width)
    for one in reading.figures:
        if one.claimed is None:
            yield from labelled("then", f"{one.of}: {format_shown(one.recomputed, one.unit)}", width)
            continue
        yield from labelled("measure", f"{one.of} ({one.name})" if one.name else one.of, width)
        off = f", off by {format_off(one.difference, one.unit)}" if one.difference is not None else ""
        within = f"; {format_tolerance(one.tolerance, one.unit)} is allowed" if one.tolerance else ""
        shown = format_off if one.is_gap else format_shown
        end = f" to {shown(one.claimed_high, one.unit)}" if one.claimed_high is not None else ""
        said = f"claimed {shown(one.claimed, one.unit)}{end}, recomputed {shown(one.recomputed, one.unit)}"
        yield from labelled("", f"{said}{off}{within}", width)
        if one.adds_up is not None and number == 0:
            yield from labelled("", f"its own numbers come to {shown(one.adds_up, one.unit)}", width)


def _say_tried(reading: Reading) -> str:
    noun = ("window" if reading.start else "session") + "s" * (reading.known != 1)
    left = reading.tried - reading.known
    without = f"; {left:,} more without a value" if left else ""
    return f"{reading.known:,} {noun}, of which {reading.fits:,} make it true{without}"


def _say_window(reading: Reading) -> str:
    return f"{reading.start} to {reading.end}" if reading.start else str(reading.end)


def _way(way: Way, width: int, ascii_only: bool) -> Iterator[Line]:
    low, high = (format_percent(one, 0) for one in (way.low, way.high))
    span = f"between {way.earliest} and {way.deadline}" if way.earliest else f"until {way.deadline}"
    yield from title("THE WAY", width)
    yield from labelled("wanted", f"{low} to {high} % {span}", width)
    rates = " to ".join(format_percent(one, 1) for one in (way.rate_low, way.rate_high))
    yield from labelled("a year", f"{rates} %", width)
    yield from labelled("began", f"{way.start}; {way.sessions} of about {way.of_sessions} sessions are over", width)
    required = " to ".join(format_percent(one, 2) for one in (way.required_low, way.required_high))
    yield from labelled("by now", f"{required} % required, {format_percent(way.realised, 2)} % realised", width)
    reached = way.reached or "not yet"
    yield from labelled("reached", f"{low} % first: {reached}", width)
    if len(way.values) > 1:
        yield from _chart(way, width, ascii_only)


def _chart(way: Way, width: int, ascii_only: bool) -> Iterator[Line]:
    """Realised, over the two required paths."""
    paths = [_required(rate, way) for rate in (way.rate_low, way.rate_high)]
    every = [*way.values, *paths[0], *paths[1]]
    low, high = min(every), max(every)
    high = high if high > low else low + 0.01
    labels = [f"{format_percent(one, 1)} %" for one in (high, low)]
    margin = max(map(len, labels))
    room = max(10, width - margin - 4)
    first, last = (_EPOCH + timedelta(days=way.times[end]) for end in (0, -1))
    names = "realised is drawn as *, required as ." if ascii_only else "realised bright, the two required paths dim"
    yield from title(f"RETURN SINCE {first}, to {last}: {names}", width)
    layers = [_draw(values, low, high, room, ascii_only) for values in (way.values, *paths)]
    for number in range(_ROWS):
        label = labels[0] if number == 0 else labels[1] if number == _ROWS - 1 else ""
        rows = tuple(layer[number] for layer in layers)
        yield (f"  {label:>{margin}}  ", "muted"), *_overlay(rows, ascii_only)


def _required(rate: float | None, way: Way) -> tuple[float, ...]:
    return tuple((1.0 + (rate or 0.0)) ** (at / 252) - 1.0 for at in range(len(way.values)))


def _draw(values: tuple[float, ...], low: float, high: float, width: int, ascii_only: bool) -> list[str]:
    across, up, marker = (1, 1, "*") if ascii_only else (2, 4, "braille")
    return rasterise(to_points(values, low, high, width * across, _ROWS * up), width, _ROWS, marker)


def _overlay(rows: tuple[str, ...], ascii_only: bool) -> Iterator[tuple[str, str]]:
    """The realised curve over the others: where two share a cell its own dots are kept."""
    text, role = "", ""
    for cells in zip(*rows, strict=True):
        front = cells[0] not in (" ", "\u2800")
        back = next((one for one in cells[1:] if one not in (" ", "\u2800")), " ")
        char, found = (cells[0], "ratio") if front else ("." if ascii_only and back != " " else back, "axis")
        if found != role and text:
            yield text, role
            text = ""
        text, role = text + char, found
    if text:
        yield text, role
