"""What is held of FRED's series, which one to ask for next, and what to make of an answer. No network, no thread.

Every series is looked at about once a day, slower ones only when they are due or a week has passed; an employment
report is asked for again within hours on its day. What was seen is kept for good, every version of it: of some series
FRED serves the last three years alone.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from msgspec import Struct, structs

from core.macro.catalogue import CATALOGUE, Rhythm
from core.macro.fred import Answer, FredError, Question
from core.macro.macro import Macro, say_problems
from core.macro.series import Series, build_series
from core.macro.text import Rows
from core.settings import MacroSettings
from core.store.macro import Version, Versions

if TYPE_CHECKING:
    from core.store import Store

FIRST = date(1985, 1, 1)
"""The exchange's first session here; a percentile of a whole past begins with it."""
_AGAIN = timedelta(hours=22)
_DUE_AGAIN = timedelta(hours=4)
_SLOW_AGAIN = timedelta(days=7)
_PAUSE, _LONGEST_PAUSE = 900.0, 21_600.0
_REACH = {Rhythm.DAILY: 60, Rhythm.WEEKLY: 730, Rhythm.MONTHLY: 2200, Rhythm.QUARTERLY: 3660}
"""Days before the newest observation from which on a series is asked for again: what may still be revised."""
_TO_NEW_YORK = timedelta(hours=5)
NOT_YET, NOT_ALLOWED = "it has not been asked for yet", "fetching is switched off ([macro] fetch)"


class Look(Struct, frozen=True):
    """The last look at a series; moments are seconds (UTC)."""

    tried: float
    succeeded: float = 0.0
    since: str = ""
    """What was asked for then."""
    etag: str = ""
    modified: str = ""
    reason: str = ""
    """Why there was no usable answer, '' when there was."""


class Account(Struct, frozen=True):
    """Requests of one day (UTC), and how FRED as a whole is doing."""

    day: str = ""
    requests: int = 0
    failures: int = 0
    until: float = 0.0
    """Before that moment nothing is asked."""
    reason: str = ""


