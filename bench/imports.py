"""What starting Python and importing costs: the floor under the first frame."""

import subprocess
import sys
import time
from statistics import median

from bench.figures import Figure

HOW = """A fresh Python process that imports these modules and ends; medians of several, from its start to its end."""

RUNS = 7
MODULES = {
    "Python alone": "sys",
    "Textual alone": "textual.app",
    "the viewer": "tui.cli, tui.monitor, tui.app, core.engine.client",
    "the engine, before it is asked": "core.engine.service",
    "the engine's tools: numpy, pandas, the calendar": "core.engine.service, core.analysis, core.market.sessions",
}


def measure(runs: int = RUNS) -> list[Figure]:
    """Seconds of each of `MODULES`."""
    return [Figure(what, _seconds(modules, runs), "s") for what, modules in MODULES.items()]


def _seconds(modules: str, runs: int) -> float:
    times = []
    for _ in range(runs):
        before = time.monotonic()
        subprocess.run([sys.executable, "-c", f"import {modules}"], check=True)
        times.append(time.monotonic() - before)
    return median(times)
