"""`smid explain`: all there is to say of one number, on stdout."""

import argparse
from collections.abc import Iterator

import msgspec

from core.clock import Clock, SystemClock
from core.errors import UsageError
from core.explanation import Explanation
from core.market.symbols import ECONOMY, SubjectKind
from tui.commands.common import alone_on_stdout, load_day, tell_person
from tui.commands.output import write
from tui.explained import format_explanation


def run(options: argparse.Namespace) -> int:
    """Print one explanation, or the list of what can be explained."""
    return answer(options, SystemClock())


def answer(options: argparse.Namespace, clock: Clock) -> int:
    """`run` at the time of `clock`; raises `UsageError`, `ConfigError` and `NoDataError`."""
    if options.list:
        write("".join(f"{line}\n" for line in list_measures()).encode())
        return 0
    if not options.address:
        raise UsageError("explain needs an address such as IWM/SPY.gap_20d; 'smid explain --list' names all measures.")
    spec, settings = load_day(options, clock)
    from core.once.explanation import take_explanation

    with alone_on_stdout():
        told = take_explanation(spec, settings, options.address, since=options.since, clock=clock, tell=tell_person)
    text = format_explanation(told, ascii_only=settings.panes.ascii)
    write(to_json(told) if options.json else text.encode("utf-8", "replace"))
    return 0


def list_measures() -> Iterator[str]:
    """A line a measure: S stands for any symbol, P for any pair, US is the economy."""
    from core.studies.registry import definitions

    for letter, kind in (("S", SubjectKind.SYMBOL), ("P", SubjectKind.PAIR), (ECONOMY, SubjectKind.ECONOMY)):
        for definition in definitions(kind).values():
            yield f"{letter}.{definition.name}  ({definition.unit})  {definition.formula} [{definition.source}]"


def to_json(told: Explanation) -> bytes:
    """The explanation as indented JSON in a stable order, ending in a line feed."""
    return msgspec.json.format(msgspec.json.encode(told, order="deterministic"), indent=2) + b"\n"
