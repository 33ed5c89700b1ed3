"""Makes the snapshot and the curves, only when something changed, and keeps the last known ones on disk."""

import logging
from collections.abc import Callable
from datetime import datetime

from msgspec import structs

from core import __version__
from core.breadth.fund import key_of
from core.clock import Clock
from core.engine.book import Book
from core.engine.curves import build_minutes, no_minutes
from core.engine.fetcher import Fetcher
from core.engine.health import build_source_info, confirm
from core.engine.last_known import LastKnown, save_last_known
from core.engine.messages import Explained, encoder
from core.engine.spec import EngineSpec
from core.engine.tools import Tools
from core.errors import UsageError
from core.explanation import Explanation
from core.market.panel import Panel
from core.settings import Settings
from core.snapshot import EMPTY, Health, History, SessionInfo, Snapshot, SourceInfo
from core.sources.base import Problem
from core.text import clean

REBUILD_SECONDS = 2.0
"""Least time between two panels while histories are still coming in."""
REFETCH_SECONDS = 10.0
"""The same while known histories are fetched again: viewers ask for their curves after each."""
LOADING_SECONDS = 0.5
"""Least time between two snapshots meanwhile: the count of histories to come is no news worth sending each time."""
WARM_SECONDS = 20.0
"""How long the last known screen is preferred to one made of half the histories."""
SAVE_SECONDS = 5.0
KEPT_CURVES = 4

_log = logging.getLogger("smid.publisher")


