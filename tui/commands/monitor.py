"""`smid`: the monitor on the source of the settings."""

import argparse

from core.clock import SystemClock
from tui.commands.common import load_day


def run(options: argparse.Namespace) -> int:
    """Open the monitor and return its exit code."""
    spec, settings = load_day(options, SystemClock())
    # After the settings: what is wrong with them is told before the screen's libraries are loaded.
    from tui.monitor import run_monitor

    return run_monitor(spec, settings)
