"""`smid schema`: the JSON Schema of what `smid once --json` prints."""

import argparse
import inspect
from typing import Any

import msgspec

from core.snapshot import SCHEMA, Snapshot
from tui.commands.output import write


def run(_options: argparse.Namespace) -> int:
    """Print the schema."""
    write(build_schema())
    return 0


def build_schema() -> bytes:
    """The schema, generated from the very structs that are printed, and as strict as what they print is complete."""
    described = msgspec.json.schema(Snapshot)
    for definition in described["$defs"].values():
        _close(definition)
    described["$defs"]["Snapshot"]["properties"]["schema"] = {"const": SCHEMA}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA,
        "description": "One snapshot of smid. Returns, gaps, volatilities and percentiles are fractions, times UTC.",
        **described,
    }
    return msgspec.json.format(msgspec.json.encode(schema), indent=2) + b"\n"


def _close(definition: dict[str, Any]) -> None:
    """Every key of a struct is printed always, and no other; the names of measures and subjects stay open."""
    if "description" in definition:
        definition["description"] = inspect.cleandoc(definition["description"])
    if "properties" in definition:
        definition["required"] = list(definition["properties"])
        definition["additionalProperties"] = False
        for value in definition["properties"].values():
            value.pop("default", None)
