"""What the recorder looks at, and what a look says of one finding. Pure."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from core.journal.entry import Change, Entry
from core.journal.standing import Standing
from core.market.symbols import is_symbol
from core.rules.data_quality import NAME as DATA
from core.rules.level import Level
from core.snapshot import Finding, Quality, SubjectState
from core.text import clean

UNWATCHED = "not watched any more"
OFF = "the rule is off"

Key = tuple[str, str]
"""Rule and subject."""


class Look(Struct, frozen=True):
    """What the recorder knows of a moment. `settled`: the session's closing values are in, so nothing is provisional.

    `rules` are those that are on; `quality` names all subjects that are watched.
    """

    at: datetime
    session: str | None
    closes: datetime | None
    settled: bool
    findings: tuple[Finding, ...]
    quality: Mapping[str, Quality]
    rules: frozenset[str]
    failing: frozenset[str] = frozenset()
    """Rules that raised: what they found before stands until they judge again."""


def is_sure(key: Key, finding: Finding | None, look: Look) -> bool:
    """Whether no later price of the session can change it; what is said of data is so at once."""
    if key[0] == DATA:
        return True
    return look.settled if finding is None else not finding.provisional


def find_missed(standing: Standing, finding: Finding | None, look: Look) -> Level | None:
    """The level after a close that nobody watched, as completed history tells it; None where there was no such."""
    if finding is None or finding.confirmed is None or not finding.provisional:
        return None
    if standing.tentative is not None and standing.session == look.session:
        return None  # its close is still to come
    return finding.confirmed if standing.tentative is not None or finding.confirmed is not standing.level else None


def is_frozen(key: Key, finding: Finding | None, look: Look) -> bool:
    """Whether the data is too bad to change anything on its strength [0.7]; a finding of bad data is no such case."""
    if key[0] in look.failing:
        return True
    if key[0] == DATA:
        return False
    if finding is not None:
        return finding.blocked
    quality = look.quality.get(key[1])
    return quality is not None and quality.state is not SubjectState.OK


def why_gone(key: Key, look: Look) -> str:
    """Why nothing is looked at any more, '' where it is."""
    rule, subject = key
    if rule not in look.rules:
        return OFF
    is_watched = subject in look.quality or not all(map(is_symbol, subject.split("/")))
    return "" if is_watched else UNWATCHED


def name_change(standing: Standing, level: Level) -> tuple[Change, Level]:
    """What a confirmed `level` is after `standing`, and the level that it comes from."""
    tentative, before = standing.tentative, standing.level
    if tentative is not None and level.rank <= tentative.rank:
        return (Change.CONFIRMED, before) if level is tentative else (Change.WITHDRAWN, tentative)
    if level is Level.OK:
        return Change.RESOLVED, before
    return (Change.RAISED if level.rank > before.rank else Change.LOWERED), standing.now


def to_entry(
    key: Key,
    finding: Finding | None,
    look: Look,
    change: Change,
    level_from: Level,
    level_to: Level,
    *,
    sure: bool = True,
    note: str = "",
) -> Entry:
    quality = look.quality.get(key[1])
    return Entry(
        time=look.at,
        session=look.session,
        change=change,
        rule=key[0],
        subject=key[1],
        level_from=level_from,
        level_to=level_to,
        value=finding.value if finding else None,
        threshold=finding.threshold if finding else None,
        provisional=not sure,
        quality=quality.state.value if quality else "",
        text=clean(finding.text) if finding else "",
        note=note,
    )
