"""How the viewer behaves at a real terminal: signals, a terminal that dies, suspension, odd environments.

Each test runs a process of its own on a pty; the waits end with the event waited for, not with a time.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from pty_screen import CURSOR_SHOWN, ENTERED, LEFT, MOUSE_OFF, VIEWER, PtyScreen, environment

from tui.app import RESIZE_SECONDS

READY = "IWM/SPY"
GRACE = 4.0
"""Seconds within which the viewer must be gone, as the project promises."""


@contextmanager
def viewer(
    home: Path,
    *words: str,
    size: tuple[int, int] = (120, 40),
    ignored: Sequence[signal.Signals] = (),
    **changes: str | None,
) -> Iterator[PtyScreen]:
    """The scripted viewer with its first numbers on the screen."""
    with PtyScreen([VIEWER, *words], environment(home, **changes), size, ignored) as screen:
        screen.until_text(READY)
        if "flood" not in words:
            screen.until_quiet()
        yield screen


def visit_modals(screen: PtyScreen) -> None:
    """Open help and palette and leave them again, each key once the one before has been answered."""
    for key, words in (("?", "Help: "), ("\x10", "An action, a pair")):
        screen.type(key)
        screen.until_text(words)
        while words in screen.text():  # a key that comes before the screen is ready for it is lost, as a person's
            screen.type("\x1b")
            screen.until_quiet()


def assert_restored(screen: PtyScreen) -> None:
    """The alternate screen is left, the mouse is off, the cursor is shown; in that order nothing undoes it."""
    output = bytes(screen.output)
    assert output.count(ENTERED) >= 1
    for sequence in (LEFT, CURSOR_SHOWN, *MOUSE_OFF):
        assert sequence in output, sequence
        assert output.rindex(sequence) > output.rindex(sequence[:-1] + (b"l" if sequence.endswith(b"h") else b"h"))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
def test_a_signal_ends_it_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    with viewer(tmp_path) as screen:
        screen.signal(number)
        assert screen.wait() == 0
        assert_restored(screen)
        assert b"Traceback" not in screen.output


@pytest.mark.parametrize("key", ["q", "\x03", "\x11"], ids=["q", "ctrl-c", "ctrl-q"])
def test_quit_keys_end_it_cleanly(tmp_path: Path, key: str) -> None:
    with viewer(tmp_path) as screen:
        screen.type(key)
        assert screen.wait() == 0
        assert_restored(screen)


@pytest.mark.parametrize("opener", ["?", "\x10"], ids=["help", "palette"])
def test_ctrl_c_quits_from_a_modal_screen_too(tmp_path: Path, opener: str) -> None:
    with viewer(tmp_path) as screen:
        before = len(screen.output)
        screen.type(opener)
        screen.until(lambda: len(screen.output) > before + 500)
        screen.until_quiet()
        screen.type("\x03")
        assert screen.wait() == 0
        assert_restored(screen)


@pytest.mark.parametrize("ignored", [(), (signal.SIGHUP,)], ids=["SIGHUP", "SIGHUP ignored"])
def test_it_does_not_outlive_its_terminal(tmp_path: Path, ignored: Sequence[signal.Signals]) -> None:
    with viewer(tmp_path, ignored=ignored) as screen:
        began = time.monotonic()
        screen.hang_up()
        screen.process.wait(timeout=GRACE)
        assert time.monotonic() - began < GRACE


def test_the_watch_works_where_no_signal_ever_comes(tmp_path: Path) -> None:
    """A pty that is nobody's controlling terminal, as under `docker exec` or some batch systems, sends no SIGHUP."""
    with viewer(tmp_path, "deaf") as screen:
        screen.hang_up()
        screen.process.wait(timeout=GRACE)


def test_a_stuck_loop_does_not_keep_it_alive(tmp_path: Path) -> None:
    with viewer(tmp_path, "stuck") as screen:
        screen.type("r")  # never comes back
        time.sleep(0.2)  # the key has to arrive first; were it late, the test would still hold
        screen.signal(signal.SIGTERM)
        assert screen.wait() == 0
        assert_restored(screen)


