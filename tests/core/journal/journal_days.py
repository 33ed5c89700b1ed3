"""Findings and looks for tests of the journal: a session of 2026-02-26 and what its recorder sees."""

from datetime import UTC, datetime, timedelta

from msgspec import structs

from core.journal.entry import Change, Entry, Ledger, Query
from core.journal.look import Look
from core.journal.recorder import Recorder
from core.rules.level import Level
from core.snapshot import Finding, Quality, SubjectState

OPEN = datetime(2026, 2, 26, 15, 0, tzinfo=UTC)
CLOSES = datetime(2026, 2, 26, 21, 0, tzinfo=UTC)
PAIR = "IWM/SPY"
GOOD = {subject: Quality(state=SubjectState.OK) for subject in ("IWM", "SPY", PAIR)}
RULES = frozenset({"pullback", "streak", "volatility", "data_quality"})
HOLD = 300.0


def finding(level: Level, rule: str = "pullback", subject: str = PAIR, **more: object) -> Finding:
    made = Finding(
        rule=rule, subject=subject, level=level, text=f"{subject} is {level}", provisional=True, value=-0.05,
        threshold=-0.04, measures=(f"{subject}.pullback_63d",),
    )  # fmt: skip
    return structs.replace(made, **more)


class Day:
    """A recorder on its ledger, and the time that passes."""

    def __init__(self, ledger: Ledger, *, live: bool = False, hold: float = HOLD) -> None:
        self.ledger, self.live, self.hold = ledger, live, hold
        self.at, self.session, self.closes = OPEN, "2026-02-26", CLOSES
        self.quality = dict(GOOD)
        self.rules = RULES
        self.restart()

    def restart(self) -> None:
        self.recorder = Recorder(self.ledger, self.at, hold_seconds=self.hold, live=self.live)

    def begin(self, *findings: Finding) -> None:
        """A first look, so that what follows is news."""
        self.ledger.append([Entry(time=self.at, session=None, change=Change.FAILED, rule="x", subject="y")])
        self.restart()
        self.look(*findings)

    def look(self, *findings: Finding, after: float = 0.0, settled: bool = False) -> list[Entry]:
        self.at += timedelta(seconds=after)
        return self.recorder.take(Look(self.at, self.session, self.closes, settled, findings, self.quality, self.rules))

    def held(self, *findings: Finding) -> list[Entry]:
        """The same look at the beginning and the end of the time it has to hold."""
        return self.look(*findings) + self.look(*findings, after=self.hold)

    def close(self, *findings: Finding) -> list[Entry]:
        """The look at the closing values, which are final."""
        self.at = max(self.at, self.closes + timedelta(minutes=20))
        sure = tuple(structs.replace(one, provisional=False) for one in findings)
        return self.look(*sure, settled=True)

    def next_day(self) -> None:
        self.at, self.session = self.at + timedelta(days=1), "2026-02-27"
        self.at = self.at.replace(hour=15, minute=0)
        self.closes += timedelta(days=1)

    @property
    def kept(self) -> list[tuple[str, str, str, bool]]:
        """Change, from, to and whether provisional, of all that is in the ledger about findings."""
        entries = [entry for entry in reversed(self.ledger.read(Query())) if entry.rule != "x"]
        return [(e.change.value, e.level_from.value, e.level_to.value, e.provisional) for e in entries]
