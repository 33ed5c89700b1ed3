"""Who moved, on the screen: the parts of the chosen pair, above the returns of its legs."""

from msgspec import structs
from scene import build_scene, build_settings, build_view
from stage import Stage, seen

from core.snapshot import Measure
from widgets.gaps import GapsPane

PARTS = {"moved_small": -0.0012, "moved_large": 0.0030, "moved": 0.0018}


def view_of(pair="IWM/SPY"):
    scene, more = build_scene(), {}
    for span in ("open", "1d", "5d", "20d"):
        more |= {f"{pair}.{name}_{span}": Measure(v, "fraction", None, provisional=True) for name, v in PARTS.items()}
        more[f"{pair}.who_moved_{span}"] = Measure("large fell", "state", None, provisional=True)
    more[f"{pair}.moved_open"] = Measure(None, "fraction", None, reason="no opening price")
    more[f"{pair}.who_moved_open"] = Measure(None, "state", None, reason="no opening price")
    return build_view(structs.replace(scene, measures=scene.measures | more))


async def drawn(size, view):
    pane = GapsPane(build_settings())
    async with Stage(pane).run_test(size=size) as pilot:
        pane.show(view)
        await pilot.pause()
        return seen(pane), {spot.addresses for spot in pane.spots}


async def test_enlarged_it_says_which_leg_moved_the_ratio():
    rows, spots = await drawn((100, 30), view_of())
    at = next(i for i, row in enumerate(rows) if "Who moved it" in row)
    cells = [row.strip("│ ").split() for row in rows[at + 1 : at + 6]]
    assert cells[0] == ["IWM/SPY", "since", "open", "1D", "1W", "1M"]
    assert cells[1] == ["IWM", *["~-0.12"] * 4]
    assert cells[2] == ["SPY", *["~+0.30"] * 4]
    assert cells[3] == ["adds", "up", "to", "—", *["~+0.18"] * 3]
    assert cells[4] == ["who", "—", *["SPY", "fell"] * 3]
    assert {"IWM/SPY.moved_small_open", "IWM/SPY.moved_large_5d", "IWM/SPY.who_moved_20d"} <= spots


async def test_without_numbers_or_room_it_is_not_there():
    assert not any("Who moved it" in row for row in (await drawn((100, 30), build_view()))[0])
    assert not any("Who moved it" in row for row in (await drawn((100, 12), view_of()))[0])
