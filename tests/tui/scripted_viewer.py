"""The viewer on a script instead of an engine, for a pty: `python scripted_viewer.py [word ...]`.

Words: `hang` (the client cannot be closed), `stuck` (the key for refresh blocks the loop for good), `flood` (new
numbers without end), `deaf` (no SIGHUP arrives), `alone` (leads its own session), `ascii`, `mouseless`, `hostile`.
"""

import asyncio
import os
import signal
import sys
import time

from made import ScriptedClient, hostile_snapshot, make_settings, make_snapshot

from core.clock import SystemClock
from core.errors import SmidError
from core.snapshot import Snapshot
from tui.desk import Desk
from tui.manners.ending import ENDINGS, Ending
from tui.manners.terminal import check_terminal


class HangingClient(ScriptedClient):
    """Does not let itself be closed, and takes a thread with it."""

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(None, time.sleep, 3_600)


class FloodingClient(ScriptedClient):
    """Another ratio as fast as the screen takes them."""

    async def run(self) -> None:
        task = asyncio.create_task(super().run())
        for number in range(2, 1_000_000):
            await asyncio.sleep(0.001)
            self.desk.choose_pair(("IWM/SPY", "IJR/SPY")[number % 2])
            self.desk.on_snapshot(make_snapshot(number, ratio=0.3 + number % 97 / 1_000))
        await task


def make_client(words: list[str], desk: Desk, snapshot: Snapshot) -> ScriptedClient:
    kind = HangingClient if "hang" in words else FloodingClient if "flood" in words else ScriptedClient
    return kind(desk, [snapshot])


def main(words: list[str]) -> int:
    settings = make_settings(ascii="ascii" in words, mouse="mouseless" not in words)
    try:
        check_terminal(os.environ, is_ascii=settings.panes.ascii)
    except SmidError as error:
        print(f"smid: {error}", file=sys.stderr)
        return error.exit_code
    from tui.app import MonitorApp

    snapshot = hostile_snapshot() if "hostile" in words else make_snapshot()
    ending = Ending()
    app = MonitorApp(settings, SystemClock(), lambda desk: make_client(words, desk, snapshot), ending=ending)
    if "stuck" in words:
        app.desk.refresh = lambda: time.sleep(3_600)  # type: ignore[method-assign]
    if "deaf" in words:
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
    try:
        app.run(mouse=settings.panes.mouse)
    finally:
        ending.stop()
    return app.return_code or 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
