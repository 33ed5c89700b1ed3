"""R0: the data is not good enough, or not complete."""

from collections.abc import Iterator
from typing import ClassVar

from core.market.kinds import has_own_calendar
from core.rules.level import Level
from core.rules.rule import Reading, Rule, Run, check_ascending
from core.rules.words import say_count, say_list
from core.snapshot import Finding, Quality, SubjectState

NAME = "data_quality"
MARKET = "market"
"""Subject of a finding that is about many."""

_WORST = {SubjectState.MISSING: Level.WARN, SubjectState.STALE: Level.WARN, SubjectState.ASYNC: Level.WATCH}
_WORDS = {
    "missing": "no data",
    "stale": "stale",
    "async": "legs not traded together",
    "degraded": "incomplete data",
    "holes": "sessions missing of the last 20",
    "quarantined": "impossible bars not used",
}


class DataQuality(Rule, frozen=True, forbid_unknown_fields=True):
    """Stale, asynchronous, missing or quarantined data; one finding for all subjects of the same kind.

    Only what pairs and panes rest on is more than an info, and nothing is while its history is still loading.
    """

    missing_watch: Run
    missing_warn: Run

    ID: ClassVar[str] = "R0"

    def __post_init__(self) -> None:
        check_ascending("missing_watch and missing_warn", self.missing_watch, self.missing_warn)

    def judge(self, reading: Reading) -> Iterator[Finding]:
        groups: dict[tuple[str, Level, bool], list[str]] = {}
        recent = frozenset(reading.recent_sessions)
        for subject, quality in reading.quality.items():
            if not _is_told_by_its_legs(reading, subject, quality):
                found = self._judge_one(reading, subject, quality, recent)
                if found:
                    groups.setdefault(found, []).append(subject)
        for (kind, level, blocked), subjects in groups.items():
            yield _tell(reading, kind, level, blocked, tuple(subjects))

    def _judge_one(
        self, reading: Reading, subject: str, quality: Quality, recent: frozenset[str]
    ) -> tuple[str, Level, bool] | None:
        """The kind of trouble, its level and whether it blocks."""
        holes = 0 if any(map(has_own_calendar, subject.split("/"))) else len(recent & set(quality.missing_sessions))
        holed = self._grade(holes)
        if quality.state in _WORST:
            kind, level = quality.state.value, _WORST[quality.state]
        elif quality.state is SubjectState.DEGRADED:
            kind, level = "degraded", max(Level.WATCH, holed, key=lambda one: one.rank)
        elif holed is not Level.OK:
            kind, level = "holes", holed
        elif recent & set(quality.quarantined):
            kind, level = "quarantined", Level.INFO
        else:
            return None
        is_loading = quality.state is SubjectState.MISSING and reading.loading > 0
        if is_loading or subject not in reading.key_subjects:
            level = Level.INFO
        return kind, level, quality.state is not SubjectState.OK

    def _grade(self, holes: int) -> Level:
        if holes >= self.missing_warn:
            return Level.WARN
        return Level.WATCH if holes >= self.missing_watch else Level.OK


def _is_told_by_its_legs(reading: Reading, subject: str, quality: Quality) -> bool:
    """Whether a pair's trouble is that of one of its legs, which is told itself."""
    if "/" not in subject or quality.state is SubjectState.ASYNC:
        return False
    legs = [reading.quality.get(leg) for leg in subject.split("/")]
    return any(leg and (leg.state is not SubjectState.OK or leg.missing_sessions or leg.quarantined) for leg in legs)


def _tell(reading: Reading, kind: str, level: Level, blocked: bool, subjects: tuple[str, ...]) -> Finding:
    quality = reading.quality[subjects[0]]
    if len(subjects) > 1:
        text = f"{say_count(len(subjects), 'subject')}: {_WORDS[kind]} ({say_list(subjects)})"
    else:
        text = f"{subjects[0]}: {quality.reason or _WORDS[kind]}"
    if kind == "missing" and reading.loading:
        text += f"; {reading.loading} still loading"
    return Finding(
        rule=NAME,
        subject=subjects[0] if len(subjects) == 1 else MARKET,
        level=level,
        text=text,
        provisional=False,
        blocked=blocked,
        value=float(len(subjects)),
    )
