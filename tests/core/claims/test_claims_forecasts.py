"""Forecasts: the yearly rates that the specification works out, the required path, and what the deadline says."""

import numpy as np
import pytest
from claim_world import World, make_panel

from core.claims.forecasts import calc_rate, calc_required, count_sessions
from core.claims.ground import Column, Ground
from core.claims.record import Verdict


@pytest.mark.parametrize(
    ("total", "years", "rate"), [(0.30, 6, 0.045), (0.30, 3, 0.091), (0.60, 6, 0.081), (0.60, 3, 0.170)]
)
def test_yearly_rates(total, years, rate):
    assert calc_rate(total, years * 252) == pytest.approx(rate, abs=0.0005)


def test_the_required_path_ends_at_the_forecast():
    assert calc_required(calc_rate(0.25, 189), 189) == pytest.approx(0.25)
    assert calc_required(0.21, 126) == pytest.approx(0.1)  # the root of 1.21
    assert calc_required(0.21, 0) == 0.0


def test_sessions_of_a_year():
    assert count_sessions("2025-01-31", "2026-01-31") == 252
    assert count_sessions("2026-01-31", "2029-01-31") == 756


# 60 weekdays from Monday 1 September to Friday 21 November 2025.
RISE = 100 * 1.002 ** np.arange(60)


@pytest.fixture
def rise():
    return World(make_panel({"IWM": RISE, "SPY": np.full(60, 100.0)}))


def forecast(world, **table):
    return world.judge(**{"kind": "forecast", "of": "IWM/SPY", "since": "2025-09-01", "said": "2025-09-01", **table})


def test_open_until_the_deadline(rise):
    found = forecast(rise, low=0.10, high=0.20, deadline="2026-03-02")
    assert found.verdict is Verdict.OPEN
    way = found.way
    assert way is not None
    assert (way.start, way.sessions, way.of_sessions) == ("2025-09-01", 59, 126)
    assert way.realised == pytest.approx(1.002**59 - 1)
    assert way.required_low == pytest.approx(1.1 ** (59 / 126) - 1)
    assert way.required_high == pytest.approx(1.2 ** (59 / 126) - 1)
    assert 1.002**47 < 1.1 < 1.002**48
    assert way.reached == "2025-11-06"  # the 48th weekday after the first
    assert "above the" in found.reason
    assert len(way.times) == len(way.values) == 60


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.10, 0.20, Verdict.CONFIRMED), (0.13, 0.20, Verdict.NOT_REPRODUCED), (0.01, 0.05, Verdict.NOT_REPRODUCED)],
)
def test_at_the_deadline(rise, low, high, verdict):
    found = forecast(rise, low=low, high=high, deadline="2025-11-21")  # +12.5 %
    assert found.verdict is verdict
    assert ("less than" in found.reason) is (low == 0.13)
    assert ("more than" in found.reason) is (high == 0.05)


def test_within_the_time_it_may_come_true(rise):
    table = {"low": 0.04, "high": 0.06, "deadline": "2025-11-21"}
    assert forecast(rise, **table).verdict is Verdict.NOT_REPRODUCED
    assert forecast(rise, **table, earliest="2025-10-01").verdict is Verdict.CONFIRMED


def test_what_came_after_the_deadline_does_not_count(rise):
    found = forecast(rise, low=0.0, high=0.03, deadline="2025-09-15")
    assert found.verdict is Verdict.CONFIRMED
    assert found.way is not None
    assert found.way.values[-1] == pytest.approx(1.002**10 - 1)


def test_a_measure_at_the_deadline(rise):
    table = {"of": "IWM/SPY.gap_5d", "low": 0.009, "high": 0.011}
    assert forecast(rise, **table, deadline="2026-03-02").verdict is Verdict.OPEN
    assert forecast(rise, **table, deadline="2025-11-21").verdict is Verdict.CONFIRMED  # 1.002^5 - 1
    missing = forecast(rise, of="IWM/SPY.moon", needs="the moon", low=0.0, high=1.0, deadline="2025-11-21")
    assert (missing.verdict, missing.reason) == (Verdict.UNCHECKED, "needs the moon")


def test_its_own_figures_and_values_of_another_year(rise, monkeypatch):
    column = Ground.column

    def told(ground, address, grid):
        if address.endswith("_source"):
            return Column(np.array(["somebody of 2025"] * len(grid), dtype=object))
        return column(ground, address, grid)

    monkeypatch.setattr(Ground, "column", told)
    table = {"of": "IWM/SPY.gap_5d", "low": 0.009, "high": 0.011, "source": "IWM/SPY.moon_source", "needs": "the moon"}
    own = forecast(rise, **table, deadline="2025-11-21")
    assert (own.verdict, own.reason) == (Verdict.UNCHECKED, "no figures but its own (somebody of 2025)")
    assert "now" in forecast(rise, **table, deadline="2026-03-02").reason
    assert "now" not in forecast(rise, **table, deadline="2026-03-02", now=False).reason


def test_nothing_to_follow(rise):
    found = forecast(rise, of="^RUT", low=0.1, high=0.2, deadline="2026-03-02")
    assert found.verdict is Verdict.UNCHECKED
    assert found.reason == "needs prices of ^RUT, of which there are none"
