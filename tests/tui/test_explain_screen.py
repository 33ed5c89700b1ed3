"""Enter on a number opens its page: at once with what is known here, then with what the engine says."""

from made import AT, ScriptedClient, make_settings, make_snapshot
from msgspec import structs
from textual.pilot import Pilot
from textual.widgets import Static

from core.clock import ManualClock
from core.engine.messages import Explained, WantExplanation
from core.explanation import Explanation
from core.snapshot import Finding, Level, Measure
from tui.app import MonitorApp
from tui.explain_screen import ExplainScreen
from tui.palette import list_numbers

GROUNDS = ("IWM/SPY.gap_1d", "IWM/SPY.ratio")
SNAPSHOT = structs.replace(
    make_snapshot(),
    findings=(Finding(rule="x", subject="IWM/SPY", level=Level.WARN, text="large won", measures=GROUNDS),),
)


class House:
    """An app and its scripted client."""

    def __init__(self) -> None:
        self.app = MonitorApp(make_settings(), ManualClock(AT), self._connect)

    def _connect(self, desk):
        self.client = ScriptedClient(desk, [SNAPSHOT])
        return self.client

    @property
    def page(self) -> str:
        assert isinstance(self.app.screen, ExplainScreen)
        return str(self.app.screen.query_one(Static).content)

    @property
    def asked(self) -> list[str]:
        return [message.address for message in self.client.sent if isinstance(message, WantExplanation)]


async def test_enter_explains_what_the_arrows_chose():
    house = House()
    async with house.app.run_test(size=(120, 40)) as pilot:
        await pilot.press("2", "right", "enter")
        assert house.asked == ["IWM/SPY.gap_1d"]
        assert house.page.startswith("IWM/SPY.gap_1d  +50.00 %  [SCRIPTED]")
        assert "one half" in house.page
        await pilot.press("enter")
        assert len(house.app.screen_stack) == 1


async def test_before_the_engine_answers_it_says_what_is_known():
    house = House()
    async with house.app.run_test(size=(80, 24)) as pilot:
        house.client.explains = False
        await pilot.press("2", "enter")
        assert house.page.startswith("IWM/SPY.gap_1d  ~-0.42 %  [SCRIPTED]")
        assert "the engine has not answered yet." in house.page
        other = Explanation(address="IWM.last", measure=Measure(1.0, "price", AT))
        house.app.desk.on_explained(Explained(address="IWM.last", explanation=other))
        assert "IWM.last" not in house.page, "an answer to another question"
        house.app.desk.on_explained(Explained(address="IWM/SPY.gap_1d", reason="It failed: [red]boom[/]"))
        assert "It failed: [red]boom[/]" in house.page


async def test_a_finding_goes_through_all_it_rests_on():
    house = House()
    async with house.app.run_test(size=(120, 40)) as pilot:
        await pilot.press("5", "enter")
        await pilot.press("right")
        await pilot.press("right")
        await pilot.press("left", "r")
        assert house.asked == [GROUNDS[at] for at in (0, 1, 0, 0)], "its own page comes first"
        box = house.app.screen.query_one("#page")
        assert "2 of 3" in str(box.border_title)


async def test_a_click_puts_the_cursor_there_and_a_second_one_explains():
    house = House()
    async with house.app.run_test(size=(120, 40)) as pilot:
        pane = house.app.deck.panes["gaps"]
        spot = next(spot for spot in pane.spots if spot.addresses == "IWM/SPY.gap_1d")
        place = (spot.left + 1, spot.y)
        await pilot.click(pane, offset=place)
        assert (pane.has_focus, pane.chosen, house.asked) == (True, "IWM/SPY.gap_1d", [])
        await pilot.click(pane, offset=place)
        assert house.asked == ["IWM/SPY.gap_1d"]


async def test_a_click_on_the_header_explains():
    house = House()
    async with house.app.run_test(size=(120, 40)) as pilot:
        header = house.app.deck.parts["header"]
        spot = header.spots[0]
        await pilot.click(header, offset=(spot.left + 1, 0))
        assert house.asked == ["IWM/SPY.ratio"]


async def test_the_cursor_keeps_to_its_number_while_others_come():
    house = House()
    async with house.app.run_test(size=(120, 40)) as pilot:
        await pilot.press("2", "right")
        await _refresh(pilot)
        assert house.app.deck.panes["gaps"].chosen == "IWM/SPY.gap_1d"


async def _refresh(pilot: Pilot[None]) -> None:
    await pilot.press("r")
    await pilot.pause()


async def test_the_palette_knows_the_numbers_by_name():
    house = House()
    async with house.app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        entries = {entry.title: entry for entry in list_numbers(house.app)}
        assert set(entries) == {"IWM/SPY.gap_1d", "IWM/SPY.ratio"}
        entries["IWM/SPY.ratio"].run()
        await pilot.pause()
        assert house.asked == ["IWM/SPY.ratio"]
