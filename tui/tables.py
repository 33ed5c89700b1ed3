"""The tables of the page that `smid once --text` prints."""

import textwrap
from collections.abc import Iterable, Sequence

from core.settings import Settings
from core.snapshot import Measure, Snapshot, Track
from widgets.doubt import is_doubtful
from widgets.format import MISSING, format_measure, format_number, format_percent, format_provisional

WIDTH = 78
WINDOWS = ("20", "50", "200")


class Notes:
    """Why values are missing: each reason once, numbered in the order of its first use."""

    def __init__(self) -> None:
        self._reasons: dict[str, int] = {}
        self.has_old = False

    def cell(self, measure: Measure, *, digits: int | None = None, signed: bool = True) -> str:
        """The measure as text; `n/a[1]` with its reason kept where there is no value."""
        if measure.value is None:
            reason = measure.reason or "no reason given"
            return f"n/a[{self._reasons.setdefault(reason, len(self._reasons) + 1)}]"
        if digits is not None and isinstance(measure.value, int | float):
            is_fraction = measure.unit == "fraction"
            text = (format_percent if is_fraction else format_number)(measure.value, digits, signed=signed)
            return format_provisional(text, measure.provisional)
        if measure.unit == "date":
            return format_provisional(str(measure.value), measure.provisional)
        return format_measure(measure, signed=signed)

    def name(self, snapshot: Snapshot, subject: str) -> str:
        """The subject, with a star where its numbers are not of now: nothing old looks new."""
        if not is_doubtful(snapshot, subject):
            return subject
        self.has_old = True
        return f"{subject}*"

    def text(self, width: int) -> str:
        """The footnotes, empty where nothing is missing."""
        lines = ["NOT AVAILABLE"] if self._reasons else []
        for reason, number in self._reasons.items():
            first = f"  [{number}] "
            lines.append(textwrap.fill(reason, width, initial_indent=first, subsequent_indent=" " * len(first)))
        return "\n".join(lines)


def build_gaps(snapshot: Snapshot, settings: Settings, notes: Notes) -> Iterable[str]:
    """Small's return minus large's by horizon, a row a pair."""
    pairs = settings.universe.pairs
    horizons: list[str] = [*settings.lookbacks.gaps]
    if any(f"{pair}.gap_since" in snapshot.measures for pair in pairs):
        horizons.append("since")
    rows = [
        [notes.name(snapshot, pair), *(notes.cell(snapshot.measure(f"{pair}.gap_{horizon}")) for horizon in horizons)]
        for pair in pairs
    ]
    title = "RELATIVE PERFORMANCE: return of small minus return of large, percentage points"
    yield to_table(title, ["pair", *horizons], rows)


def build_position(snapshot: Snapshot, notes: Notes) -> Iterable[str]:
    """Where each pair's ratio stands against its own past."""
    columns = {
        "ratio": ("ratio", None),
        "z 252d": ("ratio_z_252d", None),
        "off high 63d %": ("pullback_63d", None),
        "drawdown %": ("drawdown", None),
        "streak": ("streak", 0),
        "beta 252d": ("beta_252d", 2),
    }
    rows = []
    for pair in snapshot.pairs:
        found = [(snapshot.measure(f"{pair}.{name}"), digits) for name, digits in columns.values()]
        # A beta is a multiple: a plus before it would look like a change.
        rows.append(
            [
                notes.name(snapshot, pair),
                *(notes.cell(m, digits=digits, signed=m.unit != "ratio") for m, digits in found),
            ]
        )
    yield to_table("RATIO: where small over large stands", ["pair", *columns], rows)


