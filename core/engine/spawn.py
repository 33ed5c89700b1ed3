"""Starting an engine as a process of its own, and ending one that no longer answers."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from enum import StrEnum
from pathlib import Path

import core
from core.engine.lock import find_holder
from core.engine.spec import EngineSpec, to_arguments
from core.paths import Paths
from core.text import clean

START_SECONDS = 20.0
END_SECONDS = 3.0
_LINE_BYTES = 4096

SIGN = "smid-engine"
"""First word of the lines by which an engine says how its start went, on stderr, before it goes silent."""


class Start(StrEnum):
    READY = "ready"
    BUSY = "busy"  # another process is the engine, or is just leaving
    FAILED = "failed"
    REFUSED = "refused"  # what is asked for cannot be


async def start_engine(spec: EngineSpec) -> tuple[Start, str]:
    """Start an engine that outlives this process; how it went, and the reason of a failure as a sentence."""
    reading, writing = os.pipe()
    try:
        process = _launch(spec, writing)
    except OSError as error:
        os.close(reading)
        return Start.FAILED, f"Cannot start the engine: {clean(error.strerror or error)}."
    finally:
        os.close(writing)
    try:
        async with asyncio.timeout(START_SECONDS):
            outcome = await _listen(reading)
    except TimeoutError:
        process.kill()
        outcome = (Start.FAILED, f"The engine did not start within {START_SECONDS:g} s.")
    process.wait()  # it detached, or ended, before it closed the pipe
    return outcome


async def end_engine(paths: Paths, pid: int) -> None:
    """End the engine `pid`, by force if it must be; only while it really holds the lock."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if find_holder(paths.lock) != pid:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        for _ in range(int(END_SECONDS / 0.05)):
            if find_holder(paths.lock) != pid:
                return
            await asyncio.sleep(0.05)


def _launch(spec: EngineSpec, stderr: int) -> subprocess.Popen[bytes]:
    # -P: a directory named `core` where the person happens to stand must not be taken for ours.
    command = [sys.executable, "-P", "-m", "core.engine", "--detach", *to_arguments(spec)]
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=stderr,
        start_new_session=True,
        cwd="/",
        env=to_environment(),
    )


def to_environment() -> dict[str, str]:
    """For a child that runs a module of ours: the path of this very package first, so that both are one program."""
    root = str(Path(core.__file__).resolve().parent.parent)
    known = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{known}" if known else root}


async def _listen(handle: int) -> tuple[Start, str]:
    """What the child says until it closes its stderr; its last words are the reason where it says nothing of ours."""
    reader = asyncio.StreamReader(limit=_LINE_BYTES)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(handle, "rb"))
    last = ""
    try:
        while line := await _next_line(reader):
            sign, _, said = line.strip().partition(" ")
            if sign == SIGN:
                word, _, reason = said.partition(" ")
                return Start(word), clean(reason, 600)
            last = line.strip() or last
    finally:
        transport.close()
    return Start.FAILED, f"The engine ended while starting: {clean(last) or 'it said nothing'}."


async def _next_line(reader: asyncio.StreamReader) -> str:
    try:
        return (await reader.readline()).decode("utf-8", "replace")
    except ValueError:  # longer than the limit: not one of our lines
        return "…"
