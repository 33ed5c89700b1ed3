"""The keys of the settings, checked against the actions there are. No Textual here: `smid config check` asks too."""

from collections.abc import Mapping

from core.config_check import nearest
from core.errors import ConfigError
from core.text import clean
from tui.actions import ACTIONS

RESERVED = {"ctrl+c": "quit", **{str(number): f"focus pane {number}" for number in range(1, 10)}}
"""Keys that are always the same, and what they do."""

# Where a modal screen is open these must still work, so they are not given to the focused widget first.
ALWAYS = ("quit", "suspend")


def check_keys(keys: Mapping[str, str]) -> None:
    """Raise `ConfigError` for an action that does not exist, or one key that is to do two things.

    `keys` maps an action's name to its keys, comma-separated.
    """
    owners = dict(RESERVED)
    for name, text in keys.items():
        if name not in ACTIONS:
            near = nearest(name, ACTIONS)
            hint = f"did you mean {near}?" if near else "`smid config show` lists them"
            raise ConfigError(f"[keys] {clean(name, 60)}: there is no such action; {hint}")
        for key in split_keys(text):
            owner = owners.setdefault(key, name)
            if owner != name:
                raise ConfigError(
                    f"[keys] {name} = {clean(text, 60)!r}: the key {clean(key, 40)} is already that of {owner};"
                    " give each action keys of its own"
                )


def split_keys(text: str) -> tuple[str, ...]:
    """The keys of one line of `[keys]`."""
    return tuple(key for key in (part.strip() for part in text.split(",")) if key)
