"""The claims on the screen: asked for once the page is opened, listed by verdict, told anew, each with its page."""

import pytest
from made import AT, ScriptedClient, make_settings, make_snapshot
from msgspec import structs
from textual.widgets import Static

from core.claims.record import ClaimRecord, Compared, Ledger, Reading, Verdict, Way
from core.clock import ManualClock
from core.engine.link import Link, LinkState
from core.engine.messages import Claimed, WantClaims
from tui.app import MonitorApp
from tui.claim_page import format_claim
from tui.claims_table import format_claims
from tui.palette import list_entries

DESIGN, SMALL = (120, 40), (80, 24)


def reading(claimed, recomputed, fits=0):
    figure = Compared(
        of="IWM/SPY.gap_since",
        claimed=claimed,
        recomputed=recomputed,
        difference=recomputed - claimed,
        tolerance=0.005,
        unit="fraction",
    )
    window = {"tried": 20, "known": 20, "fits": fits, "start": "2021-03-12", "end": "2026-01-20"}
    return Reading(read_as="the gap since then", figures=(figure,), **window)


def record(name, verdict, *readings, way=None, kind="figure"):
    return ClaimRecord(
        id=name,
        kind=kind,
        says=f"{name} was said [red]loudly[/]",
        who="a newsletter",
        said="2026-01",
        verdict=verdict,
        reason=f"why of {name}",
        readings=readings,
        way=way,
    )


WAY = Way(
    start="2026-01-30",
    deadline="2027-01-31",
    sessions=2,
    of_sessions=253,
    low=0.15,
    high=0.25,
    rate_low=0.149,
    rate_high=0.249,
    realised=0.0071,
    required_low=0.0011,
    required_high=0.0018,
    times=(20483, 20486, 20487),
    values=(0.0, 0.01, 0.0071),
)
LEDGER = Ledger(
    label="SCRIPTED",
    at=AT,
    until="2026-03-23",
    claims=(
        record("agreed", Verdict.CONFIRMED, reading(0.05, 0.0512, fits=3)),
        record("absent", Verdict.UNCHECKED, Reading(read_as="as it says", reason="needs the moon")),
        record("soon", Verdict.OPEN, way=WAY, kind="forecast"),
        record("denied", Verdict.NOT_REPRODUCED, reading(-0.6, -0.3871)),
    ),
)


class LedgerClient(ScriptedClient):
    """Answers for the claims with what it is given, once for each key."""

    told: Claimed | None = None

    def send(self, message):
        super().send(message)
        if isinstance(message, WantClaims) and self.told is not None and self.told.key != message.known:
            self.desk.on_explained(self.told)

    def tell(self, key, **changes):
        self.told = Claimed(key=key, **changes)
        self.desk.on_explained(self.told)


class House:
    def __init__(self, told=Claimed(key="1", ledger=LEDGER)):  # noqa: B008 - frozen
        self._told = told
        self.app = MonitorApp(make_settings(), ManualClock(AT), self._connect)

    def _connect(self, desk):
        self.client = LedgerClient(desk, [make_snapshot()])
        self.client.told = self._told
        return self.client

    @property
    def pane(self):
        return self.app.deck.panes["claims"]

    @property
    def rows(self) -> list[str]:
        return [strip.text for strip in self.pane._rows]

    @property
    def text(self) -> str:
        return "\n".join(self.rows)

    @property
    def asked(self) -> list[str]:
        return [message.known for message in self.client.sent if isinstance(message, WantClaims)]

    @property
    def page(self) -> str:
        return str(self.app.screen.query_one(Static).content)


@pytest.mark.parametrize("size", [DESIGN, SMALL], ids=str)
async def test_the_key_opens_it_by_verdict_and_nothing_was_asked_before(size):
    house = House()
    async with house.app.run_test(size=size) as pilot:
        await pilot.pause()
        assert house.asked == []
        await pilot.press("k")
        await pilot.pause()
        assert house.app.deck.alone == "claims"
        assert house.asked == ["", "1"], "and then whatever comes next"
        places = [next(i for i, row in enumerate(house.rows) if f" {name} " in row) for name in ("denied", "agreed")]
        assert places == sorted(places)
        denied, agreed, soon = (
            next(row for row in house.rows if f" {name} " in row) for name in ("denied", "agreed", "soon")
        )
        assert "-60.00" in denied
        assert "-38.71" in denied
        assert "+5.12" in agreed
        assert "+15 to +25" in soon
        assert "+0.71" in soon
        assert ("not reproduced" in denied) is (size == DESIGN)
        assert ("a newsle" in denied) is (size == DESIGN)
        assert "1 not so · 1 confirmed · 1 open · 1 unchecked" in house.text
        assert "denied was said [red]loudly[/]" in house.text, "the statement under the cursor"
        assert "not reproduced: why of denied." in house.text


