"""Records on disk: a file a pair, named by what it rests on, and a small one beside it with the short forms alone.

A record of 5,000 sessions is 4 MB, of which a person asks for one signal at a time: signals are kept encoded, so that
one can be read without decoding the others.
"""

import hashlib
from pathlib import Path

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from core.breadth.load import take_stamp
from core.evidence.code import digest_code
from core.evidence.findings import Known
from core.evidence.ledger import digest_registry
from core.evidence.record import SCHEMA, Evidence, SignalRecord
from core.evidence.words import say_record
from core.paths import Paths, make_private, write_atomic
from core.settings import Settings

_SHORT = ".short"


class Kept(Struct, frozen=True, kw_only=True):
    """The record of one pair; `frame` is all of it but the signals."""

    frame: Evidence
    signals: dict[str, Raw]


class Short(Struct, frozen=True, kw_only=True):
    """The short forms of one pair by signal, with the schema of the record beside it."""

    schema: str
    said: dict[str, str]


def find_directory(paths: Paths) -> Path:
    """Where the records of one source are kept."""
    return paths.cache / "evidence" / paths.data.name


def make_key(data: str, settings: Settings) -> str:
    """What a record rests on: completed history, signals, code, the pairs it is one of, and files of constituents.

    `data` is the key of the panel.
    """
    stamp = take_stamp(settings.breadth)
    parts = (SCHEMA, data, digest_registry(), digest_code(), sorted(settings.pairs), settings.breadth.holdings, stamp)
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def save_pair(directory: Path, key: str, evidence: Evidence) -> None:
    """Keep the record of one pair, privately and whole or not at all; raises `OSError` and `SmidError`."""
    make_private(directory)
    (pair,) = evidence.pairs
    frame = replace(evidence, pairs=(replace(pair, signals=()),))
    kept = Kept(frame=frame, signals={one.name: Raw(msgspec.msgpack.encode(one)) for one in pair.signals})
    said = {one.name: say_record(one) for one in pair.signals}
    if pair.reason:
        said[""] = f"no evidence: {pair.reason}"
    place = _place(directory, key, pair.pair)
    write_atomic(place, msgspec.msgpack.encode(kept))
    # Last: where it is, the record is there as well.
    write_atomic(place.with_suffix(_SHORT), msgspec.msgpack.encode(Short(schema=SCHEMA, said=said)))


def load_short(directory: Path, key: str, pair: str) -> dict[str, str] | None:
    """The short forms of a pair; None where nothing is kept."""
    try:
        found = msgspec.msgpack.decode(_place(directory, key, pair).with_suffix(_SHORT).read_bytes(), type=Short)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return found.said if found.schema == SCHEMA else None


def load_known(paths: Paths, data: str, settings: Settings) -> Known:
    """The short forms that an engine has kept for the panel with the key `data`."""
    directory, key = find_directory(paths), make_key(data, settings)
    found = {pair: load_short(directory, key, pair) for pair in settings.pairs}
    return Known({pair: said for pair, said in found.items() if said is not None})


def load_pair(directory: Path, key: str, pair: str, signal: str | None = None) -> Evidence | None:
    """The record of a pair, of one signal where one is named; None where it is not kept or cannot be read."""
    try:
        kept = msgspec.msgpack.decode(_place(directory, key, pair).read_bytes(), type=Kept)
        (frame,) = kept.frame.pairs
        wanted = (raw for name, raw in kept.signals.items() if signal in (None, name))
        signals = tuple(msgspec.msgpack.decode(raw, type=SignalRecord) for raw in wanted)
    except (OSError, ValueError):  # of another version, or damaged: msgspec's errors are ValueErrors
        return None
    return replace(kept.frame, pairs=(replace(frame, signals=signals),))


def drop_others(directory: Path, key: str) -> None:
    """Remove the records that rest on anything else, and what a killed process left behind; only their writer may."""
    for file in directory.iterdir() if directory.is_dir() else ():
        if not file.name.startswith(f"{key}-"):
            file.unlink(missing_ok=True)


def _place(directory: Path, key: str, pair: str) -> Path:
    return directory / f"{key}-{hashlib.sha256(pair.encode()).hexdigest()[:12]}.msgpack"
