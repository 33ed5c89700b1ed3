"""What drives the rotation: economy and credit, line by line, each with its day, its change and its past. A page."""

import textwrap
from collections.abc import Iterator
from datetime import date, datetime
from typing import ClassVar, NamedTuple

from textual.binding import BindingType

from core.rules.level import Level
from core.snapshot import Measure
from widgets.bars import to_spark
from widgets.canvas import Row
from widgets.format import (
    MISSING,
    MONTHS,
    format_age,
    format_number,
    format_percent,
    format_rank,
    to_number,
)
from widgets.grid import Cell, Column, Line, TablePane
from widgets.pane import ACROSS
from widgets.spots import at
from widgets.waiting import explain_nothing

_SPARK = 12
_COLUMNS = (
    Column("measure", 24, left=True, grows=False),
    Column("value", 8, grows=False),
    Column("of", 8, grows=False),
    Column("age", 5, gives_way=2, grows=False),
    Column("change", 8, grows=False),
    Column("in", 3, left=True, gives_way=3, grows=False),
    Column("past", 5, grows=False),
    Column("picture", _SPARK, left=True, gives_way=1),
    Column("level", 8, left=True, grows=False),
    Column("next", 6, gives_way=4, grows=False),
)
_RATIO, _POINTS = 2.0, 100.0


class Item(NamedTuple):
    """One line: the measure of `US`, what it is called here, the decimals of its value, and over what it changes."""

    name: str
    title: str
    change: str
    digits: int = 2
    is_better_low: bool | None = None
    """Whether small caps like it low; None where that is not settled, as of rates and wages."""


_GROUPS: tuple[tuple[str, tuple[Item, ...]], ...] = (
    (
        "recession",
        (
            Item("recession_probability", "odds, by the curve", "3m", 1, True),
            Item("term_spread", "10 years less 3 months", "20d", 2),
            Item("sahm", "unemployment's rise", "3m", 2, True),
            Item("unemployment", "unemployment", "3m", 1, True),
            Item("claims", "initial claims, 4 weeks", "4w", 0, True),
            Item("claims_over_low", "  over their low", "4w", 1, True),
        ),
    ),
    (
        "credit",
        (
            Item("high_yield_spread", "high-yield spread", "20d", 2, True),
            Item("ccc_spread", "spread of CCC and lower", "20d", 2, True),
            Item("baa_spread", "Baa spread", "20d", 2, True),
            Item("investment_grade_spread", "investment-grade spread", "20d", 2, True),
            Item("credit_pullback_63d", "HYG/IEF under its high", "", 2),
            Item("lending_standards", "banks tightening", "1q", 1, True),
            Item("financial_conditions", "financial conditions", "4w", 2, True),
            Item("financial_conditions_adjusted", "  adjusted", "4w", 2, True),
            Item("financial_stress", "financial stress", "4w", 2, True),
            Item("business_delinquency", "business loans past due", "1q", 2, True),
        ),
    ),
    (
        "rates and dollar",
        (
            Item("policy_rate", "federal funds rate", "20d", 2),
            Item("policy_path", "2 years less that", "20d", 2),
            Item("yield_10y", "10-year yield", "20d", 2),
            Item("real_yield_10y", "  real", "20d", 2),
            Item("breakeven_10y", "  priced inflation", "20d", 2),
            Item("broad_dollar", "broad dollar", "20d", 1),
        ),
    ),
    (
        "wages",
        (
            Item("wage_growth", "hourly earnings, year", "3m", 1),
            Item("wage_growth_3m", "  3 months, annualised", "3m", 1),
            Item("wage_tracker", "the same people's wages", "3m", 1),
            Item("employment_cost_growth", "employment cost, year", "1q", 1),
        ),
    ),
    (
        "activity",
        (
            Item("growth_nowcast", "growth nowcast", "1q", 1, False),
            Item("production_growth", "production, year", "3m", 1, False),
            Item("factories_new_york", "factories, New York", "3m", 1, False),
            Item("factories_philadelphia", "factories, Philadelphia", "3m", 1, False),
            Item("inventories_to_sales", "inventories over sales", "3m", 2),
            Item("gasoline", "gasoline, $ a gallon", "4w", 2),
            Item("trade_uncertainty", "trade policy in the news", "3m", 0, True),
        ),
    ),
)
_HANGS = (
    ("rate", "10-year yield", "a point up"),
    ("real_rate", "real yield", "a point up"),
    ("breakeven", "priced inflation", "a point up"),
    ("dollar", "dollar", "1 % up"),
    ("credit", "HYG/IEF", "1 % up"),
    ("oil", "oil", "1 % up"),
)


