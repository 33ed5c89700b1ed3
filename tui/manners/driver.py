"""What Textual's own driver does oftener than needed: looking for keys, and writing the same frame again."""

import contextlib
import os
import select
from codecs import getincrementaldecoder

from textual import constants
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

_READ_BYTES = 4096
_FRAME_BYTES = 4096
"""Less than a whole frame, more than any sequence that does something each time it is sent."""


class PatientDriver(LinuxDriver):
    """The thread that reads the terminal sleeps until there is something to read, or until it is to end.

    Textual looks ten times a second whether a key was pressed: a quarter of what an idle monitor costs, and a fifth of
    a second of every farewell. And it paints a new screen three times over while it settles: 30 kB each.
    """

    _ear = _bell = -1
    _written = ""

    def write(self, data: str) -> None:
        """Send `data`, if it is not what was sent last; call `forget` where that must not be relied on."""
        if data != self._written or len(data) < _FRAME_BYTES:
            super().write(data)
        self._written = data

    def forget(self) -> None:
        """The next frame is sent, whatever it is: something else has written on the screen."""
        self._written = ""

    def start_application_mode(self) -> None:
        self._ear, self._bell = os.pipe()
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def disable_input(self) -> None:
        with contextlib.suppress(OSError):  # asked twice
            os.close(self._bell)
        self._bell = -1
        super().disable_input()

    def run_input_thread(self) -> None:
        """Read until the bell is closed, or the terminal is."""
        parser = XTermParser(self._debug)
        # A line can bring anything: what is not UTF-8 is a key that means nothing, not the end of the program.
        decode = getincrementaldecoder("utf-8")("replace").decode
        ear, pause = self._ear, None
        with os.fdopen(ear, "rb"):
            while ear not in (ready := select.select([self.fileno, ear], [], [], pause)[0]):
                if ready:
                    data = os.read(self.fileno, _READ_BYTES)
                    if not data:
                        return
                    for message in parser.feed(text) if (text := decode(data)) else ():
                        self.process_message(message)
                for message in parser.tick():
                    self.process_message(message)
                # An escape that nothing follows is the key of that name: look once more.
                pause = constants.ESCAPE_DELAY + 0.01 if ready else None
