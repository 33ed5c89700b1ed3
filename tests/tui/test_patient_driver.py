"""Input is waited for, not looked for: an idle monitor's input thread sleeps, and keys still come one by one."""

import os
import select
from pathlib import Path
from typing import Any

import pytest
from pty_screen import VIEWER, PtyScreen, environment
from textual import constants
from textual.events import Key
from textual.message import Message

from tui.manners import driver as driver_module
from tui.manners.driver import PatientDriver

PATIENT = None


class Ear(PatientDriver):
    """The reading half alone, on a pipe instead of a terminal. `waits` are the timeouts it waited with."""

    def __init__(self, typed: bytes) -> None:
        self._debug = False
        self.fileno, self._keyboard = os.pipe()
        self._ear, self._bell = os.pipe()
        self.heard: list[str] = []
        self.waits: list[float | None] = []
        os.write(self._keyboard, typed)

    def process_message(self, message: Message) -> None:
        assert isinstance(message, Key)
        self.heard.append(message.key)

    def select(self, reading: list[int], writing: list[int], failing: list[int], wait: float | None) -> Any:
        """Nothing comes after what was typed; whoever then waits for ever is told to end."""
        self.waits.append(wait)
        found = select.select(reading, writing, failing, 0)
        if not any(found) and wait is PATIENT:
            os.close(self._bell)
            return select.select(reading, writing, failing, 0)
        return found


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Any:
    def run(typed: bytes) -> Ear:
        ear = Ear(typed)
        monkeypatch.setattr(driver_module, "select", ear)
        monkeypatch.setattr(constants, "ESCAPE_DELAY", 0.0)
        ear.run_input_thread()
        os.close(ear.fileno)
        return ear

    return run


def test_with_nothing_typed_it_waits_once_and_for_ever(run: Any) -> None:
    assert run(b"").waits == [PATIENT]


def test_after_a_key_it_looks_once_more_and_then_waits_for_ever(run: Any) -> None:
    ear = run("qé".encode())
    assert ear.heard == ["q", "é"]
    assert [wait is PATIENT for wait in ear.waits] == [True, False, True]


@pytest.mark.parametrize("noise", [b"\xff", b"\xe9", b"\xc3\x28", b"\x80\xfe"])
def test_what_is_not_utf_8_does_not_end_the_thread(noise: bytes, run: Any) -> None:
    assert run(b"a" + noise + b"qq").heard[-1] == "q"


def test_an_escape_that_nothing_follows_is_a_key(run: Any) -> None:
    assert run(b"\x1b").heard == ["escape"]


def test_a_sequence_is_one_key(run: Any) -> None:
    assert run(b"\x1b[A\x1b[6~").heard == ["up", "pagedown"]


def test_a_terminal_at_its_end_ends_the_thread_instead_of_turning_it() -> None:
    ear = Ear(b"")
    os.close(ear._keyboard)
    ear.run_input_thread()
    assert ear.heard == []


def test_at_a_terminal_an_escape_closes_the_help_and_q_leaves(tmp_path: Path) -> None:
    with PtyScreen([VIEWER], environment(tmp_path)) as screen:
        screen.until_text("IWM/SPY")
        screen.until_quiet()
        screen.type("?")
        screen.until_text("esc closes")
        screen.type("\x1b")
        screen.until(lambda: "esc closes" not in screen.text(), "the help stayed")
        screen.type("q")
        assert screen.wait() == 0


class Typist:
    """What Textual's thread of the writer would send."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def write(self, data: str) -> None:
        self.sent.append(data)


@pytest.fixture
def writer() -> tuple[PatientDriver, list[str]]:
    driver, typist = Ear(b""), Typist()
    driver._writer_thread = typist  # type: ignore[assignment]
    return driver, typist.sent


FRAME = "x" * 30_000


def test_the_frame_that_was_just_sent_is_not_sent_again(writer: tuple[PatientDriver, list[str]]) -> None:
    driver, sent = writer
    for data in (FRAME, FRAME, FRAME):
        driver.write(data)
    assert sent == [FRAME]


def test_a_frame_after_anything_else_is_sent(writer: tuple[PatientDriver, list[str]]) -> None:
    driver, sent = writer
    for data in (FRAME, "\x1b[2J", FRAME):
        driver.write(data)
    assert sent == [FRAME, "\x1b[2J", FRAME]


def test_a_bell_may_ring_twice(writer: tuple[PatientDriver, list[str]]) -> None:
    driver, sent = writer
    for data in ("\a", "\a"):
        driver.write(data)
    assert sent == ["\a", "\a"]


def test_what_was_sent_can_be_forgotten(writer: tuple[PatientDriver, list[str]]) -> None:
    driver, sent = writer
    driver.write(FRAME)
    driver.forget()
    driver.write(FRAME)
    assert sent == [FRAME, FRAME]
