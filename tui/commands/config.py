"""`smid config show|check|init`: look at, test and begin one's own settings."""

import argparse
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.config import Layers, default_user_file, load_layers, load_settings, shipped_file
from core.config_check import HIDDEN, SECRETS
from core.errors import ConfigError
from core.paths import make_directory
from core.settings import Settings
from core.text import clean
from core.toml import format_list, format_value
from tui.commands.common import check_source_name, user_file
from tui.commands.output import write

WIDTH = 78
_HEAD = """\
# Your own settings of smid. Take the # away in front of a key to change it; every key that stays
# commented out follows the shipped settings, also those of later versions.

"""


def run(options: argparse.Namespace) -> int:
    """Do what `options.action` says."""
    file = user_file(options)
    if options.action == "init":
        answer = init(file or default_user_file())
    else:
        settings = load_settings(file, source=options.source)
        layers = load_layers(file)
        check_source_name(settings.source.name, None if options.source else layers)
        if options.action == "check" and settings.claims.file:
            check_claims(settings)
        answer = show(layers, options.source) if options.action == "show" else check(layers)
    write(answer.encode("utf-8", "replace"))
    return 0


def show(layers: Layers, source: str | None = None) -> str:
    """The settings in force as TOML, each key with where it came from; `source` is that of `--source`."""
    mine = clean(layers.user_file) if layers.user_file else "none"
    lines = [f"# shipped: {clean(shipped_file())}", f"# yours:   {mine}"]
    for name, table in _tables(layers.merged()):
        lines += ["", f"[{name}]"]
        for key, value in table.items():
            told = source is not None and (name, key) == ("source", "name")
            origin = "--source" if told else "yours" if layers.is_users(name, key) else "shipped"
            if (name, key) in SECRETS and value and not str(value).startswith("env:"):
                value = HIDDEN  # what is shown is pasted into letters to others
            shown = format_list(value, WIDTH - len(key)) if isinstance(value, list) else format_value(value)
            lines.append(f"{key} = {format_value(source) if told else shown}  # {origin}")
    return "\n".join(lines) + "\n"


def check(layers: Layers) -> str:
    """One line for settings that have been loaded without an error."""
    if layers.user_file is None:
        return f"ok: no file at {clean(default_user_file())}; the shipped settings are in force\n"
    return f"ok: {clean(layers.user_file)}\n"


def check_claims(settings: Settings) -> None:
    """Raise `ConfigError` where a claim of one's own cannot be read; elsewhere it is told, and the others count."""
    from core.claims.read import load_claims  # heavy: the names of all measures

    problems = load_claims(settings).problems
    if problems:
        more = f" {len(problems) - 1} more are wrong." if len(problems) > 1 else ""
        raise ConfigError(f"{problems[0]}{more}")


def init(target: Path) -> str:
    """Write a copy of the shipped settings, every key commented out; raises `ConfigError`, never overwrites."""
    content = to_template(shipped_file().read_text("utf-8"))
    if os.path.lexists(target):
        raise ConfigError(f"{clean(target)} is there already and stays as it is; edit it, or move it away.")
    try:
        make_directory(target.parent)
        # O_EXCL follows no link and takes no file that came in between.
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise ConfigError(f"{clean(target)} cannot be written: {clean(error.strerror)}.") from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(content)
    return f"written: {clean(target)}\n"


def to_template(shipped: str) -> str:
    """The shipped settings with `#` before each setting; comments and table headers stay."""
    text = shipped.partition("\n\n")[2]
    lines = [line if not line or re.match(r"#|\[[a-z_.]+\]$", line) else f"#{line}" for line in text.splitlines()]
    return _HEAD + "\n".join(lines) + "\n"


def _tables(tree: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, table in tree.items():
        if name == "rules":
            yield from ((f"rules.{rule}", thresholds) for rule, thresholds in table.items())
        else:
            yield name, table
