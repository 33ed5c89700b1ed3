"""What a window too small for a pane says."""

import msgspec
import pytest
from made import AT, ScriptedClient, make_settings, make_snapshot
from textual.widgets import Static

from core.clock import ManualClock
from core.engine.link import Link, LinkState
from core.snapshot import EMPTY, Phase
from tui.app import MonitorApp
from tui.summary import format_summary
from widgets.view import View

LIVE = Link(LinkState.LIVE)


def view(link: Link = LIVE, **source: object) -> View:
    return View(snapshot=make_snapshot(**source), pair="IWM/SPY", link=link)


def test_what_is_not_the_market_comes_first() -> None:
    assert format_summary(view()) == "SCRIPTED IWM/SPY ~0.3190 -0.42pp WARN open"
    assert format_summary(view(label="")) == "IWM/SPY ~0.3190 -0.42pp WARN open"
    assert format_summary(view(label="REPLAY 2026-01-30", ends=AT)).startswith("REPLAY 2026-01-30 ENDED IWM/SPY")


def test_what_is_not_live_says_so() -> None:
    assert format_summary(view(Link(LinkState.LOST, "gone"))).endswith(" lost")
    assert format_summary(View(snapshot=EMPTY, pair="IWM/SPY")) == "IWM/SPY — starting"


def test_the_phase_is_told() -> None:
    snapshot = make_snapshot()
    closed = msgspec.structs.replace(snapshot, session=msgspec.structs.replace(snapshot.session, phase=Phase.CLOSED))
    assert format_summary(View(snapshot=closed, pair="IWM/SPY", link=LIVE)).endswith(" closed")


@pytest.mark.parametrize("size", [(20, 5), (30, 8), (39, 24), (120, 3), (20, 1)])
async def test_no_window_is_too_small_for_the_label(size: tuple[int, int]) -> None:
    app = MonitorApp(make_settings(), ManualClock(AT), lambda desk: ScriptedClient(desk, [make_snapshot()]))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert app.query_one("#summary", Static).region.size == size
        lines = ["".join(s.text for s in strip) for strip in app.screen._compositor.render_strips()]
        assert "SCRIPTED" in lines[0]
        words = " ".join(" ".join(lines).split())
        assert words == "SCRIPTED IWM/SPY ~0.3190 -0.42pp WARN open" or size[0] * size[1] < 60
