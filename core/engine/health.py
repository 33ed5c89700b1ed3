"""How the source is doing, as the screen says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from msgspec import structs

from core.engine.book import Book
from core.engine.schedule import FINAL_AFTER
from core.snapshot import Health, SessionInfo, SourceInfo
from core.sources.base import Playable, Problem, ProblemKind, Source

_HEALTH = {ProblemKind.RATE_LIMITED: Health.RATE_LIMITED}


@dataclass(slots=True)
class Pulse:
    """What came of the last poll; times are the source's."""

    problem: Problem | None = None
    asked_at: datetime | None = None
    succeeded_at: datetime | None = None
    next_at: datetime | None = None
    hung: str = ""
    """Why nothing is being asked: a call that does not come back."""


def build_source_info(source: Source, book: Book, pulse: Pulse, symbols: tuple[str, ...], loading: int) -> SourceInfo:
    """The state of `source` after its last poll."""
    playback = source.playback() if isinstance(source, Playable) else None
    problems = {**book.history_problems, **book.quote_problems}
    absent = [s for s, p in problems.items() if playback is not None and p.kind is ProblemKind.MISSING]
    health, reason = judge(pulse, {s: p for s, p in problems.items() if s not in absent}, len(symbols))
    if absent and not reason:  # nothing fails where a recording has some symbols only
        reason = f"{len(symbols) - len(absent)} of {len(symbols)} symbols recorded"
    fixed = playback is None and not source.is_live and source.poll_seconds is None
    usual = 0.0 if fixed else 1.0
    return SourceInfo(
        name=source.name,
        label=source.label,
        is_live=source.is_live,
        health=health,
        reason="; ".join(part for part in (reason, book.trouble, book.misreading) if part),
        last_success=pulse.succeeded_at,
        next_poll=pulse.next_at if source.is_live else None,  # the wall clock's: it has no place in another time
        fresh=0 if pulse.problem or pulse.succeeded_at is None else len(symbols) - len(book.quote_problems),
        total=len(symbols),
        loading=loading,
        speed=usual if playback is None else playback.speed,
        paused=playback is not None and playback.paused,
        ends=playback.ends if playback is not None else None,
    )


def judge(pulse: Pulse, problems: Mapping[str, Problem], total: int) -> tuple[Health, str]:
    """Health and the reason for it, '' where all is well."""
    if pulse.hung:
        return Health.ERROR, pulse.hung
    if pulse.problem is not None:
        return _HEALTH.get(pulse.problem.kind, Health.ERROR), pulse.problem.reason
    if pulse.asked_at is None:
        return Health.WAITING, ""
    if not problems:
        return Health.OK, ""
    symbol, first = next(iter(problems.items()))
    example = first.reason if symbol in first.reason else f"{symbol}: {first.reason}"
    return Health.DEGRADED, example if len(problems) == 1 else f"{len(problems)} of {total} symbols fail; {example}"


def confirm(session: SessionInfo, polled_at: datetime | None) -> SessionInfo:
    """Final needs two things: 20 minutes since the close, and the closing values fetched after them."""
    if not session.is_final or session.closes is None:
        return session
    fetched = polled_at is not None and polled_at >= session.closes + FINAL_AFTER
    return session if fetched else structs.replace(session, is_final=False)
