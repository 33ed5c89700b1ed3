"""The outlook on the screen: what is said where there is room, and what stays where there is little."""

import pytest
from msgspec import structs
from scene import build_scene, build_settings, build_view
from stage import Stage, seen

from core.outlook import Outlook, Part, Turn, Verdict
from core.snapshot import Measure
from widgets.outlook import OutlookPane
from widgets.outlook_words import say_bias, say_reasons

PARTS = (
    Part(address="IWM/SPY.gap_20d", says="gap of 20 sessions", weight=1.0, score=91.0),
    Part(address="IWM/SPY.pullback_63d", says="pullback from its high", weight=1.0, score=22.0),
    Part(address="US.sahm_percentile", says="the Sahm rule", weight=1.0, reason="needs UNRATE of FRED"),
)
GOOD = Verdict(
    name="months_1_3", title="1-3 months", score=61.0, stars=4, coverage=0.67, provisional=True, parts=PARTS,
    drivers=("IWM/SPY.gap_20d",), conflicts=("IWM/SPY.pullback_63d",), rises_at=83.0, falls_at=57.0,
    evidence="trend_50_up: 12 episodes, +1.8 % median in 60 sessions, grade C",
)  # fmt: skip
EMPTY_HANDED = Verdict(
    name="cycle", title="Cycle", coverage=0.0, parts=PARTS[2:], published=4, reason="under 60 %",
)  # fmt: skip
TURN = Turn(
    address="IWM/SPY.trend_50_turn",
    text="IWM/SPY: its trend of 50 sessions turns down",
    now=0.319,
    at=0.3126,
    away=-0.02006,
)
OUTLOOK = Outlook(pair="IWM/SPY", dimensions=(EMPTY_HANDED,), horizons=(GOOD,), turns=(TURN,))


def view_of(outlook=OUTLOOK, **measures):
    scene = build_scene()
    more = {f"IWM/SPY.{name}": Measure(value, "fraction", None) for name, value in measures.items()}
    return build_view(structs.replace(scene, outlook=outlook, measures=scene.measures | more))


async def drawn(size, view):
    pane = OutlookPane(build_settings())
    async with Stage(pane).run_test(size=size) as pilot:
        pane.show(view)
        await pilot.pause()
        return "\n".join(seen(pane)), pane.spots


@pytest.mark.parametrize("size", [(118, 36), (78, 20)], ids=str)
async def test_it_says_stars_bias_coverage_reasons_and_what_would_change_it(size):
    text, spots = await drawn(size, view_of(satellite_weight=0.18, equal_volatility_weight=0.42))
    assert "n/a" in text
    assert "lacks the Sahm rule" in text
    assert "+1 small" in text
    assert "~61" in text
    assert "67%" in text
    assert "gap of 20 sessions 91" in text
    assert "12 episodes" in text
    assert "0.3126" in text
    assert "-2.0%" in text
    assert "18 % of IWM beside SPY" in text
    assert "over 83, under 57" in text or size[0] < 100
    addresses = {spot.addresses for spot in spots}
    assert ",".join(part.address for part in PARTS) in addresses
    assert "IWM/SPY.trend_50_turn" in addresses
    assert "IWM/SPY.satellite_weight" in addresses


async def test_thresholds_that_are_fractions_are_told_in_percent_and_points():
    crowding = structs.replace(
        TURN, address="IWM/SPY.crowding_score", text="IWM/SPY: crowding rises to info", now=0.6993, at=0.85, away=0.177
    )
    text, _ = await drawn((118, 36), view_of(structs.replace(OUTLOOK, turns=(crowding,)), crowding_score=0.6993))
    row = next(row for row in text.splitlines() if "crowding rises" in row).split()
    assert row[-5:-1] == ["69.9%", "85.0%", "+15.1", "pts"]


async def test_before_there_are_numbers_it_says_so():
    text, _ = await drawn((80, 12), view_of(Outlook()))
    assert "Waiting for the first numbers." in text


async def test_more_than_fits_is_scrolled_to():
    many = structs.replace(OUTLOOK, turns=(TURN,) * 40)
    pane = OutlookPane(build_settings())
    async with Stage(pane).run_test(size=(100, 14)) as pilot:
        pane.show(view_of(many))
        await pilot.pause()
        assert "more" in seen(pane)[-1]
        pane.action_scroll_rows(99)
        await pilot.pause()
        assert "above" in seen(pane)[-1]
        assert "more" not in seen(pane)[-1]


@pytest.mark.parametrize(
    ("stars", "said"), [(1, "-2 large, clearly"), (3, "0 neither"), (5, "+2 small, clearly"), (None, "n/a")]
)
def test_a_bias_is_a_number_and_a_word(stars, said):
    assert say_bias(structs.replace(GOOD, stars=stars)) == said


def test_reasons_are_told_with_their_scores():
    assert say_reasons(GOOD) == "gap of 20 sessions 91; against it pullback from its high 22"
    assert say_reasons(EMPTY_HANDED) == "lacks the Sahm rule: needs UNRATE of FRED"
    two = structs.replace(EMPTY_HANDED, parts=(PARTS[2], structs.replace(PARTS[2], says="claims", reason="x")))
    assert say_reasons(two) == "lacks the Sahm rule, claims; the first of them needs UNRATE of FRED"
