"""News and messages for tests of notifications."""

from datetime import UTC, datetime

from core.config import load_settings, shipped_file
from core.journal.entry import Change, Entry
from core.notify.message import Message, build_message
from core.rules.level import Level
from core.settings import Settings

AT = datetime(2026, 2, 26, 21, 20, tzinfo=UTC)
HOSTILE = "\x1b]0;x\x07a\r\nBcc: all@example.com\u202e é"


def shipped() -> Settings:
    return load_settings(shipped_file(), source="simulated")


def news(subject: str = "IWM/SPY", level: Level = Level.WARN, text: str = "", rule: str = "pullback") -> Entry:
    return Entry(
        time=AT,
        session="2026-02-26",
        change=Change.RAISED,
        rule=rule,
        subject=subject,
        level_to=level,
        value=-0.0712,
        threshold=-0.07,
        text=text or f"{subject} is 7.1 % under its high",
        quality="ok",
    )


def message(*entries: Entry, label: str = "") -> Message:
    return build_message(entries or (news(),), source="yahoo", label=label, at=AT)
