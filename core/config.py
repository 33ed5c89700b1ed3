"""Settings: the shipped `config.toml`, overridden key by key by the user's own file.

Lists replace, tables merge. Whatever is wrong gives one `ConfigError` that names file, table, key, value, what is
allowed and the nearest known key. No numpy here: the viewer starts with this module.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from core.config_check import check_shape
from core.config_meaning import check_meaning, check_own_rules
from core.errors import ConfigError
from core.paths import find_place
from core.rules import read_rules
from core.settings import Settings
from core.text import clean

LIMIT = 1_000_000
"""Bytes; a settings file is a few kilobytes, anything larger is a mistake."""


@dataclass(frozen=True, slots=True)
class Layers:
    """The two files as read; `user_file` is None when the user has none."""

    shipped: dict[str, Any]
    user: dict[str, Any]
    user_file: Path | None

    def is_users(self, table: str, key: str) -> bool:
        """Whether the user's file sets `key` of `table` ("rules.streak" is a table too)."""
        node: Any = self.user
        for part in table.split("."):
            node = node.get(part) if isinstance(node, dict) else None
        return isinstance(node, dict) and key in node

    def file(self, table: str, key: str) -> Path:
        """The file that the value in force comes from."""
        return self.user_file if self.user_file and self.is_users(table, key) else shipped_file()

    def merged(self) -> dict[str, Any]:
        """The tables in force."""
        return merge(self.shipped, self.user)


def shipped_file() -> Path:
    """The shipped settings: beside this module in a wheel, at the root of a checkout."""
    here = Path(__file__).resolve().parent
    inside, checkout = here / "config.toml", here.parent / "config.toml"
    return inside if inside.exists() else checkout


def default_user_file() -> Path:
    """Where the user's settings are looked for: `$XDG_CONFIG_HOME/smid/config.toml`."""
    try:
        return find_place("XDG_CONFIG_HOME", ".config") / "config.toml"
    except RuntimeError:
        raise ConfigError(
            "There is no home directory to look for settings in: set HOME, or use --config FILE."
        ) from None


def load_settings(user_file: Path | None = None, *, source: str | None = None) -> Settings:
    """The settings in force; raises `ConfigError`.

    `user_file` must exist when given; None means the default place, where a file may or may not be.
    `source` overrides `[source] name`, as the option `--source` does.
    """
    layers = load_layers(user_file)
    tables = layers.merged()
    check_meaning(tables, layers)
    _check_rules(tables["rules"], layers)
    check_own_rules(tables, layers)
    if source is not None:
        tables["source"] = {**tables["source"], "name": source}
    return _convert(tables, layers.user_file or shipped_file())


def load_layers(user_file: Path | None = None) -> Layers:
    """The two files, each checked for its shape alone; raises `ConfigError`."""
    shipped_at = shipped_file()
    shipped = _read(shipped_at)
    file = user_file or _present(default_user_file())
    user = _read(file) if file else {}
    known = merge(shipped, {})
    check_shape(shipped, known, shipped_at)
    if file:
        check_shape(user, known, file)
    return Layers(shipped, user, file)


def merge(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """A new tree with the values of `over` in place of those of `base`; only tables are descended into."""
    both = {key: merge(value, {}) if isinstance(value, dict) else value for key, value in base.items()}
    for key, value in over.items():
        below = both.get(key)
        both[key] = merge(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return both


def _present(file: Path) -> Path | None:
    """`file` unless it is not there; one that is there and cannot be reached is for `_read` to complain of."""
    try:
        file.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        return file
    return file


def _read(file: Path) -> dict[str, Any]:
    name = clean(file)
    try:
        with file.open("rb") as stream:
            content = stream.read(LIMIT + 1)
    except OSError as error:
        raise ConfigError(f"{name}: cannot be read: {clean(error.strerror or error)}.") from None
    if len(content) > LIMIT:
        raise ConfigError(f"{name}: larger than {LIMIT // 1_000_000} MB; this is no settings file.")
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ConfigError(f"{name}: not UTF-8 text (byte {error.start}); save it as UTF-8.") from None
    except RecursionError:
        raise ConfigError(f"{name}: not TOML: brackets nested too deep.") from None
    except ValueError as error:  # tomllib.TOMLDecodeError, and numbers of thousands of digits
        raise ConfigError(f"{name}: not TOML: {clean(error)}.") from None


def _check_rules(rules: dict[str, dict[str, Any]], layers: Layers) -> None:
    """Each rule knows its own thresholds; its complaint lacks only the file."""
    for name, table in rules.items():
        try:
            read_rules({name: table})
        except ConfigError as error:
            mine = any(layers.is_users(f"rules.{name}", key) for key in table)
            file = layers.user_file if mine and layers.user_file else shipped_file()
            raise ConfigError(f"{clean(file)}: {error}") from None


def _convert(tables: dict[str, Any], file: Path) -> Settings:
    try:
        return msgspec.convert(tables, Settings, strict=True)
    except msgspec.ValidationError as error:  # whatever the checks before it did not foresee
        raise ConfigError(f"{clean(file)}: {clean(error)}.") from None
