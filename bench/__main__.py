"""`python -m bench [--write FILE]`: measure, print tables in Markdown, and keep them where a file is named."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import analysis, demo, imports, machine, monitor
from bench.figures import Figure, table
from bench.home import Home, temporary_home

INTRODUCTION = """# Figures

Written by `python -m bench --write docs/figures.md`; `make bench` measures the same and prints it. Everything is
measured on the built-in simulated market, without a network. A figure without a budget is information. On another
machine, or a busy one, times differ, bytes hardly.

This machine: {machine}."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure everything; budgets that are exceeded are said, but fail nothing."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--write", metavar="FILE", help="write the tables there as well, docs/figures.md say")
    options = parser.parse_args(arguments)
    if not Path("/proc/self/stat").exists():
        print("The bench reads memory and processor time from /proc, which only Linux has.", file=sys.stderr)
        return 2
    parts = [INTRODUCTION.format(machine=machine.describe())]
    print(parts[0])
    for title, how, measure in SECTIONS:
        print(f"\nmeasuring: {title} ...", file=sys.stderr)
        parts.append(table(title, how, measure()))
        print(f"\n{parts[-1]}", flush=True)
    if options.write:
        Path(options.write).write_text("\n\n".join(parts) + "\n")
    return 0


def _at_home(measure: Callable[[Home], list[Figure]]) -> list[Figure]:
    with temporary_home() as home:
        return measure(home)


SECTIONS: tuple[tuple[str, str, Callable[[], list[Figure]]], ...] = (
    ("The viewer", monitor.HOW, lambda: _at_home(monitor.measure)),
    ("The analysis", analysis.HOW, analysis.measure),
    ("The demo, and the engine", demo.HOW, lambda: _at_home(demo.measure)),
    ("Imports", imports.HOW, imports.measure),
)

if __name__ == "__main__":
    sys.exit(main())