def test_a_client_that_hangs_does_not_keep_it_alive(tmp_path: Path) -> None:
    with viewer(tmp_path, "hang") as screen:
        began = time.monotonic()
        screen.type("q")
        assert screen.wait() == 0
        assert time.monotonic() - began < GRACE
        assert_restored(screen)


def test_a_terminal_that_takes_no_bytes_does_not_keep_it_alive(tmp_path: Path) -> None:
    """A stalled connection: nobody reads the pty, the output fills up, the loop waits; then SIGTERM."""
    with viewer(tmp_path, "flood") as screen:
        time.sleep(1.0)  # unread all the while
        screen.signal(signal.SIGTERM)
        screen.process.wait(timeout=GRACE)


def test_ctrl_z_gives_the_shell_back_and_fg_the_screen(tmp_path: Path) -> None:
    env = environment(tmp_path, PS1="shell> ")
    shell = "import os; os.execvp('bash', ['bash', '--norc', '--noediting', '-i'])"
    with PtyScreen(["-c", shell], env) as screen:
        screen.until(lambda: b"shell> " in screen.output)
        screen.type(f"{sys.executable} {VIEWER}\n")
        screen.until_text(READY)
        screen.until_quiet()
        screen.type("\x1a")
        screen.until(lambda: b"shell> " in screen.output.partition(b"Stopped")[2])
        assert_restored(screen)
        before = len(screen.output)
        screen.type("fg\n")
        screen.until(lambda: READY.encode() in screen.output[before:] and ENTERED in screen.output[before:])
        screen.until_text(READY)
        screen.until_quiet()
        screen.type("q")
        screen.until(lambda: b"shell> " in screen.output[before:], "the shell did not come back")
        assert_restored(screen)
        screen.type("exit\n")
        screen.wait()


def test_ctrl_z_without_a_shell_says_so_and_goes_on(tmp_path: Path) -> None:
    """The viewer is the session's only process: nobody could continue it."""
    with viewer(tmp_path, "alone") as screen:
        screen.type("\x1a")
        screen.until_text("no shell")
        screen.type("q")
        assert screen.wait() == 0


@pytest.mark.parametrize("size", [(1, 1), (10, 3), (39, 7), (40, 8), (80, 24), (200, 60)])
def test_any_size_of_window_is_drawn_and_left(tmp_path: Path, size: tuple[int, int]) -> None:
    with PtyScreen([VIEWER], environment(tmp_path), size) as screen:
        screen.until(lambda: ENTERED in screen.output)
        screen.until_quiet()
        screen.type("q")
        assert screen.wait() == 0
        assert b"Traceback" not in screen.output


def test_a_storm_of_resizes_ends_with_the_right_screen(tmp_path: Path) -> None:
    with viewer(tmp_path) as screen:
        for number in range(60):
            screen.resize(120 - 2 * number, 40 - number // 2)
            screen.pump(0.01)
        screen.resize(1, 1)
        screen.pump(0.01)
        before = len(screen.output)
        screen.resize(80, 24)
        screen.until(lambda: READY.encode() in screen.output[before:])
        screen.until_quiet()
        assert READY in screen.text((80, 24))
        screen.type("q")
        assert screen.wait() == 0


def test_resizes_are_not_answered_one_by_one(tmp_path: Path) -> None:
    with viewer(tmp_path) as screen:
        before = len(screen.output)
        screen.resize(110, 38)
        screen.until(lambda: len(screen.output) > before + 10_000)
        screen.until_quiet()
        once = len(screen.output) - before
        before, began = len(screen.output), time.monotonic()
        for number in range(40):
            screen.resize(100 + number % 7, 36)
            screen.pump(0.005)
        screen.until_quiet()
        frames = (time.monotonic() - began) / RESIZE_SECONDS
        assert len(screen.output) - before < min(frames + 6, 30) * once


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"TERM": "dumb"}, "TERM=dumb"),
        ({"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"}, "ascii = true"),
        ({"PYTHONIOENCODING": "latin-1"}, "ascii = true"),
    ],
)
def test_a_terminal_that_cannot_is_refused_with_a_sentence(
    tmp_path: Path, changes: dict[str, str], sentence: str
) -> None:
    with PtyScreen([VIEWER], environment(tmp_path, **changes)) as screen:
        assert screen.wait() == 2
        assert sentence.encode() in screen.output
        assert ENTERED not in screen.output


