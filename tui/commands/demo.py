"""`smid demo`: the monitor on the built-in simulated market."""

import argparse

from core.errors import UsageError
from core.text import clean
from tui.commands import monitor

SIMULATED = "simulated"


def run(options: argparse.Namespace) -> int:
    """Open the monitor on a simulated market and return its exit code."""
    options.source = options.source or SIMULATED
    if options.source.partition(":")[0] != SIMULATED:
        other = clean(options.source, 80)
        raise UsageError(f"The demo is simulated; for the monitor on {other} leave out 'demo': smid --source {other}")
    return monitor.run(options)
