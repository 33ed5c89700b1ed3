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
        "word after the name says what is wrong with its data. Enlarged, it says below who moved: the ratio's change "
        "since the open, over a day, a week and a month is split into its legs (logarithms, so that the parts add up); "
        "then the returns of both.\n\n"
        "Keys: the arrows move to a number when the pane has the focus, enter explains it."
    )
    MIN_HEIGHT = 5
    IDEAL_HEIGHT = 9
    PADDING = 0  # every cell of the table has its own
    GAP = 0
    # About one a horizon: a changed gap resends neither its pair's name nor the gaps before it. Halves a refresh.
    SLICES: ClassVar[tuple[int | str, ...]] = (10, *("1fr",) * 7)

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._told = ""

    @property
    def full_height(self) -> int:
        """The table, who moved the chosen pair, and the legs of each."""
        return 5 + MOVED_ROWS + (1 + _BLOCK) * len(self.settings.pairs)

    def content(self, width: int, height: int) -> list[Row]:
        snapshot = self.view.snapshot
        pairs = snapshot.pairs or self.settings.pairs
        horizons = self.settings.lookbacks.gaps
        names = max(7, *(len(self._label_of(p)) for p in pairs))
        columns = [Column("pair", names, left=True, grows=False)]
        columns += [Column(f"{LABELS[h]} ", _CELL, gives_way=_GIVES_WAY[h]) for h in horizons]
        lines = [self._line(pair, horizons) for pair in pairs]
        rows = self.table(columns, lines, width, height)
        if height - len(rows) > MOVED_ROWS and (moved := to_moved(snapshot, self._choose(pairs), self.tone, width)):
            rows += [(), *moved]
        return rows + self._legs(columns, pairs, width, height - len(rows))

    def _choose(self, pairs: tuple[str, ...]) -> str:
        """The pair at the cursor; without the focus that of the chart."""
        if self.has_focus:
            return pairs[min(self.window.cursor, len(pairs) - 1)]
        return self.view.pair if self.view.pair in pairs else pairs[0]

    def _line(self, pair: str, horizons: tuple[str, ...]) -> Line:
        tone, quality = self.tone, self.view.snapshot.quality_of(pair)
        name = (
            self._label_of(pair),
            tone.style("bright" if pair == self.view.pair else "text", bold=pair == self.view.pair),
        )
        if quality.state is SubjectState.MISSING:
            why = at(tone.style("muted"), f"{pair}.gap_{horizons[0]}")
            return Line([name], note=(quality.reason or "no data", why))
        doubtful = is_doubtful(self.view.snapshot, pair)
        if doubtful:
            name = (self._label_of(pair), tone.style("muted"))
        return Line([name, *(self._gap(f"{pair}.gap_{h}", h, faded=doubtful) for h in horizons)])

    def _label_of(self, pair: str) -> str:
        """The pair and what is wrong with it; an age alone, and the carets of indices, where they cost no column."""
        doubt, needed = format_doubt(self.view.snapshot, pair), 5 + _CELL * len(self.settings.lookbacks.gaps)
        if doubt.endswith("old") and self.size.width < len(pair) + 1 + len(doubt) + needed:
            doubt = ""
        short = pair if self.size.width >= len(pair) + needed else pair.replace("^", "")
        return f"{short} {doubt}".rstrip()

    def _gap(self, address: str, horizon: str, *, faded: bool) -> Cell:
        measure, tone = self.view.snapshot.measure(address), self.tone
        gap = to_number(measure)
        text = format_provisional(format_percent(gap, width=5), measure.provisional) + " "
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
        return f"{text} ", at(self.tone.style(self.tone.sign(value)), address)

    def bottom_note(self) -> Row:
        words = self._told or "small minus large"
        return self.more_note() or [(words, self.tone.style("muted"))]


def _fit_blocks(wanted: int, height: int) -> tuple[int, bool]:
    """How many blocks of who moved fit, and whether with a blank row between: only where that costs none."""
    tight, loose = min(wanted, height // (_BLOCK - 1)), min(wanted, (height + 1) // _BLOCK)
    return max(0, tight), loose == tight
