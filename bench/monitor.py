"""The monitor as its user meets it, on a pty of 120x40 with the simulated market."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.figures import Figure
from bench.screen import Screen

# The ratio in the header, with its four decimals, is the first thing that only data can draw.
DATA = b"IWM"
IDLE_SECONDS = 30.0
REFRESHES = 10


def _settings(home: Path, tick_seconds: float) -> str:
    file = home / f"tick-{tick_seconds:g}.toml"
    file.write_text(f"[refresh]\nsimulated_seconds = {tick_seconds}\n[engine]\nlinger_seconds = 2\n")
    return str(file)


def _command(home: Path, tick_seconds: float) -> list[str]:
    smid = str(Path(sys.executable).parent / "smid")
    return [smid, "demo", "--data-dir", str(home / "data"), "--config", _settings(home, tick_seconds)]


def _env(home: Path) -> dict[str, str]:
    return {**os.environ, "HOME": str(home), "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}


def _ratio_shown(screen: Screen, seconds: float = 30.0) -> float:
    """Seconds until a ratio with four decimals is on the screen."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        screen.read(0.002)
        plain = re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", bytes(screen.output))
        if re.search(rb"0\.[0-9]{4}", plain):
            return time.monotonic() - screen.started
    raise TimeoutError("no ratio appeared")


def _wait_for_engine_to_leave(seconds: float = 15.0) -> None:
    end = time.monotonic() + seconds
    while (
        time.monotonic() < end and subprocess.run(["pgrep", "-f", "core.engine"], capture_output=True).returncode == 0
    ):
        time.sleep(0.1)


def _first_frames(home: Path) -> list[Figure]:
    slow = _command(home, 60)
    with Screen(slow, _env(home)) as first:
        cold = _ratio_shown(first, 60)
        first.read(8)
        first.quit_seconds()
    with Screen(slow, _env(home)) as second:
        running = _ratio_shown(second)
        second.read(1)
        second.quit_seconds()
    _wait_for_engine_to_leave()
    with Screen(slow, _env(home)) as third:
        without = _ratio_shown(third)
        third.read(4)
        third.quit_seconds()
    return [
        Figure("very first start, until data (nothing known yet)", cold, "s"),
        Figure("first frame with last known data, engine running", running, "s", 0.5),
        Figure("first frame with last known data, no engine", without, "s", 0.5),
    ]


def _idle(home: Path) -> list[Figure]:
    _wait_for_engine_to_leave()
    with Screen(_command(home, 60), _env(home)) as screen:
        _ratio_shown(screen)
        screen.read(8)
        cpu = screen.cpu_seconds()
        sent = screen.read(IDLE_SECONDS)
        cpu = screen.cpu_seconds() - cpu
        memory = screen.memory_mb()
        left = screen.quit_seconds()
    return [
        Figure("viewer memory", memory, "MB", 70),
        Figure("idle viewer, share of a core", 100 * cpu / IDLE_SECONDS, "%", 0.5),
        Figure("idle viewer, written a minute", sent * 60 / IDLE_SECONDS / 1000, "kB", 10),
        Figure("quit", left, "s", 0.5),
    ]


def _refresh(home: Path, idle_kb_a_minute: float) -> list[Figure]:
    _wait_for_engine_to_leave()
    tick = 2.0
    with Screen(_command(home, tick), _env(home)) as screen:
        _ratio_shown(screen)
        screen.read(8)
        sent = screen.read(tick * REFRESHES)
        screen.quit_seconds()
    idle = idle_kb_a_minute * tick * REFRESHES / 60
    return [Figure("a quote refresh that changes every pair", max(sent / 1000 - idle, 0) / REFRESHES, "kB", 4)]


def measure() -> list[Figure]:
    """Start-up, memory, idle cost, bytes of a refresh, quit."""
    home = Path(tempfile.mkdtemp(prefix="smid-bench-"))
    try:
        figures = _first_frames(home) + _idle(home)
        idle = next(f.value for f in figures if "a minute" in f.what)
        return figures + _refresh(home, idle)
    finally:
        _wait_for_engine_to_leave()
        shutil.rmtree(home, ignore_errors=True)
