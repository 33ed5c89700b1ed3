"""`smid claims`: what published claims come to when they are recomputed, or the page of one, on stdout."""

import argparse

import msgspec

from core.claims.record import Ledger
from core.clock import Clock, SystemClock
from tui.commands.common import alone_on_stdout, load_day, tell_person
from tui.commands.output import tell, write


def run(options: argparse.Namespace) -> int:
    """Print the table of all claims, or the page of one."""
    return answer(options, SystemClock())


def answer(options: argparse.Namespace, clock: Clock) -> int:
    """`run` at the time of `clock`; raises `UsageError`, `ConfigError` and `NoDataError`.

    A claim that cannot be read is told on stderr, and the others are answered.
    """
    spec, settings = load_day(options, clock)
    from core.once.claims import take_ledger

    with alone_on_stdout():
        ledger = take_ledger(spec, settings, options.name, clock=clock, tell=tell_person)
    if options.json:
        write(to_json(ledger))
    else:
        write(_page(ledger, is_one=bool(options.name), ascii_only=settings.panes.ascii).encode("utf-8", "replace"))
    for problem in ledger.problems:
        tell(problem)
    return 0


def to_json(ledger: Ledger) -> bytes:
    """The ledger as indented JSON in a stable order, ending in a line feed."""
    return msgspec.json.format(msgspec.json.encode(ledger, order="deterministic"), indent=2) + b"\n"


def _page(ledger: Ledger, *, is_one: bool, ascii_only: bool) -> str:
    if is_one:
        from tui.claim_page import format_claim

        return format_claim(ledger, ledger.claims[0], ascii_only=ascii_only)
    from tui.claims_table import format_claims

    return format_claims(ledger)
