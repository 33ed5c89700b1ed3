"""What viewers ask for that may have to wait: curves, explanations and claims."""

import logging
from collections.abc import Callable

from core.clock import Clock
from core.engine.book import Book
from core.engine.claim_keeper import ClaimKeeper
from core.engine.curves import no_minutes
from core.engine.fetcher import Fetcher
from core.engine.messages import Curves, Explained, ToViewer, WantClaims, WantExplanation, WantHistory
from core.engine.opening import Opened
from core.engine.peer import Peer
from core.engine.publisher import Publisher
from core.settings import Settings
from core.snapshot import History
from core.text import clean

MOST_WAITING = 64
Want = WantHistory | WantExplanation | WantClaims

_log = logging.getLogger("smid.engine")


class Questions:
    """Keeps each question until it can be answered, or until who asked has left."""

    def __init__(self, settings: Settings, publisher: Publisher, clock: Clock, on_done: Callable[[], None]) -> None:
        self._settings, self._publisher = settings, publisher
        self._claims = ClaimKeeper(settings, clock, on_done)
        self._waiting: dict[tuple[Peer, Want], None] = {}

    async def close(self) -> None:
        """Let go of what is being calculated."""
        await self._claims.close()

    def ask(self, peer: Peer, want: Want) -> None:
        """Let `want` wait for an answer, unless too many do."""
        if len(self._waiting) < MOST_WAITING:
            self._waiting[peer, want] = None

    def answer(self, fetcher: Fetcher | None, opened: Opened | None, book: Book | None) -> None:
        """Answer what can be answered by now."""
        for peer, want in list(self._waiting):
            answer = self._answer(want, fetcher, opened, book) if peer.is_attached else None
            if answer is not None:
                peer.send(answer)
            if answer is not None or not peer.is_attached:
                del self._waiting[peer, want]

    def _answer(self, want: Want, fetcher: Fetcher | None, opened: Opened | None, book: Book | None) -> ToViewer | None:
        """What is said to `want`, None while nothing can be."""
        if isinstance(want, WantHistory):
            history = self._curve(want, fetcher, opened)
            return None if history is None else Curves(history)
        if isinstance(want, WantClaims):
            return self._claims.answer(want, book, fetcher)
        try:
            return self._publisher.explain(want.address, opened.tools if opened else None, book)
        except Exception as error:  # noqa: BLE001 - boundary: one question must not take the market from the screen
            _log.exception("%s cannot be explained", clean(want.address, 80))
            return Explained(address=want.address, reason=f"The explanation failed: {clean(error, 200)}.")

    def _curve(self, want: WantHistory, fetcher: Fetcher | None, opened: Opened | None) -> History | None:
        """The answer to `want`, None while it cannot be given."""
        if want.subject not in (*self._settings.pairs, *self._settings.symbols):
            return no_minutes(clean(want.subject, 40), "", "not watched: see [universe] in the settings")
        if want.unit == "minute":
            return self._publisher.minutes(want.subject, fetcher) if fetcher else None
        return self._publisher.curve(want.subject, opened.tools if opened else None)
