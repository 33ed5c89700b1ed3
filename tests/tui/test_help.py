"""The page behind `?`: the keys that are in force, and the whole of what the footer has to shorten."""

from datetime import timedelta

from made import AT, ScriptedClient, make_settings, make_snapshot
from textual.widgets import Static

from core.clock import ManualClock
from core.snapshot import Health
from tui.actions import ACTIONS
from tui.app import MonitorApp
from tui.palette import list_entries

REASON = "32 of 35 symbols fail; IJR: nothing of it is recorded on 2026-03-24, nor in the daily bars before that day"


async def test_the_whole_reason_of_a_source_in_trouble() -> None:
    snapshot = make_snapshot(health=Health.ERROR, reason=REASON, next_poll=AT + timedelta(minutes=5))
    app = MonitorApp(make_settings(), ManualClock(AT), lambda desk: ScriptedClient(desk, [snapshot]))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.press("question_mark")
        words = " ".join(str(app.screen.query_one(Static).content).split())
        assert f"Source scripted error {REASON}; next try 19:37 UTC" in words


async def test_every_action_with_a_key_is_in_help_and_palette() -> None:
    app = MonitorApp(make_settings(), ManualClock(AT), lambda desk: ScriptedClient(desk, [make_snapshot()]))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("question_mark")
        page = str(app.screen.query_one(Static).content)
        assert [action.help for action in ACTIONS.values() if action.help not in page] == []
        assert "^l" in page
        found = {entry.title for entry in list_entries(app)}
        assert {action.title for action in ACTIONS.values()} <= found


async def test_the_panes_rest_under_a_page_and_catch_up_after_it() -> None:
    """Else the page above would be sent again each second; the label of the market is on it, too."""
    app = MonitorApp(make_settings(), ManualClock(AT), lambda desk: ScriptedClient(desk, [make_snapshot()]))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        gaps = app.deck.panes["gaps"]
        await pilot.press("question_mark")
        assert "SCRIPTED" in str(app.screen.query_one("#page").border_title)
        app.desk.on_snapshot(make_snapshot(7))
        await pilot.pause()
        assert gaps.view.snapshot.sequence == 1
        await pilot.press("escape")
        await pilot.pause()
        assert gaps.view.snapshot.sequence == 7


async def test_behind_the_palette_the_numbers_go_on() -> None:
    app = MonitorApp(make_settings(), ManualClock(AT), lambda desk: ScriptedClient(desk, [make_snapshot()]))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+p")
        app.desk.on_snapshot(make_snapshot(7))
        await pilot.pause()
        assert app.deck.panes["gaps"].view.snapshot.sequence == 7
