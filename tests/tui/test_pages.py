"""A page: numbered after the panes, never beside them, opened by number, key and palette, left to where one was."""

import pytest
from made import AT, ScriptedClient, make_settings, make_snapshot

from core.clock import ManualClock
from tui.app import MonitorApp
from tui.help import build_help
from tui.layout import plan_screen
from tui.palette import list_entries

DESIGN, SMALL, TINY = (120, 40), (80, 24), (30, 5)


def make_app(**panes: object) -> MonitorApp:
    return MonitorApp(make_settings(**panes), ManualClock(AT), lambda desk: ScriptedClient(desk, [make_snapshot()]))


def seen(app: MonitorApp) -> set[str]:
    return {name for name, pane in app.deck.panes.items() if pane in app.screen._compositor.visible_widgets}


@pytest.mark.parametrize("size", [DESIGN, SMALL, (200, 60)])
async def test_a_page_is_not_among_the_panes(size):
    app = make_app()
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert "rotation" not in seen(app)
        assert app.deck.panes["rotation"].number == 6


async def test_its_number_opens_it_and_one_returns_to_where_one_was():
    app = make_app()
    async with app.run_test(size=DESIGN) as pilot:
        await pilot.press("3", "6")
        assert seen(app) == {"rotation"}
        assert tuple(app.deck.panes["rotation"].region) == plan_screen(*DESIGN, {}, alone="rotation").boxes["rotation"]
        assert app.deck.focused_name == "rotation"
        await pilot.press("6", "z")
        assert seen(app) == {"rotation"}, "a page has the screen to itself: there is nothing to zoom"
        await pilot.press("escape")
        assert seen(app) == set(app.settings.panes.show)
        assert app.deck.focused_name == "averages"


async def test_one_returns_to_a_pane_that_was_alone():
    app = make_app()
    async with app.run_test(size=DESIGN) as pilot:
        await pilot.press("4", "z", "6", "escape")
        assert seen(app) == {"volatility"}
        assert app.deck.focused_name == "volatility"
        await pilot.press("escape")
        assert seen(app) == set(app.settings.panes.show)


async def test_the_number_of_a_pane_leaves_the_page():
    app = make_app()
    async with app.run_test(size=DESIGN) as pilot:
        await pilot.press("6", "2")
        assert seen(app) == set(app.settings.panes.show)
        assert app.deck.focused_name == "gaps"


async def test_tab_goes_through_the_page_only_while_one_is_alone():
    app = make_app(pages=("rotation",))
    async with app.run_test(size=DESIGN) as pilot:
        await pilot.press("5", "tab")
        assert app.deck.focused_name == "chart"
        await pilot.press("5", "z", "tab")
        assert seen(app) == {"rotation"}
        await pilot.press("tab")
        assert seen(app) == {"chart"}


@pytest.mark.parametrize(
    ("key", "title"),
    [("g", "sectors, pairs, weekly"), ("w", "sizes, pairs, daily"), ("m", "sizes against VTI, weekly")],
)
async def test_its_keys_open_it_from_anywhere(key, title):
    app = make_app()
    async with app.run_test(size=DESIGN) as pilot:
        await pilot.press(key)
        assert seen(app) == {"rotation"}
        assert title in app.deck.panes["rotation"].row(0).text


async def test_palette_help_and_footer_know_it():
    app = make_app()
    async with app.run_test(size=DESIGN) as pilot:
        await pilot.pause()
        entries = {entry.title: entry for entry in list_entries(app)}
        entries["Pane: Rotation map"].run()
        await pilot.pause()
        assert seen(app) == {"rotation"}
        assert "Map: group" in entries
        page = build_help(app)
        assert "in the manner of relative rotation graphs" in str(page._content)
        assert "6" in str(page._content)
        screen = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        assert f"1-{min(9, len(app.deck.names))} pane" in screen


async def test_it_survives_any_size():
    app = make_app()
    async with app.run_test(size=DESIGN) as pilot:
        await pilot.press("6")
        for size in (TINY, SMALL, (60, 12), DESIGN):
            await pilot.resize_terminal(*size)
            await pilot.pause(0.2)
        assert seen(app) == {"rotation"}
        await pilot.press("escape")
        assert seen(app) == set(app.settings.panes.show)


async def test_without_pages_the_keys_do_nothing():
    app = make_app(pages=())
    async with app.run_test(size=DESIGN) as pilot:
        await pilot.press("6", "g")
        assert seen(app) == set(app.settings.panes.show)
