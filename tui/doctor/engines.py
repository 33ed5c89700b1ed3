"""The engine: whether one runs, which, and for whom. A light handshake, no snapshot is waited for."""

import socket
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from core import __version__
from core.engine.lock import find_holder
from core.engine.messages import PROTOCOL, Goodbye, Hello, Welcome, encoder, viewer_decoder
from core.engine.spec import EngineSpec, engine_digest
from core.settings import Settings
from core.snapshot import Health, SourceInfo
from core.text import clean
from tui.doctor.check import Check, note, ok, warn
from widgets.outbox_words import list_outbox

DEADLINE_SECONDS = 2.0
_LENGTH = struct.Struct(">I")
_LONGEST = 1_000_000
_ONLY_LOOKING = 0
"""No protocol has this number: the engine introduces itself and sends nothing more."""


def check_engine(spec: EngineSpec, settings: Settings) -> Iterator[Check]:
    """The engine of `spec`, then those of other sources beside it."""
    try:
        pid = find_holder(spec.paths.lock)
        if pid is None:
            yield note("engine", "none is running; the monitor starts one")
        else:
            yield from _ask(spec, settings, pid)
        others = [f"{clean(name, 60)} (process {other})" for name, other in _others(spec.paths.data)]
        if others:
            yield note("engines", f"also running: {', '.join(others)}")
    except OSError as error:
        yield warn("engine", f"cannot be looked for: {clean(error.strerror or error)}")


def _ask(spec: EngineSpec, settings: Settings, pid: int) -> Iterator[Check]:
    try:
        welcome = greet(spec.paths.socket)
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        yield warn(
            "engine", f"process {pid} holds the lock but does not answer ({clean(error)}): end it with kill {pid}"
        )
        return
    yield _tell_engine(settings, welcome)
    if welcome.outbox is not None:
        yield from (warn("notify", clean(text, 200)) for text in list_outbox(welcome.outbox))
        sent = [
            f"{one.name} {one.last_success:%Y-%m-%d %H:%M} UTC" for one in welcome.outbox.channels if one.last_success
        ]
        if sent:
            yield ok("notify", f"last sent by {', '.join(sent)}")


def _tell_engine(settings: Settings, welcome: Welcome) -> Check:
    told = f"process {welcome.pid}, version {clean(welcome.program, 20)}, {welcome.attached} viewers"
    if welcome.protocol != PROTOCOL or welcome.program != __version__:
        return warn("engine", f"{told}: of another version than this {__version__}; it is replaced when nobody uses it")
    if welcome.settings != engine_digest(settings):
        return warn("engine", f"{told}: it runs with other settings; yours apply when it ends")
    return _tell_source(told, welcome.source) if welcome.source else ok("engine", told)


def _tell_source(told: str, source: SourceInfo) -> Check:
    why = f": {clean(source.reason, 200)}" if source.reason else ""
    text = f"{told}; {clean(source.name, 40)} {source.health.value.replace('_', ' ')}{why}"
    return ok("engine", text) if source.health in (Health.OK, Health.WAITING) else warn("engine", text)


def greet(address: Path) -> Welcome:
    """Say hello at `address`; raises `OSError` (also when too slow) and `ValueError` or `MsgspecError` on nonsense."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(DEADLINE_SECONDS)
        line.connect(str(address))
        hello = encoder.encode(Hello(protocol=_ONLY_LOOKING, program=__version__, settings=""))
        line.sendall(_LENGTH.pack(len(hello)) + hello)
        with line.makefile("rb") as stream:
            (length,) = _LENGTH.unpack(_exactly(stream, _LENGTH.size))
            answer = viewer_decoder.decode(_exactly(stream, min(length, _LONGEST)))
    if isinstance(answer, Welcome):
        return answer
    raise ValueError(f"it said goodbye: {answer.reason}" if isinstance(answer, Goodbye) else "it is no engine of smid")


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise ValueError("it hung up")
    return data


def _others(data: Path) -> Iterator[tuple[str, int]]:
    for lock in sorted(data.parent.glob("*/engine.lock")):
        pid = find_holder(lock) if lock.parent != data else None
        if pid is not None:
            yield lock.parent.name, pid
