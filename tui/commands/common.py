"""What every command starts with: the settings in force, and the engine they ask for."""

import argparse
from pathlib import Path

from msgspec.structs import replace

from core.config import Layers, load_layers, load_settings
from core.config_check import complaint
from core.engine.spec import EngineSpec
from core.errors import UsageError
from core.paths import to_absolute, to_absolute_source
from core.settings import Settings, SourceSettings
from core.sources.registry import check_source


def user_file(options: argparse.Namespace) -> Path | None:
    """The settings file that `--config` names, None for the default place."""
    return to_absolute(options.config) if options.config is not None else None


def load(options: argparse.Namespace, source: str | None = None) -> tuple[EngineSpec, Settings]:
    """The spec and settings of `options`; `source` is the command's own, which `--source` may not contradict.

    All paths become absolute: an engine started here goes on in another directory. Raises `ConfigError`.
    """
    file = user_file(options)
    settings = load_settings(file, source=source or options.source)
    check_source_name(settings.source.name, None if source or options.source else load_layers(file))
    name = to_absolute_source(settings.source.name)
    settings = replace(settings, source=SourceSettings(name=name))
    if options.ascii:
        settings = replace(settings, panes=replace(settings.panes, ascii=True))
    return EngineSpec(source=name, data_dir=_data_dir(options), config_file=str(file) if file else None), settings


def check_source_name(name: str, layers: Layers | None) -> None:
    """Raise where there can be no such source: `ConfigError` where `layers` say so, `UsageError` for an option."""
    try:
        check_source(name)
    except UsageError as error:
        if layers is None:
            raise
        # The sentence is whole and clean already.
        raise complaint(layers.file("source", "name"), "source", "name", name, str(error).rstrip(".")) from None


def _data_dir(options: argparse.Namespace) -> str | None:
    if options.data_dir == "":
        raise UsageError("--data-dir needs the name of a directory.")
    return str(to_absolute(options.data_dir)) if options.data_dir else None