class DriversPane(TablePane):
    NAME = "drivers"
    TITLE = "Drivers"
    HELP = (
        "The economy, credit, rates and wages, as published: the newest value, the day, month or quarter that it is of "
        "and how old that is, its change over 20 days, 4 weeks, 3 months or a quarter, its place in its own past "
        "(a percentile: 100th is the highest), a small picture of its last 12 observations, the level by which it "
        "alone would warn, and when the next one is due. Shares and yields are percent, changes of them points.\n\n"
        "A number of January is not old in March where February's is still to come: it is marked (!) only when its "
        "next one is overdue. Everything is as it was known on the day shown, revisions from the day they came.\n\n"
        "At the end, what the first pair hangs on over 126 sessions at the same return of large: the slope with two "
        "standard errors, and whether it can be told from zero. Studies disagree on most of these; they change.\n\n"
        "Keys: the arrows move to a number, enter explains it."
    )
    MIN_HEIGHT = 5
    IDEAL_HEIGHT = 40
    BINDINGS: ClassVar[list[BindingType]] = ACROSS

    def content(self, width: int, height: int) -> list[Row]:
        snapshot = self.view.snapshot
        if snapshot.as_of is None:
            self.window.fit(0, height)
            return [[(line, self.tone.style("muted"))] for line in textwrap.wrap(explain_nothing(self.view)[0], width)]
        notes = self._notes(width)
        return [*self.table(_COLUMNS, list(self._lines()), width, height - len(notes)), *notes]

    def title_note(self) -> Row:
        economy = self.view.snapshot.economy
        if not economy.origin:
            return ()
        return [(f"{economy.origin}: {economy.held} of {economy.total} series", self.tone.style("muted"))]

    def _notes(self, width: int) -> list[Row]:
        """What fails."""
        trouble = self.view.snapshot.economy.trouble
        lines = textwrap.wrap(trouble, width)[:2] if trouble else []
        return [[(line, self.tone.style("watch"))] for line in lines]

    def _lines(self) -> Iterator[Line]:
        for title, items in _GROUPS:
            yield self._heading(title)
            for item in items:
                yield self._line(item)
        pair = self.view.snapshot.pairs[0] if self.view.snapshot.pairs else ""
        if pair:
            yield self._heading(f"{pair} hangs on")
            for key, title, per in _HANGS:
                yield self._slope(pair, key, title, per)

    def _heading(self, text: str) -> Line:
        return Line([(text, self.tone.style("muted", bold=True))], note=("", self.tone.style()))

    def _line(self, item: Item) -> Line:
        tone, snapshot = self.tone, self.view.snapshot
        address = f"US.{item.name}"
        measure = snapshot.measure(address)
        name: Cell = (item.title, tone.style("text" if measure.value is not None else "muted"))
        if measure.value is None:
            return Line([name], note=(measure.reason or MISSING, at(tone.style("muted"), address)))
        due, level = snapshot.economy.due.get(item.name), snapshot.economy.levels.get(item.name)
        is_late = _is_late(due, snapshot.as_of)
        values = snapshot.series.get(address, ())
        return Line(
            [
                name,
                (_value(measure, item.digits), at(tone.style("bright"), address)),
                (_period(measure, item), at(tone.style("muted"), address)),
                (f"{_age(measure, snapshot.as_of)}{'!' * is_late}", tone.style("watch" if is_late else "muted")),
                self._change(item),
                (item.change, tone.style("muted")),
                self._rank(f"{address}_percentile"),
                (to_spark(values, min(_SPARK, len(values))), tone.style("ratio")),
                self._level(level, address),
                (_day(due), tone.style("watch" if is_late else "muted")),
            ]
        )

    def _rank(self, address: str) -> Cell:
        """Blank where there is no such measure."""
        if address not in self.view.snapshot.measures:
            return "", self.tone.style()
        return format_rank(to_number(self.view.snapshot.measure(address))), at(self.tone.style("text"), address)

    def _change(self, item: Item) -> Cell:
        if not item.change:
            return "", self.tone.style()
        address = f"US.{item.name}_change_{item.change}"
        measure = self.view.snapshot.measure(address)
        value = to_number(measure)
        role = "text"
        if value and item.is_better_low is not None:
            role = "down" if (value > 0) == item.is_better_low else "up"
        text = _value(measure, item.digits, signed=True)
        return text, at(self.tone.style(role), address)

    def _level(self, level: Level | None, address: str) -> Cell:
        if level is None or level is Level.OK:
            return ("" if level is None else "ok"), self.tone.style("muted")
        return level.value, at(self.tone.style(level.value), address)

    def _slope(self, pair: str, key: str, title: str, per: str) -> Line:
        tone, snapshot = self.tone, self.view.snapshot
        address = f"{pair}.{key}_beta_126d"
        slope, error = (to_number(snapshot.measure(one)) for one in (address, f"{address}_se"))
        name: Cell = (title, tone.style("text"))
        if slope is None or error is None:
            why = snapshot.measure(address).reason or MISSING
            return Line([name], note=(why, at(tone.style("muted"), address)))
        scale = _POINTS if per == "a point up" else 1.0
        is_distinct = snapshot.measure(f"{address}_distinct").value is True
        told = f"{slope * scale:+.2f} ± {_RATIO * error * scale:.2f} % for {per}"
        told += "" if is_distinct else ", not to be told from zero"
        return Line([name], note=(told, at(tone.style("text" if is_distinct else "muted"), address, f"{address}_t")))


def _value(measure: Measure, digits: int, *, signed: bool = False) -> str:
    value = to_number(measure)
    if measure.unit == "fraction":
        return format_percent(value, digits, signed=signed)
    if value is not None and abs(value) >= 1_000:
        return f"{value:{'+' if signed else ''},.0f}"
    return format_number(value, digits, signed=signed)


def _period(measure: Measure, item: Item) -> str:
    """The day that it is of, or its month or quarter."""
    if measure.as_of is None:
        return MISSING
    day = measure.as_of.date()
    if item.change == "1q":
        return f"Q{(day.month + 2) // 3} {day.year}"
    return f"{MONTHS[day.month - 1]} {day.year}" if item.change == "3m" else _day(day.isoformat())


def _age(measure: Measure, now: datetime | None) -> str:
    if measure.as_of is None or now is None:
        return MISSING
    return format_age((now - measure.as_of).total_seconds())


def _day(iso: str | None) -> str:
    return f"{int(iso[8:10])} {MONTHS[int(iso[5:7]) - 1]}" if iso else ""


def _is_late(due: str | None, now: datetime | None) -> bool:
    """Whether the next one should have come a day ago and more."""
    return due is not None and now is not None and (now.date() - date.fromisoformat(due)).days > 1
