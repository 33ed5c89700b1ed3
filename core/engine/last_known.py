"""The last known screen on disk: what a viewer shows before anything else has answered."""

from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct, structs

from core.engine.spec import EngineSpec
from core.paths import write_atomic
from core.snapshot import SCHEMA, Health, History, Quality, Snapshot, SubjectState

_REASON = "last known values of "


class LastKnown(Struct, frozen=True, kw_only=True):
    """`histories` by subject (unit `session`)."""

    saved_at: datetime
    snapshot: Snapshot
    histories: dict[str, History] = {}


def load_last_known(spec: EngineSpec) -> LastKnown | None:
    """What was last shown, marked as such; None where there is nothing usable. No numpy, a few milliseconds.

    A replay has none: it begins again, and its end must not be seen before it is reached.
    """
    if spec.source.partition(":")[0] == "replay":
        return None
    try:
        known = msgspec.msgpack.decode(spec.paths.last_known.read_bytes(), type=LastKnown)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
    if known.snapshot.schema != SCHEMA:
        return None
    return structs.replace(known, snapshot=mark_last_known(known.snapshot))


def save_last_known(path: Path, known: LastKnown) -> None:
    """Write `known` whole or not at all; raises `OSError`."""
    write_atomic(path, msgspec.msgpack.encode(known))


def mark_last_known(snapshot: Snapshot) -> Snapshot:
    """The same numbers, saying that they are the last known ones: every good subject is stale."""
    when = f"{snapshot.as_of:%Y-%m-%d %H:%M} UTC" if snapshot.as_of else "an earlier time"
    reason = _REASON + when
    source = structs.replace(snapshot.source, health=Health.WAITING, reason=reason, next_poll=None, fresh=0)
    quality = {subject: _stale(known, reason) for subject, known in snapshot.quality.items()}
    return structs.replace(snapshot, source=source, quality=quality)


def is_last_known(snapshot: Snapshot) -> bool:
    """Whether `mark_last_known` has marked any of it."""
    return any(quality.reason.startswith(_REASON) for quality in snapshot.quality.values())


def _stale(quality: Quality, reason: str) -> Quality:
    if quality.state not in (SubjectState.OK, SubjectState.ASYNC):
        return quality
    return structs.replace(quality, state=SubjectState.STALE, reason=reason)
