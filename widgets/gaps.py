"""The gap table: by how much small did better than large, for every pair and horizon."""

import math
from dataclasses import replace
from typing import ClassVar

from core.settings import Settings
from core.snapshot import SubjectState
from widgets.canvas import Row
from widgets.doubt import format_doubt, is_doubtful
from widgets.format import format_percent, format_provisional, to_number
from widgets.grid import Cell, Column, Line, TablePane, to_rows
from widgets.moved import ROWS as MOVED_ROWS
from widgets.moved import to_moved
from widgets.spots import at

LABELS = {"1d": "1D", "5d": "1W", "20d": "1M", "63d": "3M", "126d": "6M", "252d": "1Y", "ytd": "YTD"}
# The heat map saturates at about two ordinary deviations of a gap, 1 % a day, growing with the root of time.
_DAILY = 0.01
_ROOTS = {"1d": 1, "5d": 5, "20d": 20, "63d": 63, "126d": 126, "252d": 252, "ytd": 200}
# Columns of the least standing go first on a narrow screen.
_GIVES_WAY = {"1d": 0, "20d": 1, "252d": 2, "ytd": 3, "63d": 4, "5d": 5, "126d": 6}
_CELL = 7
_BLOCK = 5
"""Rows of who moved: its header, two legs, their ratio, and a blank one."""


