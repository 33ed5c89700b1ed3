"""Valuation: what is paid for small caps and what they earn, by whom it is said, flows and crowding. A page."""

import textwrap
from collections.abc import Sequence

from core.settings import Settings
from core.snapshot import Measure
from widgets.bars import to_spark
from widgets.canvas import Row, Span
from widgets.format import MISSING, format_age, format_day, format_number, format_percent, format_rank, to_number
from widgets.grid import Cell, Column, Line, Window, to_rows
from widgets.pane import ACROSS, Pane
from widgets.spots import at
from widgets.valuation_rows import (
    GROWTHS,
    MULTIPLE_COLUMNS,
    MULTIPLES,
    SIGN_COLUMNS,
    SIGNS,
    YEAR_COLUMNS,
    Sign,
    write_sign,
)
from widgets.waiting import explain_nothing

_DAY = 86_400.0
_PICTURE = 14
_STATES = {"neither": "of 100, neither crowded nor washed out", "crowded": "of 100: crowded"}


class ValuationPane(Pane):
    NAME = "valuation"
    TITLE = "Valuation"
    HELP = (
        "Of the chosen pair (p goes to the next): what is paid for the companies of both indices and how much less for "
        "small, with the day and who said it. Two legs are compared by the figures of one source alone: the newest "
        "that speaks of both. Place: where the discount stands among those of your own snapshots, one a session, once "
        "there are 250; until then published says between what it was elsewhere.\n\n"
        "Growth of earnings a share by fiscal year, in percent; the year is that of 60 days ago, while its results "
        "come in. After a fall growth is a recovery first: stacked is the growth a year of two or three years "
        "together, base the part that only leads back to the trend, left what of the gap two years together leave. "
        "Under a half of it is a base effect.\n\n"
        "Estimates are of the largest constituents, as far as they were asked for; flows are what of a change of "
        "assets prices do not explain, an estimate. Crowding is the mean of six signs of a chase by their places in "
        "five years, 100 being the most; carefree the same of low fear.\n\n"
        "Files of figures: docs/fundamentals.md. The arrows move to a number and scroll, enter explains it and says "
        "why one is missing."
    )
    MIN_HEIGHT = 5
    IDEAL_HEIGHT = 34
    BINDINGS = ACROSS

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.window = Window()

    @property
    def pair(self) -> str:
        return self.view.pair or next(iter(self.view.snapshot.pairs), "")

    def content(self, width: int, height: int) -> list[Row]:
        snapshot = self.view.snapshot
        if snapshot.as_of is None:
            self.window.fit(0, height)
            return [[(line, self.tone.style("muted"))] for line in textwrap.wrap(explain_nothing(self.view)[0], width)]
        if not any(f"{self.pair}.{metric}_discount" in snapshot.measures for metric in MULTIPLES):
            self.window.fit(0, height)
            text = f"No index is named for both legs of {self.pair}: [fundamentals] indices in the settings does that."
            return [[(line, self.tone.style("muted"))] for line in textwrap.wrap(text, width)]
        is_tall = height >= 30
        rows = self._multiples(width)
        for section in ([*self._growth(width), *self._base(width)], self._signs(width)):
            rows += [*([()] if is_tall else []), *section]
        self.window.rows, self.window.height = len(rows), max(1, height)
        self.window.top = max(0, min(self.window.top, len(rows) - height))
        return rows[self.window.top : self.window.top + height]

    def title_note(self) -> Row:
        if self.view.snapshot.as_of is None:
            return ()
        names = (self._measure(f"index_{leg}").value for leg in ("small", "large"))
        small, large = (str(name) if name else symbol for name, symbol in zip(names, self._legs, strict=True))
        return [(f"{self.pair}: {small} against {large}", self.tone.style("muted"))]

    def bottom_note(self) -> Row:
        above, below = self.window.hidden
        words = [f"+{above} above"] * (above > 0) + [f"+{below} more"] * (below > 0)
        return [(" · ".join(words), self.tone.style("muted"))] if words else ()

    def action_scroll_rows(self, rows: int) -> None:
        self.window.top = max(0, min(self.window.top + rows, self.window.rows - self.window.height))
        self.redraw()

    @property
    def _legs(self) -> tuple[str, str]:
        small, _, large = self.pair.partition("/")
        return small, large

    def _measure(self, name: str) -> Measure:
        return self.view.snapshot.measure(f"{self.pair}.{name}")

    def _number(self, name: str, *, digits: int = 1, percent: bool = False, role: str = "text") -> Cell:
        """A number of the pair, explained by its address."""
        value = to_number(self._measure(name))
        signed = role in ("sign", "signed")
        text = format_percent(value, digits, signed=signed) if percent else format_number(value, digits)
        role = "text" if role == "signed" else role
        style = self.tone.style("muted" if value is None else self.tone.sign(value) if role == "sign" else role)
        return text, at(style, f"{self.pair}.{name}")

    def _multiples(self, width: int) -> list[Row]:
        return self._table(MULTIPLE_COLUMNS, [self._multiple(name, label) for name, label in MULTIPLES.items()], width)

    def _multiple(self, metric: str, label: str) -> Line:
        if self._measure(f"{metric}_discount").value is None:
            return self._missing(label, f"{metric}_discount")
        snapshot, address = self.view.snapshot, f"{self.pair}.{metric}_discount"
        rank = to_number(self._measure(f"{metric}_discount_percentile"))
        place = at(
            self.tone.style("text" if rank is not None else "muted"), f"{self.pair}.{metric}_discount_percentile"
        )
        source = str(self._measure(f"{metric}_source").value or MISSING)
        return Line(
            [
                (label, self.tone.style()),
                self._number(f"{metric}_small", role="small"),
                self._number(f"{metric}_large", role="large"),
                self._number(f"{metric}_discount", percent=True),
                (format_rank(rank), place),
                (
                    to_spark(snapshot.series.get(address, ())[-_PICTURE:], _PICTURE),
                    at(self.tone.style("small"), address),
                ),
                self._published(metric),
                self._said(f"{metric}_discount"),
                (source, at(self.tone.style("muted"), f"{self.pair}.{metric}_source")),
            ]
        )

    def _published(self, metric: str) -> Cell:
        """Between what published discounts were, and on which side of them this one is."""
        low, high = (to_number(self._measure(f"{metric}_published_{end}")) for end in ("low", "high"))
        addresses = [f"{self.pair}.{metric}_{end}" for end in ("discount_place", "published_low", "published_high")]
        style = at(self.tone.style("muted"), *addresses)
        if low is None or high is None:
            return MISSING, style
        ends = list(dict.fromkeys(format_percent(one, 0, signed=False) for one in (low, high)))
        place = {"below": "<", "above": ">"}.get(str(self._measure(f"{metric}_discount_place").value), "")
        return f"{place}{'-'.join(ends)}", style

    def _said(self, name: str) -> Cell:
        """The day of a figure and its age."""
        said, now = self._measure(name).as_of, self.view.snapshot.as_of
        if said is None or now is None:
            return MISSING, self.tone.style("muted")
        age = (now - said).total_seconds()
        text = f"{format_day(said.date().isoformat())} {format_age(age) if age >= 2 * _DAY else ''}".rstrip()
        return text, at(self.tone.style("muted" if age < 120 * _DAY else "watch"), f"{self.pair}.{name}")

    def _growth(self, width: int) -> list[Row]:
        return self._table(YEAR_COLUMNS, [self._year(end, words) for end, words in GROWTHS.items()], width)

    def _year(self, end: str, words: str) -> Line:
        year = self._measure(f"eps_growth_year{end}").value
        label = f"{year or '—'} {words}"
        if self._measure(f"eps_growth_gap{end}").value is None:
            return self._missing(label, f"eps_growth_gap{end}")
        source = str(self._measure(f"eps_growth_source{end}").value or MISSING)
        judged = end != "_last_year"
        blank: Cell = ("", self.tone.style())
        return Line(
            [
                (label, self.tone.style()),
                self._number(f"eps_growth_small{end}", percent=True, role="small"),
                self._number(f"eps_growth_large{end}", percent=True, role="large"),
                self._number(f"eps_growth_gap{end}", percent=True, role="sign"),
                self._number(f"eps_growth_times_usual_small{end}", digits=2),
                self._number(f"eps_stacked_gap_2y{end}", percent=True, role="sign") if judged else blank,
                self._number(f"eps_stacked_gap_3y{end}", percent=True, role="sign") if judged else blank,
                self._number(f"eps_base_effect{end}", percent=True, role="signed") if judged else blank,
                self._number(f"eps_stacked_share_2y{end}", percent=True, digits=0) if judged else blank,
                self._said(f"eps_growth_gap{end}"),
                (source, at(self.tone.style("muted"), f"{self.pair}.eps_growth_source{end}")),
            ]
        )

    def _base(self, width: int) -> list[Row]:
        """What the growth rests on, in a sentence, for this year and the next."""
        rows: list[Row] = []
        for end in ("", "_next_year"):
            address = f"{self.pair}.eps_base_state{end}"
            state, year = self._measure(f"eps_base_state{end}"), self._measure(f"eps_growth_year{end}").value
            left = to_number(self._measure(f"eps_stacked_share_2y{end}"))
            if state.value not in ("watch", "info"):
                continue
            kept = f": {format_percent(left, 0, signed=False)} % of its gap is left over two years" * (left is not None)
            text = f"The growth of {year} rests on a base effect{kept}."
            style = at(self.tone.style("watch" if state.value == "watch" else "info"), address)
            rows += [[(line, style)] for line in textwrap.wrap(text, width)]
        return rows

    def _signs(self, width: int) -> list[Row]:
        return self._table(SIGN_COLUMNS, [self._sign(sign) for sign in SIGNS], width)

    def _sign(self, sign: Sign) -> Line:
        small, large = self._legs
        addresses = [f"{one}.{sign.name}" if sign.is_of_legs else "" for one in (small, large)]
        addresses.append("" if sign.is_of_legs else f"{self.pair}.{sign.name}")
        word = self._measure(sign.word) if sign.word else None
        said = (
            (_STATES.get(str(word.value), str(word.value)), at(self.tone.style("muted"), f"{self.pair}.{sign.word}"))
            if word
            else None
        )
        if not sign.is_of_legs and self._measure(sign.name).value is None:
            return self._missing(sign.label, sign.name)
        cells = [
            self._cell(address, sign, role) for address, role in zip(addresses, ("small", "large", "text"), strict=True)
        ]
        return Line([(sign.label, self.tone.style()), *cells, said or (sign.unit, self.tone.style("muted"))])

    def _cell(self, address: str, sign: Sign, role: str) -> Cell:
        if not address:
            return "", self.tone.style()
        measure = self.view.snapshot.measure(address)
        return write_sign(sign, measure), at(self.tone.style("muted" if measure.value is None else role), address)

    def _missing(self, label: str, name: str) -> Line:
        note: Span = (self._measure(name).reason or "no data", at(self.tone.style("muted"), f"{self.pair}.{name}"))
        return Line([(label, self.tone.style("muted"))], note=note)

    def _table(self, columns: Sequence[Column], lines: Sequence[Line], width: int) -> list[Row]:
        return to_rows(columns, lines, width, self.tone)
