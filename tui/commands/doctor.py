"""`smid doctor`: one screen of what is right and wrong on this machine."""

import argparse
import textwrap
from collections.abc import Iterable, Iterator
from itertools import chain

from core.clock import Clock, SystemClock
from core.config import default_user_file
from core.engine.spec import EngineSpec
from core.errors import SmidError
from core.settings import Settings
from core.text import clean
from tui.commands.common import load, user_file
from tui.commands.output import write
from tui.doctor.check import Check, Verdict, fail, ok
from tui.doctor.claims import check_claims
from tui.doctor.engines import check_engine
from tui.doctor.feeds import check_sources
from tui.doctor.figures import check_figures
from tui.doctor.machine import check_clock, check_directories, check_versions
from tui.doctor.terminal import check_terminal

UNUSABLE = 2
WIDTH = 78


def run(options: argparse.Namespace) -> int:
    """Print the page; 2 where smid cannot run here."""
    checks = list(examine(options, SystemClock()))
    write(format_checks(checks).encode("utf-8", "replace"))
    return UNUSABLE if any(check.verdict is Verdict.FAIL for check in checks) else 0


def examine(options: argparse.Namespace, clock: Clock) -> Iterator[Check]:
    """All checks, in their order; wrong settings hide only what depends on them."""
    yield from chain(check_terminal(), check_versions())
    try:
        spec, settings = load(options)
    except SmidError as error:
        yield fail("settings", clean(error, 1_000))
        yield from check_clock(clock.now())
        return
    yield ok("settings", clean(user_file(options) or _found()))
    yield from check_directories(spec.paths)
    yield from check_clock(clock.now())
    yield from _check_engines(spec, settings, clock)


def format_checks(checks: Iterable[Check]) -> str:
    """A line each, long ones wrapped, and the sum of it."""
    lines = []
    counts = dict.fromkeys(Verdict, 0)
    for verdict, name, text in checks:
        counts[verdict] += 1
        first = f"{verdict.value:>4}  {name:<11} "
        lines.append(textwrap.fill(text, WIDTH, initial_indent=first, subsequent_indent=" " * len(first)))
    bad, odd = counts[Verdict.FAIL], counts[Verdict.WARN]
    end = "All is well." if not bad + odd else f"{odd} to look at, {bad} that stop smid from running."
    return "\n".join([*lines, "", end]) + "\n"


def _check_engines(spec: EngineSpec, settings: Settings, clock: Clock) -> Iterator[Check]:
    yield from check_engine(spec, settings)
    yield from check_sources(spec, settings.symbols, clock.now())
    yield from check_figures(settings.fundamentals)
    yield from check_claims(settings)


def _found() -> str:
    file = default_user_file()
    return str(file) if file.exists() else "the shipped ones; 'smid config init' writes a file of your own"
