"""One message for all that changed: a title, a text to read, and the same as JSON for a program."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from core import __version__
from core.journal.entry import Entry
from core.rules.level import Level
from core.text import clean

MOST_LINES = 20
"""Findings written out in the text; the rest is counted."""
_SHORT = {Level.CRITICAL: "CRIT"}
_TITLE = 120


class News(Struct, frozen=True, kw_only=True):
    """One finding that is told of; times are UTC, `session` an ISO date."""

    rule: str
    subject: str
    change: str
    level_from: Level
    level: Level
    text: str
    value: float | None
    threshold: float | None
    provisional: bool
    quality: str
    session: str | None
    time: datetime


class Message(Struct, frozen=True, kw_only=True):
    """What a channel sends; a hook is given this as JSON. All text is clean, `title` is ASCII."""

    schema: str = "smid.notification/1"
    program: str = __version__
    source: str
    label: str
    """Not empty where this is not the live market."""
    time: datetime
    level: Level
    title: str
    text: str
    findings: tuple[News, ...]


def build_message(entries: Sequence[Entry], *, source: str, label: str, at: datetime) -> Message:
    """The message of `entries` (one at least), the worst first."""
    ranked = sorted(entries, key=lambda entry: (-entry.level_to.rank, entry.subject, entry.rule))
    news = tuple(map(_to_news, ranked))
    worst = news[0].level
    return Message(
        source=clean(source, 80),
        label=clean(label, 40),
        time=at,
        level=worst,
        title=_to_title(news, label),
        text=_to_text(news, at),
        findings=news,
    )


def _to_news(entry: Entry) -> News:
    return News(
        rule=clean(entry.rule, 40),
        subject=clean(entry.subject, 40),
        change=entry.change.value,
        level_from=entry.level_from,
        level=entry.level_to,
        text=clean(entry.text),
        value=entry.value,
        threshold=entry.threshold,
        provisional=entry.provisional,
        quality=clean(entry.quality, 40),
        session=entry.session,
        time=entry.time,
    )


def _to_title(news: Sequence[News], label: str) -> str:
    mark, worst = f"[{label}] " if label else "", to_word(news[0].level)
    if len(news) == 1:
        title = f"smid {mark}{worst}: {news[0].text or f'{news[0].subject} {news[0].rule}'}"
    else:
        title = f"smid {mark}{len(news)} warnings, the worst {worst}"
    return clean(title, _TITLE).encode("ascii", "replace").decode()  # a header of HTTP holds no more


def _to_text(news: Sequence[News], at: datetime) -> str:
    lines = [_to_line(one) for one in news[:MOST_LINES]]
    if len(news) > MOST_LINES:
        lines.append(f"and {len(news) - MOST_LINES} more: smid journal")
    return "\n".join([*lines, f"{at:%Y-%m-%d %H:%M} UTC"])


def _to_line(one: News) -> str:
    subject = "" if one.subject in one.text else f"{one.subject}: "
    return f"{to_word(one.level):<5} {'~' if one.provisional else ''}{subject}{one.text or one.rule}"


def to_word(level: Level) -> str:
    """A level as the screen says it."""
    return _SHORT.get(level, level.value.upper())
