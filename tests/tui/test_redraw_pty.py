"""The whole screen is sent when there is a reason: at the start, and after another program has written on it."""

from pathlib import Path

from pty_screen import VIEWER, PtyScreen, environment


def test_ctrl_l_wipes_what_others_wrote(tmp_path: Path) -> None:
    with PtyScreen([VIEWER], environment(tmp_path)) as screen:
        screen.until_text("~0.3190")
        screen.until_quiet()
        before = screen.text()
        screen.output += b"\x1b[5;10HWRITTEN BY ANOTHER\x1b[25;1H\x1b[41mAND MORE\x1b[0m"
        assert "WRITTEN" in screen.text()
        screen.type("\x0c")
        screen.until(lambda: "WRITTEN" not in screen.text() and "AND MORE" not in screen.text(), "still there")
        screen.until_quiet()
        clock = 1  # the header's row: its seconds go on
        assert screen.text().splitlines()[clock:] == before.splitlines()[clock:]
        screen.type("q")
        assert screen.wait() == 0


def test_the_first_screen_is_sent_once(tmp_path: Path) -> None:
    """And once more when it comes to life; Textual alone would send it six times: 170 kB over a slow line."""
    with PtyScreen([VIEWER], environment(tmp_path)) as screen:
        screen.until_text("~0.3190")
        screen.until_quiet()
        assert screen.output.count(b"Relative strength") <= 2
        assert len(screen.output) < 75_000
        screen.type("q")
        assert screen.wait() == 0
