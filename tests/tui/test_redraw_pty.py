"""The key that paints everything again, after another program has written on the screen."""

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
