"""The monitor as its user meets it: on a pty, with the simulated market."""

import re
from statistics import median

from bench.figures import Figure
from bench.home import Home
from bench.screen import Screen

HOW = """The viewer runs on a pty of 120x40, with an engine and a home of its own and the simulated market. A frame
counts when a terminal that was sent the same bytes shows the ratio in its first row and the keys in its last, from
the start of the process on; medians of several starts. Idle is a market that is not polled: what moves is the clock.
Bytes are those written to the pty, uncompressed; a refresh is what a poll adds to an idle minute."""

STARTS = 5
STEADY_SECONDS = 15.0
"""Until everything that follows a start is over, the engine's fitting of models included."""
IDLE_SECONDS = 30.0
IDLE_TICK = 60.0
"""Longer than an idle viewer is watched: its engine polls before, and after."""
REFRESH_TICK, REFRESHES = 15.0, 6
"""As often as Yahoo is polled by default: in that time every pair moves."""


def measure(home: Home) -> list[Figure]:
    """Start-up, memory, idle cost, quit, bytes of a refresh."""
    first = _start(home, STEADY_SECONDS)
    running = median(_start(home) for _ in range(STARTS))
    without = median(_start_alone(home) for _ in range(STARTS))
    idle = _idle(home)
    idle_kb = next(figure.value for figure in idle if "kB" in figure.unit)
    return [
        Figure("first frame with last known data, engine running", running, "s", 0.5),
        Figure("first frame with last known data, no engine", without, "s", 0.5),
        Figure("very first start of all, until data", first, "s"),
        *idle,
        _refresh(home, idle_kb),
    ]


def shows_data(rows: list[str]) -> bool:
    """Whether a whole frame with numbers is there: the ratio in the header, the keys in the footer."""
    return re.search(r"\d\.\d{4}\b", rows[0]) is not None and "quit" in rows[-1]


def _start(home: Home, seconds: float = 2.5) -> float:
    """Seconds from the start of a viewer to its first frame with data; it is watched for `seconds`."""
    with Screen(home.viewer(IDLE_TICK), home.env) as screen:
        screen.read(seconds)
        screen.quit_seconds()
        return screen.seconds_until(shows_data)


def _start_alone(home: Home) -> float:
    home.end_engine()
    return _start(home)


def _idle(home: Home) -> list[Figure]:
    home.end_engine()
    with Screen(home.viewer(IDLE_TICK), home.env) as screen:
        screen.read(STEADY_SECONDS)
        cpu = screen.cpu_seconds()
        sent = screen.read(IDLE_SECONDS)
        cpu = screen.cpu_seconds() - cpu
        memory = screen.memory_mb()
        left = screen.quit_seconds()
    return [
        Figure("viewer memory", memory, "MB", 70),
        Figure("idle viewer, share of a core", 100 * cpu / IDLE_SECONDS, "%", 0.5),
        Figure("idle viewer, written", sent * 60 / IDLE_SECONDS / 1000, "kB/min", 10),
        Figure("quit", left, "s", 0.5),
    ]


def _refresh(home: Home, idle_kb: float) -> Figure:
    """What a poll adds to an idle minute."""
    home.end_engine()
    with Screen(home.viewer(REFRESH_TICK), home.env) as screen:
        screen.read(STEADY_SECONDS)
        sent = screen.read(REFRESH_TICK * REFRESHES)
        screen.quit_seconds()
    home.end_engine()
    added = sent / 1000 - idle_kb * REFRESH_TICK * REFRESHES / 60
    return Figure("a quote refresh that changes every pair", max(added, 0.0) / REFRESHES, "kB", 4)
