"""What claims are held against: windows at once equal to the studies one by one, and nothing from after a close."""

from dataclasses import replace

import numpy as np
import pytest
from claim_world import SETTINGS, make_panel, walks

from core.claims.ground import SINCE, Grid, Ground
from core.explain import find_study
from core.rules.rule import CODES
from core.studies.past import PASTS, has_past

PANEL = make_panel(walks(160))
DAYS = PANEL.sessions


@pytest.fixture(scope="module")
def grid():
    rng = np.random.default_rng(5)
    starts, ends = np.sort(rng.choice(len(DAYS), (40, 2)), axis=1).T
    right = starts < ends
    return Grid(DAYS[ends[right]], DAYS[starts[right]])


@pytest.mark.parametrize("name", SINCE)
def test_windows_at_once_are_the_studies_own(grid, name):
    subject = "IWM" if name == "daily_volatility_since" else "IWM/SPY"
    ground = Ground(PANEL, SETTINGS.symbols)
    column = ground.column(f"{subject}.{name}", grid)
    pairs = zip(grid.ends.astype(object).tolist(), grid.starts.astype(object).tolist(), strict=True)
    wanted = [ground.measure(subject, name, end, start).value for end, start in pairs]
    found = [None if np.isnan(one) else one for one in column.values.tolist()]
    assert [one is None for one in found] == [one is None for one in wanted]
    assert [one for one in found if one is not None] == pytest.approx([one for one in wanted if one is not None])
    assert any(one is not None for one in found)


NAMES = [name for name in PASTS if has_past("IWM/SPY", name) and find_study("IWM/SPY", name)]


@pytest.mark.parametrize("name", NAMES)
def test_pasts_are_the_studies_own(name):
    ground = Ground(PANEL, SETTINGS.symbols)
    grid = Grid(DAYS[-3:])
    values = ground.column(f"IWM/SPY.{name}", grid).values.tolist()
    measures = [ground.measure("IWM/SPY", name, end, None).value for end in grid.ends.astype(object).tolist()]
    wanted = [
        np.nan if one is None else float(CODES.get(one, np.nan) if isinstance(one, str) else one) for one in measures
    ]
    assert values == pytest.approx(wanted, nan_ok=True)


def test_nothing_from_after_the_close():
    changed = PANEL.close.copy()
    changed[100:] *= 1.5
    other = replace(PANEL, adj=changed, close=changed, open_=changed, high=changed, low=changed)
    grid = Grid(DAYS[80:100], np.full(20, DAYS[40]))
    for address in ("IWM/SPY.gap_since", "IWM/SPY.pullback_63d", "IWM/SPY.drawdown", "IWM.volatility_20d"):
        chosen = grid if address.endswith("since") else Grid(grid.ends)
        one, two = (Ground(panel, SETTINGS.symbols).column(address, chosen).values for panel in (PANEL, other))
        assert np.array_equal(one, two, equal_nan=True), address


def test_what_is_of_a_close_is_looked_at_once_however_many_windows_end_there(monkeypatch):
    ground, asked = Ground(PANEL, SETTINGS.symbols), []
    measure = Ground.measure

    def count(self, subject, name, end, since):
        asked.append(end)
        return measure(self, subject, name, end, since)

    monkeypatch.setattr(Ground, "measure", count)
    ends = np.repeat(DAYS[-3:], 50)
    column = ground.column("IWM/SPY.mansfield_52w", Grid(ends, np.tile(DAYS[:50], 3)))
    assert len(column.values) == 150
    assert len(asked) == 3
    words = ground.column("IWM/SPY.trend_50_since", Grid(ends, np.tile(DAYS[:50], 3))).values
    assert len(set(words[:50])) == 1


def test_a_leg_without_a_close_that_day():
    closes = PANEL.adj.copy()
    closes[-1, 0] = np.nan
    ground = Ground(replace(PANEL, adj=closes), SETTINGS.symbols)
    last = DAYS[-1].astype(object)
    measure = ground.measure("IWM/SPY", "gap_1d", last, None)
    assert measure.value is None
    assert measure.reason == f"no close of IWM/SPY on {last}: its history is {DAYS[0]} to {DAYS[-2]}"
