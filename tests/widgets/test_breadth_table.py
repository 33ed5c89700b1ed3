"""Breadth under the averages that have the screen to themselves: numbers, reasons, and nothing in company."""

import msgspec
import pytest
from scene import NOW, build_scene, build_settings, build_view
from stage import Stage, seen

from core.settings import BreadthSettings, Settings
from core.snapshot import Measure
from widgets.averages import AveragesPane
from widgets.curves import EXCHANGE_ZONE
from widgets.view import View

VALUES = {
    "above_20": 0.4521, "above_50": 0.51, "above_200": 0.605, "above_50_weighted": 0.57, "advances": 0.3333,
    "ahead_63d": 0.42, "advances_ema_10d": 0.4,
}  # fmt: skip
COUNTS = {"new_highs_252d": 12, "new_lows_252d": 31, "covered": 587, "listed": 605}
REASON = "IJR.csv line 12 column Market Value: expected a number, found 'x'"


def build_breadth_view() -> View:
    found = {f"IWM.breadth_{name}": Measure(value, "fraction", NOW) for name, value in VALUES.items()}
    found |= {f"IWM.breadth_{name}": Measure(value, "count", NOW) for name, value in COUNTS.items()}
    found["IWM.breadth_list_date"] = Measure("2026-06-19", "date", NOW)
    found["IWM.breadth_thrust_last"] = Measure("2026-04-24", "date", NOW)
    found["IWM.constituents_spread_edge_21d"] = Measure(0.00312, "fraction", NOW)
    found |= {f"IJR.breadth_{name}": Measure(None, "fraction", NOW, reason=REASON) for name in VALUES}
    scene = build_scene()
    return build_view(msgspec.structs.replace(scene, measures=scene.measures | found))


def with_lists(*funds: str) -> Settings:
    breadth = BreadthSettings(holdings=tuple(f"{fund}=/{fund}.csv" for fund in funds), bars=())
    return msgspec.structs.replace(build_settings(), breadth=breadth)


async def shown(settings: Settings, size: tuple[int, int]) -> list[str]:
    pane = AveragesPane(settings)
    async with Stage(pane).run_test(size=size) as pilot:
        pane.show(build_breadth_view())
        await pilot.pause()
        return [row.strip("│").strip() for row in seen(pane)]


async def test_shares_counts_and_the_day_of_the_list() -> None:
    rows = await shown(with_lists("IWM"), (110, 24))
    head = next(i for i, row in enumerate(rows) if row.startswith("breadth"))
    assert rows[head].split() == [
        *("breadth", ">20d", ">50d", ">200", ">50", "cap", "rising", "ahead", "63d", "highs-lows"),
        *("thrust", "spread", "counted", "list", "of"),
    ]
    assert rows[head + 1].split() == [
        *("IWM", "45", "51", "60", "57", "33", "42", "12-31", "2026-04-24", "0.31", "587/605", "2026-06-19")
    ]
    assert "those that left are not in the past" in rows[head + 2]


async def test_a_reason_stands_in_place_of_the_numbers() -> None:
    rows = await shown(with_lists("IWM", "IJR"), (110, 24))
    assert f"IJR     {REASON}" in rows


async def test_without_a_list_it_says_what_to_do() -> None:
    rows = await shown(with_lists(), (110, 24))
    assert "Breadth of constituents: needs a holdings file; name one under [breadth] in the settings." in rows


async def test_in_company_there_is_no_room_for_it() -> None:
    rows = await shown(with_lists("IWM"), (110, 9))
    assert not any(row.startswith("breadth") for row in rows)


@pytest.mark.parametrize("width", [20, 40, 60, 80])
async def test_narrow_screens_keep_the_shares(width: int) -> None:
    rows = await shown(with_lists("IWM"), (width, 24))
    line = next(row for row in rows[17:] if row.startswith("IWM"))
    assert "45" in line.split()


async def test_numbers_as_they_stand_now_are_marked_and_dated() -> None:
    view = build_breadth_view()
    now = {
        "IWM.breadth_above_50_now": Measure(0.4765, "fraction", NOW, provisional=True),
        "IWM.breadth_covered_now": Measure(580, "count", NOW, provisional=True),
    }
    view = build_view(msgspec.structs.replace(view.snapshot, measures=view.snapshot.measures | now))
    pane = AveragesPane(with_lists("IWM"))
    async with Stage(pane).run_test(size=(110, 24)) as pilot:
        pane.show(view)
        await pilot.pause()
        rows = [row.strip("│").strip() for row in seen(pane)]
    row = next(row for row in rows if row.startswith("IWM   ") and "605" in row).split()
    assert row[2] == "~48"
    assert "580/605" in row
    oldest = NOW.astimezone(EXCHANGE_ZONE)
    assert f"~ counted with the constituents' prices of {oldest:%H:%M:%S}" in rows
