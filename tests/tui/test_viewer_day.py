"""A day in one viewer: what it holds at noon it holds at the close, whatever came and was looked at meanwhile."""

import gc
import threading
from pathlib import Path

import pytest
from made import AT, ScriptedClient, make_history, make_settings, make_snapshot

from core.clock import ManualClock
from tui.app import MonitorApp

REFRESHES = 1200
"""A day has 1,560; by the middle of these every pane was looked at, and what is kept of each is there."""
KEYS = ("p", "h", "H", "c", "left", "c", "z", "escape", "tab", "question_mark", "escape", "ctrl+p", "escape")


def usage() -> tuple[int, int, int]:
    """Live objects, threads, open files."""
    gc.collect()
    return len(gc.get_objects()), threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts through /proc, which is Linux's")
async def test_nothing_grows_over_a_day() -> None:
    app = MonitorApp(make_settings(), ManualClock(AT), lambda desk: ScriptedClient(desk, [make_snapshot()]))
    seen = []
    async with app.run_test(size=(120, 40)) as pilot:
        for number in range(2, REFRESHES):
            app.desk.on_snapshot(make_snapshot(number, ratio=0.31 + number % 97 / 10_000))
            if number % 20 == 0:
                app.desk.on_history(make_history(key=f"k{number}"))
                await pilot.press(KEYS[number // 20 % len(KEYS)])
            if number % 5 == 0:
                await pilot.pause()
            if number in (REFRESHES // 2, REFRESHES - 1):
                await pilot.press("escape", "escape")
                seen.append(usage())
    (objects, *others), (objects_later, *others_later) = seen
    assert others_later == others
    assert objects_later - objects < 0.02 * objects
