"""The rotation map: which sizes and sectors lead, which weaken, and where each is going. A page of its own."""

import textwrap
from typing import ClassVar

from core.settings import Settings
from core.snapshot import Phase, Track
from widgets.canvas import Row, Span, width_of
from widgets.doubt import format_doubt
from widgets.format import MISSING, format_age, format_day, format_number, format_provisional, format_session
from widgets.grid import Cell, Column, Line, TablePane, to_rows
from widgets.keys import to_key
from widgets.rotation_plot import CENTRE, ROLES, RotationPlot, Way, fit_frame
from widgets.spots import at
from widgets.waiting import explain_nothing

_AGAINST = ("pairs", "market")
_PACES = {"weekly": "rotation", "daily": "rotation_daily"}
"""Pace, and how the addresses of its measures begin."""
_COLUMNS = (
    Column("quadrant", 10, left=True, grows=False),
    Column("goes", 4, left=True, grows=False),
    Column("since", 8, gives_way=1, grows=False),
    Column("level", 7, gives_way=4),
    Column("momentum", 8, gives_way=5),
    Column("distance", 8, gives_way=3),
)
_WHOLE = sum(column.width + 1 for column in _COLUMNS)
_SLIM = sum(column.width + 1 for column in _COLUMNS if column.gives_way < 3)
"""Cells of all columns after the first, and of those that the map does not show itself."""
_GAP = 2
_LEAST = 36
"""Cells of a map worth having beside the table."""
_POINT_COLUMNS = (
    Column("its way", 11, left=True, grows=False),
    Column("level", 7, grows=False),
    Column("momentum", 8, grows=False),
)
_ARROWS = ("→ ", "↗ ", "↑ ", "↖ ", "← ", "↙ ", "↓ ", "↘ ")
_ASCII_ARROWS = ("->", "/^", "^ ", "^\\", "<-", "v/", "v ", "\\v")
_MEANINGS = {
    "leading": "above its mean of {n} and gaining",
    "weakening": "above its mean of {n}, but losing",
    "lagging": "below its mean of {n} and losing",
    "improving": "below its mean of {n}, but gaining",
}
_WINDOWS = {"weekly": "14 weeks", "daily": "63 sessions"}


