"""`smid engine`: the engine in the foreground."""

import argparse
import sys

from msgspec.structs import replace

from core.text import clean
from tui.commands.common import load
from tui.commands.output import tell


def run(options: argparse.Namespace) -> int:
    """Run the engine until it ends and return its exit code."""
    spec, settings = load(options)
    from core.engine import service

    def welcome() -> None:
        # Everything else is logged; from here on the engine says nothing.
        tell(f"the engine of {clean(spec.source)} runs; it logs to {clean(spec.paths.log)}", sys.__stderr__)

    service.run(replace(spec, stay=options.stay), settings, on_open=welcome)
    return 0
