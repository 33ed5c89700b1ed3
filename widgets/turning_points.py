"""A table for the averages pane that has the screen to itself: where each of a row's trends would turn."""

from core.snapshot import Snapshot
from widgets.canvas import Row
from widgets.doubt import is_doubtful
from widgets.format import MISSING, format_day, format_measure, format_percent, to_number
from widgets.glyphs import DOWN, UP
from widgets.grid import Cell, Column, Line, to_rows
from widgets.spots import at
from widgets.tone import Tone

WINDOWS = (20, 50, 200)
_TITLE = "Turning points: the price or ratio that would turn each trend, how far off it is, and since when the trend is"


def build_turning_points(snapshot: Snapshot, subjects: tuple[str, ...], tone: Tone, width: int) -> list[Row]:
    """A title, a header, and a row for each of `subjects`."""
    names = max(7, *(len(one) for one in subjects))
    parts = (("", 9), ("away", 6), ("since", 6))[: 3 if width >= names + len(WINDOWS) * 24 else 2]
    columns = [Column("symbol", names, left=True, grows=False)]
    columns += [Column(title or f"{window}d", cells) for window in WINDOWS for title, cells in parts]
    title, _, rest = _TITLE.partition(":")
    told = f":{rest}" if len(_TITLE) <= width else ": what would end each trend"
    head: Row = [(title, tone.style(bold=True)), (told, tone.style("muted"))]
    return [head, *to_rows(columns, [_line(snapshot, one, len(parts), tone) for one in subjects], width, tone)]


def _line(snapshot: Snapshot, subject: str, parts: int, tone: Tone) -> Line:
    is_old = is_doubtful(snapshot, subject)
    name: Cell = (f"{subject}", tone.style("muted" if is_old else "bright", bold=not is_old))
    trends = (_trend(snapshot, subject, window, tone, is_old=is_old) for window in WINDOWS)
    return Line([name, *(cell for trend in trends for cell in trend[:parts])])


def _trend(snapshot: Snapshot, subject: str, window: int, tone: Tone, *, is_old: bool) -> tuple[Cell, Cell, Cell]:
    """The side with the price that would change it, the way to it in percent, and since when."""
    address = f"{subject}.trend_{window}"
    side, turn, since = (snapshot.measure(address + end) for end in ("", "_turn", "_since"))
    now = to_number(snapshot.measure(f"{subject}.{'ratio' if '/' in subject else 'last'}"))
    mark = {"up": UP, "down": DOWN}.get(str(side.value), "")
    role = str(side.value) if mark and not is_old else "muted"
    price = to_number(turn)
    away = MISSING if not (price and now) else f"{format_percent(price / now - 1, 1)}%"
    muted = tone.style("muted")
    return (
        (f"{mark}{format_measure(turn)}", at(tone.style(role), f"{address}_turn")),
        (away, at(muted if is_old else tone.style(), f"{address}_turn")),
        (format_day(None if since.value is None else str(since.value)), at(muted, f"{address}_since")),
    )
