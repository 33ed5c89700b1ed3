"""What every command starts with: the settings in force, and the engine they ask for."""

import argparse
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import date, timedelta
from pathlib import Path

from msgspec.structs import replace

from core.clock import Clock
from core.config import Layers, load_layers, load_settings
from core.config_check import complaint
from core.engine.spec import EngineSpec
from core.errors import UsageError
from core.paths import to_absolute, to_absolute_source
from core.settings import Settings, SourceSettings
from core.sources.registry import check_source
from tui.commands.output import tell


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


def load_day(options: argparse.Namespace, clock: Clock) -> tuple[EngineSpec, Settings]:
    """`load` for a command with `--as-of` and `--since`; raises `UsageError` for days that cannot be."""
    check_days(options.as_of, getattr(options, "since", None), clock)
    spec, settings = load(options)
    if options.as_of and spec.source.partition(":")[0] == "yahoo":
        raise UsageError("--as-of needs a source that holds the past: --source files:DIR.")
    return replace(spec, date=options.as_of.isoformat() if options.as_of else None), settings


def check_days(as_of: date | None, since: date | None, clock: Clock) -> None:
    """Raise `UsageError` for days that lie ahead or in the wrong order."""
    # The date line: somewhere it is tomorrow already, and a session there is not asked for.
    latest = (clock.now() + timedelta(hours=14)).date()
    for option, day in (("--as-of", as_of), ("--since", since)):
        if day and day > latest:
            raise UsageError(f"{option} {day} lies in the future.")
    if as_of and since and since > as_of:
        raise UsageError(f"--since {since} is after --as-of {as_of}.")


@contextmanager
def alone_on_stdout() -> Iterator[None]:
    """The answer alone goes to stdout, whatever a library prints meanwhile."""
    # What is logged of single symbols is in the answer's own data notes; Python would print it on stderr.
    logging.getLogger().addHandler(logging.NullHandler())
    with redirect_stdout(sys.stderr):
        yield


def tell_person(text: str) -> None:
    """To whoever sits and waits; a script's stderr is for what went wrong."""
    if sys.stderr is not None and sys.stderr.isatty():
        tell(text)


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