async def test_the_details_follow_the_cursor_and_enter_opens_the_page():
    house = House()
    async with house.app.run_test(size=DESIGN) as pilot:
        await pilot.press("k")
        await pilot.pause()
        await pilot.press("down")
        assert "why of agreed." in house.text
        await pilot.press("enter")
        await pilot.pause()
        assert house.page.startswith("CONFIRMED  agreed  [SCRIPTED]")
        for part in (
            "AS IT SAYS: the gap since then",
            "20 windows, of which 3 make it true",
            "recomputed +5.12 points",
        ):
            assert part in house.page
        await pilot.press("escape", "down", "enter")
        await pilot.pause()
        for part in ("OPEN  soon", "THE WAY", "2 of about 253 sessions are over", "+0.71 % realised"):
            assert part in house.page


async def test_news_are_told_while_it_is_open():
    house = House()
    async with house.app.run_test(size=DESIGN) as pilot:
        await pilot.pause()
        await pilot.press("k")
        await pilot.pause()
        later = Ledger(at=AT, until="2026-03-24", claims=(record("fresh", Verdict.OPEN, way=WAY, kind="forecast"),))
        house.client.tell("2", ledger=later)
        assert " fresh " in house.text
        assert " denied " not in house.text
        assert house.asked == ["", "1", "2"]
        house.client.tell("3", reason="the claims were not calculated: no memory")
        assert " fresh " in house.text, "a failure leaves what was known"


async def test_an_invented_market_says_so():
    house = House(Claimed(key="1", ledger=structs.replace(LEDGER, label="SIMULATED")))
    async with house.app.run_test(size=SMALL) as pilot:
        await pilot.press("k")
        await pilot.pause()
        assert "This market is invented" in house.rows[-1]
    page = format_claim(structs.replace(LEDGER, label="SIMULATED"), LEDGER.claims[0])
    assert "This market is invented" in page
    assert "This market is invented" not in format_claim(LEDGER, LEDGER.claims[0])
    assert "This market is invented" in format_claims(structs.replace(LEDGER, label="SIMULATED"))


def test_the_table_says_what_was_wrong_where_no_claim_could_be_read():
    page = format_claims(Ledger(at=AT, until="2026-03-23", problems=("claims.toml: not TOML: at line 3.",)))
    assert "claims.toml: not TOML: at line 3." in page


async def test_another_engine_is_asked_again():
    house = House()
    async with house.app.run_test(size=DESIGN) as pilot:
        await pilot.pause()
        await pilot.press("k")
        await pilot.pause()
        house.app.desk.on_link(Link(LinkState.LOST, "gone"))
        house.app.desk.on_link(Link(LinkState.LIVE))
        assert house.asked[:3] == ["", "1", ""]


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (None, "The claims are being calculated."),
        (Claimed(key="1", reason="the claims were not calculated: no memory"), "The claims were not calculated"),
        (Claimed(key="1", ledger=Ledger(at=AT)), "No claims: the shipped ones are left out"),
        (Claimed(key="1", ledger=Ledger(at=AT, problems=("claims.toml: [mine] who is missing.",))), "[mine] who is"),
        (Claimed(key="1", ledger=Ledger(at=AT, problems=("claims.toml: not TOML.",))), "No claim could be read:"),
    ],
)
async def test_without_claims_it_says_why(told, says):
    house = House(told)
    async with house.app.run_test(size=SMALL) as pilot:
        await pilot.press("k")
        await pilot.pause()
        assert says in house.text


async def test_the_palette_knows_it():
    house = House()
    async with house.app.run_test(size=DESIGN):
        assert any("Claims" in entry.title for entry in list_entries(house.app))
