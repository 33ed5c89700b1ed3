"""The sanity set of the specification: coin flips tell nothing, a planted edge is found, a planted leak is caught."""

import json

import numpy as np
import pytest
from evidence_worlds import (
    cut,
    find_leak,
    find_rise,
    given_states,
    is_cut_the_same,
    legs,
    line_of,
    ratio_line,
    signal_of,
)
from scipy import stats

from core.evidence.build import build_pair
from core.evidence.ground import Ground

COUNT = 3000


def outcomes_of(line, signals):
    record = build_pair(Ground(line), signals, "key", 4752)
    return {(one.name, out.kind, out.horizon): out for one in record.signals for out in one.outcomes}


@pytest.mark.parametrize("stay", [0.5, 0.95])
def test_coin_flips_have_uniform_p(stay):
    """Signals that are thrown each session, or kept for twenty on average, on a market with its own dependence."""
    line = line_of(*legs(2000, 77))
    rng = np.random.default_rng(5)
    flips = np.logical_xor.accumulate(rng.random((200, 2000)) > stay, axis=1)
    signals = [
        signal_of(given_states, name=f"flip_{i}", states=str(np.flatnonzero(f).tolist())) for i, f in enumerate(flips)
    ]
    outcomes = outcomes_of(line, signals)
    for kind in ("entry", "state"):
        for horizon in (5, 20, 60):
            p = [outcomes[s.name, kind, horizon].p for s in signals]
            assert stats.kstest(p, "uniform").pvalue > 0.001, (kind, horizon)
    assert not [o for o in outcomes.values() if o.grade == "A"]


def planted(bp, seed=3):
    """A walk of the ratio in which small gains `bp` more a session after the sessions of a thrown state."""
    rng = np.random.default_rng(seed)
    on = np.logical_xor.accumulate(rng.random(COUNT) > 0.95)
    steps = rng.normal(0, 0.008, COUNT - 1) + np.where(on[:-1], bp / 1e4, 0.0)
    return ratio_line(steps), signal_of(given_states, states=json.dumps(np.flatnonzero(on).tolist()))


def test_a_planted_edge_is_found():
    line, signal = planted(20)
    found = outcomes_of(line, [signal])
    for horizon, least in ((5, 0.002), (20, 0.002)):
        one = found["made", "state", horizon]
        assert one.difference > least
        assert one.p < 0.01
        assert one.low > 0.0
        assert one.newey_west_t > 3.0
        assert one.as_claimed
        assert one.halves_agree
        assert not one.first_session_edge
        assert one.p_max < 0.01
    assert found["made", "state", 5].grade == "A"
    assert found["made", "state", 5].q < 0.05


def test_without_the_plant_there_is_nothing():
    line, signal = planted(0)
    found = outcomes_of(line, [signal])
    assert not [one for one in found.values() if one.grade in "AB" and one.grade != "none"]


def test_a_planted_edge_of_small_makes_its_opposite_signal_wrong():
    line, signal = planted(20)
    against = signal_of(given_states, -1, states=dict(signal.parameters)["states"])
    one = outcomes_of(line, [against])["made", "state", 5]
    assert one.p < 0.01
    assert one.as_claimed is False


def test_a_planted_leak_shows_a_huge_edge_none_of_it_executable_and_is_caught():
    rng = np.random.default_rng(9)
    line = ratio_line(rng.normal(0, 0.008, COUNT - 1))
    found = outcomes_of(line, [signal_of(find_leak)])
    one = found["made", "state", 5]
    assert one.difference > 0.005  # most of a session's mean size, for nothing
    assert one.newey_west_t > 10
    assert one.p < 0.001
    # What is left a session later is the noise of any other signal.
    assert abs(one.executable_difference) < 0.1 * one.difference
    assert one.first_session_edge
    caught = [not is_cut_the_same(signal_of(find_leak), line, count) for count in range(500, 540)]
    assert sum(caught) == sum(line.values[count] > line.values[count - 1] for count in range(500, 540)) > 10


def test_knowing_today_says_nothing_of_tomorrow_on_independent_returns():
    rng = np.random.default_rng(4)
    line = ratio_line(rng.normal(0, 0.008, COUNT - 1))
    found = outcomes_of(line, [signal_of(find_rise)])
    for horizon in (5, 20, 60):
        one = found["made", "state", horizon]
        assert one.p > 0.01
        assert one.low < 0.0 < one.high
        assert one.grade == "C"
    assert all(is_cut_the_same(signal_of(find_rise), line, count) for count in range(500, 540))
    assert len(cut(line, 7).values) == 7
