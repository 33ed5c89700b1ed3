"""Run any command against a loopback server that is up: `python -m tests.loopback.run [--url URL] -- smid once --text`.

The command and every process it starts (the engine) speak to the server and live at its market time. Its data
directory is one of its own, so that invented prices never meet real ones.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from urllib.request import urlopen

from tests.loopback.redirect import environment

DATA = Path(tempfile.gettempdir()) / f"smid-loopback-{os.getuid()}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.loopback.run", description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8765")
    parser.add_argument("--data-dir", type=Path, default=DATA)
    parser.add_argument("command", nargs="+", help="after --, for instance: smid")
    args = parser.parse_args()
    with urlopen(f"{args.url}/control", timeout=5) as answer:
        file = json.load(answer)["clock_file"]
    command = to_command(args.command, args.data_dir)
    if command is None:
        parser.error(f"there is no command {args.command[0]}")
    os.execve(command[0], command, to_environment(args.url, file))


def to_command(words: Sequence[str], data_dir: Path) -> list[str] | None:
    """`words` with the program's path, smid's in a data directory of its own; None where there is no such program."""
    if _is_smid(words) and not any(word.split("=")[0] == "--data-dir" for word in words):
        words = [*words, "--data-dir", str(data_dir)]
    beside = str(Path(sys.executable).parent)
    program = shutil.which(words[0], path=f"{beside}{os.pathsep}{os.environ.get('PATH', '')}")
    return None if program is None else [program, *words[1:]]


def _is_smid(words: Sequence[str]) -> bool:
    """Whether that is smid, by its program's name or as a module that Python runs."""
    return Path(words[0]).name == "smid" or any(pair == ("-m", "tui.cli") for pair in pairwise(words))


def to_environment(url: str, clock_file: str) -> dict[str, str]:
    """This process's environment, with what sends a child to the server at `url`."""
    return {**os.environ, **environment(url, Path(clock_file) if clock_file else None)}


if __name__ == "__main__":
    main()
