"""The moving-average matrix: where prices stand against their averages, since when, and what would flip it."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from core.snapshot import Snapshot, SubjectState
from widgets.breadth_table import build_breadth
from widgets.canvas import Row
from widgets.doubt import format_doubt
from widgets.format import MISSING, format_day, format_measure, to_number
from widgets.glyphs import DOT, DOWN, UP
from widgets.grid import Cell, Column, Line, TablePane
from widgets.spots import at

WINDOWS = (20, 50, 200)
_COLUMNS = (
    Column("last", 7, gives_way=2),
    Column("20d", 3, grows=False),
    Column("50d", 3, grows=False),
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
        "With the screen to itself (z) the pane also counts over the constituents of the funds that [breadth] in the "
        "settings names a list for: the percentage above their averages, rising, and ahead of the benchmark over 63 "
        "sessions, new highs and lows of 252 sessions, how many of those listed have a close, and the day of the "
        "list.\n\n"
        "Keys: the arrows move to a number when the pane has the focus, enter explains it."
    )
    MIN_HEIGHT = 5
    IDEAL_HEIGHT = 9
    SLICES: ClassVar[tuple[int | str, ...]] = (10, 8, "1fr", 15)  # last prices change alone, and flips

    @property
    def full_height(self) -> int:
        return len(self.settings.universe.averages) + 3

    def content(self, width: int, height: int) -> list[Row]:
        subjects = self.settings.universe.averages
        if not subjects:
            return [[("No rows: averages is empty in the settings.", self.tone.style("muted"))]]
        first = Column("symbol", max(7, *(len(s) for s in subjects)), left=True, grows=False)
        rows = self.table([first, *_COLUMNS], [self._line(s) for s in subjects], width, height)
        spare = height - self.full_height + 1
        if spare > 0:  # more room than company leaves
            rows += [(), *build_breadth(self.view.snapshot, self.settings, self.tone, width)[:spare]]
        return rows

    def _line(self, subject: str) -> Line:
        tone, snapshot = self.tone, self.view.snapshot
        quality = snapshot.quality_of(subject)
        name = (subject, tone.style("bright", bold=True))
        if quality.state is SubjectState.MISSING:
            why = at(tone.style("muted"), _price_of(subject))
            return Line([(subject, tone.style("muted"))], note=(quality.reason or "no data", why))
        doubt = format_doubt(snapshot, subject, width=8)
        price, flip = _price_of(subject), find_flip(snapshot, subject)
        standing, sides = to_standing(snapshot, subject), [f"{subject}.trend_{n}" for n in WINDOWS]
        state = at(
            tone.style("muted" if doubt else _ROLES[standing.sign]),
            *sides,
            f"{subject}.cross_50_200",
        )
        since = at(tone.style("muted"), *(f"{side}_since" for side in sides))
        cells = [
            name,
            (format_measure(snapshot.measure(price)), at(tone.style("muted" if doubt else "text"), price)),
            *(self._side(subject, n, faded=bool(doubt)) for n in WINDOWS),
            (doubt or f"{_MARKS[standing.sign]} {standing.word}", state),
            (format_day(standing.since), since),
            (flip.text, at(tone.style("muted" if doubt else "text"), flip.address)),
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
_CROSSES = {"up": "golden", "down": "death"}
_RECENT_DAYS = 31
_ROLES = {"up": "up", "down": "down", "mixed": "watch", "": "muted"}


def to_standing(snapshot: Snapshot, subject: str) -> Standing:
    """The three sides, and the two long averages against each other, as one word."""
    sides = [snapshot.measure(f"{subject}.trend_{n}").value for n in WINDOWS]
    begun = [snapshot.measure(f"{subject}.trend_{n}_since").value for n in WINDOWS]
    dates = [str(b) for b in begun if b]
    newest = max(dates) if len(dates) == len(WINDOWS) else None
    if any(side not in ("up", "down") for side in sides):
        return Standing("too short", "", None)
    if len(set(sides)) == 1:
        return Standing("all up" if sides[0] == "up" else "all dn", str(sides[0]), newest)
    cross, crossed = (snapshot.measure(f"{subject}.cross_50_200{end}").value for end in ("", "_since"))
    if isinstance(crossed, str) and cross in _CROSSES and _is_recent(crossed, snapshot.session.date):
        return Standing(_CROSSES[str(cross)], str(cross), crossed)
    if sides[1] == sides[2]:
        return Standing("dip" if sides[1] == "up" else "bounce", "mixed", str(begun[0]) if begun[0] else None)
    long = "<200d" if sides[2] == "down" else "<50d"
    since = begun[2] if sides[2] == "down" else begun[1]
    return Standing(long, "down" if sides[2] == "down" else "mixed", str(since) if since else None)


def _is_recent(iso: str, today: str | None) -> bool:
    """Whether a session was within the last month."""
    return today is not None and (date.fromisoformat(today) - date.fromisoformat(iso)).days <= _RECENT_DAYS


@dataclass(frozen=True, slots=True)
class Flip:
    """The nearest of the prices at which a side would turn: written with its window, and its address."""

    text: str
    address: str


def find_flip(snapshot: Snapshot, subject: str) -> Flip:
    """The nearest of the three; without any, the shortest one's address says why."""
    last = to_number(snapshot.measure(_price_of(subject)))
    flips = [(n, snapshot.measure(f"{subject}.trend_{n}_flip")) for n in WINDOWS]
    known = [(abs(price - last), n, m) for n, m in flips if last is not None and (price := to_number(m)) is not None]
    if not known:
        return Flip(MISSING, f"{subject}.trend_{WINDOWS[0]}_flip")
    _, window, measure = min(known, key=lambda entry: entry[:2])
    return Flip(f"{format_measure(measure)} {window:>3}d", f"{subject}.trend_{window}_flip")


def _price_of(subject: str) -> str:
    """The address of its price, or of a pair's ratio."""
    return f"{subject}.{'ratio' if '/' in subject else 'last'}"
