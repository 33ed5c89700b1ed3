"""The page of who leads: at any size, by a key, a click or the palette."""

from made import AT, ScriptedClient, make_settings, make_snapshot
from msgspec import structs
from textual.widgets import Static

from core.clock import ManualClock
from core.snapshot import Measure, Regime, Snapshot
from tui.app import MonitorApp
from tui.explain_screen import ExplainScreen
from tui.lines import to_text
from tui.palette import list_entries
from tui.regime_page import lay_out_regime

REGIME = Regime(
    pair="IWM/SPY",
    leader="small",
    since="2026-10-26",
    sessions=20,
    states={"50": "up", "200": "up"},
    disagree=("RSP",),
    behind={"IJR": "2026-11-19"},
    provisional=True,
    flips={"50": 0.3430},
    measures=("IWM/SPY.trend_50", "IWM/SPY.trend_200"),
)


def told() -> Snapshot:
    snapshot = make_snapshot()
    given = {
        "IWM/SPY.ratio": (0.35, "ratio"), "IWM/SPY.trend_50": ("up", "state"), "IWM/SPY.trend_200": ("up", "state"),
        "IWM/SPY.trend_50_since": ("2026-10-26", "date"), "IWM/SPY.trend_50_turn": (0.3430, "ratio"),
    }  # fmt: skip
    measures = snapshot.measures | {one: Measure(value, unit, AT) for one, (value, unit) in given.items()}
    measures["IJR/SPY.trend_50"] = Measure(None, "state", AT, reason="needs 50 sessions, has 9")
    return structs.replace(snapshot, regime=REGIME, measures=measures, pairs=("IWM/SPY", "IJR/SPY", "IWM/RSP"))


def test_the_page() -> None:
    page = to_text(lay_out_regime(told(), 77))
    assert page.startswith("~Small caps lead  [SCRIPTED]\n  says     ~Small caps lead since 26 Oct, 20 sessions:")
    assert "; RSP not so, IJR only of 19 Nov, ends at 0.3430 (-2.0%)" in " ".join(page.split())
    assert "    50d    up since 26 Oct 2026, turns at 0.3430 (-2.0%)\n    200d   up\n" in page
    assert "  IJR/SPY  only of 19 Nov 2026: not asked\n    50d    n/a: needs 50 sessions, has 9\n" in page
    assert "IWM/RSP" not in page  # another large leg
    assert max(map(len, page.splitlines())) <= 77


def test_without_a_regime_it_says_why() -> None:
    snapshot = structs.replace(told(), regime=Regime(pair="IWM/SPY", reason="IWM/SPY: needs 200 sessions, has 9"))
    assert "No regime" in to_text(lay_out_regime(snapshot, 77))
    assert "IWM/SPY: needs 200 sessions, has 9" in to_text(lay_out_regime(snapshot, 77))
    assert "no numbers yet" in to_text(lay_out_regime(structs.replace(snapshot, regime=Regime()), 77))


async def test_a_key_opens_it_where_the_header_has_no_line_for_it() -> None:
    app = MonitorApp(make_settings(), ManualClock(AT), lambda desk: ScriptedClient(desk, [told()]))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("e")
        assert isinstance(app.screen, ExplainScreen)
        page = app.screen.query_one(Static)
        assert str(page.content).startswith("~Small caps lead")
        assert not [message for message in app._client.sent if getattr(message, "address", "") == "regime"]
        await pilot.press("right")
        assert str(page.content).startswith("IWM/SPY.trend_50")
        assert any("regime" in entry.title.lower() for entry in list_entries(app))
