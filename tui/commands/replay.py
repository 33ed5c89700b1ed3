"""`smid replay DIR`: the monitor on a recorded trading day."""

import argparse

from msgspec.structs import replace

from core.errors import UsageError
from tui.commands.common import load


def run(options: argparse.Namespace) -> int:
    """Open the monitor on the recording and return its exit code."""
    if options.source is not None:
        raise UsageError("A replay is a source of its own: leave out --source.")
    spec, settings = load(options, source=f"replay:{options.directory}")
    day = options.date.isoformat() if options.date else None
    from tui.monitor import run_monitor

    return run_monitor(replace(spec, date=day, speed=options.speed), settings)
