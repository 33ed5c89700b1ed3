"""After any change of the window every cell on the screen is what its pane has drawn there."""

import pytest
from made import AT, ScriptedClient, make_settings, make_snapshot
from textual.geometry import Size

from core.clock import ManualClock
from tui.app import MonitorApp
from widgets.canvas import Canvas

SIZES = [(80, 24), (120, 40), (125, 40), (120, 40), (60, 15), (200, 60), (119, 40), (120, 41), (120, 40)]


def find_stale(app: MonitorApp) -> list[tuple[str, str]]:
    """Rows of canvases that the screen shows otherwise than they are drawn: as shown, as drawn."""
    lines = ["".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()]
    found = []
    for canvas in app.query(Canvas):
        box = canvas.region
        for y in range(box.height if canvas.is_attached and box.area else 0):
            shown, drawn = lines[box.y + y][box.x : box.right], canvas.draw(*canvas.size)[y].text
            if shown != drawn:
                found.append((shown, drawn))
    return found


async def test_nothing_of_the_old_size_is_left() -> None:
    app = MonitorApp(make_settings(), ManualClock(AT), lambda desk: ScriptedClient(desk, [make_snapshot()]))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.2)
        assert find_stale(app) == []
        for number, size in enumerate(SIZES):
            await pilot.resize_terminal(*size)
            app.desk.on_snapshot(make_snapshot(number + 2, ratio=0.31 + number / 100))
            await pilot.pause(0.3)
            assert app.size == Size(*size)
            assert find_stale(app) == [], size


@pytest.mark.parametrize("keys", [["z"], ["3", "z", "escape"], ["question_mark", "escape"]])
async def test_nor_after_a_pane_was_enlarged(keys: list[str]) -> None:
    app = MonitorApp(make_settings(), ManualClock(AT), lambda desk: ScriptedClient(desk, [make_snapshot()]))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.2)
        await pilot.press(*keys)
        await pilot.pause(0.2)
        assert find_stale(app) == []
