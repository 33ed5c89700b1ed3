"""The sources by name: one line each; a source's module is imported only when it is opened."""

from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING

from core.errors import UsageError
from core.sources.directory import WITH_DIRECTORY, cannot_read, to_directory
from core.text import clean

if TYPE_CHECKING:
    from core.sources.base import Context, Source

SOURCES = {
    "yahoo": "live quotes and history from Yahoo Finance",
    "simulated": "a built-in market that needs no network; simulated:SEED picks another one",
    "files": "files:DIR, one CSV of daily bars a symbol, evaluated at a session's close",
    "replay": "replay:DIR, recorded intraday bars played again, 1x to 600x",
}


def open_source(spec: str, context: "Context") -> "Source":
    """Open `yahoo`, `simulated:7`, `files:DIR` or `replay:DIR`; raises `UsageError` with one sentence."""
    name, argument = split_spec(spec)
    module = import_module(f"core.sources.{name}")
    try:
        source: Source = module.open_source(argument, context)
    except OSError as error:
        raise cannot_read(argument or name, error) from error
    return source


def check_source(spec: str) -> None:
    """Raise `UsageError` where `spec` cannot be opened, as far as that is known without importing the source."""
    name, argument = split_spec(spec)
    if name == "yahoo" and argument:
        raise UsageError(f"The source yahoo takes no argument, but was given '{clean(argument, 60)}'.")
    if name == "simulated" and argument and not is_seed(argument):
        raise UsageError(f"'{clean(argument, 60)}' is no seed: write simulated or a whole number, simulated:7.")
    if name in WITH_DIRECTORY:
        to_directory(argument, name)


def split_spec(spec: str) -> tuple[str, str]:
    """Name and argument of `spec`; raises `UsageError` naming the nearest source where the name is unknown."""
    name, _, argument = spec.partition(":")
    if name not in SOURCES:
        near = get_close_matches(name.lower(), SOURCES, n=1, cutoff=0.5)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise UsageError(f"There is no source '{clean(name, 40)}'; there are {', '.join(SOURCES)}.{hint}")
    return name, argument


def is_seed(text: str) -> bool:
    """Whether `text` is a seed: up to 18 decimal digits."""
    return text.isascii() and text.isdecimal() and len(text) <= 18
