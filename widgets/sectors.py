"""Sectors: small against large in the same one, each against the index, and where the gap comes from. A page."""

import textwrap
from typing import ClassVar

from textual.binding import BindingType

from core.market.sectors import INDEX_PAIR, LARGE, REGIONAL_BANKS, SHOWN, SMALL, Sector
from core.snapshot import Measure, SubjectState
from widgets.canvas import Row
from widgets.doubt import is_doubtful
from widgets.format import MISSING, format_percent, format_provisional, to_number
from widgets.glyphs import DOWN, UP
from widgets.grid import Cell, Column, Line, TablePane
from widgets.pane import ACROSS
from widgets.spots import at
from widgets.waiting import explain_nothing

_GAPS = ("gap_20d", "gap_63d", "gap_252d")
_TRENDS = ("trend_50", "trend_200")
_COLUMNS = (
    Column("pair", 11, left=True, gives_way=3, grows=False),
    Column("20d", 6),
    Column("63d", 6),
    Column("252d", 6),
    Column("50", 3, grows=False),
    Column("200", 3, grows=False),
    Column("Mansfield", 9, gives_way=1),
    Column("quadrant", 10, left=True, grows=False),
    Column("weight", 11, gives_way=4, grows=False),
    Column("of gap", 7, gives_way=2, grows=False),
)
_QUADRANTS = {"leading": "up", "weakening": "watch", "lagging": "down", "improving": "info"}
_DAYS = 63
_LEAST_WITH_NOTES = 12