class GapsPane(TablePane):
    NAME = "gaps"
    TITLE = "Gap by horizon, in points"
    HELP = (
        "For every pair the return of the small leg minus the return of the large one, in percentage points: plus "
        "means that small did better. 1D, 1W, 1M, 3M, 6M and 1Y are 1, 5, 20, 63, 126 and 252 sessions; YTD is "
        "since the last close of the year before. Returns are of closes adjusted for splits and dividends; `~` "
        "means that the session is not over.\n\n"
        "The background grows with the gap over what is usual for the horizon. The pair of the chart is bold. A "
        "word after the name says what is wrong with its data; where that would cost a column there is a star instead, "
        "and the lower edge of the frame says what it stands for. Enlarged, it says below who moved: the ratio's "
        "change since the open, over a day, a week and a month is split into its legs (logarithms, so that the parts "
        "add up); then the returns of both.\n\n"
        "Keys: the arrows move to a number when the pane has the focus, enter explains it."
    )
    MIN_HEIGHT = 5
    IDEAL_HEIGHT = 9
    PADDING = 0  # its numbers take that cell where they need it
    GAP = 0
    # About one a horizon: a changed gap resends neither its pair's name nor the gaps before it. Halves a refresh.
    SLICES: ClassVar[tuple[int | str, ...]] = (10, *("1fr",) * 7)

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._told = ""
        self._starred: tuple[str, ...] = ()
        """What the stars after names stand for."""

    @property
    def full_height(self) -> int:
        """The table, who moved the chosen pair, and the legs of each."""
        return 5 + MOVED_ROWS + (1 + _BLOCK) * len(self.settings.universe.pairs)

    def content(self, width: int, height: int) -> list[Row]:
        pairs = self.settings.universe.pairs
        horizons = self.settings.lookbacks.gaps
        needed = _CELL * len(horizons)
        labels = self._label(pairs, width - needed)
        names = max(7, *(len(label.rstrip("*")) for label in labels.values()))
        across = width - (width > names + needed)  # the frame is touched only where it must be
        # A star takes the blank between a name and its first number.
        columns = [Column("pair", names + 1, left=True, grows=False)]
        columns += [Column(LABELS[h], _CELL - (h == horizons[0]), gives_way=_GIVES_WAY[h]) for h in horizons]
        lines = [self._line(pair, labels[pair], horizons) for pair in pairs]
        rows = self.table(columns, lines, across, height)
        moved = to_moved(self.view.snapshot, self._choose(pairs), self.tone, across)
        if height - len(rows) > MOVED_ROWS and moved:
            rows += [(), *moved]
        return rows + self._legs(columns, pairs, across, height - len(rows))

    def _choose(self, pairs: tuple[str, ...]) -> str:
        """The pair at the cursor; without the focus that of the chart."""
        if self.has_focus:
            return pairs[min(self.window.cursor, len(pairs) - 1)]
        return self.view.pair if self.view.pair in pairs else pairs[0]

    def _label(self, pairs: tuple[str, ...], room: int) -> dict[str, str]:
        """Each pair with what is wrong with it in `room` cells: in words, or with a star that the frame explains."""
        doubts = {pair: format_doubt(self.view.snapshot, pair) for pair in pairs}
        worded = {pair: f"{pair} {doubt}".rstrip() for pair, doubt in doubts.items()}
        self._starred = ()
        if max(map(len, worded.values())) <= room:
            return worded
        self._starred = tuple(dict.fromkeys(filter(None, doubts.values())))
        carets = "" if max(map(len, pairs)) <= room else "^"
        return {pair: pair.strip(carets).replace(f"/{carets}", "/") + "*" * bool(doubts[pair]) for pair in pairs}

    def _line(self, pair: str, label: str, horizons: tuple[str, ...]) -> Line:
        tone, quality = self.tone, self.view.snapshot.quality_of(pair)
        doubtful, chosen = is_doubtful(self.view.snapshot, pair), pair == self.view.pair
        name = label, tone.style("muted" if doubtful else "bright" if chosen else "text", bold=chosen and not doubtful)
        if quality.state is SubjectState.MISSING:
            why = at(tone.style("muted"), f"{pair}.gap_{horizons[0]}")
            return Line([name], note=(quality.reason or "no data", why))
        return Line([name, *(self._gap(f"{pair}.gap_{h}", h, faded=doubtful) for h in horizons)])

    def _gap(self, address: str, horizon: str, *, faded: bool) -> Cell:
        measure, tone = self.view.snapshot.measure(address), self.tone
        gap = to_number(measure)
        text = format_provisional(format_percent(gap, width=5), measure.provisional)
        if gap is None or faded:
            return text, at(tone.style("muted"), address)
        scale = _DAILY * math.sqrt(_ROOTS[horizon])
        return text, at(tone.style("bright", on=tone.heat_of(gap, scale)), address)

    def _legs(self, columns: list[Column], pairs: tuple[str, ...], width: int, height: int) -> list[Row]:
        """Returns of the legs, of the pair at the cursor and as many others as fit; nothing where there is no room."""
        chosen = self._choose(pairs)
        count, apart = _fit_blocks(len(pairs), height - 2)
        self._told = f"who moved: {count} of {len(pairs)} pairs" if 0 < count < len(pairs) else ""
        rows: list[Row] = [(), [("Returns of the legs", self.tone.style(bold=True))]] if count else []
        for pair in [chosen, *(p for p in pairs if p != chosen)][:count]:
            rows += [()] if apart and len(rows) > 2 else []
            titled = [replace(columns[0], title=pair), *columns[1:]]
            rows += to_rows(titled, self._moves(pair), width, self.tone, gap=self.GAP)
        return rows

    def _moves(self, pair: str) -> list[Line]:
        small, _, large = pair.partition("/")
        kinds = ((small, "small_return"), (large, "large_return"), ("ratio", "ratio_return"))
        horizons = self.settings.lookbacks.gaps
        return [
            Line([(name, self.tone.style()), *(self._move(f"{pair}.{kind}_{h}") for h in horizons)])
            for name, kind in kinds
        ]

    def _move(self, address: str) -> Cell:
        measure = self.view.snapshot.measure(address)
        value = to_number(measure)
        text = format_provisional(format_percent(value, width=5), measure.provisional)
        return text, at(self.tone.style(self.tone.sign(value)), address)

    def bottom_note(self) -> Row:
        more, muted = self.more_note(), self.tone.style("muted")
        stars = f"* {', '.join(self._starred)}" if self._starred else ""
        words = stars or ("" if more else self._told or "small minus large")
        return [(words + " · " * bool(words and more), muted), *more]


def _fit_blocks(wanted: int, height: int) -> tuple[int, bool]:
    """How many blocks of who moved fit, and whether with a blank row between: only where that costs none."""
    tight, loose = min(wanted, height // (_BLOCK - 1)), min(wanted, (height + 1) // _BLOCK)
    return max(0, tight), loose == tight
