"""What is known of the market: bars, quotes, what could not be had, and the panel made of them."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import msgspec
import numpy as np
from msgspec import structs

from core.breadth.fund import Breadth
from core.breadth.load import Found
from core.drivers import NO_DRIVERS
from core.engine.fact_round import largest_of, newest_of
from core.engine.tools import Tools
from core.evidence.findings import NOTHING_KNOWN, Known
from core.fundamentals.fact import Fact
from core.fundamentals.fundamentals import build_fundamentals
from core.fundamentals.load import load_published
from core.fundamentals.reader import Read
from core.macro.macro import Macro
from core.market.bars import COLUMNS, Bars
from core.market.held import Held
from core.market.merge import Merged
from core.market.panel import Panel
from core.market.quotes import Quote
from core.market.symbols import symbols_of
from core.settings import Settings
from core.snapshot import Quality, SubjectState
from core.sources.base import Problem, QuoteBatch
from core.store import Correction, Store, StoreError
from core.studies.fits import GarchFit
from core.text import clean

FACTS_KEPT = timedelta(days=120)
"""What was said of companies is held in memory so long; the store keeps it for good."""

_log = logging.getLogger("smid.book")


class Book:
    """Kept in memory, and in the store where there is one (a market that others hold: files, recordings, has none)."""

    def __init__(self, settings: Settings, tools: Tools, store: Store | None) -> None:
        self._settings, self._tools, self._store = settings, tools, store
        self.bars: dict[str, Bars] = {}
        self.quotes: dict[str, Quote] = {}
        self.quote_problems: dict[str, Problem] = {}
        self._held: Mapping[str, Held] = {}
        self.history_problems: dict[str, Problem] = {}
        self.fits: dict[str, GarchFit] = {}
        self.funds: Found = {}
        """What was counted over the constituents of funds."""
        self.published = Read()
        """Figures from files."""
        self.observed: list[Fact] = []
        """What the source said of funds and companies, oldest first."""
        self.answered: Mapping[str, date] = {}
        """The session that the newest of it is of, by symbol."""
        self._largest: Mapping[str, Sequence[str]] = {}
        self.drivers = NO_DRIVERS
        """The economy, and what companies earn."""
        self.evidence = NOTHING_KNOWN
        """What followed earlier findings, in short."""
        self.base: Panel | None = None
        self.version = 0
        """Changes with the quotes, the fits, the funds, the drivers and the evidence."""
        self.trouble = ""
        """Why saving fails, where it does."""
        self._changed = False
        self._built_for: date | None = None
        self._built_at = float("-inf")

    @property
    def store(self) -> Store | None:
        """Where it is kept; None for a market that others hold."""
        return self._store

    async def load(self) -> dict[str, str]:
        """Bars and quotes from the store, a symbol at a time so that viewers are served meanwhile; the markers."""
        self.set_published(load_published(self._settings.fundamentals))
        if self._store is None:
            return {}
        for symbol in self._settings.symbols:
            bars = self._store.load_bars(symbol)
            if bars is not None:
                self.bars[symbol] = bars
                self._changed = True
            await asyncio.sleep(0)
        self.fits = read_fits(self._store.load_facts("garch"))
        self._load_facts()
        known = self._store.load_quotes()
        self.quotes = {symbol: known[symbol] for symbol in self._settings.symbols if symbol in known}
        return {s: marker for s, marker in self._store.load_facts("checked").items() if s in self.bars}

    def last_session(self, symbol: str) -> date | None:
        """The newest session held of `symbol`."""
        bars = self.bars.get(symbol)
        return to_date(bars.sessions[-1]) if bars is not None and len(bars) else None

    def add_history(self, symbol: str, new: Bars, at: datetime) -> bool:
        """Merge the complete sessions of `new`; whether the past is now in doubt and all of it should be fetched."""
        self.history_problems.pop(symbol, None)
        new = self._tools.to_completed(new, self._tools.exchange, at)
        if not len(new):
            return False
        old = self.bars.get(symbol)
        if old is None:
            self._keep(new, new, (), at)
            return False
        merged: Merged = self._tools.merge_bars(old, new)
        corrections = [
            Correction(symbol=symbol, session=c.session, field=c.field, old=c.old, new=c.new, seen=at)
            for c in merged.corrections
        ]
        # Only what came is written, unless a dividend or a split moved the whole past.
        self._keep(merged.bars, merged.bars if merged.rescaled else since(merged.bars, new), corrections, at)
        return merged.rescaled or not merged.joined

    def add_quotes(self, batch: QuoteBatch, at: datetime) -> None:
        """Take what is newer; what could not be had keeps its old quote."""
        newer = [q for s, q in batch.quotes.items() if s not in self.quotes or q.time >= self.quotes[s].time]
        self.quotes.update({quote.symbol: quote for quote in newer})
        self.quote_problems = dict(batch.problems)
        self.version += 1
        self._save(lambda store: store.save_quotes(newer, at))

    def add_fits(self, fits: Iterable[GarchFit], at: datetime) -> None:
        """Take what was fitted at `at` in the place of what there was."""
        new = {fit.symbol: fit for fit in fits}
        self.fits = {**self.fits, **new}
        self.version += 1
        told = {symbol: msgspec.json.encode(fit).decode() for symbol, fit in new.items()}
        self._save(lambda store: store.save_facts("garch", told, at))

    def set_funds(self, funds: Found) -> None:
        """Take what was read of all constituents; it is not kept, its files are."""
        self.funds = funds
        self._join_facts()

    def set_macro(self, macro: Macro) -> None:
        """Take the economic series in the place of those there were."""
        self.drivers = replace(self.drivers, macro=macro)
        self.version += 1

    def set_published(self, published: Read) -> None:
        """Take the figures that were read from files; they are not kept, their files are."""
        self.published = published
        self._join_facts()

    def add_facts(self, facts: Sequence[Fact], at: datetime) -> None:
        """Take what a source said at `at` of a fund or a company; what is known of a session already stays."""
        known = {(one.subject, one.metric, one.period, one.day, one.source) for one in self.observed}
        new = [one for one in facts if (one.subject, one.metric, one.period, one.day, one.source) not in known]
        self.observed = sorted([*self.observed, *new], key=lambda one: one.day)
        self._save(lambda store: store.facts.append(new, at))
        self._join_facts()

    def _load_facts(self) -> None:
        if self._store is None:
            return
        newest = max((bars.sessions[-1] for bars in self.bars.values()), default=None)
        since = to_date(newest) - FACTS_KEPT if newest is not None else date.min
        self.observed = self._store.facts.load(self._settings.symbols, since)
        self._join_facts()

    def constituents(self) -> Mapping[str, Sequence[str]]:
        """Of each fund the largest constituents, by its list where it has one, else by what the source said."""
        listed = {fund: one.holdings.largest() for fund, one in self.funds.items() if isinstance(one, Breadth)}
        return {**self._largest, **listed}

    def _join_facts(self) -> None:
        self.answered, self._largest = newest_of(self.observed), largest_of(self.observed)
        facts, told = (*self.published.facts, *self.observed), self.published.complaints
        known = build_fundamentals(facts, self._settings.fundamentals.symbols, told, self.constituents())
        self.drivers = replace(self.drivers, fundamentals=known)
        self.version += 1

    def set_evidence(self, known: Known) -> None:
        """Take what is known of earlier findings; it is kept elsewhere."""
        if known != self.evidence:
            self.evidence = known
            self.version += 1

    def note_checked(self, symbol: str, marker: str, at: datetime) -> None:
        """Remember for which state of the market the history of `symbol` was fetched."""
        self._save(lambda store: store.save_facts("checked", {symbol: marker}, at))

    def drop_old(self, at: datetime) -> None:
        """Forget quotes past their time."""
        kept_days = self._settings.engine.quotes_kept_days

        def drop(store: Store) -> None:
            store.drop_quotes(at, kept_days)

        self._save(drop)

    def panel(self, at: datetime, now: float, *, least_gap: float, is_live: bool) -> Panel | None:
        """The panel at `at`, None without any bars; the slow part is not made again within `least_gap` seconds."""
        complete = self._tools.exchange.last_complete(at)
        stale = self._changed or complete != self._built_for
        if self.bars and stale and (self.base is None or now - self._built_at >= least_gap):
            self.base = self._tools.build_panel(
                self.bars, self._tools.exchange, at, self._settings.pairs, self._settings.symbols
            )
            self._changed, self._built_for, self._built_at = False, complete, now
        if self.base is None:
            return None
        polls = self._settings.refresh.open_seconds
        panel: Panel = self._tools.with_quotes(
            self.base, self.quotes, self._tools.exchange, at, is_live, polls, self._held
        )
        self._held = panel.held
        return replace(panel, quality=explain(panel.quality, self.history_problems)) if self.history_problems else panel

    @property
    def misreading(self) -> str:
        """The first wrong line of the files of figures, and how many more there are; '' where there is none."""
        told = self.published.complaints
        return (told[0] if len(told) == 1 else f"{told[0]} (and {len(told) - 1} more)") if told else ""

    def close(self) -> None:
        if self._store is not None:
            self._store.close()

    def _keep(self, bars: Bars, written: Bars, corrections: Sequence[Correction], at: datetime) -> None:
        self.bars[bars.symbol] = bars
        self._changed = True
        self._save(lambda store: store.save_bars(written, at, corrections))

    def _save(self, write: Callable[[Store], None]) -> None:
        if self._store is None:
            return
        try:
            write(self._store)
            self.trouble = ""
        except StoreError as error:  # full disk, removed directory: the screen goes on, and says so
            if not self.trouble:
                _log.error("cannot save: %s", error)
            self.trouble = f"cannot save: {clean(error, 80)}"


def explain(quality: Mapping[str, Quality], problems: Mapping[str, Problem]) -> dict[str, Quality]:
    """`quality`, its missing symbols and pairs with what kept their history from coming."""
    explained = dict(quality)
    for subject, known in quality.items():
        failed = next((name for name in symbols_of(subject) if name in problems), None)
        if known.state is SubjectState.MISSING and failed is not None:
            reason = problems[failed].reason
            reason = reason if subject == failed or failed in reason else f"{failed}: {reason}"
            explained[subject] = structs.replace(known, reason=reason)
    return explained


def read_fits(kept: Mapping[str, str]) -> dict[str, GarchFit]:
    """Fits as they were kept; what another version wrote and cannot be read is forgotten."""
    fits: dict[str, GarchFit] = {}
    for symbol, text in kept.items():
        try:
            fits[symbol] = msgspec.json.decode(text, type=GarchFit)
        except msgspec.MsgspecError:
            _log.info("the kept fit of %s cannot be read", clean(symbol))
    return fits


def since(bars: Bars, new: Bars) -> Bars:
    """The rows of `bars` from the first session of `new` on."""
    start = int(np.searchsorted(bars.sessions, new.sessions[0]))
    return Bars(bars.symbol, bars.sessions[start:], *(getattr(bars, name)[start:] for name in COLUMNS))


def to_date(session: np.datetime64) -> date:
    found: date = session.astype("datetime64[D]").item()
    return found
