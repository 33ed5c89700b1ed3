"""What nobody may miss, as header and summary say it: that this is not the market, and how a recording plays."""

from datetime import datetime

from core.snapshot import SourceInfo


def format_badge(source: SourceInfo, now: datetime | None) -> str:
    """`SIMULATED`, `REPLAY 2026-03-24 60x`; empty for the live market."""
    return f"{source.label} {format_playing(source, now)}".rstrip() if source.label else ""


def format_playing(source: SourceInfo, now: datetime | None) -> str:
    """How a recording runs at `now`: its speed, PAUSED, ENDED."""
    if has_ended(source, now):
        return "ENDED"
    if source.paused:
        return "PAUSED"
    return f"{source.speed:g}x" if source.speed not in (0, 1) else ""


def has_ended(source: SourceInfo, now: datetime | None) -> bool:
    """Whether a recording has nothing left to play at `now`."""
    return source.ends is not None and now is not None and now >= source.ends
