"""The moving-average matrix: where prices stand against their averages, since when, and what would flip it."""

from dataclasses import dataclass
from typing import ClassVar

from core.snapshot import Snapshot, SubjectState
from widgets.breadth_table import build_breadth
from widgets.canvas import Row
from widgets.doubt import format_doubt
from widgets.format import MISSING, format_day, format_measure
from widgets.glyphs import DOT, DOWN, UP
from widgets.grid import Cell, Column, Line, TablePane
from widgets.spots import at
from widgets.turning_points import build_turning_points

WINDOWS = (20, 50, 200)
_COLUMNS = (
    Column("last", 7, gives_way=2),
    Column("20", 3, grows=False),
    Column("50", 3, grows=False),
    Column("200", 3, grows=False),
    Column("state", 8, left=True),
    Column("since", 6, gives_way=1),
    Column("flips at", 12, gives_way=1),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A row in words: `sign` is up, down or mixed, `since` an ISO session."""

    word: str
    sign: str
    since: str | None


class AveragesPane(TablePane):
    NAME = "averages"
    TITLE = "Moving averages"
    HELP = (
        "Each row is a symbol or a pair. A triangle says on which side of its average over 20, 50 and 200 sessions "
        "the price is: it turns only when the price is beyond the average by half a percent (one percent for the "
        "200), so that it does not flutter. The state sums this up: all up, all dn (down); golden and death when "
        "the 50-session average crossed the 200-session one within a month; a dip below or a bounce above the short "
        "average alone; else the longest average that is broken.\n\n"
        "Since is the session at which the state began. Flips at is the nearest price at which one of the three "
        "would turn today. `~` means that the session is not over.\n\n"
        "With the screen to itself (z) the pane says for every row where each of the three would turn: the price, how "
        "far off it is, and since when the side is what it is. It also counts over the constituents of the funds that "
        "[breadth] in the settings names a list for: the percentage above their averages (by number, and over 50 "
        "sessions by weight), rising, and ahead of the benchmark over 63 sessions, new highs and lows of 252 sessions, "
        "the last thrust, the median bid-ask spread in percent, how many of those listed have a close, and the day of "
        "the list.\n\n"
        "Keys: the arrows move to a number when the pane has the focus, enter explains it."
    )
    MIN_HEIGHT = 5
    IDEAL_HEIGHT = 9
    SLICES: ClassVar[tuple[int | str, ...]] = (10, 8, "1fr", 15)  # last prices change alone, and flips

    _cut = 0
    """Rows that the screen is too low for."""

    @property
    def full_height(self) -> int:
        return len(self.settings.universe.averages) + 3

    def content(self, width: int, height: int) -> list[Row]:
        subjects = self.settings.universe.averages
        if not subjects:
            return [[("No rows: averages is empty in the settings.", self.tone.style("muted"))]]
        first = Column("symbol", max(7, *(len(s) for s in subjects)), left=True, grows=False)
        rows = self.table([first, *_COLUMNS], [self._line(s) for s in subjects], width, height)
        spare, self._cut = height - self.full_height + 1, 0
        if spare > 0:  # more room than company leaves
            snapshot, tone = self.view.snapshot, self.tone
            rows += [(), *build_turning_points(snapshot, subjects, tone, width)]
            rows += [(), *build_breadth(snapshot, self.settings, tone, width)]
            self._cut = max(0, len(rows) - height)
        return rows[:height]

    def bottom_note(self) -> Row:
        if not self._cut:
            return self.more_note()
        return [(f"{self._cut} rows more on a taller screen", self.tone.style("muted"))]

    def _line(self, subject: str) -> Line:
        tone, snapshot = self.tone, self.view.snapshot
        quality = snapshot.quality_of(subject)
        name = (subject, tone.style("bright", bold=True))
        if quality.state is SubjectState.MISSING:
            why = at(tone.style("muted"), _price_of(subject))
            return Line([(subject, tone.style("muted"))], note=(quality.reason or "no data", why))
        doubt = format_doubt(snapshot, subject, width=8)
        price, standing = _price_of(subject), to_standing(snapshot, subject)
        state = at(tone.style("muted" if doubt else _ROLES[standing.sign]), f"{subject}.standing")
        since = at(tone.style("muted"), f"{subject}.standing_since")
        flip = at(tone.style("muted" if doubt else "text"), f"{subject}.next_flip")
        cells = [
            name,
            (format_measure(snapshot.measure(price)), at(tone.style("muted" if doubt else "text"), price)),
            *(self._side(subject, n, faded=bool(doubt)) for n in WINDOWS),
            (doubt or f"{_MARKS[standing.sign]} {standing.word}", state),
            (format_day(standing.since), since),
            (format_flip(snapshot, subject), flip),
        ]
        return Line(cells)

    def _side(self, subject: str, window: int, *, faded: bool) -> Cell:
        address = f"{subject}.trend_{window}"
        side = self.view.snapshot.measure(address).value
        if side not in ("up", "down"):
            return f"{MISSING} ", at(self.tone.style("muted"), address)
        role = "muted" if faded else str(side)
        return f"{UP if side == 'up' else DOWN} ", at(self.tone.style(role), address)


_MARKS = {"up": UP, "down": DOWN, "mixed": DOT, "": " "}
_ROLES = {"up": "up", "down": "down", "mixed": "watch", "": "muted"}
_STANDINGS = {
    "all up": ("all up", "up"),
    "all down": ("all dn", "down"),
    "golden": ("golden", "up"),
    "death": ("death", "down"),
    "dip": ("dip", "mixed"),
    "bounce": ("bounce", "mixed"),
    "below 50": ("<50d", "mixed"),
    "below 200": ("<200d", "down"),
}
"""How the words of `standing` are written here, and whether they are up, down or mixed."""


def to_standing(snapshot: Snapshot, subject: str) -> Standing:
    """The measure `standing` as the table writes it."""
    word, since = (snapshot.measure(f"{subject}.standing{end}").value for end in ("", "_since"))
    written, sign = _STANDINGS.get(str(word), ("too short", ""))
    return Standing(written, sign, None if since is None else str(since))


def format_flip(snapshot: Snapshot, subject: str) -> str:
    """The nearest price at which a side would turn, and which."""
    price, window = (snapshot.measure(f"{subject}.next_flip{end}") for end in ("", "_days"))
    return MISSING if price.value is None else f"{format_measure(price)} {window.value:>3}d"


def _price_of(subject: str) -> str:
    """The address of its price, or of a pair's ratio."""
    return f"{subject}.{'ratio' if '/' in subject else 'last'}"
