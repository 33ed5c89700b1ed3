"""What nobody may miss, as header and summary say it: that this is not the market, and how a recording plays."""

from datetime import datetime

from core.snapshot import Snapshot


def format_badge(snapshot: Snapshot, now: datetime | None) -> str:
    """`SIMULATED`, `REPLAY 2026-03-24 60x`; empty for the live market."""
    label = snapshot.source.label
    return f"{label} {format_playing(snapshot, now)}".rstrip() if label else ""


def format_playing(snapshot: Snapshot, now: datetime | None) -> str:
    """How a recording runs at `now`: its speed, LOADING, PAUSED, ENDED."""
    source = snapshot.source
    if has_ended(snapshot, now):
        return "ENDED"
    if source.paused:
        return "LOADING" if source.loading else "PAUSED"
    return f"{source.speed:g}x" if source.speed not in (0, 1) else ""


def has_ended(snapshot: Snapshot, now: datetime | None) -> bool:
    """Whether a recording has nothing left to play at `now`, the market's time; not before its first numbers."""
    ends = snapshot.source.ends
    return ends is not None and snapshot.as_of is not None and now is not None and now >= ends
