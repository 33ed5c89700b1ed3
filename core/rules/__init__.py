"""Risk rules: one a file; they read measures and say findings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.rules.rule import Rule


def read_rules(tables: Mapping[str, Mapping[str, object]]) -> dict[str, Rule]:
    """The rules that `tables` (`[rules.NAME]` of the settings) describe, by name; raises `ConfigError`."""
    # Imported here because the snapshot imports `core.rules.level`, and a rule imports the snapshot.
    from core.rules.registry import read_rule

    return {name: read_rule(name, table) for name, table in tables.items()}
