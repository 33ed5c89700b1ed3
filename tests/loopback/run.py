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
from pathlib import Path
from urllib.request import urlopen

from tests.loopback.redirect import environment


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.loopback.run", description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8765")
    parser.add_argument("--data-dir", type=Path, default=Path(tempfile.gettempdir()) / f"smid-loopback-{os.getuid()}")
    parser.add_argument("command", nargs="+", help="after --, for instance: smid")
    args = parser.parse_args()
    with urlopen(f"{args.url}/control", timeout=5) as answer:
        file = json.load(answer)["clock_file"]
    added = environment(args.url, Path(file) if file else None)
    command = args.command
    if Path(command[0]).name == "smid" and "--data-dir" not in command:
        command = [*command, "--data-dir", str(args.data_dir)]
    beside = str(Path(sys.executable).parent)
    program = shutil.which(command[0], path=f"{beside}{os.pathsep}{os.environ.get('PATH', '')}")
    if program is None:
        parser.error(f"there is no command {command[0]}")
    os.execve(program, [program, *command[1:]], {**os.environ, **added})


if __name__ == "__main__":
    main()
