"""How the viewer ends when it is told to, and when its terminal dies without a word.

A dropped connection must never leave a process behind at 100 % of a core. Two things can go wrong at once: no signal
comes, and the event loop itself is stuck because it waits for a terminal that no longer takes bytes. So the watch
does not live in the loop: an interval timer of the kernel (SIGALRM) looks at the terminal once a second, and Python
runs its handler in the main thread even while that waits for a lock.
"""

import asyncio
import logging
import os
import select
import signal
import termios
import threading
from collections.abc import Callable
from typing import Any

logger = logging.getLogger("smid.viewer")

PULSE_SECONDS = 1.0
HARD_EXIT_SECONDS = 3.0
"""From the wish to leave to the end of the process, whatever hangs."""

ENDINGS = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)

# Mouse, focus reports, bracketed paste and keyboard protocol off, line wrap on, alternate screen left, cursor shown.
_RESET = b"\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1004l\x1b[?2004l\x1b[?7h\x1b[<u\x1b[?1049l\x1b[?25h"


def is_hung_up(descriptor: int) -> bool:
    """Whether the terminal behind `descriptor` is gone (its other side closed)."""
    poll = select.poll()
    poll.register(descriptor, 0)  # no interest in input: hang-up and error are reported all the same
    return bool(poll.poll(0))


class Ending:
    """Signals, the watch over the terminal, and the hard exit as a last resort.

    `leave` asks the app to quit; it is called in the loop, or not at all if that is stuck.
    """

    def __init__(self, watched: tuple[int, ...] = (0, 2)) -> None:
        self._watched = watched
        self._leave: Callable[[], None] = lambda: None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_leaving = False
        self._attributes = _read_attributes(watched[0])
        self._before: dict[int, Any] = {}

    def start(self, leave: Callable[[], None]) -> None:
        """Begin to listen; called in the running loop."""
        self._leave, self._loop = leave, asyncio.get_running_loop()
        # Also where SIGHUP is ignored (nohup): a screen has no business without its terminal.
        for number in ENDINGS:
            self._before[number] = signal.signal(number, self._on_ending)
        self._before[signal.SIGALRM] = signal.signal(signal.SIGALRM, self._on_alarm)
        signal.setitimer(signal.ITIMER_REAL, PULSE_SECONDS, PULSE_SECONDS)

    def begin(self) -> None:
        """The viewer is leaving: from now on it has `HARD_EXIT_SECONDS`."""
        if not self._is_leaving:
            self._is_leaving = True
            signal.setitimer(signal.ITIMER_REAL, HARD_EXIT_SECONDS)

    def stop(self) -> None:
        """The screen is gone. The hard exit stays armed while a thread could still hold the process."""
        if any(not thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread()):
            return
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _on_ending(self, number: int, frame: object) -> None:
        self._ask_to_leave()

    def _on_alarm(self, number: int, frame: object) -> None:
        if self._is_leaving:
            self._exit_hard()
        elif any(is_hung_up(descriptor) for descriptor in self._watched):
            self._ask_to_leave()

    def _ask_to_leave(self) -> None:
        self.begin()
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._leave)

    def _exit_hard(self) -> None:
        """Give the terminal back as far as it takes it, and end without any further clean-up."""
        if self._attributes is not None:
            _write_attributes(self._watched[0], self._attributes)
        try:
            if select.select([], [2], [], 0)[1]:
                os.write(2, _RESET)
        except OSError:
            pass  # there is no terminal any more
        os._exit(0)


def _read_attributes(descriptor: int) -> list[Any] | None:
    try:
        return termios.tcgetattr(descriptor)
    except termios.error:
        return None


def _write_attributes(descriptor: int, attributes: list[Any]) -> None:
    try:
        termios.tcsetattr(descriptor, termios.TCSANOW, attributes)
    except termios.error:
        logger.debug("the terminal is gone")
