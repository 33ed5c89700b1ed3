"""`python -m bench.rivals.peak NAME`: the most memory of one answer for many symbols, over that of their closes.

A process of its own, asked of the kernel: what libraries allocate outside Python counts as well (Linux).
"""

import subprocess
import sys
from pathlib import Path

from bench.rivals.crowd import RIVALS, answer_cold, find_reason, prepare_live
from bench.rivals.made import SESSIONS, SYMBOLS, make_closes

OURS_COLD, OURS_LIVE = "smid, from nothing", "smid, live"


def measure_peak(name: str, symbols: int = SYMBOLS, sessions: int = SESSIONS) -> float:
    """How many times its closes a library holds at most, these included, in a fresh process."""
    command = [sys.executable, "-m", "bench.rivals.peak", name, str(symbols), str(sessions)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _answer(name: str, symbols: int, sessions: int) -> float:
    """Peak over closes, what is resident before any of them left out."""
    rival = next((rival for rival in RIVALS if rival.name == name), None)
    if rival is not None:
        find_reason(rival.module)
    _warm(name)
    before = _read("VmRSS")
    closes = make_closes(symbols, sessions)
    prepared = closes if rival is None else rival.prepare(closes)
    size = closes.nbytes
    if prepared is not closes:
        del closes
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    _run(name, prepared)
    return (_read("VmHWM") - before) * 1024 / size


def _warm(name: str) -> None:
    """Once on something small: what a library loads when it is first used is not its answer's memory."""
    rival = next((rival for rival in RIVALS if rival.name == name), None)
    closes = make_closes(3, 300)
    _run(name, closes if rival is None else rival.prepare(closes))


def _run(name: str, prepared: object) -> None:
    if name == OURS_COLD:
        answer_cold(prepared)  # type: ignore[arg-type]
    elif name == OURS_LIVE:
        prepare_live(prepared)(prepared[:, -1].copy())  # type: ignore[arg-type, index]
    else:
        next(rival for rival in RIVALS if rival.name == name).answer(prepared)


def _read(field: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field))


if __name__ == "__main__":
    print(_answer(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