def build_averages(snapshot: Snapshot, settings: Settings, notes: Notes) -> Iterable[str]:
    """The state of each subject towards its averages and since when, then the prices that would turn it."""
    states, prices = [], []
    for subject in settings.universe.averages:

        def cell(name: str, subject: str = subject) -> str:
            return notes.cell(snapshot.measure(f"{subject}.{name}"), signed=False)

        last = cell("ratio" if "/" in subject else "last")
        slow = [cell(f"trend_{window}{what}") for window in ("50", "200") for what in ("", "_since")]
        name = notes.name(snapshot, subject)
        states.append([name, last, cell("trend_20"), *slow])
        prices.append([name, last, *(cell(f"trend_{window}_turn") for window in WINDOWS)])
    head = ["", "last", "20", "50", "since", "200", "since"]
    yield to_table("MOVING AVERAGES: trend against the 20, 50 and 200 session average", head, states)
    turns = "TURNING POINTS: price or ratio (after a close: the next one) that turns it"
    yield to_table(turns, ["", "last", *WINDOWS], prices)


def build_volatility(snapshot: Snapshot, settings: Settings, notes: Notes) -> Iterable[str]:
    """Realised volatility of the two legs, and small's over large's."""
    names = ("20d", "63d", "252d")
    subjects = settings.universe.volatility
    rows = []
    for subject in subjects:
        own = [snapshot.measure(f"{subject}.volatility_{name}") for name in names]
        ranks = [snapshot.measure(f"{subject}.volatility_percentile_{name}") for name in ("252d", "1260d")]
        daily = snapshot.measure(f"{subject}.daily_volatility_20d")
        cells = [*(notes.cell(m, digits=1, signed=False) for m in own), notes.cell(daily, signed=False)]
        rows.append([notes.name(snapshot, subject), *cells, *(notes.cell(m, digits=0, signed=False) for m in ranks)])
    head = ["", *names, "daily 20d", "percentile 1y", "percentile 5y"]
    page = to_table("VOLATILITY: realised, annualised, percent", head, rows)
    pair = "/".join(subjects[:2])
    if pair in snapshot.pairs:
        ratios = [
            notes.cell(snapshot.measure(f"{pair}.volatility_ratio_{n}"), digits=2, signed=False) for n in names[:2]
        ]
        told = f"{pair}: small moves {ratios[0]} times as much as large (20 sessions), {ratios[1]} (63)"
        page += "\n" + textwrap.fill(told, WIDTH, initial_indent="  ", subsequent_indent="    ")
    yield page


def build_rotation(snapshot: Snapshot, settings: Settings, notes: Notes) -> Iterable[str]:
    """The map that the settings open with, as rows: quadrant, since when, the two axes, heading and distance."""
    chosen = settings.rotation
    against = "pairs" if chosen.against == "pairs" else f"against {chosen.market}"
    rows = [
        [notes.name(snapshot, track.pair), *_place(track, notes)]
        for track in snapshot.tracks
        if (track.against, track.pace) == (chosen.against, chosen.pace)
    ]
    head = ["", "quadrant", "since", "level", "momentum", "heading", "distance"]
    if rows:
        yield to_table(f"ROTATION MAP: {', '.join(chosen.groups)}; {against}, {chosen.pace}", head, rows)


def _place(track: Track, notes: Notes) -> Iterable[str]:
    if not track.points:
        missing = Measure(None, "", None, reason=f"{track.pair} on the {track.pace} map: {track.reason}")
        return [notes.cell(missing)] * 6
    last = track.points[-1]
    numbers = [(last.level, 2), (last.momentum, 2), (track.heading, 0), (track.distance, 2)]
    words = [track.quadrant or MISSING, track.since or MISSING, *(format_number(*number) for number in numbers)]
    return [format_provisional(word, track.provisional) for word in words]


def to_table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell, the first to the left, the others to the right; letters of ASCII alone."""
    rows = [["n/a" if cell == MISSING else cell for cell in row] for row in rows]
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    # A wide table (long names, footnotes) closes up before it breaks the lines of a mail.
    gap = "  " if sum(widths) + 2 * len(widths) <= WIDTH else " "
    lines = [title]
    for row in (head, *rows):
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        lines.append(gap + gap.join(cells).rstrip())
    return "\n".join(lines)
