"""Does a settings file have the right shape: known tables, known keys, the type and range of each value?"""

import difflib
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol, get_type_hints

import msgspec

from core.errors import ConfigError
from core.settings import Settings
from core.text import clean
from core.toml import format_value

SHOWN = 60
"""Characters of a wrong value that a message repeats."""
SECRETS = frozenset({("webhook", "token"), ("email", "password")})
HIDDEN = "***"
"""What stands in the place of a secret wherever settings are told."""


class Origin(Protocol):
    """Where a key of a table came from."""

    def file(self, table: str, key: str) -> Path: ...

    def is_users(self, table: str, key: str) -> bool: ...


def check_shape(tables: dict[str, Any], known: dict[str, Any], file: Path) -> None:
    """Raise `ConfigError` for the first wrong table, key or type; `known` is the shipped tree."""
    for name, table in tables.items():
        if name not in known:
            raise _no_table(file, name, table, known)
        if not isinstance(table, dict):
            raise ConfigError(
                f"{clean(file)}: {name} = {format_value(table, SHOWN)}: it is a table; write [{name}] on a line."
            )
        if name == "rules":
            _check_rules(table, known["rules"], file)
        else:
            _check_table(name, table, known[name], file)


def complaint(file: Path, table: str, key: str, value: object, allowed: str) -> ConfigError:
    """The one form of every message about a value."""
    shown = f'"{HIDDEN}"' if (table, key) in SECRETS else format_value(value, SHOWN)
    return ConfigError(f"{clean(file)}: [{clean(table, 60)}] {clean(key, 40)} = {shown}: {allowed}.")


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like `word`, empty when none is near."""
    by_lower = {name.lower(): name for name in known}
    found = difflib.get_close_matches(word.lower()[:60], by_lower, n=1, cutoff=0.5)
    return by_lower[found[0]] if found else ""


def _check_table(name: str, table: dict[str, Any], known: dict[str, Any], file: Path) -> None:
    types = get_type_hints(get_type_hints(Settings)[name], include_extras=True) if name != "keys" else {}
    for key, value in table.items():
        _check_key(name, key, value, known, file)
        kind = types.get(key, str)
        try:
            msgspec.convert(value, kind, strict=True)
        except msgspec.ValidationError:
            # The description costs an import that a good file need not pay.
            from core.config_words import describe

            hint = _nearest_choice(value, kind)
            raise complaint(file, name, key, value, f"expected {describe(kind)}{hint}") from None


def _check_rules(rules: dict[str, Any], known: dict[str, Any], file: Path) -> None:
    """Names only: `core.rules` knows the types and ranges of its thresholds. One with a condition is the user's own."""
    for rule, table in rules.items():
        if rule not in known and isinstance(table, dict) and "when" in table:
            continue
        if rule not in known:
            near = nearest(rule, known)
            hint = f" Did you mean [rules.{near}]?" if near else ""
            own = ' A rule of your own needs when = "...".' if isinstance(table, dict) else ""
            told = f"no rule [rules.{clean(rule, 40)}].{hint}{own} Rules: {', '.join(known)}."
            raise ConfigError(f"{clean(file)}: {told}")
        if not isinstance(table, dict):
            raise complaint(file, "rules", rule, table, f"it is a table; write [rules.{rule}] on a line")
        for key, value in table.items():
            _check_key(f"rules.{rule}", key, value, known[rule], file)


def _check_key(table: str, key: str, value: object, known: dict[str, Any], file: Path) -> None:
    if key not in known:
        near = nearest(key, known)
        hint = f' Did you mean "{near}"?' if near else ""
        shown = f'"{HIDDEN}"' if (table, near) in SECRETS else format_value(value, SHOWN)
        where = f"[{table}] {clean(key, 40)} = {shown}: no such key."
        raise ConfigError(f"{clean(file)}: {where}{hint} Keys here: {', '.join(known)}.")
    # msgspec lets nan through any range.
    if isinstance(value, float) and not math.isfinite(value):
        raise complaint(file, table, key, value, "expected a finite number")


def _no_table(file: Path, name: str, value: object, known: dict[str, Any]) -> ConfigError:
    owner = next((t for t, keys in known.items() if name in keys), "")
    near = nearest(name, known)
    if not isinstance(value, dict) and owner:
        hint = f" It belongs under [{owner}]."
    else:
        hint = f" Did you mean [{near}]?" if near else ""
    said = f"[{clean(name, 40)}]" if isinstance(value, dict) else f"{clean(name, 40)} = {format_value(value, SHOWN)}"
    return ConfigError(f"{clean(file)}: {said}: no such table.{hint} Tables: {', '.join(known)}.")


def _nearest_choice(value: object, kind: Any) -> str:
    from core.config_words import choices

    allowed = choices(kind)
    words = [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, str) and v not in allowed]
    near = nearest(words[0], allowed) if words else ""
    return f' (did you mean "{near}"?)' if near else ""
