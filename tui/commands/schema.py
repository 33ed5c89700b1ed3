"""`smid schema`: the JSON Schema of what `smid once --json` prints."""

import argparse

import msgspec

from core.snapshot import SCHEMA, Snapshot
from tui.commands.output import write


def run(_options: argparse.Namespace) -> int:
    """Print the schema."""
    write(build_schema())
    return 0


def build_schema() -> bytes:
    """The schema, generated from the very structs that are printed."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA,
        "description": "One snapshot of smid. Returns, gaps, volatilities and percentiles are fractions, times UTC.",
        **msgspec.json.schema(Snapshot),
    }
    return msgspec.json.format(msgspec.json.encode(schema), indent=2) + b"\n"
