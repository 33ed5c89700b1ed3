"""`smid evidence`: the track record of every signal on a pair, or of one, on stdout."""

import argparse

import msgspec
from msgspec.structs import replace

from core.clock import Clock, SystemClock
from core.evidence.record import Evidence, SignalRecord
from tui.commands.common import alone_on_stdout, load_day, tell_person
from tui.commands.output import write


def run(options: argparse.Namespace) -> int:
    """Print the table of a pair, or the page of a signal."""
    return answer(options, SystemClock())


def answer(options: argparse.Namespace, clock: Clock) -> int:
    """`run` at the time of `clock`; raises `UsageError`, `ConfigError` and `NoDataError`."""
    spec, settings = load_day(options, clock)
    from core.once.evidence import take_evidence

    pair = options.pair or settings.pairs[0]
    with alone_on_stdout():
        found = take_evidence(spec, settings, pair, options.name, clock=clock, tell=tell_person)
    if options.json:
        write(to_json(found if options.name else without_episodes(found)))
    else:
        write(_page(found, is_one=bool(options.name), ascii_only=settings.panes.ascii).encode("utf-8", "replace"))
    return 0


def without_episodes(evidence: Evidence) -> Evidence:
    """The record without its lists of episodes: those of all signals are megabytes."""

    def shorten(record: SignalRecord) -> SignalRecord:
        return replace(record, outcomes=tuple(replace(one, episodes=()) for one in record.outcomes))

    pairs = (replace(pair, signals=tuple(map(shorten, pair.signals))) for pair in evidence.pairs)
    return replace(evidence, pairs=tuple(pairs))


def to_json(evidence: Evidence) -> bytes:
    """The record as indented JSON in a stable order, ending in a line feed."""
    return msgspec.json.format(msgspec.json.encode(evidence, order="deterministic"), indent=2) + b"\n"


def _page(evidence: Evidence, *, is_one: bool, ascii_only: bool) -> str:
    if is_one:
        from tui.evidence_page import format_evidence

        return format_evidence(evidence, ascii_only=ascii_only)
    from tui.evidence_table import format_table

    return format_table(evidence)
