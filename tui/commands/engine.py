"""`smid engine`: the engine in the foreground."""

import argparse

from msgspec.structs import replace

from tui.commands.common import load


def run(options: argparse.Namespace) -> int:
    """Run the engine until it ends and return its exit code."""
    spec, settings = load(options)
    from core.engine import service

    return service.run(replace(spec, stay=options.stay), settings)
