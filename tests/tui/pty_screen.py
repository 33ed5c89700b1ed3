"""A terminal for tests: a program on a pty, its bytes, and what they look like on the screen."""

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pyte

VIEWER = str(Path(__file__).with_name("scripted_viewer.py"))
ENTERED, LEFT = b"\x1b[?1049h", b"\x1b[?1049l"
CURSOR_SHOWN = b"\x1b[?25h"
MOUSE_OFF = (b"\x1b[?1000l", b"\x1b[?1003l", b"\x1b[?1006l")
PRIVATE_SEQUENCES = re.compile(rb"\x1b\[[<>][0-9;]*u|\x1b\[\?[0-9;]*\$p")
_UNFINISHED = re.compile(rb"\x1b(\[([<>][0-9;]*|\?[0-9;]*\$?)?)?\Z")
"""What may become one of them with the next bytes."""
PATIENCE = 30.0
"""Seconds until a test gives up; a good machine needs a fraction of one."""


def environment(home: Path, **changes: str | None) -> dict[str, str]:
    """A plain terminal's environment with its own home; None takes a variable away."""
    base = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
        "PYTHONPATH": os.pathsep.join(
            [str(Path(__file__).parents[2]), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
        ),
    }
    merged: dict[str, str | None] = {**base, **changes}
    return {name: value for name, value in merged.items() if value is not None}


@dataclass(slots=True)
class _Terminal:
    """Fed only what has come since it was last looked at."""

    screen: pyte.Screen
    stream: pyte.ByteStream
    fed: int = 0

    def show(self, output: bytearray) -> str:
        new = bytes(output[self.fed :])
        unfinished = _UNFINISHED.search(new)
        new = new[: unfinished.start()] if unfinished else new
        self.fed += len(new)
        # pyte does not know private sequences of the keyboard protocol and prints their last letter.
        self.stream.feed(PRIVATE_SEQUENCES.sub(b"", new))
        return "\n".join(self.screen.display)


class PtyScreen:
    """One program on one pty, a session of its own as under a terminal window."""

    def __init__(
        self,
        arguments: Sequence[str],
        env: Mapping[str, str],
        size: tuple[int, int] = (120, 40),
        ignored: Sequence[signal.Signals] = (),
    ) -> None:
        self.output = bytearray()
        self._terminals: dict[tuple[int, int], _Terminal] = {}
        self.status: int | None = None
        self._master, slave = pty.openpty()
        self.resize(*size)

        def prepare() -> None:
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            for number in ignored:
                signal.signal(number, signal.SIG_IGN)

        self.process = subprocess.Popen(
            [sys.executable, *arguments], stdin=slave, stdout=slave, stderr=slave, env=dict(env), preexec_fn=prepare
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()
        self.process.wait()
        self.hang_up()

    def resize(self, width: int, height: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def type(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def hang_up(self) -> None:
        """The window closes."""
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def pump(self, seconds: float = 0.02) -> bool:
        """Take what has come; False when nothing did within `seconds`, or nothing will any more."""
        if self._master < 0 or not select.select([self._master], [], [], seconds)[0]:
            return False
        try:
            chunk = os.read(self._master, 65_536)
        except OSError:  # Linux says EIO when the last writer has gone
            return False
        self.output += chunk
        return bool(chunk)

    def until(self, condition: Callable[[], Any], what: str = "") -> None:
        """Pump until `condition` holds."""
        end = time.monotonic() + PATIENCE
        while not condition():
            self.pump()
            while self.pump(0.0):  # all of it: looking at the screen costs more than reading
                pass
            if time.monotonic() > end:
                raise TimeoutError(f"{what}; the end of the output: {bytes(self.output[-400:])!r}")

    def until_text(self, text: str) -> None:
        """Pump until `text` stands on the screen."""
        self.until(lambda: text in self.text(), f"{text!r} did not appear on\n{self.text()}")

    def until_quiet(self) -> None:
        """Pump until a fifth of a second brings nothing."""
        while self.pump(0.2):
            pass

    def wait(self) -> int:
        """The exit status, once the program has ended and everything it wrote is here."""
        self.until(lambda: self.process.poll() is not None, "did not end")
        while self.pump(0.05):
            pass
        return self.process.returncode

    def text(self, size: tuple[int, int] = (120, 40)) -> str:
        """What a person sees."""
        if size not in self._terminals:
            screen = pyte.Screen(*size)
            self._terminals[size] = _Terminal(screen, pyte.ByteStream(screen))
        return self._terminals[size].show(self.output)

    def cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
