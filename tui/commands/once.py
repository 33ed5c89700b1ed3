"""`smid once`: the numbers on stdout, for people and scripts. Needs no terminal and reads nothing from one."""

import argparse
from datetime import date

import msgspec

from core.clock import Clock, SystemClock
from core.errors import NoDataError
from core.rules.level import Level
from core.settings import Settings
from core.snapshot import Snapshot
from tui.commands.common import alone_on_stdout, load_day, tell_person
from tui.commands.output import tell, write

FOUND = 3
"""Exit code: a finding at or above `--fail-on`."""


def run(options: argparse.Namespace) -> int:
    """Print one snapshot; the exit code says whether something was found."""
    return answer(options, SystemClock())


def answer(options: argparse.Namespace, clock: Clock) -> int:
    """`run` at the time of `clock`; raises `UsageError`, `ConfigError` and `NoDataError`."""
    spec, settings = load_day(options, clock)
    from core.once.snapshot import take_snapshot

    with alone_on_stdout():
        snapshot = take_snapshot(spec, settings, since=options.since, clock=clock, tell=tell_person)
    if not has_data(snapshot):
        trouble = snapshot.source.trouble or "no prices at all"
        raise NoDataError(f"{snapshot.source.name} has usable data of no pair: {trouble}.")
    note = to_note(options.as_of, snapshot)
    if options.json:
        if note:
            tell(note)
        write(to_json(snapshot))
    else:
        write(_page(snapshot, settings, note))
    return FOUND if has_finding(snapshot, options.fail_on) else 0


def has_data(snapshot: Snapshot) -> bool:
    """Whether there is one pair to speak of: without any, a page of gaps would look like an answer to a script."""
    return any(snapshot.measure(f"{pair}.ratio").value is not None for pair in snapshot.pairs)


def has_finding(snapshot: Snapshot, level: str | None) -> bool:
    """Whether there is a finding at `level` or above; never when no level is asked for."""
    return level is not None and any(f.level.rank >= Level(level).rank for f in snapshot.findings)


def to_note(as_of: date | None, snapshot: Snapshot) -> str:
    """A sentence where the session shown is not the one asked for."""
    session = snapshot.session.date
    if as_of is None or session is None or session == as_of.isoformat():
        return ""
    return f"{as_of} was no session of the exchange; this is the close of {session}, the last one before it."


def to_json(snapshot: Snapshot) -> bytes:
    """The snapshot as indented JSON in a stable order, ending in a line feed."""
    return msgspec.json.format(msgspec.json.encode(snapshot, order="deterministic"), indent=2) + b"\n"


def _page(snapshot: Snapshot, settings: Settings, note: str) -> bytes:
    from tui.report import format_report

    return format_report(snapshot, settings, note).encode("utf-8", "replace")
