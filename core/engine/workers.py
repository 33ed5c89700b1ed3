"""Who works behind the engine's loop: constituents are read, models fitted, track records made, each when it is due."""

from collections.abc import Callable

from core.clock import Clock
from core.engine.book import Book
from core.engine.evidence_keeper import EvidenceKeeper, KeepAll
from core.engine.fact_reader import FactReader
from core.engine.fetcher import Fetcher
from core.engine.fitter import FitAll, Fitter
from core.engine.fred_keeper import FredKeeper
from core.engine.fund_reader import FundReader
from core.engine.macro_keeper import MacroKeeper
from core.engine.messages import Evidenced, WantEvidence
from core.engine.opening import Opened
from core.paths import Paths
from core.settings import Settings


class Workers:
    """`on_done` is called when one of them has put something into the book. Nothing here waits."""

    def __init__(
        self,
        book: Book,
        settings: Settings,
        paths: Paths,
        opened: Opened,
        clock: Clock,
        on_done: Callable[[], None],
        fit_all: FitAll | None = None,
        keep_all: KeepAll | None = None,
    ) -> None:
        self._fund_reader = FundReader(book, settings, opened.tools.exchange, clock, on_done)
        self._fact_reader = FactReader(book, settings.fundamentals, clock, on_done)
        self._fitter = Fitter(book, settings, clock, on_done, fit_all)
        self._macro: MacroKeeper | FredKeeper | None = None
        if opened.economy is not None:
            self._macro = MacroKeeper(book, opened.economy, clock, on_done)
        elif opened.fred is not None:
            self._macro = FredKeeper(book, settings.macro, opened.fred, clock, on_done)
        self._keeper = EvidenceKeeper(book, settings, clock, paths, on_done, keep_all)

    def consider(self, fetcher: Fetcher) -> None:
        """Start what is due: on whole histories alone, after the last of the session's was tried, one after another."""
        at, is_whole = fetcher.source.now(), not fetcher.loading and not fetcher.has_first_tries()
        self._fund_reader.consider(at)
        if self._macro is not None:
            self._macro.consider(at)
        self._fact_reader.consider()
        if is_whole:
            self._fitter.consider(at)
        # Whoever looks at files every minute is no reason to wait for a minute of rest: it would never come.
        asking = isinstance(self._macro, FredKeeper) and self._macro.is_busy
        is_quiet = is_whole and not self._fitter.is_busy and not asking
        self._keeper.consider(at, fetcher.source.label, is_quiet=is_quiet)

    def answer(self, want: WantEvidence) -> Evidenced:
        """The track record that is asked for, as it is kept."""
        return self._keeper.answer(want)

    async def close(self) -> None:
        """End what is running."""
        for worker in (self._fund_reader, self._fact_reader, self._fitter, self._macro, self._keeper):
            if worker is not None:
                await worker.close()