class SectorsPane(TablePane):
    NAME = "sectors"
    TITLE = "Sectors"
    HELP = (
        "Above, small caps against large caps in the same sector: the gap of the two funds over 20, 63 and 252 "
        "sessions in points, on which side of its averages over 50 and 200 sessions the ratio is, Mansfield's relative "
        "strength (percent over its mean of 52 weeks), and the quadrant of the weekly rotation map. Below, the large "
        f"caps of each sector against {LARGE}.\n\n"
        f"Of gap says how many points of the {_DAYS}-session gap of {INDEX_PAIR} come from a sector: above by "
        f"selection, because its small caps did better than its large ones (weight in {SMALL} x gap); below by "
        f"allocation, because {SMALL} holds more or less of it than {LARGE} (difference of weights x return of the "
        f"sector over {LARGE}'s). All sectors together make the gap but for a rest: funds are not exactly their "
        "index. Weights come from Yahoo once a day or from a file under [fundamentals]; where they are not known, "
        "enter on a dash says so.\n\n"
        "Small over large rising in most sectors is a rotation by size; in one of them only it is that sector's story. "
        "Regional banks are a part of financials. Sectors whose funds are not watched are named at the end; "
        "[universe] sectors in the settings takes them in.\n\n"
        "Keys: the arrows move to a number, enter explains it."
    )
    MIN_HEIGHT = 5
    IDEAL_HEIGHT = 20
    BINDINGS: ClassVar[list[BindingType]] = ACROSS

    def content(self, width: int, height: int) -> list[Row]:
        snapshot = self.view.snapshot
        if snapshot.as_of is None:
            self.window.fit(0, height)
            return [[(line, self.tone.style("muted"))] for line in textwrap.wrap(explain_nothing(self.view)[0], width)]
        watched = [one for one in SHOWN if all(symbol in snapshot.symbols for symbol in one.pair.split("/"))]
        lines = [self._whole()]
        lines += [self._heading("small over large"), *(self._line(one, one.pair, "selection") for one in watched)]
        lines += [self._heading(f"sector over {LARGE}")]
        lines += [self._line(one, one.against_index, "allocation") for one in watched]
        absent = [one for one in SHOWN if one not in watched]
        notes = self._notes(absent, width)
        if len(lines) + 1 + len(notes) > height:  # the table scrolls; where the gap comes from stays in sight
            notes = self._notes([], width) if height >= _LEAST_WITH_NOTES else []
        first = Column("sector", 24 if width >= 90 else 16, left=True, grows=False)
        rows = self.table([first, *_COLUMNS], lines, width, height - len(notes))
        return [*rows, *notes]

    def _whole(self) -> Line:
        """The two indices, and how much of their gap is told."""
        cells = self._numbers(INDEX_PAIR)
        weights = tuple(f"{INDEX_PAIR}.sector_weight_{leg}" for leg in ("small", "large"))
        name: Cell = ("all sectors", self.tone.style("bright", bold=True))
        rest = self._part(f"{INDEX_PAIR}.sector_selection_{_DAYS}d")
        return Line([name, (INDEX_PAIR, self.tone.style("muted")), *cells, self._weights(*weights), rest])

    def _heading(self, text: str) -> Line:
        return Line([(text, self.tone.style("muted", bold=True))], note=("", self.tone.style()))

    def _line(self, sector: Sector, pair: str, part: str) -> Line:
        tone, snapshot = self.tone, self.view.snapshot
        doubt = any(is_doubtful(snapshot, symbol) for symbol in pair.split("/"))
        name: Cell = (sector.name, tone.style("muted" if doubt else "text"))
        if snapshot.measure(f"{pair}.gap_20d").value is None and snapshot.measure(f"{pair}.trend_50").value is None:
            return Line([name], note=(self._say_why(pair), at(tone.style("muted"), f"{pair}.gap_20d")))
        if sector is REGIONAL_BANKS:
            rest: tuple[Cell, Cell] = (("", tone.style()), ("", tone.style()))
        else:
            weights = tuple(f"{sector.pair}.sector_weight_{leg}" for leg in ("small", "large"))
            rest = self._weights(*weights), self._part(f"{sector.pair}.sector_{part}_{_DAYS}d")
        return Line([name, (pair, tone.style("muted")), *self._numbers(pair, faded=doubt), *rest])

    def _say_why(self, pair: str) -> str:
        """Of the leg that nothing is known of, else of the pair."""
        for symbol in pair.split("/"):
            quality = self.view.snapshot.quality_of(symbol)
            if quality.state is SubjectState.MISSING:
                return f"{symbol}: {quality.reason or 'no data'}"
        return f"{pair}: {self.view.snapshot.measure(f'{pair}.gap_20d').reason or MISSING}"

    def _numbers(self, pair: str, *, faded: bool = False) -> list[Cell]:
        """Gaps, trends, Mansfield's strength and quadrant."""
        tone = self.tone
        quadrant = self.view.snapshot.measure(f"{pair}.rotation_quadrant")
        word = str(quadrant.value) if quadrant.value is not None else MISSING
        role = "muted" if faded else _QUADRANTS.get(word, "muted")
        return [
            *(self._percent(f"{pair}.{name}", faded=faded) for name in _GAPS),
            *(self._side(f"{pair}.{name}", faded=faded) for name in _TRENDS),
            self._percent(f"{pair}.mansfield_52w", faded=faded),
            (format_provisional(word, quadrant.provisional), at(tone.style(role), f"{pair}.rotation_quadrant")),
        ]

    def _percent(self, address: str, *, faded: bool = False, digits: int = 1) -> Cell:
        measure = self.view.snapshot.measure(address)
        value = to_number(measure)
        role = "muted" if faded else self.tone.sign(value)
        return format_provisional(format_percent(value, digits), measure.provisional), at(
            self.tone.style(role), address
        )

    def _side(self, address: str, *, faded: bool) -> Cell:
        side = self.view.snapshot.measure(address).value
        if side not in ("up", "down"):
            return MISSING, at(self.tone.style("muted"), address)
        return UP if side == "up" else DOWN, at(self.tone.style("muted" if faded else str(side)), address)

    def _weights(self, small: str, large: str) -> Cell:
        """In the small and in the large index, in percent."""
        found = [to_number(self.view.snapshot.measure(address)) for address in (small, large)]
        if None in found:
            return MISSING, at(self.tone.style("muted"), small)
        text = "/".join(format_percent(value, 1, signed=False) for value in found)
        return text, at(self.tone.style("muted"), small, large)

    def _part(self, address: str) -> Cell:
        return self._percent(address, digits=2)

    def _notes(self, absent: list[Sector], width: int) -> list[Row]:
        """Where the gap comes from in words, and which sectors nothing is known of."""
        tone = self.tone
        texts = [(self._tell_gap(), "text")]
        if absent:
            names = ", ".join(f"{one.name} ({one.pair})" for one in absent)
            texts.append((f"Not watched: {names}; [universe] sectors in the settings takes them in.", "muted"))
        rows: list[Row] = [()]
        for text, role in texts:
            rows += [[(line, tone.style(role))] for line in textwrap.wrap(text, width)]
        return rows

    def _tell_gap(self) -> str:
        names = ("allocation", "selection", "rest")
        gap, *parts = (self._measure(f"{name}_{_DAYS}d") for name in ("gap", *(f"sector_{name}" for name in names)))
        if gap.value is None:
            return f"{INDEX_PAIR}: {gap.reason or 'no gap'}."
        told = f"{INDEX_PAIR} {format_percent(to_number(gap), 2)} points over {_DAYS} sessions"
        if parts[0].value is None:
            return f"{told}. Where from is not known: {parts[0].reason}."
        words = ("other sectors", "other companies in the same ones", "not told by sectors")
        shares = (f"{word} {format_percent(to_number(part), 2)}" for word, part in zip(words, parts, strict=True))
        return f"{told}: {', '.join(shares)}."

    def _measure(self, name: str) -> Measure:
        return self.view.snapshot.measure(f"{INDEX_PAIR}.{name}")

    def title_note(self) -> Row:
        return [("small over large, and over the index, in points and percent", self.tone.style("muted"))]
