"""Writes what changed between two snapshots' findings; after a restart it goes on from what the journal says."""

import logging
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from msgspec import structs

from core.journal.entry import ENGINE, Change, Entry, JournalError, Ledger
from core.journal.look import Key, Look, find_missed, is_frozen, is_sure, name_change, to_entry, why_gone
from core.journal.standing import Standing
from core.rules.level import Level
from core.snapshot import Finding
from core.text import clean

NEAR_CLOSE = timedelta(minutes=2)
"""A market that was watched until so shortly before its close was watched to the close."""
MOST_UNSAVED = 2_000
FIRST = "there when the journal began"
MISSED = "at a close that was not watched"

_log = logging.getLogger("smid.journal")


class Recorder:
    """`take` every look in the order of time. A change that no close confirms counts once it held `hold_seconds`."""

    def __init__(self, ledger: Ledger, at: datetime, *, hold_seconds: float, live: bool) -> None:
        self._ledger, self._hold, self._live = ledger, timedelta(seconds=hold_seconds), live
        self._standings: dict[Key, Standing] = {}
        self._changing: dict[Key, tuple[Level, datetime]] = {}
        self._unsaved: deque[Entry] = deque(maxlen=MOST_UNSAVED)
        self._last: Look | None = None
        self.trouble = ""
        """Why the journal cannot be written, where it cannot."""
        self.newest = 0
        """The id of the newest entry that is saved."""
        known = self._load(at)
        self._is_first = not known and not self.trouble
        for entry in known:
            self._follow(entry)

    def standing(self, key: Key) -> Standing:
        """Where the finding of `key` stands; a fresh one where nothing is known."""
        return self._standings.get(key) or Standing()

    def owed(self, since: datetime) -> list[Entry]:
        """The news since then that still hold, as after a restart."""
        news = [standing.news for standing in self._standings.values()]
        return sorted((n for n in news if n is not None and n.time >= since), key=lambda entry: entry.time)

    def take(self, look: Look) -> list[Entry]:
        """Write what changed by `look`; the entries, in their order."""
        before, self._last = self._last, look
        entries = self._settle_the_day(before, look) if before is not None else []
        entries += self._compare(look)
        entries += self._wake(look)
        self._is_first = False
        self._save()
        return entries

    def acknowledge(self, rule: str, subject: str, who: str, at: datetime, note: str = "") -> str:
        """Note that `who` has seen a finding at its present level; a sentence where that cannot be."""
        finding = self._find(rule, subject)
        if finding is None:
            return f"There is no warning '{clean(rule, 40)}' of {clean(subject, 40)} to acknowledge."
        known = self.standing((rule, subject)).acknowledged
        if known is not None and known.level_to.rank >= finding.level.rank:
            return f"{known.who} has acknowledged it already."
        self._note(finding, at, Change.ACKNOWLEDGED, who, note)
        return ""

    def snooze(self, rule: str, subject: str, until: datetime, at: datetime, who: str, note: str = "") -> str:
        """Let a finding at its present level be silent `until` then; a sentence where that cannot be."""
        finding = self._find(rule, subject)
        if finding is None:
            return f"There is no warning '{clean(rule, 40)}' of {clean(subject, 40)} to snooze."
        if until <= at:
            return f"{until:%Y-%m-%d %H:%M} UTC is over: snooze until a later moment."
        self._note(finding, at, Change.SNOOZED, who, note, until)
        return ""

    def note_sent(self, entries: Iterable[Entry], channel: str, at: datetime, session: str | None) -> None:
        """`entries` got through on `channel`."""
        for entry in entries:
            told = structs.replace(
                entry, id=0, time=at, session=session, change=Change.NOTIFIED, who=ENGINE, until=None, note=channel
            )
            self._write(told)
        self._save()

    def note_failed(self, title: str, reason: str, at: datetime, session: str | None) -> None:
        """A whole notification did not get through; `reason` names the channel."""
        told = clean(title), clean(reason)
        self._write(
            Entry(time=at, session=session, change=Change.FAILED, rule="", subject="", text=told[0], note=told[1])
        )
        self._save()

    def dress(self, findings: tuple[Finding, ...], at: datetime) -> tuple[Finding, ...]:
        """`findings` with who acknowledged them, until when they are snoozed and when they were told."""
        return tuple(self._dress(finding, at) for finding in findings)

    def _dress(self, finding: Finding, at: datetime) -> Finding:
        standing = self.standing((finding.rule, finding.subject))
        acknowledged, snoozed = standing.acknowledged, standing.snoozed
        until = snoozed.until if snoozed and finding.level.rank <= snoozed.level_to.rank else None
        told = [e.time for e in standing.told.values() if e.level_to.rank >= finding.level.rank > Level.OK.rank]
        seen = acknowledged is not None and finding.level.rank <= acknowledged.level_to.rank
        return structs.replace(
            finding,
            acknowledged_by=acknowledged.who if acknowledged and seen else "",
            snoozed_until=until if until is not None and until > at else None,
            notified_at=max(told, default=None),
        )

    def _settle_the_day(self, before: Look, look: Look) -> list[Entry]:
        """A session that ran into the next one, as the simulated market's do, closed with what it showed last."""
        if before.settled or before.session == look.session or before.closes is None:
            return []
        if before.at < before.closes - NEAR_CLOSE:
            return []
        findings = tuple(structs.replace(finding, provisional=False) for finding in before.findings)
        return self._compare(structs.replace(before, settled=True, findings=findings))

    def _compare(self, look: Look) -> list[Entry]:
        """Every finding against its standing, and every open standing whose finding is gone."""
        found = {(finding.rule, finding.subject): finding for finding in look.findings}
        gone = [key for key, one in self._standings.items() if one.now is not Level.OK and key not in found]
        for key in self._changing.keys() - found.keys() - set(gone):
            del self._changing[key]
        return [entry for key in (*found, *gone) for entry in self._judge(key, found.get(key), look)]

    def _judge(self, key: Key, finding: Finding | None, look: Look) -> list[Entry]:
        """What there is to write of one finding, written."""
        if finding is None and (why := why_gone(key, look)):
            gone = to_entry(key, None, look, Change.RESOLVED, self.standing(key).now, Level.OK, note=why)
            return [self._write(gone)]
        if is_frozen(key, finding, look) and not self._is_first:
            self._changing.pop(key, None)
            return []
        written = [self._catch_up(key, finding, look), self._follow_up(key, finding, look)]
        return [entry for entry in written if entry is not None]

    def _catch_up(self, key: Key, finding: Finding | None, look: Look) -> Entry | None:
        """Write what a close said that nobody watched."""
        standing = self.standing(key)
        missed = find_missed(standing, finding, look)
        if missed is None:
            return None
        change, before = name_change(standing, missed)
        if finding is not None:  # its sentence; its value is of now, and what was missed is the close's
            finding = structs.replace(finding, value=None, threshold=None)
        return self._change(key, finding, look, change, before, missed, sure=True, note=MISSED)

    def _follow_up(self, key: Key, finding: Finding | None, look: Look) -> Entry | None:
        """Write what is new now: a level that is sure, or a rise that held."""
        standing, seen = self.standing(key), finding.level if finding else Level.OK
        sure = is_sure(key, finding, look)
        confirms = sure and (seen is not standing.level or standing.tentative is not None)
        rises = not sure and seen.rank > standing.now.rank  # a fall is news at the close alone
        at_once = self._is_first or (sure and look.settled)
        level = None
        if confirms or rises:
            level = seen if at_once else self._held(key, seen, standing.now, look.at)
        else:
            self._changing.pop(key, None)
        if level is None:
            return None
        self._changing.pop(key, None)
        change, before = name_change(standing, level) if sure else (Change.RAISED, standing.now)
        return self._change(key, finding, look, change, before, level, sure=sure)

    def _change(
        self,
        key: Key,
        finding: Finding | None,
        look: Look,
        change: Change,
        before: Level,
        level: Level,
        *,
        sure: bool,
        note: str = "",
    ) -> Entry:
        if self._is_first:
            change, note = Change.FOUND, FIRST
        return self._write(to_entry(key, finding, look, change, before, level, sure=sure, note=note))

    def _held(self, key: Key, seen: Level, base: Level, at: datetime) -> Level | None:
        """The level that has held for long enough: of a rise the lowest meanwhile; None where none has yet."""
        known, since = self._changing.get(key, (None, at))
        rises = seen.rank > base.rank
        if known is None or rises != (known.rank > base.rank) or (not rises and known is not seen):
            known, since = seen, at
        level = min(known, seen, key=lambda one: one.rank)
        self._changing[key] = level, since
        return level if at - since >= self._hold else None

    def _wake(self, look: Look) -> list[Entry]:
        """Snoozes that are over; what still holds is news again."""
        found = {(finding.rule, finding.subject): finding for finding in look.findings}
        woken = []
        for key, standing in list(self._standings.items()):
            until = standing.snoozed.until if standing.snoozed else None
            if until is not None and until <= look.at:
                entry = to_entry(key, found.get(key), look, Change.WOKEN, standing.now, standing.now)
                woken.append(self._write(entry))
        return woken

    def _find(self, rule: str, subject: str) -> Finding | None:
        findings = self._last.findings if self._last else ()
        wanted = (f for f in findings if (f.rule, f.subject) == (rule, subject) and f.level is not Level.OK)
        return next(wanted, None)

    def _note(
        self, finding: Finding, at: datetime, change: Change, who: str, note: str, until: datetime | None = None
    ) -> None:
        """What a person says of a finding; one that has not held long enough to be written is written now."""
        if self._last is None:
            return
        key, look = (finding.rule, finding.subject), structs.replace(self._last, at=at)
        base = self.standing(key).now
        if finding.level.rank > base.rank:
            sure = not finding.provisional
            self._write(to_entry(key, finding, look, Change.RAISED, base, finding.level, sure=sure))
        said = to_entry(key, finding, look, change, finding.level, finding.level, sure=not finding.provisional)
        self._write(structs.replace(said, who=clean(who, 40) or "person", until=until, note=clean(note)))
        self._save()

    def _load(self, at: datetime) -> list[Entry]:
        try:
            self.newest = self._ledger.newest()
            return list(self._ledger.read_standing(at))
        except JournalError as error:
            self._complain(error)
            return []

    def _write(self, entry: Entry) -> Entry:
        self._unsaved.append(entry)
        self._follow(entry)
        return entry

    def _follow(self, entry: Entry) -> None:
        self._standings.setdefault(entry.key, Standing()).take(entry, live=self._live)

    def _save(self) -> None:
        """Write what is not written; what cannot be is tried again with the next look."""
        if not self._unsaved:
            return
        try:
            self._ledger.append(self._unsaved)
        except JournalError as error:
            self._complain(error)
            return
        self._unsaved.clear()
        self.trouble = ""
        with suppress(JournalError):  # it is written all the same
            self.newest = self._ledger.newest()

    def _complain(self, error: JournalError) -> None:
        if not self.trouble:
            _log.error("the journal: %s", error)
        self.trouble = f"the journal cannot be kept: {error}"
