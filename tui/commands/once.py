"""`smid once`: the numbers on stdout, for people and scripts. Needs no terminal and reads nothing from one."""

import argparse
import logging
import sys
from contextlib import redirect_stdout
from datetime import date, timedelta

import msgspec
from msgspec.structs import replace

from core.clock import Clock, SystemClock
from core.errors import NoDataError, UsageError
from core.rules.level import Level
from core.settings import Settings
from core.snapshot import Snapshot
from tui.commands.common import load
from tui.commands.output import tell, write

FOUND = 3
"""Exit code: a finding at or above `--fail-on`."""


def run(options: argparse.Namespace) -> int:
    """Print one snapshot; the exit code says whether something was found."""
    return answer(options, SystemClock())


def answer(options: argparse.Namespace, clock: Clock) -> int:
    """`run` at the time of `clock`; raises `UsageError`, `ConfigError` and `NoDataError`."""
    check_days(options.as_of, options.since, clock)
    spec, settings = load(options)
    if options.as_of and spec.source.partition(":")[0] == "yahoo":
        raise UsageError("--as-of needs a source that holds the past: --source files:DIR.")
    spec = replace(spec, date=options.as_of.isoformat() if options.as_of else None)
    from core.once import take_snapshot

    # What is logged of single symbols is in the answer's own data notes; Python would print it on stderr.
    logging.getLogger().addHandler(logging.NullHandler())
    # The answer alone goes to stdout, whatever a library prints meanwhile.
    with redirect_stdout(sys.stderr):
        snapshot = take_snapshot(spec, settings, since=options.since, clock=clock, tell=_tell)
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


def _tell(text: str) -> None:
    """To whoever sits and waits; a script's stderr is for what went wrong."""
    if sys.stderr is not None and sys.stderr.isatty():
        tell(text)


def check_days(as_of: date | None, since: date | None, clock: Clock) -> None:
    """Raise `UsageError` for days that lie ahead or in the wrong order."""
    # The date line: somewhere it is tomorrow already, and a session there is not asked for.
    latest = (clock.now() + timedelta(hours=14)).date()
    for option, day in (("--as-of", as_of), ("--since", since)):
        if day and day > latest:
            raise UsageError(f"{option} {day} lies in the future.")
    if as_of and since and since > as_of:
        raise UsageError(f"--since {since} is after --as-of {as_of}.")


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
