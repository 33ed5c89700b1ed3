"""No number is on the screen that cannot be asked about, and whatever can be asked about has a study behind it."""

import re

import pytest
from scene import build_scene, build_settings, build_view
from stage import Stage

from core.explain import find_study
from widgets.averages import AveragesPane
from widgets.chart import ChartPane
from widgets.drivers import DriversPane
from widgets.finding_address import find_finding, is_finding
from widgets.gaps import GapsPane
from widgets.risk import RiskPane
from widgets.rotation import RotationPane
from widgets.volatility import VolatilityPane

PANES = (ChartPane, GapsPane, AveragesPane, VolatilityPane, RiskPane, RotationPane, DriversPane)
SIZES = ((58, 12), (78, 22), (118, 38), (196, 56))


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("kind", PANES, ids=lambda kind: kind.NAME)
async def test_every_decimal_is_a_spot(kind, size):
    """Round values of the chart's axis stand for no measure."""
    pane = kind(build_settings())
    async with Stage(pane).run_test(size=size) as pilot:
        pane.show(build_view())
        await pilot.pause()
        covered = {(spot.y, x) for spot in pane.spots for x in range(spot.left, spot.right)}
        assert pane.spots
        for y in range(size[1]):
            text = "".join(segment.text for segment in pane.row(y))
            for number in re.finditer(r"\d+\.\d+", text):
                is_axis = "┼" in text[max(0, number.start() - 3) : number.start()]
                assert is_axis or (y, number.start()) in covered, text


@pytest.mark.parametrize("kind", PANES, ids=lambda kind: kind.NAME)
async def test_every_spot_has_a_study(kind):
    pane = kind(build_settings())
    async with Stage(pane).run_test(size=(118, 50)) as pilot:
        pane.show(build_view(build_scene()))
        await pilot.pause()
        for spot in pane.spots:
            for address in spot.addresses.split(","):
                if is_finding(address):
                    assert find_finding(address, pane.view.snapshot.findings), address
                    continue
                subject, _, name = address.rpartition(".")
                assert find_study(subject, name), address