class RotationPane(TablePane):
    NAME = "rotation"
    TITLE = "Rotation map"
    HELP = (
        "Each tail is the way of one pair over its last 8 weeks (or sessions), from dim to bright; the point at its "
        "end is now. To the right the level: how many standard deviations the ratio, small over large, is above its "
        "own mean of 14 weeks (63 sessions), 100 being the mean. Upwards the momentum: the same of the level's change "
        "over one week (five sessions). Pairs usually go clockwise: leading (above and gaining), weakening (above, "
        "but losing), lagging, improving. A quadrant changes only once the point is 0.2 beyond the axis, or with the "
        "second point there.\n\n"
        "It is drawn in the manner of relative rotation graphs, by a formula of our own that docs/measures.md tells. "
        "Each ratio is measured by its own past: 103 of a calm sector is a smaller move than 103 of a wild one, and "
        "two that lead are not equally strong. The table tells since when, the level, the momentum, and the distance "
        "from the centre; near it a quadrant says little. `~` means that the week (or session) is not over.\n\n"
        "Keys: up and down choose a pair, whose tail is then bright; others change the group, the pace, and whether "
        "pairs are shown or each of their symbols against the whole market. Escape goes back."
    )
    MIN_HEIGHT = 5
    IDEAL_HEIGHT = 20
    SLICES: ClassVar[tuple[int | str, ...]] = ("1fr",) * 4

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._groups = tuple(settings.rotation.groups)
        self._group = self._groups[0] if self._groups else ""
        self._against: str = settings.rotation.against
        self._pace: str = settings.rotation.pace
        self._plot = RotationPlot()
        self._above = 0
        """Rows of the map over the table."""

    @property
    def marker(self) -> str:
        return "*" if self.ascii_only else "braille"

    @property
    def tracks(self) -> list[Track]:
        """Those of the map that is chosen, in the order of the settings."""
        wanted = (self._group, self._against, self._pace)
        return [t for t in self.view.snapshot.tracks if (t.group, t.against, t.pace) == wanted]

    def step_group(self) -> None:
        if self._groups:
            self._group = _next(self._groups, self._group)
            self.window.cursor = 0
        self.redraw()

    def step_pace(self) -> None:
        self._pace = _next(tuple(_PACES), self._pace)
        self.redraw()

    def step_against(self) -> None:
        self._against = _next(_AGAINST, self._against)
        self.window.cursor = 0
        self.redraw()

    def content(self, width: int, height: int) -> list[Row]:
        tracks = self.tracks
        if not tracks:
            self.window.fit(0, height)
            return self._nothing(width)
        name = max(len(track.pair) for track in tracks) + 1
        whole, slim = name + _WHOLE, name + _SLIM
        if width - _GAP - whole >= max(_LEAST, height * 7 // 5):
            table = max(whole, width - _GAP - height * 11 // 5)
        else:
            table = slim if width - _GAP - slim >= _LEAST else 0
        above = 0 if table else max(height - len(tracks) - 1, height * 3 // 5)
        self._above = above if above >= 5 else 0  # no rows for a map that has too few
        if not table:
            rows = self._draw_table(tracks, width, height - self._above)
            return [*self._draw_map(tracks, width, self._above), *rows]
        right = self._draw_table(tracks, table, height)
        right += self._draw_words(table, height - len(right))
        return self._abreast(self._draw_map(tracks, width - _GAP - table, height), right, width - table, height)

    def _abreast(self, left: list[Row], right: list[Row], start: int, height: int) -> list[Row]:
        blank = self.tone.style()
        rows: list[Row] = []
        for y in range(height):
            row, beside = (rows_of[y] if y < len(rows_of) else () for rows_of in (left, right))
            rows.append([*row, (" " * (start - width_of(row)), blank), *beside])
        return rows

    def _nothing(self, width: int) -> list[Row]:
        text = "No pairs: sizes and sectors are both empty under [rotation] in the settings."
        if self._groups:
            is_new = self.view.snapshot.as_of is None
            text = explain_nothing(self.view)[0] if is_new else "These numbers have no map yet; the next ones will."
        return [[(line, self.tone.style("muted"))] for line in textwrap.wrap(text, max(1, width))]

    def _draw_map(self, tracks: list[Track], width: int, height: int) -> list[Row]:
        if width < 12 or height < 5:
            return [()] * height
        ways = self._ways(tracks)
        return self._plot.draw(ways, fit_frame(ways, width, height, self.marker), self.tone, self.marker)

    def _ways(self, tracks: list[Track]) -> list[Way]:
        """The tails that there are; each is labelled with its first symbol where no other begins with it."""
        first = [track.pair.split("/")[0] for track in tracks]
        return [
            Way(
                label=symbol if first.count(symbol) == 1 else track.pair,
                quadrant=track.quadrant or "",
                points=tuple((point.level - CENTRE, point.momentum - CENTRE) for point in track.points),
                is_chosen=place == self.window.cursor,
                is_old=bool(self._doubt(track)),
            )
            for place, (symbol, track) in enumerate(zip(first, tracks, strict=True))
            if track.points
        ]

    def _draw_table(self, tracks: list[Track], width: int, height: int) -> list[Row]:
        first = Column(self._group, max(len(track.pair) for track in tracks) + 1, left=True, grows=False)
        return self.table([first, *_COLUMNS], [self._line(track) for track in tracks], width, height)

    def _line(self, track: Track) -> Line:
        tone = self.tone
        if not track.points:
            name: Cell = (track.pair, at(tone.style("muted"), self._address(track, "quadrant")))
            return Line([name], note=(track.reason or "no data", tone.style("muted")))
        doubt, last = self._doubt(track), track.points[-1]
        text = "muted" if doubt else "text"
        cells = {
            "quadrant": (self._word(track), tone.style("muted" if doubt else ROLES[str(track.quadrant)])),
            "heading": (self._arrow(track.heading), tone.style(text)),
            "since": (doubt or format_day(track.since), tone.style("muted")),
            "level": (self._number(track, last.level), tone.style(text)),
            "momentum": (self._number(track, last.momentum), tone.style(text)),
            "distance": (self._number(track, track.distance), tone.style(text)),
        }
        name = (track.pair, tone.style("muted" if doubt else "bright", bold=not doubt))
        return Line([name, *((word, at(style, self._address(track, part))) for part, (word, style) in cells.items())])

    def _address(self, track: Track, part: str) -> str:
        return f"{track.pair}.{_PACES[track.pace]}_{part}"

    def _number(self, track: Track, value: float | None) -> str:
        return format_provisional(format_number(value), track.provisional)

    def _word(self, track: Track) -> str:
        return format_provisional(track.quadrant or MISSING, track.provisional)

    def _arrow(self, heading: float | None) -> str:
        """The nearest of eight directions."""
        if heading is None:
            return MISSING
        return (_ASCII_ARROWS if self.ascii_only else _ARROWS)[round(heading / 45) % 8]

    def _doubt(self, track: Track) -> str:
        """Why the newest point is not of now: a stale symbol, or a running session that the pair does not have yet."""
        snapshot = self.view.snapshot
        for symbol in track.pair.split("/"):
            if doubt := format_doubt(snapshot, symbol, width=8):
                return doubt
        running = snapshot.session.date if snapshot.session.phase is Phase.OPEN else None
        if running is None or not track.points or track.points[-1].session >= running:
            return ""
        if track.as_of is None or snapshot.as_of is None:
            return "old"
        return f"{format_age((snapshot.as_of - track.as_of).total_seconds())} old"

    def _draw_words(self, width: int, height: int) -> list[Row]:
        """Under the table: what the chosen quadrant means, what the keys would show, the way point by point."""
        tone, track = self.tone, self._chosen_track()
        told = textwrap.wrap(self._meaning(track), width) if track else []
        blocks: list[list[Row]] = [
            [[(line, tone.style("text"))] for line in told],
            [[(line, tone.style("muted"))] for line in textwrap.wrap(self._keys(), width)],
            self._points(track, width) if track else [],
        ]
        rows: list[Row] = []
        for block in blocks:
            if block and len(rows) + 1 + len(block) <= height:
                rows += [(), *block]
        return rows

    def _points(self, track: Track, width: int) -> list[Row]:
        """The tail as numbers, newest first."""
        tone, last = self.tone, len(track.points) - 1
        lines = []
        for place, point in reversed(list(enumerate(track.points))):
            values = (point.level, point.momentum)
            mark = track.provisional and place == last
            day: Cell = (format_session(point.session), tone.style("muted"))
            numbers = (
                (format_provisional(format_number(v), mark), at(tone.style("muted"), self._address(track, part)))
                for part, v in zip(("level", "momentum"), values, strict=True)
            )
            lines.append(Line([day, *numbers]))
        return to_rows(_POINT_COLUMNS, lines, width, tone) if lines else []

    def _chosen_track(self) -> Track | None:
        tracks = self.tracks
        return tracks[self.window.cursor] if self.window.cursor < len(tracks) else None

    def _meaning(self, track: Track) -> str:
        """The quadrant in words, and that the newest point is not in it where that is so."""
        if not track.points or track.quadrant is None:
            return f"{track.pair}: {track.reason or 'no data'}."
        last = track.points[-1]
        here = _quadrant_of(last.level > CENTRE, last.momentum > CENTRE)
        told = f"{track.pair}: {_MEANINGS[track.quadrant].format(n=_WINDOWS[track.pace])}"
        return f"{told}; just across the border to {here}." if here != track.quadrant else f"{told}."

    def _keys(self) -> str:
        """What is one key away."""
        market = self.settings.rotation.market
        others = {
            "map_group": _next(self._groups, self._group),
            "map_pace": _next(tuple(_PACES), self._pace),
            "map_against": f"against {market}" if self._against == "pairs" else "pairs",
        }
        keys = self.settings.keys
        return " · ".join(f"{to_key(keys[action])} {word}" for action, word in others.items() if action in keys)

    def title_note(self) -> Row:
        """Which map it is."""
        muted = self.tone.style("muted")
        against = f" against {self.settings.rotation.market}" if self._against == "market" else ", pairs"
        spans: list[Span] = [(self._group, self.tone.style("bright", bold=True)), (against, muted)]
        return [*spans, (f", {self._pace}", muted)] if self._group else ()

    def bottom_note(self) -> Row:
        """What is out of sight, else the chosen one in full."""
        track = self._chosen_track()
        if any(self.window.hidden) or track is None or not track.points:
            return self.more_note()
        last = track.points[-1]
        numbers = {"level": last.level, "momentum": last.momentum, "distance": track.distance}
        words = {name: f"{name} {self._number(track, value)}" for name, value in numbers.items()}
        words["heading"] = f"heading {format_number(track.heading, 0, signed=True)}"
        muted = self.tone.style("muted")
        spans: list[Span] = [(f"{track.pair}: ", muted)]
        for name, word in words.items():
            spans += [(" · ", muted)] if len(spans) > 1 else []
            spans.append((word, at(muted, self._address(track, name))))
        return spans

    @property
    def _first_row(self) -> int:
        return super()._first_row + self._above


def _quadrant_of(is_above: bool, is_gaining: bool) -> str:
    return ("leading" if is_gaining else "weakening") if is_above else ("improving" if is_gaining else "lagging")


def _next(items: tuple[str, ...], item: str) -> str:
    """The one after `item`, round and round."""
    return items[(items.index(item) + 1) % len(items)]