def test_without_a_terminal_it_points_to_once_on_stderr(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, VIEWER], env=environment(tmp_path), stdin=subprocess.DEVNULL, capture_output=True, timeout=30
    )
    assert done.returncode == 2
    assert b"smid once" in done.stderr
    assert done.stdout == b""


def test_ascii_draws_with_ascii_alone(tmp_path: Path) -> None:
    with viewer(tmp_path, "ascii", PYTHONIOENCODING="ascii", LC_ALL="C", PYTHONUTF8="0") as screen:
        visit_modals(screen)
        screen.type("q")
        assert screen.wait() == 0
        assert bytes(screen.output).isascii()
        assert b"\\u" not in screen.output


def test_no_color_sends_no_colour(tmp_path: Path) -> None:
    with viewer(tmp_path, NO_COLOR="1") as screen:
        screen.type("c")
        screen.until_quiet()
        visit_modals(screen)
        assert READY in screen.text()
        screen.type("q")
        assert screen.wait() == 0
        assert b"Traceback" not in screen.output


@pytest.mark.parametrize("term", ["xterm-256color", "screen-256color", "linux", "vt220", None])
def test_plain_terminals_work(tmp_path: Path, term: str | None) -> None:
    with viewer(tmp_path, TERM=term, COLORTERM=None) as screen:
        screen.type("q")
        assert screen.wait() == 0
        assert_restored(screen)
        assert b"38;2;" not in screen.output, "no 24-bit colour was promised"


def test_markup_in_data_is_shown_as_it_is(tmp_path: Path) -> None:
    with viewer(tmp_path, "hostile") as screen:
        screen.until_text("[/nope] [bold]loud[/bold]")
        screen.type("q")
        assert screen.wait() == 0


def test_an_idle_viewer_is_nearly_free(tmp_path: Path) -> None:
    """Two seconds of waiting: the budget of a minute is 10 kB and 0.5 % of a core; this catches a spinning loop.

    On a busy machine the start may still be going on: the cheapest of some such waits counts.
    """
    costs = []
    with viewer(tmp_path) as screen:
        for _ in range(6):
            bytes_before, cpu_before = len(screen.output), screen.cpu_seconds()
            end = time.monotonic() + 2.0
            while time.monotonic() < end:
                screen.pump(0.1)
            costs.append((screen.cpu_seconds() - cpu_before, len(screen.output) - bytes_before))
            if costs[-1][0] < 0.2 and costs[-1][1] < 3_000:
                return
    raise AssertionError(f"seconds of the processor and bytes in two seconds: {costs}")


def test_new_numbers_cost_a_few_cells_not_a_screen(tmp_path: Path) -> None:
    with viewer(tmp_path) as screen:
        screen.until(lambda: any("⠁" <= char <= "⣿" for char in screen.text()), "no curve")
        screen.until_quiet()
        before = len(screen.output)
        screen.type("r")
        screen.until_text("0.3192")
        screen.until_quiet()
        assert len(screen.output) - before < 4_000


def test_the_mouse_is_left_alone_when_turned_off(tmp_path: Path) -> None:
    with viewer(tmp_path, "mouseless") as screen:
        screen.type("q")
        assert screen.wait() == 0
        assert b"\x1b[?1003h" not in screen.output
        assert b"\x1b[?1000h" not in screen.output


def test_it_leaves_no_process_behind(tmp_path: Path) -> None:
    with viewer(tmp_path) as screen:
        screen.type("q")
        screen.wait()
        with pytest.raises(ProcessLookupError):
            os.killpg(screen.process.pid, 0)
