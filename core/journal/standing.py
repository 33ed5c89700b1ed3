"""Where a finding stands by the journal: the entries about it, folded one by one."""

from dataclasses import dataclass, field
from datetime import datetime

from core.journal.entry import Change, Entry
from core.rules.level import Level

_SETTLES = (Change.FOUND, Change.LOWERED, Change.RESOLVED, Change.CONFIRMED, Change.WITHDRAWN)


@dataclass(slots=True)
class Standing:
    """Of one rule and subject. `level` is confirmed, `tentative` above it and not yet; None where nothing is."""

    level: Level = Level.OK
    tentative: Level | None = None
    session: str | None = None
    """The session that `tentative` waits for the close of."""
    acknowledged: Entry | None = None
    snoozed: Entry | None = None
    news: Entry | None = None
    """The last entry worth telling, while what it says holds."""
    told: dict[str, Entry] = field(default_factory=dict)
    """By channel, the last notification that got through."""

    @property
    def now(self) -> Level:
        """The level that holds, provisional or not."""
        return self.tentative or self.level

    def is_quiet(self, at: datetime) -> bool:
        """Whether a person has asked for silence at its present level."""
        snoozed = self.snoozed is not None and self.snoozed.until is not None and at < self.snoozed.until
        return self.acknowledged is not None or snoozed

    def take(self, entry: Entry, *, live: bool) -> None:
        """Follow `entry`; `live` says whether provisional rises are news (else their confirmation is)."""
        match entry.change:
            case Change.ACKNOWLEDGED:
                self.acknowledged = entry
            case Change.SNOOZED:
                self.snoozed = entry
            case Change.WOKEN:
                self.snoozed = None
            case Change.NOTIFIED:
                self.told[entry.note] = entry
            case Change.RAISED | Change.FOUND if entry.provisional:
                self.tentative, self.session = entry.level_to, entry.session
            case change if change is Change.RAISED or change in _SETTLES:
                self.level, self.tentative = entry.level_to, None
        if is_news(entry, live=live):
            self.news = entry
        self._let_go()

    def _let_go(self) -> None:
        """A word of a person counts for the level it was said of: a rise ends it, an end of the finding too."""
        if self.news is not None and self.now.rank < self.news.level_to.rank:
            self.news = None
        acknowledged, snoozed = self.acknowledged, self.snoozed
        if acknowledged is not None and (self.now is Level.OK or self.now.rank > acknowledged.level_to.rank):
            self.acknowledged = None
        if snoozed is not None and self.now.rank > snoozed.level_to.rank:
            self.snoozed = None


def is_news(entry: Entry, *, live: bool) -> bool:
    """Whether `entry` is worth a notification."""
    if entry.change is Change.RAISED:
        return live or not entry.provisional
    if entry.change is Change.CONFIRMED:
        return not live
    return entry.change is Change.WOKEN and entry.level_to is not Level.OK
