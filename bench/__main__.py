"""`python -m bench [--only NAME] [--write FILE]`: measure, print tables in Markdown, and keep them in that file."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import against, analysis, demo, evidence, growth, imports, machine, monitor
from bench.figures import Figure, chapter, table
from bench.home import Home, temporary_home

INTRODUCTION = """# Figures

Written by `python -m bench --write docs/figures.md`; `make bench` measures the same and prints it. Everything is
measured on the built-in simulated market or on random walks, without a network. A figure without a budget is
information. On another machine, or a busy one, times differ, bytes hardly.

This machine: {machine}."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure everything, or what is named; budgets that are exceeded are said, but fail nothing."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", metavar="NAME", nargs="+", choices=SECTIONS, help=f"of {', '.join(SECTIONS)}")
    parser.add_argument("--write", metavar="FILE", help="write the tables there as well, docs/figures.md say")
    options = parser.parse_args(arguments)
    if not Path("/proc/self/stat").exists():
        print("The bench reads memory and processor time from /proc, which only Linux has.", file=sys.stderr)
        return 2
    parts = [INTRODUCTION.format(machine=machine.describe())]
    print(parts[0])
    for name in options.only or SECTIONS:
        print(f"\nmeasuring: {name} ...", file=sys.stderr)
        parts.append(SECTIONS[name]())
        print(f"\n{parts[-1]}", flush=True)
    if options.write:
        Path(options.write).write_text("\n\n".join(parts) + "\n")
    return 0


def _at_home(measure: Callable[[Home], list[Figure]]) -> list[Figure]:
    with temporary_home() as home:
        return measure(home)


SECTIONS: dict[str, Callable[[], str]] = {
    "viewer": lambda: table("The viewer", monitor.HOW, _at_home(monitor.measure)),
    "analysis": lambda: table("The analysis", analysis.HOW, analysis.measure()),
    "against": lambda: chapter("Against other libraries", against.HOW, against.measure()),
    "growth": lambda: chapter("How cost grows", growth.HOW, growth.measure()),
    "evidence": lambda: table("Evidence where there is none", evidence.HOW, evidence.measure()),
    "demo": lambda: table("The demo, and the engine", demo.HOW, _at_home(demo.measure)),
    "imports": lambda: table("Imports", imports.HOW, imports.measure()),
}
"""By the name that `--only` takes: each gives its part of the document."""

if __name__ == "__main__":
    sys.exit(main())
