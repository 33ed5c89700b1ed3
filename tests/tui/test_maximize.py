"""A pane alone on the screen and back again, by its key, its number and the keys that restore."""

from made import AT, ScriptedClient, make_settings, make_snapshot

from core.clock import ManualClock
from tui.app import MonitorApp
from tui.layout import plan_screen

DESIGN, SMALL = (120, 40), (80, 24)


def make_app() -> MonitorApp:
    return MonitorApp(make_settings(), ManualClock(AT), lambda desk: ScriptedClient(desk, [make_snapshot()]))


def seen(app: MonitorApp) -> set[str]:
    """The panes that have a place on the screen."""
    return {name for name, pane in app.deck.panes.items() if pane in app.screen._compositor.visible_widgets}


async def test_a_pane_takes_the_whole_screen_and_gives_it_back():
    app = make_app()
    async with app.run_test(size=DESIGN) as pilot:
        await pilot.press("2", "z")
        assert seen(app) == {"gaps"}
        assert tuple(app.deck.panes["gaps"].region) == plan_screen(*DESIGN, {}, alone="gaps").boxes["gaps"]
        await pilot.press("z")
        assert seen(app) == set(app.settings.panes.show)


async def test_escape_restores_all_panes():
    app = make_app()
    async with app.run_test(size=DESIGN) as pilot:
        await pilot.press("4", "z")
        assert seen(app) == {"volatility"}
        await pilot.press("escape")
        assert seen(app) == set(app.settings.panes.show)
        assert app.deck.focused_name == "volatility"


async def test_one_pane_after_the_other_while_one_is_alone():
    app = make_app()
    async with app.run_test(size=DESIGN) as pilot:
        await pilot.press("1", "z", "tab")
        assert seen(app) == {"gaps"}
        await pilot.press("5")
        assert seen(app) == {"risk"}


async def test_the_number_of_a_pane_that_does_not_fit_shows_it_alone():
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        assert "volatility" not in seen(app)
        await pilot.press("4")
        assert seen(app) == {"volatility"}
        await pilot.press("escape")
        assert seen(app) == set(app.deck.visible_names)
        assert "volatility" not in seen(app)


async def test_keys_that_come_together_are_about_the_same_pane():
    """A slow line joins keys: 4 and z in one go."""
    app = make_app()
    async with app.run_test(size=DESIGN) as pilot:
        await pilot.pause()
        app.action_pane(4)
        app.action_act("maximize")
        await pilot.pause()
        assert seen(app) == {"volatility"}
