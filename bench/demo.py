"""The simulated market as shipped, which ticks every second: what viewer and engine cost while it runs."""

import subprocess
import time

from bench.figures import Figure
from bench.home import Home
from bench.process import cpu_seconds, memory_mb
from bench.screen import Screen

HOW = """`smid demo` with the settings as shipped: a new price for every symbol, the whole analysis and a new screen
once a second. No budget is set for it, as no real source is polled so often; an idle engine is one that nobody
watches and that polls once a minute."""

STEADY_SECONDS = 15.0
WATCHED_SECONDS = 30.0
SIZES = ((120, 40), (80, 24))


def measure(home: Home) -> list[Figure]:
    """Viewers of both sizes beside a ticking engine, then an engine alone."""
    figures: list[Figure] = []
    for size in SIZES:
        figures += _watch(home, size)
    home.end_engine()
    return [*figures, *_idle_engine(home)]


def _watch(home: Home, size: tuple[int, int]) -> list[Figure]:
    name = f"{size[0]}x{size[1]}"
    with Screen(home.viewer(), home.env, size) as screen:
        screen.read(STEADY_SECONDS)
        engine = home.engine_pid()
        assert engine is not None
        before = screen.cpu_seconds(), cpu_seconds(engine)
        sent = screen.read(WATCHED_SECONDS)
        after = screen.cpu_seconds(), cpu_seconds(engine)
        screen.quit_seconds()
        viewer_share, engine_share = (100 * (b - a) / WATCHED_SECONDS for a, b in zip(before, after, strict=True))
        memory = memory_mb(engine)
    figures = [
        Figure(f"{name}, written", sent * 60 / WATCHED_SECONDS / 1000, "kB/min"),
        Figure(f"{name}, viewer's share of a core", viewer_share, "%"),
    ]
    if size == SIZES[0]:
        figures += [Figure("engine's share of a core", engine_share, "%"), Figure("engine memory", memory, "MB")]
    return figures


def _idle_engine(home: Home) -> list[Figure]:
    with subprocess.Popen(home.engine(60), env=home.env, stderr=subprocess.DEVNULL) as engine:
        time.sleep(STEADY_SECONDS)
        before = cpu_seconds(engine.pid)
        time.sleep(2 * WATCHED_SECONDS)
        share = 100 * (cpu_seconds(engine.pid) - before) / (2 * WATCHED_SECONDS)
        memory = memory_mb(engine.pid)
        engine.terminate()
    return [
        Figure("idle engine's share of a core", share, "%"),
        Figure("idle engine's memory", memory, "MB"),
    ]