class Archive:
    """All series in memory; `store` keeps them. None of it waits for anything but the disk."""

    def __init__(self, settings: MacroSettings, store: "Store | None") -> None:
        self._settings, self._store = settings, store
        self._held: dict[str, Versions] = {}
        self._looks: dict[str, Look] = {}
        self.account = Account()

    def load(self) -> None:
        """Read what the store holds; what another version wrote and cannot be read is forgotten."""
        if self._store is None:
            return
        for name in CATALOGUE:
            held = self._store.macro.load(name)
            if len(held.values):
                self._held[name] = held
        for name, text in self._store.load_facts("fred").items():
            try:
                if name:
                    self._looks[name] = msgspec.json.decode(text, type=Look)
                else:
                    self.account = msgspec.json.decode(text, type=Account)
            except msgspec.MsgspecError:
                continue

    def next_question(self, now: datetime) -> Question | None:
        """What to ask at `now`; None where nothing is due, or nothing may be asked."""
        if not self._settings.fetch or now.timestamp() < self.account.until or not self._left(now):
            return None
        due = [name for name in CATALOGUE if self._is_due(name, now)]
        if not due:
            return None
        name = min(due, key=lambda one: self._looks[one].tried if one in self._looks else 0.0)
        look, since = self._looks.get(name), self._since(name)
        if look is None or look.since != since.isoformat() or name not in self._held:
            return Question(name, since)
        return Question(name, since, look.etag, look.modified)

    def take(self, question: Question, answer: Answer, now: datetime) -> bool:
        """Keep what came; whether any of it is new. Raises `sqlite3.Error` where it cannot be saved."""
        name, seen = question.name, now.timestamp()
        before = self._looks.get(name)
        rows, reason = answer.rows, ""
        new: list[Version] = []
        if rows is not None:
            if not len(rows.values) and name not in self._held:
                reason = "FRED holds no value of it"
            new = self._find_new(name, rows, before, seen)
        if self._store is not None:
            self._store.macro.append(name, new)
        if new:
            self._held[name] = merge(self._held.get(name), new)
        look = Look(seen, seen, question.since.isoformat(), answer.etag, answer.modified, reason)
        self._looks[name] = look
        self._count(now, structs.replace(self.account, failures=0, until=0.0, reason=""))
        self._save({name: look}, now)
        return bool(new)

    def note_failure(self, question: Question, error: FredError, now: datetime) -> None:
        """Remember why; if it is FRED as a whole, nothing is asked for a while, ever longer."""
        before = self._looks.get(question.name) or Look(0.0)
        look = structs.replace(before, tried=now.timestamp(), reason=str(error))
        self._looks[question.name] = look
        account = self.account
        if not error.is_series:
            pause = max(error.retry_after, min(_LONGEST_PAUSE, _PAUSE * 2.0**account.failures))
            account = Account(account.day, account.requests, account.failures + 1, look.tried + pause, str(error))
        self._count(now, account)
        self._save({question.name: look}, now)

    def build(self) -> Macro:
        """All series that are held; of those that are not, why."""
        found = {name: to_series(name, held) for name, held in self._held.items()}
        problems = self._problems()
        last = max((look.succeeded for look in self._looks.values()), default=0.0)
        return Macro(
            found,
            problems,
            reason=self._reason(),
            origin="FRED",
            trouble=self.account.reason or say_problems(found, problems),
            checked=datetime.fromtimestamp(last, UTC) if last else None,
        )

    def _reason(self) -> str:
        if not self._settings.fetch:
            return NOT_ALLOWED
        return self.account.reason or NOT_YET

    def _problems(self) -> Mapping[str, str]:
        return {name: look.reason for name, look in self._looks.items() if look.reason and name not in self._held}

    def _left(self, now: datetime) -> bool:
        return self.account.day != _day_of(now) or self.account.requests < self._settings.requests_per_day

    def _is_due(self, name: str, now: datetime) -> bool:
        look, info = self._looks.get(name), CATALOGUE[name]
        if look is None:
            return True
        tried = now - datetime.fromtimestamp(look.tried, UTC)
        if look.reason or name not in self._held or tried < timedelta(0):
            return abs(tried) >= _AGAIN
        last = self._held[name].observed[-1]
        is_due = info.next_release(last) <= np.datetime64((now - _TO_NEW_YORK).date())
        if info.rhythm is Rhythm.DAILY:
            return tried >= _AGAIN
        return tried >= (_DUE_AGAIN if is_due and not info.is_ended(last, np.datetime64(now.date())) else _SLOW_AGAIN)

    def _since(self, name: str) -> date:
        """The first day to ask for: of what is held, as far back as it may be revised, from a first of a month on."""
        held = self._held.get(name)
        if held is None:
            return FIRST
        last: date = held.observed[-1].item()
        return max(FIRST, (last - timedelta(days=_REACH[CATALOGUE[name].rhythm])).replace(day=1))

    def _find_new(self, name: str, rows: Rows, before: Look | None, seen: float) -> list[Version]:
        """What is not held, or is held with another newest value."""
        held = self._held.get(name)
        known = (
            {}
            if held is None
            else dict(zip(held.observed.astype(np.int64).tolist(), held.values.tolist(), strict=True))
        )
        looked = before.succeeded if before is not None and before.succeeded else None
        first = int(np.datetime64(before.since).astype(np.int64)) if before is not None and before.since else 0
        latest = int(seen // 86_400) + 1
        return [
            Version(day, seen, value, looked if day not in known and day >= first else None)
            for day, value in zip(rows.observed.astype(np.int64).tolist(), rows.values.tolist(), strict=True)
            if known.get(day) != value and (day <= latest or CATALOGUE[name].rhythm is Rhythm.QUARTERLY)
        ]

    def _count(self, now: datetime, account: Account) -> None:
        day = _day_of(now)
        requests = account.requests + 1 if account.day == day else 1
        self.account = structs.replace(account, day=day, requests=requests)

    def _save(self, looks: Mapping[str, Look], now: datetime) -> None:
        if self._store is not None:
            told = {name: msgspec.json.encode(look).decode() for name, look in looks.items()}
            self._store.save_facts("fred", told | {"": msgspec.json.encode(self.account).decode()}, now)


def merge(held: Versions | None, new: list[Version]) -> Versions:
    """`held` with `new` behind what there is of the same days."""
    observed = np.array([one.observed for one in new], np.int64).astype("datetime64[D]")
    columns = [np.array(column, np.float64) for column in zip(*((o.seen, o.value, o.absent) for o in new), strict=True)]
    if held is None:
        return Versions(observed, *columns)
    days = np.concatenate((held.observed, observed))
    order = np.argsort(days, kind="stable")
    old = (held.seen, held.values, held.absent)
    return Versions(days[order], *(np.concatenate(pair)[order] for pair in zip(old, columns, strict=True)))


def to_series(name: str, held: Versions) -> Series:
    """When each version was known: the first by the rules of its kind, unless it was late or seen before; others then.

    What was looked for in vain was not out yet, however the rule reads; what was seen was out.
    """
    seen = ((held.seen - _TO_NEW_YORK.total_seconds()) // 86_400).astype(np.int64).astype("datetime64[D]")
    looked = np.nan_to_num((held.absent - _TO_NEW_YORK.total_seconds()) // 86_400 + 1.0, nan=-1e6)
    ruled = np.maximum(CATALOGUE[name].release(held.observed), looked.astype(np.int64).astype("datetime64[D]"))
    is_first = np.append(True, held.observed[1:] != held.observed[:-1])[: len(held.observed)]
    available = np.where(is_first, np.minimum(ruled, seen), seen)
    return build_series(name, held.observed, available.astype("datetime64[D]"), held.values)


def _day_of(now: datetime) -> str:
    return now.astimezone(UTC).date().isoformat()