class Publisher:
    """`now` is monotonic seconds. Nothing here waits or fetches."""

    def __init__(self, spec: EngineSpec, settings: Settings, clock: Clock, known: LastKnown | None) -> None:
        self._settings, self._clock, self._file = settings, clock, spec.paths.last_known
        self._began = clock.monotonic()
        if known and (known.snapshot.pairs, known.snapshot.symbols) != (settings.pairs, settings.symbols):
            known = None  # another universe: its pairs are not what was asked for
        self.snapshot: Snapshot = known.snapshot if known else bare_snapshot(spec, settings)
        self._known = known
        self._curves: dict[str, History] = dict(known.histories) if known else {}
        self._panel: Panel | None = None
        self._seen: object = None
        self._looked_at = float("-inf")
        self._saved_at = float("-inf")
        self._saved: tuple[Snapshot, int] | None = None
        self._made = 0
        self._trouble = ""
        """Why the last known screen cannot be kept, where that fails."""
        self._walked: tuple[object, ...] = ()
        self._walking: tuple[object, ...] = ()
        self.unwalked: Panel | None = None
        """New completed history, through which the rules are to be walked (`note_walked`) before it is shown."""
        self.dress: Callable[[Snapshot], Snapshot] = lambda snapshot: snapshot
        """Adds what was done about the findings to whatever is to be shown."""
        self.failure = ""
        """What went wrong in the last analysis, '' when nothing did."""

    def refresh(self, fetcher: Fetcher, book: Book, tools: Tools) -> Snapshot | None:
        """The new snapshot; None where nothing that matters changed."""
        at, now, source = fetcher.source.now(), self._clock.monotonic(), fetcher.source
        session = confirm(fetcher.session(), fetcher.pulse.succeeded_at)
        info = build_source_info(source, book, fetcher.pulse, self._settings.symbols, fetcher.loading)
        if self._trouble and self._trouble not in info.reason:
            info = structs.replace(info, reason="; ".join(part for part in (info.reason, self._trouble) if part))
        panel = None
        if not (self._known and info.loading and now - self._began < WARM_SECONDS):
            gap = REFETCH_SECONDS if fetcher.has_first_tries() else 0.0
            gap = REBUILD_SECONDS if info.loading else gap
            panel = book.panel(at, now, least_gap=gap, is_live=source.is_live)
        seen = (panel and (panel.key, panel.quality), book.version, session, _news_of(info))
        hurried = info.loading and now - self._looked_at < LOADING_SECONDS
        if seen == self._seen or hurried:
            return None
        if panel is not None and self._walked != (walk := (panel.key, key_of(book.funds), book.drivers.key)):
            self.unwalked, self._walking = panel, walk
            return None
        self._seen, self._looked_at = seen, now
        made = self._make(panel, tools, at, session, info, book)
        encoder.encode(made)  # half a millisecond: what cannot be sent must not become what is shown
        return self._changed(made)

    def note_walked(self) -> None:
        """The rules have been walked through `unwalked`: the analysis finds that at hand."""
        self._walked, self.unwalked = self._walking, None

    def dress_anew(self) -> Snapshot | None:
        """What is shown, with what was done about it since; None where nothing was."""
        return self._changed(self.snapshot)

    def fail(self, error: Exception) -> Snapshot | None:
        """The analysis failed: the last numbers stay, and the screen says why."""
        self.failure = f"the analysis failed: {clean(error) or type(error).__name__}"
        self._seen = None
        source = structs.replace(self.snapshot.source, health=Health.ERROR, reason=self.failure)
        return self._changed(structs.replace(self.snapshot, source=source))

    def curve(self, subject: str, tools: Tools | None) -> History | None:
        """The sessions of `subject`; None where nothing is known yet."""
        panel = self._panel
        known = self._curves.get(subject)
        if panel is None or tools is None:
            return known
        history: History = tools.build_history(panel, subject)
        self._curves.pop(subject, None)
        self._curves[subject] = history
        while len(self._curves) > KEPT_CURVES:
            del self._curves[next(iter(self._curves))]
        return history

    def explain(self, address: str, tools: Tools | None, book: Book | None) -> Explained | None:
        """All there is to say of `address`; None while nothing is known yet."""
        if self._panel is None or tools is None or book is None:
            return None
        label = self.snapshot.source.label
        beside = {"fits": book.fits, "funds": book.funds, "drivers": book.drivers}
        try:
            told: Explanation = tools.explain_address(self._panel, self._settings, address, label=label, **beside)
        except UsageError as error:
            return Explained(address=clean(address, 80), reason=str(error))
        return Explained(address=told.address, explanation=told)

    def minutes(self, subject: str, fetcher: Fetcher) -> History | None:
        """Today's curve of `subject`; None while its legs are being fetched."""
        legs = [fetcher.minutes_of(symbol) for symbol in subject.split("/")]
        for leg in legs:
            if isinstance(leg, Problem):
                return no_minutes(subject, self.snapshot.history_key, leg.reason)
        found = [leg for leg in legs if leg is not None and not isinstance(leg, Problem)]
        return build_minutes(subject, found, self.snapshot.history_key) if len(found) == len(legs) else None

    def save(self, *, at_once: bool = False) -> None:
        """Keep what is shown, at most every few seconds; a failure is logged and tried again."""
        now = self._clock.monotonic()
        state = (self.snapshot, self._made)
        if self._panel is None or self._saved == state or (not at_once and now - self._saved_at < SAVE_SECONDS):
            return
        self._saved_at = now
        for subject in list(self._curves):
            if subject == self.snapshot.pairs[0] or self._curves[subject].key == self._panel.key:
                continue
            del self._curves[subject]
        try:
            known = LastKnown(saved_at=self._clock.now(), snapshot=self.snapshot, histories=dict(self._curves))
            save_last_known(self._file, known)
            self._saved, self._trouble = state, ""
        except OSError as error:
            if not self._trouble:
                _log.warning("cannot save the last known screen: %s", error)
            self._trouble = f"cannot save: {clean(error.strerror or error, 80)}"

    def _make(
        self, panel: Panel | None, tools: Tools, at: datetime, session: SessionInfo, info: SourceInfo, book: Book
    ) -> Snapshot:
        if panel is None:  # nothing to compute with yet: what there was, with the truth about the source
            if self._known is not None:
                known = self._known.snapshot.source
                reason = "; ".join(part for part in (info.reason, known.reason) if part)
                info = structs.replace(info, reason=reason, last_success=known.last_success)
            return structs.replace(self.snapshot, source=info, session=session)
        changed = self._panel is None or self._panel.key != panel.key
        self._panel = panel
        snapshot: Snapshot = tools.build_snapshot(
            panel,
            self._settings,
            at=at,
            session=session,
            source=info,
            sequence=self._made,
            fits=book.fits,
            funds=book.funds,
            evidence=book.evidence,
            drivers=book.drivers,
        )
        self.failure = ""
        self._known = None
        if changed:
            self.curve(self._settings.pairs[0], tools)  # the chart opens with it: it belongs to the last known
        return snapshot

    def _changed(self, snapshot: Snapshot) -> Snapshot | None:
        snapshot = self.dress(snapshot)
        if _essence(snapshot) == _essence(self.snapshot):
            return None
        self._made += 1
        self.snapshot = structs.replace(snapshot, sequence=self._made)
        return self.snapshot


def bare_snapshot(spec: EngineSpec, settings: Settings) -> Snapshot:
    """No numbers yet, but whose they will be: a market that is not the real one is labelled from the first moment."""
    name = spec.source.partition(":")[0]
    return structs.replace(
        EMPTY,
        program=__version__,
        source=SourceInfo(name=name, label="" if name == "yahoo" else name.upper()),
        benchmark=settings.universe.benchmark,
        pairs=settings.pairs,
        symbols=settings.symbols,
    )


def _essence(snapshot: Snapshot) -> Snapshot:
    """What makes a snapshot worth sending: all but its number and when it was looked at."""
    return structs.replace(snapshot, sequence=0, as_of=None, source=_news_of(snapshot.source))


def _news_of(source: SourceInfo) -> SourceInfo:
    """When the next poll is due is news only while polls fail: then it is what one waits for."""
    failing = source.health in (Health.RATE_LIMITED, Health.ERROR)
    return source if failing else structs.replace(source, next_poll=None)
