"""`smid schema`: the JSON Schema of what `smid once --json` prints, or `smid claims --json`."""

import argparse
import inspect
from typing import Any

import msgspec

from core.snapshot import SCHEMA, Snapshot
from tui.commands.output import write


def run(options: argparse.Namespace) -> int:
    """Print the schema."""
    write(build_schema(options.of))
    return 0


def build_schema(of: str = "once") -> bytes:
    """The schema, generated from the very structs that are printed, and as strict as what they print is complete."""
    if of == "claims":
        from core.claims import record

        return _describe(record.Ledger, record.SCHEMA, "Published claims against the data")
    return _describe(Snapshot, SCHEMA, "One snapshot of smid")


def _describe(struct: type[msgspec.Struct], title: str, what: str) -> bytes:
    described = msgspec.json.schema(struct)
    for definition in described["$defs"].values():
        _close(definition)
    described["$defs"][struct.__name__]["properties"]["schema"] = {"const": title}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "description": f"{what}. Returns, gaps, volatilities and percentiles are fractions, times UTC.",
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
