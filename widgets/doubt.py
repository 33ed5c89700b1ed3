"""Whether numbers are of now, and in a word what else they are. No Textual: the printed page says it too."""

from core.snapshot import Phase, Quality, Snapshot, SubjectState
from widgets.format import format_age


def format_doubt(snapshot: Snapshot, subject: str, width: int = 80) -> str:
    """Why the numbers of a subject are not of now, with their age: `stale 7m`, `async 2m`, `22h old`; else nothing.

    Old are those of an earlier session while the exchange is open. The word gives way to the age in `width` cells.
    """
    quality = snapshot.quality_of(subject)
    word = quality.state.value if quality.state in (SubjectState.STALE, SubjectState.ASYNC) else ""
    if not word and not _is_earlier(snapshot, quality):
        return ""
    if quality.as_of is None or snapshot.as_of is None:
        return word or "old"
    age = format_age((snapshot.as_of - quality.as_of).total_seconds())
    return f"{word} {age}" if word and len(word) + 1 + len(age) <= width else f"{age} old"


def is_doubtful(snapshot: Snapshot, subject: str) -> bool:
    """Whether the numbers of `subject` are not of the running session: stale, apart, or not recorded."""
    return bool(format_doubt(snapshot, subject))


def _is_earlier(snapshot: Snapshot, quality: Quality) -> bool:
    running = snapshot.session.date if snapshot.session.phase is Phase.OPEN else None
    return running is not None and quality.last_session is not None and quality.last_session < running
