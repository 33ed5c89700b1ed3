"""Whole pasts: at every session what the measure was then, calculated anew from the panel cut there."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view
from study_lines import walk
from study_panels import make_panel
from study_world import columns

import core.pasts
from core.breadth.closes import Closes
from core.breadth.fund import Funds, build_breadth
from core.breadth.holdings import Holdings
from core.breadth.impact import Medians
from core.market.symbols import SubjectKind
from core.pasts import Pasts
from core.rules.settled import make_next, to_age, to_expanding_rank
from core.studies.around import Around
from core.studies.past import PASTS, has_past
from core.studies.past_tails import to_beyond, to_breaches
from core.studies.ranks import to_percentile
from core.studies.registry import definitions

COUNT, BACK = 1900, 25
OF_FACTS = ("eps_base_state", "revision_breadth_small_30d")  # in test_revisions.py, where there are facts
OF_PAIRS = [name for name in PASTS if name in definitions(SubjectKind.PAIR) and name not in OF_FACTS]
OF_SYMBOLS = [name for name in PASTS if name in definitions(SubjectKind.SYMBOL) and has_past("IWM", name)]


def make_world():
    known = columns(COUNT, 3) | {"^RVX": 20.0 * walk(COUNT, 40) / walk(COUNT, 41)}
    known["SPY"][700], known["^TNX"][COUNT - 7] = np.nan, np.nan  # a hole, and a bond holiday
    panel = make_panel(known)
    rng = np.random.default_rng(6)
    values = 50 * np.exp(np.cumsum(rng.normal(0.0, 0.02, (20, COUNT)), axis=1))
    fund = build_breadth(
        Holdings(tuple(f"S{i}" for i in range(20)), None, ""),
        Closes(tuple(f"S{i}" for i in range(20)), panel.sessions, values),
    )
    year = panel.sessions[-252:]
    medians = [Medians(year, rng.uniform(0.5, 2.0, 252), np.full(252, 20.0)) for _ in range(2)]
    return panel, Funds({"IWM": replace(fund, amihud=medians[0], edge=medians[1])}, "SPY", ("IWM", "SPY"))


PANEL, FUNDS = make_world()
HISTORY = Pasts(PANEL, ("IWM/SPY",), ("IWM", "SPY"), Around(PANEL, funds=FUNDS))


@pytest.mark.parametrize("address", [f"IWM/SPY.{name}" for name in OF_PAIRS] + [f"IWM.{name}" for name in OF_SYMBOLS])
def test_a_past_is_what_the_measure_was_then(address, monkeypatch):
    subject, _, name = address.rpartition(".")
    whole = HISTORY.past(address, HISTORY.sessions(subject))
    assert len(whole) == len(HISTORY.sessions(subject))
    back = 1 if name.startswith("constituents") else BACK  # only of the last session has the measure its whole year
    monkeypatch.setattr(core.pasts, "PAST", back)
    then = HISTORY._look_back(subject, name)[-back:]
    assert np.isfinite(then).any(), "nothing was compared"
    np.testing.assert_allclose(whole[-back:], then, rtol=1e-8, atol=1e-12)


def test_values_of_other_subjects_are_taken_of_the_same_session():
    days = HISTORY.sessions("IWM/SPY")
    assert len(days) == COUNT - 1
    found = HISTORY.past("IWM.volatility_20d", days)
    own = HISTORY.past("IWM.volatility_20d", HISTORY.sessions("IWM"))
    np.testing.assert_array_equal(found, np.delete(own, 700))
    assert np.isnan(HISTORY.past("XYZ.volatility_20d", days)).all()


def test_a_measure_without_a_past_is_looked_back_for_a_year(monkeypatch):
    monkeypatch.setattr(core.pasts, "PAST", 5)
    days = HISTORY.sessions("IWM/SPY")
    found = HISTORY.past("IWM/SPY.choppy", days)
    assert set(found[-5:]) <= {0.0, 1.0}
    assert np.isnan(found[:-5]).all()


def test_too_many_holes_are_no_ground_to_judge_on():
    known = columns(400, 3)
    known["SPY"][[300, 302, 304]] = np.nan
    panel = make_panel(known)
    history = Pasts(panel, ("IWM/SPY",), ("IWM", "SPY"), Around(panel))
    sound = history.sound("IWM/SPY")
    days = history.sessions("IWM/SPY")
    bad = days[~sound]
    # The third of three holes is at 304: until 319 all three are among the last 20 sessions.
    assert (bad[0], bad[-1], len(bad)) == (panel.sessions[305], panel.sessions[319], 15)
    assert history.sound("IWM").all()


@pytest.mark.parametrize("count", [1, 2, 5, 60, 252, 253, 700])
def test_percentiles_against_a_plain_count(count):
    values = np.random.default_rng(count).normal(size=700).round(2)
    expected = (sliding_window_view(values, count) <= values[count - 1 :, None]).mean(axis=1)
    np.testing.assert_allclose(to_percentile(values, count), expected, rtol=1e-15)
    if count == len(values):
        return
    holed = values.copy()
    holed[-10] = np.nan
    found = to_percentile(holed, count)
    assert np.isnan(found[-10])
    assert np.isfinite(np.delete(found, len(found) - 10)).all()


def test_expanding_ranks_against_a_plain_count():
    values = np.random.default_rng(9).normal(size=600).round(1)
    values[[3, 200]] = np.nan
    found = to_expanding_rank(values, least=100)
    known = ~np.isnan(values)
    for at in range(600):
        past = values[: at + 1][known[: at + 1]]
        if known[at] and len(past) >= 100:
            assert found[at] == pytest.approx((past <= values[at]).mean(), rel=1e-15)
        else:
            assert np.isnan(found[at])


def test_the_next_rank_and_age_are_those_of_the_longer_past():
    values = np.random.default_rng(9).normal(size=1300).round(1)
    note = sorted(values[:-1].tolist())
    assert make_next("A.rank(x)", values[-1], note) == to_expanding_rank(values)[-1]
    codes = np.array([1.0, 1.0, -1.0, -1.0, -1.0])
    assert to_age(codes).tolist() == [1, 2, 1, 2, 3]
    assert make_next("A.age(x)", -1.0, (-1.0, 3.0)) == 4
    assert make_next("A.age(x)", 1.0, (-1.0, 3.0)) == 1


def test_breaches_and_losses_beyond_the_shortfall_against_a_plain_loop():
    returns = np.random.default_rng(2).standard_t(3, 1400) * 0.01
    breach, beyond = np.zeros(1400), np.zeros(1400)
    for at in range(504, 1400):
        before = returns[at - 504 : at]
        quantile = np.quantile(before, 0.01)
        breach[at], beyond[at] = returns[at] < quantile, returns[at] < before[before <= quantile].mean()
    expected = [breach[at - 249 : at + 1].sum() for at in range(753, 1400)]
    np.testing.assert_allclose(to_breaches(returns), expected, atol=1e-9)
    np.testing.assert_array_equal(to_beyond(returns), beyond[753:])
    assert beyond.sum() > 0
