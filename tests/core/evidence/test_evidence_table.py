"""Twenty sessions worked by hand: counts, episodes, base rates, halves, the executable variant, the way there."""

import json

import numpy as np
import pytest
from evidence_worlds import given_states, ratio_line, signal_of, weekdays

from core.evidence.build import build_pair, list_episodes
from core.evidence.forward import HORIZONS, build_sample, calc_adverse, to_executable, to_forward
from core.evidence.ground import Ground

# 100 times the log ratio of sessions 0 to 19, and what it did in the five sessions after each.
LOGS = np.array([0, 1, 2, 1, 0, 1, 3, 4, 3, 2, 1, 2, 3, 5, 6, 5, 4, 5, 6, 7]) / 100
FORWARD = np.array([1, 2, 2, 2, 2, 0, -1, -1, 2, 4, 4, 2, 2, 1, 1]) / 100
ON = [1, 2, 3, 7, 8, 13, 17, 18]
GROUND = Ground(ratio_line(np.diff(LOGS)))
SESSIONS = weekdays(20)


def outcomes(direction=1, on=ON):
    signal = signal_of(given_states, direction, states=json.dumps(on))
    record = build_pair(GROUND, [signal], "key", 100).signals[0]
    return record, {(one.kind, one.horizon): one for one in record.outcomes}


@pytest.fixture(scope="module")
def found():
    return outcomes()


def test_forward_returns_are_those_of_the_table():
    assert to_forward(LOGS, 5) == pytest.approx(FORWARD, abs=1e-15)
    assert to_executable(LOGS, 5) == pytest.approx(FORWARD[1:], abs=1e-15)
    assert len(to_forward(LOGS, 20)) == len(to_forward(LOGS, 756)) == 0
    sample = build_sample(LOGS, 3, 20, 5)
    assert (sample.first, sample.end, len(sample), len(sample.executable)) == (3, 15, 12, 11)
    assert build_sample(LOGS, 3, 9, 5).forward == pytest.approx(FORWARD[3:9])
    assert len(build_sample(LOGS, 18, 20, 5)) == 0


def test_adverse_excursions_go_against_the_direction():
    starts = np.array([1, 7, 13])
    assert calc_adverse(LOGS, starts, 5, 1) == pytest.approx([-0.01, -0.03, -0.01])
    assert calc_adverse(LOGS, starts, 5, -1) == pytest.approx([-0.02, 0.0, -0.01])


def test_counts(found):
    _, by = found
    for kind, n_open in (("state", 2), ("entry", 1)):
        one = by[kind, 5]
        assert (one.n_days, one.n_events, one.n_open, one.n_episodes) == (6, 3, n_open, 3)
        assert (one.first, one.last) == (str(SESSIONS[1]), str(SESSIONS[13]))
    assert {horizon for _, horizon in by} == set(HORIZONS)
    # No session has an outcome of 20: all eight days are open, and so are the four entries.
    assert (by["state", 20].n_open, by["entry", 20].n_open) == (8, 4)
    assert by["state", 20].n_episodes == by["state", 20].n_days == 0


def test_outcomes_by_days(found):
    one = found[1]["state", 5]
    assert one.mean == pytest.approx(0.08 / 6)
    assert one.median == pytest.approx(0.01)  # of its three episodes: -1 %, 1 % and 2 %
    assert (one.quantiles[0], one.quantiles[-1]) == pytest.approx((-0.01, 0.02))
    assert one.quantiles[5] == pytest.approx(0.0125)  # between the second (1 %) and the third (2 %) of six
    assert one.base_mean == pytest.approx(0.23 / 15)
    assert one.base_rate == pytest.approx(12 / 15)
    assert one.difference == pytest.approx(0.08 / 6 - 0.23 / 15)
    assert one.as_claimed is False
    assert one.worst == pytest.approx(-0.01)


def test_outcomes_by_entries(found):
    one = found[1]["entry", 5]
    assert one.mean == pytest.approx(0.02 / 3)
    assert one.median == pytest.approx(0.01)
    assert one.hit_rate == pytest.approx(2 / 3)
    # Wilson for 2 of 3 with z = 1.959964: centre (2/3 + z²/6) / (1 + z²/3), published tables say 0.208 to 0.939.
    assert (one.hit_low, one.hit_high) == pytest.approx((0.2077, 0.9385), abs=1e-4)
    assert one.adverse == pytest.approx(-0.03)
    assert one.best_two_share == pytest.approx(1.5)
    assert [(e.session, round(e.outcome, 10)) for e in one.episodes] == [
        (str(SESSIONS[1]), 0.02),
        (str(SESSIONS[7]), -0.01),
        (str(SESSIONS[13]), 0.01),
    ]
    assert [round(e.executable, 10) for e in one.episodes] == [0.02, 0.02, 0.01]
    assert [round(e.adverse, 10) for e in one.episodes] == [-0.01, -0.03, -0.01]


def test_halves_and_the_session_after(found):
    one = found[1]["state", 5]
    assert one.first_half == pytest.approx(0.02 - 0.08 / 7)
    assert one.second_half == pytest.approx(0.02 / 3 - 0.15 / 8)
    assert one.halves_agree is False
    assert one.executable_mean == pytest.approx(0.13 / 6)
    assert one.executable_difference == pytest.approx(0.13 / 6 - 0.22 / 14)
    assert one.first_session_edge is True  # it changes sign


def test_nothing_is_inferred_of_three_episodes(found):
    for one in found[1].values():
        assert (one.grade, one.p, one.q, one.p_max, one.low, one.high, one.newey_west_t) == ("none", *[None] * 6)
        assert one.reason.startswith("insufficient: ")
    assert found[1]["state", 5].reason == "insufficient: 3 episodes"
    assert found[1]["state", 252].reason == "insufficient: 0 episodes"


def test_the_other_direction_sees_the_other_side():
    one = outcomes(direction=-1)[1]["entry", 5]
    assert one.worst == pytest.approx(0.02)
    assert one.adverse == pytest.approx(-0.02)
    assert one.best_two_share is None
    assert one.missing["best_two_share"] == "the episodes made no gain to share"
    assert one.as_claimed is True


def test_now_and_since():
    record, _ = outcomes()
    assert (record.is_on, record.since) == (False, None)
    record, _ = outcomes(on=[3, 4, 17, 18, 19])
    assert (record.is_on, record.since) == (True, str(SESSIONS[17]))
    record, _ = outcomes(on=list(range(20)))
    assert (record.is_on, record.since) == (True, None)


def test_a_signal_that_holds_from_the_start_has_not_entered():
    _, by = outcomes(on=[0, 1, 2, 9])
    assert by["state", 5].n_days == 4
    assert by["entry", 5].n_events == by["state", 5].n_events == 1
    assert by["entry", 5].first == str(SESSIONS[9])


def test_what_it_was_before_its_first_session_is_unknown():
    signal = signal_of(given_states, states="[2, 3, 4, 9]", first=3)
    one = next(
        o for o in build_pair(GROUND, [signal], "key", 9).signals[0].outcomes if (o.kind, o.horizon) == ("entry", 5)
    )
    assert (one.n_days, one.n_events, one.first) == (3, 1, str(SESSIONS[9]))
    assert one.base_mean == pytest.approx(FORWARD[3:].mean())


def test_all_episodes_of_one_outcome():
    signal = signal_of(given_states, states=json.dumps(ON))
    listed = list_episodes(GROUND, signal, "entry", 5)
    assert listed == outcomes()[1]["entry", 5].episodes
    assert list_episodes(GROUND, signal, "entry", 20) == ()
