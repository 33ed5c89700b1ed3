"""A pane that fails says so in its own place; the others go on, and so does it with good numbers."""

import logging

import pytest
from made import AT, ScriptedClient, make_settings, make_snapshot
from textual.events import Resize
from textual.pilot import Pilot
from textual.strip import Strip

from core.clock import ManualClock
from tui import deck as deck_module
from tui.app import MonitorApp
from tui.guard import guarded
from tui.registry import PANES
from widgets.canvas import Row
from widgets.pane import Pane
from widgets.view import View

PLACES = ("show", "content", "title_note", "render_line")


def broken(place: str, name: str = "risk") -> type[Pane]:
    """A pane that raises in `place` as long as `is_broken`."""

    class BrokenPane(PANES[name]):  # type: ignore[misc, valid-type]
        is_broken = True

        def _break(self, here: str) -> None:
            if here == place and type(self).is_broken:
                raise ZeroDivisionError("over the\x1b[31m cliff")

        def show(self, view: View) -> None:
            self._break("show")
            super().show(view)

        def content(self, width: int, height: int) -> list[Row]:
            self._break("content")
            return super().content(width, height)

        def title_note(self) -> Row:
            self._break("title_note")
            return super().title_note()

        def render_line(self, y: int) -> Strip:
            self._break("render_line")
            return super().render_line(y)

        def on_resize(self, event: Resize) -> None:
            self._break("on_resize")

        def toggle_crosshair(self) -> None:
            raise KeyError("no chart here")

    return BrokenPane


def screen_text(app: MonitorApp) -> str:
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


async def until_shown(app: MonitorApp, pilot: Pilot[int], words: str) -> None:
    """The first numbers come when the client's worker gets its turn."""
    for _ in range(100):
        if words in screen_text(app):
            return
        await pilot.pause(0.02)
    raise AssertionError(f"{words!r} did not appear on {screen_text(app)}")


@pytest.fixture
def app(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> MonitorApp:
    monkeypatch.setitem(deck_module.PANES, "risk", broken(request.param))
    client = [make_snapshot()]
    return MonitorApp(make_settings(), ManualClock(AT), lambda desk: ScriptedClient(desk, client))


@pytest.mark.parametrize("app", PLACES, indirect=True)
async def test_the_others_go_on(app: MonitorApp, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR, "smid.viewer")
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(app, pilot, "0.319")
        text = screen_text(app)
        assert "ZeroDivisionError: over the\ufffd[31m cliff" in text
        assert "0.319" in text, "the other panes show their numbers"
        assert "cliff" in caplog.text
        await pilot.press("p")
        await pilot.pause()
        assert app.view.pair == "IJR/SPY"
    assert not app.return_code


@pytest.mark.parametrize("app", ["on_resize"], indirect=True)
async def test_a_failing_event_does_not_end_the_monitor(app: MonitorApp, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR, "smid.viewer")
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(app, pilot, "large won nine sessions running")
    assert "cliff" in caplog.text
    assert not app.return_code


@pytest.mark.parametrize("app", ["show", "content", "render_line"], indirect=True)
async def test_it_recovers_with_the_next_numbers(app: MonitorApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.2)
        assert "ZeroDivisionError" in screen_text(app)
        deck_module.PANES["risk"].is_broken = False  # type: ignore[attr-defined]
        app.desk.on_snapshot(make_snapshot(2))
        await until_shown(app, pilot, "0.319")
        text = screen_text(app)
        assert "ZeroDivisionError" not in text
        assert "large won nine sessions running" in text


async def test_a_pane_of_slices_says_it_as_well_and_recovers(monkeypatch: pytest.MonkeyPatch) -> None:
    pane = broken("show", "gaps")
    assert pane.SLICES
    monkeypatch.setitem(deck_module.PANES, "gaps", pane)
    app = MonitorApp(make_settings(), ManualClock(AT), lambda desk: ScriptedClient(desk, [make_snapshot()]))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.2)
        assert "ZeroDivisionError: over the\ufffd[31m cliff" in screen_text(app)
        pane.is_broken = False  # type: ignore[attr-defined]
        app.desk.on_snapshot(make_snapshot(2))
        await pilot.pause(0.2)
        assert "ZeroDivisionError" not in screen_text(app)
        assert "IJR/SPY" in screen_text(app)


@pytest.mark.parametrize("app", ["nowhere"], indirect=True)
async def test_a_key_that_fails_is_told_in_the_pane_it_was_for(app: MonitorApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.1)
        app.deck.panes["risk"].attempt("toggle_crosshair")  # type: ignore[attr-defined]
        await pilot.pause(0.1)
        assert "KeyError: 'no chart here'" in screen_text(app)


@pytest.mark.parametrize("app", ["show"], indirect=True)
async def test_one_failure_is_logged_once(app: MonitorApp, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR, "smid.viewer")
    async with app.run_test(size=(120, 40)) as pilot:
        for sequence in range(2, 30):
            app.desk.on_snapshot(make_snapshot(sequence))
        await pilot.pause(0.1)
    assert len([record for record in caplog.records if "cliff" in record.getMessage()]) == 1


def test_the_guard_keeps_the_name_and_the_styles_of_the_pane() -> None:
    assert guarded(PANES["chart"]).__name__ == "ChartPane"
    assert {"ChartPane", "Pane"} <= guarded(PANES["chart"])._css_type_names
