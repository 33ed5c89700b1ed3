"""The simulated market at a fixed moment, in this process: what the analysis is measured on and the pictures show."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from core.clock import ManualClock
from core.config import load_settings, shipped_file
from core.drivers import Drivers
from core.engine.book import Book
from core.engine.curves import build_minutes
from core.engine.fact_round import funds_of, to_fact
from core.engine.fitter import to_fit, to_percent
from core.engine.fitting import Sample, fit_garch
from core.engine.opening import Opened, open_market
from core.engine.spec import EngineSpec
from core.market.bars import Bars
from core.market.line import line_of
from core.market.panel import Panel
from core.market.quotes import Quote
from core.settings import Settings
from core.snapshot import Health, History, Snapshot, SourceInfo
from core.sources.base import Fundamental, Ok, Problem
from core.studies.fits import NO_FITS, Fits

SOURCE = "simulated"
T = TypeVar("T")


@dataclass(frozen=True)
class Market:
    """Everything the source knows `seconds` after it was opened; the analysis is made by the methods."""

    settings: Settings
    opened: Opened
    bars: dict[str, Bars]
    quotes: dict[str, Quote]
    drivers: Drivers
    at: datetime

    def build_base(self) -> Panel:
        """The panel of all complete sessions."""
        exchange, settings = self.opened.tools.exchange, self.settings
        panel: Panel = self.opened.tools.build_panel(self.bars, exchange, self.at, settings.pairs, settings.symbols)
        return panel

    def add_quotes(self, base: Panel) -> Panel:
        """The panel with the session that is running."""
        panel: Panel = self.opened.tools.with_quotes(base, self.quotes, self.opened.tools.exchange, self.at, False)
        return panel

    def fit(self, base: Panel) -> Fits:
        """The models that an engine fits in the background, of the symbols of the volatility pane."""
        lines = [line_of(base, symbol) for symbol in self.settings.universe.volatility]
        return {
            line.subject: to_fit(line, fit_garch(Sample(line.subject, to_percent(line))), self.at) for line in lines
        }

    def build_snapshot(self, panel: Panel, fits: Fits = NO_FITS) -> Snapshot:
        """What a viewer would be sent."""
        source, count = self.opened.source, len(self.settings.symbols)
        info = SourceInfo(
            name=source.name, label=source.label, health=Health.OK, last_success=self.at, fresh=count, total=count
        )
        session = self.opened.tools.exchange.info(self.at)
        tools = self.opened.tools
        snapshot: Snapshot = tools.build_snapshot(
            panel, self.settings, at=self.at, session=session, source=info, fits=fits, drivers=self.drivers
        )
        return snapshot

    def walk_rules(self, panel: Panel) -> None:
        """What the engine does first with a new history."""
        self.opened.tools.walk_rules(panel, self.settings, funds={}, drivers=self.drivers)

    def build_history(self, panel: Panel, subject: str) -> History:
        """The curves of `subject` by sessions."""
        history: History = self.opened.tools.build_history(panel, subject)
        return history

    def build_today(self, panel: Panel, subject: str) -> History:
        """The curve of `subject` by the minute."""
        legs = [_take(self.opened.source.fetch_minutes(symbol)) for symbol in subject.split("/")]
        return build_minutes(subject, legs, panel.key)


def open_fixed_market(today: datetime, seconds: float) -> Market:
    """The shipped universe on the session of `today`, `seconds` after somebody opened it."""
    settings = load_settings(shipped_file(), source=SOURCE)
    clock = ManualClock(today)
    opened = open_market(EngineSpec(SOURCE, str(Path("unused"))), settings, clock)
    clock.advance(seconds)
    bars = {symbol: _take(opened.source.fetch_history(symbol)) for symbol in settings.symbols}
    quotes = _take(opened.source.fetch_quotes(settings.symbols)).quotes
    return Market(settings, opened, bars, dict(quotes), _read_drivers(opened, settings), opened.source.now())


def _read_drivers(opened: Opened, settings: Settings) -> Drivers:
    """The economy, and what the source says of funds, as an engine comes to hold them."""
    source, book = opened.source, Book(settings, opened.tools, None)
    if opened.economy is not None:
        book.set_macro(opened.economy.load(source.now()))
    if isinstance(source, Fundamental):
        session = opened.tools.exchange.last_complete(source.now())
        for fund in funds_of(settings):
            said = _take(source.fetch_fundamentals(fund, is_fund=True))
            book.add_facts([to_fact(reading, session, source.label) for reading in said], source.now())
    return book.drivers


def _take(answer: Ok[T] | Problem) -> T:
    assert isinstance(answer, Ok), answer
    return answer.value
