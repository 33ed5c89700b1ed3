"""Which engine a viewer wants: it decides the directory, the process and the handshake."""

import hashlib
from pathlib import Path

import msgspec
from msgspec import Struct

from core.paths import Paths, make_paths, to_absolute, to_absolute_source
from core.settings import Settings


class EngineSpec(Struct, frozen=True):
    """`source` as in `--source`; `stay` never lingers out.

    `date` (ISO) and `speed` are for recordings. A day is a market of its own, with its own engine; a speed is only a
    wish to whatever engine plays that day.
    """

    source: str
    data_dir: str | None = None
    config_file: str | None = None
    date: str | None = None
    speed: float | None = None
    stay: bool = False

    @property
    def paths(self) -> Paths:
        return make_paths(self.source, Path(self.data_dir) if self.data_dir else None, day=self.date)


def to_arguments(spec: EngineSpec) -> list[str]:
    """The command line of `python -m core.engine` for `spec`, paths made absolute."""
    arguments = ["--source", to_absolute_source(spec.source)]
    for option, path in (("--data-dir", spec.data_dir), ("--config", spec.config_file)):
        if path:
            arguments += [option, str(to_absolute(path))]
    for option, value in (("--date", spec.date), ("--speed", spec.speed)):
        if value is not None:
            arguments += [option, str(value)]
    return [*arguments, "--stay"] if spec.stay else arguments


_SCREEN = ("source", "panes", "keys", "theme")
"""Tables that say nothing of what an engine does; the source is the directory that it is found in."""
_SCREEN_KEYS = {"lookbacks": ("chart", "chart_default", "gaps"), "rotation": ("against", "pace")}
"""Keys of other tables that are about the screen alone."""


def engine_digest(settings: Settings) -> str:
    """What must be equal for a viewer to share an engine: all settings but those of the screen."""
    shared = {name: value for name, value in msgspec.to_builtins(settings).items() if name not in _SCREEN}
    for table, keys in _SCREEN_KEYS.items():
        shared[table] = {key: value for key, value in shared[table].items() if key not in keys}
    return hashlib.sha256(msgspec.json.encode(shared, order="deterministic")).hexdigest()[:16]
