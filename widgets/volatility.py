"""Volatility: how much the two legs move, against each other and against their own five years."""

from typing import ClassVar

from textual.binding import BindingType

from core.settings import Settings
from core.snapshot import ConeRow
from widgets.bars import to_bar, to_range, to_spark
from widgets.canvas import Row, Span, width_of
from widgets.doubt import format_doubt, is_doubtful
from widgets.format import MISSING, format_percent, format_provisional, format_times, to_number
from widgets.grid import Window
from widgets.pane import ACROSS, Pane
from widgets.spots import at
from widgets.tone import Tone
from widgets.volatility_tables import ESTIMATORS, EXPECTED, FALLS, LEAST_WIDTH, TAILS, Table, beside, build_table

_WINDOWS = 6
"""Rows of a cone: its windows of 5 to 252 sessions."""
_HEAD = 25
"""Cells of the name, the number and its label before the pictures begin."""
_ABREAST = ((EXPECTED, TAILS), (ESTIMATORS, FALLS))
_STACKED = ((EXPECTED,), (TAILS,), (ESTIMATORS,), (FALLS,))
_GAP = 4
_CONE = 2 + _WINDOWS
_WIDE = 100
"""Cells from which on a cone tells by how much overlapping windows understate."""


class VolatilityPane(Pane):
    BINDINGS: ClassVar[list[BindingType]] = ACROSS
    NAME = "volatility"
    TITLE = "Volatility"
    HELP = (
        "Realised volatility over 20 sessions in percent a year: the standard deviation of daily log returns times "
        "the root of 252. The picture shows its last sessions, from the lowest to the highest of them. The number "
        "at its right is the percentile within five years: 88 means that it was lower in 88 of 100 sessions. The bar "
        "is the quotient's own percentile within one year.\n\n"
        "Small over large is the quotient of the two. The cone shows for several windows the range of five years "
        "from the 10th to the 90th percentile, the cross at the median, and the point where it is now; a point at "
        "the end of its rail is at or beyond it. Its windows overlap, which understates them; where there is room, "
        "adjust says by how much. `~` means that the session is not over.\n\n"
        "With the screen to itself (z) the pane also sets forecasts beside what was realised and what options imply, "
        "other estimators of the last 20 sessions (from open, high and low, the night added where they do not see "
        "it: with nights), drawdowns, and the loss of a session that 95 or 99 % of the last 504 stayed within (VaR), "
        "with the mean of the losses beyond (shortfall) and how often the last 250 went beyond what was known the "
        "evening before: "
        "2 or 3 are to be expected, up to 4 are green, from 10 on red; a Kupiec p-value under 0.05 says that the "
        "level hardly fits. Spread is small less large. The arrows move to a number, and scroll where "
        "not all fits; enter explains it."
    )
    MIN_HEIGHT = 5
    IDEAL_HEIGHT = 10

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.window = Window()

    @property
    def full_height(self) -> int:
        """In company. The symbols, the quotient, and under a blank row each a cone with its header."""
        symbols = len(self.settings.universe.volatility)
        return 2 + symbols + (symbols > 1) + symbols * _CONE

    def content(self, width: int, height: int) -> list[Row]:
        symbols = self.settings.universe.volatility
        roles = ("small", "large", *("text",) * len(symbols))
        rows = [self._symbol(s, role, width) for s, role in zip(symbols, roles, strict=False)]
        if len(symbols) > 1:
            rows.append(self._quotient(symbols[0], symbols[1], width))
        if len(symbols) > 1 and height > self.full_height - 2:
            return self._alone(rows, width, height)
        self.window.fit(0, height)
        return self._with_cones(rows, width, height)

    def bottom_note(self) -> Row:
        above, below = self.window.hidden
        words = [f"+{above} above"] * (above > 0) + [f"+{below} more"] * (below > 0)
        return [(" · ".join(words), self.tone.style("muted"))] if words else ()

    def action_scroll_rows(self, rows: int) -> None:
        top = max(0, min(self.window.top + rows, self.window.rows - self.window.height))
        self.window.top, self.window.cursor = top, top
        self.redraw()

    def _alone(self, rows: list[Row], width: int, height: int) -> list[Row]:
        """More room than company leaves: what a decision asks for, tables first, then the cones."""
        legs, tone, snapshot = self.settings.universe.volatility[:2], self.tone, self.view.snapshot
        abreast = width >= 2 * LEAST_WIDTH + _GAP

        def build(table: Table) -> list[Row]:
            return build_table(table, snapshot, legs, tone, (width - _GAP) // 2 if abreast else width)

        for group in _ABREAST if abreast else _STACKED:
            left, *right = (build(table) for table in group)
            rows += [(), *(beside(left, right[0], width, tone.style()) if right else left)]
        whole = len(rows) + _CONE * len(self.settings.universe.volatility)
        rows = self._with_cones(rows, width, max(height, whole))
        return rows[self.window.fit(len(rows), height)]

    def _with_cones(self, rows: list[Row], width: int, height: int) -> list[Row]:
        """`rows` and as much of the cones as `height` leaves room for."""
        spare = 1 if height >= len(rows) + 10 else 0
        for symbol in self.settings.universe.volatility:
            cone = self.view.snapshot.cones.get(symbol, ())
            if cone and height - len(rows) >= 3:
                rows += [()] * spare + self._cone(symbol, cone, width, height - len(rows) - spare)
        return rows

    def _symbol(self, symbol: str, role: str, width: int) -> Row:
        tone, snapshot = self.tone, self.view.snapshot
        measure = snapshot.measure(f"{symbol}.volatility_20d")
        value, doubt = to_number(measure), format_doubt(snapshot, symbol, width=8)
        name: Span = (f"{symbol if len(symbol) <= 7 else symbol[:6] + '…':<7}", tone.style("bright", bold=True))
        if value is None:
            why = measure.reason if snapshot.as_of else "no data yet"
            return [name, (f" {why or 'no data'}", at(tone.style("muted"), f"{symbol}.volatility_20d"))]
        role = "muted" if doubt else role
        text = format_provisional(f"{format_percent(value, 1, signed=False)}%", measure.provisional)
        head: list[Span] = [name, (f"{text:>8}", at(tone.style(role, bold=True), f"{symbol}.volatility_20d"))]
        head.append((f" {doubt or ' 20d ann':<8} ", tone.style("muted")))
        return [*head, *self._picture(symbol, role, width - width_of(head))]

    def _picture(self, symbol: str, role: str, width: int) -> Row:
        """Sparkline and percentile."""
        address = f"{symbol}.volatility_percentile_1260d"
        rank = to_number(self.view.snapshot.measure(address))
        room = width - 11
        if room < 4:
            return []
        series = self.view.snapshot.series.get(f"{symbol}.volatility_20d", ())
        spark = to_spark(series, min(room, max(len(series), 1)))
        number = MISSING if rank is None else format_percent(rank, 0, signed=False)
        return [
            (spark + " " * (room - len(spark)), self.tone.style(role)),
            (" 5y pct ", self.tone.style("muted")) if room >= 12 else ("  pct ", self.tone.style("muted")),
            (f"{number:>3}", at(self.tone.style(role, bold=True), address)),
        ]

    def _quotient(self, small: str, large: str, width: int) -> Row:
        tone, snapshot = self.tone, self.view.snapshot
        address = f"{small}/{large}.volatility_ratio_20d"
        measure = snapshot.measure(address)
        text = format_provisional(f"{format_times(to_number(measure))}×", measure.provisional)
        if measure.value is None:
            return [("small/large ", tone.style()), (MISSING, at(tone.style("muted"), address))]
        role = "muted" if is_doubtful(snapshot, small) or is_doubtful(snapshot, large) else "small"
        head: list[Span] = [("small/large ", tone.style()), (f"{text:<9}", at(tone.style(role, bold=True), address))]
        address = f"{small}/{large}.volatility_ratio_percentile_252d"
        rank = to_number(snapshot.measure(address))
        label = " 1y pct "
        room = width - _HEAD - len(label) - 3
        if room < 4:
            return head
        head.append((f"{'':<{_HEAD - width_of(head)}}", tone.style()))
        number = MISSING if rank is None else format_percent(rank, 0, signed=False)
        bar = to_bar(rank, room, tone.style(role), tone.style("border"))
        told = at(tone.style(role, bold=True), address)
        return [*head, *bar, (label, tone.style("muted")), (f"{number:>3}", told)]

    def _cone(self, symbol: str, cone: tuple[ConeRow, ...], width: int, height: int) -> list[Row]:
        tone = self.tone
        muted = tone.style("muted")
        adjusted = 8 if width >= _WIDE else 0
        rail = max(0, width - 6 - 7 - 7 - 7 - adjusted)
        title = f" {symbol}, 5y range"[:rail]
        last = f"{'adjust':>{adjusted}}" if adjusted else ""
        header: Row = [(f"{'cone':<6}{'p10':>6} {title:<{rail}} {'p90':>6}{'now':>7}{last}", muted)]
        start = max(0, (len(cone) - height + 1) // 2)  # where not all fit, the middle ones
        if is_doubtful(self.view.snapshot, symbol):
            tone = tone.faded()
        shown = cone[start : start + height - 1]
        return [header, *(_cone_row(symbol, row, rail, adjusted, tone) for row in shown)]


def _cone_row(symbol: str, row: ConeRow, rail: int, adjusted: int, tone: Tone) -> Row:
    muted = tone.style("muted")
    point = "small" if row.now >= row.p75 else "large" if row.now >= row.p25 else "up"
    low, high, now = (f"{format_percent(v, 1, signed=False)}" for v in (row.p10, row.p90, row.now))
    picture = to_range(row.p10, row.p50, row.p90, row.now, rail, tone.style("axis"), tone.style(point, bold=True))
    spans: Row = [
        (f"{row.window}d".ljust(6) + f"{low:>6} ", muted),
        *picture,
        (f" {high:>6}", muted),
        (f"{now:>7}", tone.style(point if point == "small" else "text", bold=True)),
        (f"×{format_times(row.overlap_factor)}".rjust(adjusted) if adjusted else "", muted),
    ]
    return [(text, at(style, f"{symbol}.cone_percentile_{row.window}d")) for text, style in spans]
