"""What a pane is given to draw: the snapshot, and what the person at the screen chose to look at."""

from dataclasses import dataclass
from datetime import datetime

from core.claims.record import Ledger
from core.engine.link import Link, LinkState
from core.snapshot import EMPTY, History, Snapshot
from widgets.entries import Entries

STARTING = Link(LinkState.STARTING)
NO_ENTRIES = Entries()


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims, once they have been told, or why they cannot be."""

    ledger: Ledger | None = None
    reason: str = ""


NO_CLAIMS = Claims()


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """Compared by identity: a new one is made for every change."""

    snapshot: Snapshot = EMPTY
    pair: str = ""
    lookback: str = "2Y"
    history: History | None = None
    """Curves of `pair`, when they have arrived."""
    journal: Entries = NO_ENTRIES
    """As much of the journal as was asked for."""
    claims: Claims = NO_CLAIMS
    link: Link = STARTING
    now: datetime | None = None
    """The market's time when this was made."""

    @property
    def is_live(self) -> bool:
        """Whether new snapshots are coming; else what is shown is the last known and must look so."""
        return self.link.state is LinkState.LIVE
