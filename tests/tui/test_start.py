"""An interrupt at any moment of the start ends the program without a traceback."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
INTERRUPT_AT_IMPORT = """
import os, signal, sys
if {ignored}:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
class Interrupter:
    def find_spec(self, name, path, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupter())
sys.argv = ["smid", "schema"]
from tui.start import main
sys.exit(main())
"""


def run(module: str, *, ignored: bool = False) -> "subprocess.CompletedProcess[bytes]":
    code = INTERRUPT_AT_IMPORT.format(module=module, ignored=ignored)
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False)


@pytest.mark.parametrize(
    ("module", "code"), [("tui.cli", -signal.SIGINT), ("msgspec", -signal.SIGINT), ("tui.commands.schema", 130)]
)
def test_an_interrupt_while_it_starts(module: str, code: int) -> None:
    done = run(module)
    assert (done.returncode, done.stdout, done.stderr) == (code, b"", b"")


def test_who_ignores_interrupts_goes_on() -> None:
    done = run("tui.cli", ignored=True)
    assert done.returncode == 0
    assert done.stdout.startswith(b"{")
    assert done.stderr == b""


def test_the_program_begins_there() -> None:
    assert 'smid = "tui.start:main"' in (ROOT / "pyproject.toml").read_text("utf-8")
