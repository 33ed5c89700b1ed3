"""Statistics against other people's programs: statsmodels, arch, scipy, and plain loops."""

import json
import math

import numpy as np
import pytest
import statsmodels.api as sm
from arch.bootstrap import StationaryBootstrap, optimal_block_length
from evidence_worlds import given_states, legs, line_of, signal_of
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from core.evidence import intervals
from core.evidence.bootstrap import Columns, draw_counts, estimate_blocks, find_intervals, round_block
from core.evidence.build import build_pair
from core.evidence.events import find_episodes, to_events
from core.evidence.forward import to_forward
from core.evidence.ground import Ground
from core.evidence.inference import calc_incomplete_beta, calc_newey_west, calc_student_tail, calc_wilson
from core.evidence.judge import find_grade
from core.evidence.many import (
    calc_deflated_sharpe,
    calc_expected_best,
    calc_fine_p,
    calc_max_p,
    calc_q,
    calc_sharpe,
)
from core.evidence.shifts import shift_all

RNG = np.random.default_rng(11)
LOGS = np.cumsum(RNG.normal(0, 0.01, 700))


def made_events(tests=4, length=680, seed=3):
    """States that come and go, one a row."""
    steps = np.random.default_rng(seed).normal(size=(tests, length))
    return np.cumsum(steps, axis=1) > np.linspace(-5, 10, tests)[:, None]


@pytest.mark.parametrize(("hits", "count"), [(0, 10), (3, 10), (10, 10), (2, 3), (57, 101), (1, 1)])
def test_wilson(hits, count):
    expected = proportion_confint(hits, count, method="wilson")
    assert calc_wilson(hits, count) == pytest.approx(expected, abs=1e-14)


@pytest.mark.parametrize(("p", "tests"), [([0.001, 0.04, 0.2, 0.011, 0.9], 5), ([0.001, 0.04, 0.2], 40), ([1e-6], 800)])
def test_q_is_benjamini_and_yekutielis(p, tests):
    padded = p + [1.0] * (tests - len(p))
    expected = multipletests(padded, method="fdr_by")[1][: len(p)]
    assert calc_q(p, tests) == pytest.approx(expected, rel=1e-12)


def test_q_of_nothing():
    assert calc_q([], 10) == []


@pytest.mark.parametrize("lag", [4, 19, 59])
def test_newey_west(lag):
    events, forward = made_events(), to_forward(LOGS, lag + 1)
    events = events[:, : len(forward)]
    forward = forward[: events.shape[1]]
    for row, t in zip(events, calc_newey_west(events, forward, lag), strict=True):
        fit = sm.OLS(forward, sm.add_constant(row.astype(float))).fit(
            cov_type="HAC", cov_kwds={"maxlags": lag, "use_correction": False}
        )
        assert t == pytest.approx(fit.tvalues[1], rel=1e-9)


def test_newey_west_of_what_never_or_always_holds():
    events = np.array([np.zeros(50, bool), np.ones(50, bool)])
    assert np.isnan(calc_newey_west(events, LOGS[:50], 4)).all()


@pytest.mark.parametrize(("t", "freedom"), [(0.0, 5), (1.0, 1), (-2.5, 9), (4.0, 29), (12.0, 14), (7.0, 400)])
def test_student(t, freedom):
    assert calc_student_tail(t, freedom) == pytest.approx(2 * stats.t.sf(abs(t), freedom), rel=1e-10)


def test_incomplete_beta():
    from scipy.special import betainc

    for a, b, x in [(0.5, 0.5, 0.3), (2.0, 7.0, 0.9), (14.5, 0.5, 0.999), (3.0, 3.0, 0.0), (3.0, 3.0, 1.0)]:
        assert calc_incomplete_beta(a, b, x) == pytest.approx(betainc(a, b, x), rel=1e-11)


def test_shifts_by_a_plain_double_loop():
    forward = to_forward(LOGS, 20)
    events, lag, n = made_events(length=len(forward)), 20, len(forward)
    found = shift_all(events, forward, lag)
    assert found.offsets == n - 2 * lag + 1
    for row, (observed, shifted, p) in enumerate(zip(found.observed, found.shifted, found.calc_p(), strict=True)):
        rotated = []
        for offset in range(lag, n - lag + 1):
            kept = [forward[(t + offset) % n] for t in range(n) if events[row, t]]
            rotated.append(sum(kept) / len(kept) - forward.mean())
        assert shifted == pytest.approx(rotated, abs=1e-13)
        assert observed == pytest.approx(forward[events[row]].mean() - forward.mean(), abs=1e-13)
        beyond = sum(abs(one) >= abs(observed) - 1e-15 for one in rotated)
        assert p == pytest.approx((beyond + 1) / (len(rotated) + 1))
    assert found.calc_scale() == pytest.approx(np.sqrt(np.mean(found.shifted**2, axis=1)))


def test_a_history_of_less_than_two_horizons_cannot_be_shifted():
    assert shift_all(made_events(length=39), LOGS[:39], 20) is None
    assert shift_all(made_events(length=40), LOGS[:40], 20).offsets == 1
    assert shift_all(np.zeros((1, 0), bool), LOGS[:0], 5) is None


def test_the_largest_is_whites():
    largest = np.array([1.0, 2.0, 2.5, 3.0])
    assert calc_max_p([2.5, -2.5, 0.1, 9.0], largest) == pytest.approx([3 / 5, 3 / 5, 1.0, 1 / 5])


@pytest.mark.parametrize("seed", range(6))
def test_blocks_are_politis_and_whites(seed):
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=2000)
    walk = np.convolve(noise, np.ones(1 + 4 * seed), "valid")  # overlapping sums, as forward returns are
    series = np.stack([walk, np.abs(walk), walk * (walk > 0)])
    expected = [optimal_block_length(one)["stationary"].iloc[0] for one in series]
    assert estimate_blocks(series) == pytest.approx(expected, rel=1e-6)


def test_blocks_of_what_does_not_move():
    assert estimate_blocks(np.zeros((1, 300))) == pytest.approx([1.0])


def test_blocks_are_rounded_up():
    for block in (1.0, 9.9, 10.0, 40.0, 218.4):
        assert block <= round_block(block) <= 1.25 * block + 1.0
    assert round_block(0.2) == 1.0


def test_draws_are_blocks_of_geometric_length_on_a_circle():
    counts = draw_counts(400, 10.0, 3000, np.random.default_rng(1))
    assert counts.shape == (3000, 400)
    assert (counts.sum(axis=1) == 400).all()
    assert counts.min() >= 0
    # Every session is as likely as any other: the mean of 3000 draws is within five deviations of 1.
    assert abs(counts.mean(axis=0) - 1.0).max() < 5 * counts.std() / math.sqrt(3000)
    # Neighbours are drawn together but for a block's end: their counts' correlation is 1 - 1/10, on the whole circle.
    apart = draw_counts(4000, 10.0, 1000, np.random.default_rng(1)) - 1.0
    assert (apart * np.roll(apart, 1, axis=1)).mean() / (apart**2).mean() == pytest.approx(0.9, abs=0.002)
    assert np.corrcoef(counts[:, 0], counts[:, -1])[0, 1] == pytest.approx(0.9, abs=0.03)


@pytest.mark.parametrize("block", [1.0, 390.0, 4000.0])
def test_draws_of_extreme_blocks(block):
    assert (draw_counts(400, block, 50, np.random.default_rng(1)).sum(axis=1) == 400).all()


def test_intervals_are_archs():
    forward = to_forward(LOGS, 20)
    walks = np.cumsum(np.random.default_rng(3).normal(size=(3, len(forward))), axis=1)
    events = walks > np.median(walks, axis=1, keepdims=True)
    flags, one = events.astype(float), np.ones((1, len(forward)))
    columns = Columns(flags, flags * forward, one, forward[None], np.zeros(3, int))
    found = find_intervals(columns, 50, np.random.default_rng(5), 4000)
    for row, (low, high) in zip(events, found, strict=True):
        other = StationaryBootstrap(50, row, forward, seed=7)
        draws = other.apply(lambda s, f: np.array([f[s].mean() - f.mean() if s.any() else np.nan]), 4000)
        expected, spread = np.nanquantile(draws, (0.025, 0.975)), np.nanstd(draws)
        # A quantile of 4000 draws has an error of about 0.04 deviations there, and so has the other one.
        assert (low, high) == pytest.approx(tuple(expected), abs=0.2 * spread)


def test_signals_known_later_share_the_draws_and_not_the_sample():
    """What is before the sample does not move an interval by a bit."""
    forward = to_forward(LOGS, 20)
    events = made_events(tests=1, length=len(forward)).astype(float)
    known = (np.arange(len(forward)) >= 200)[None].astype(float)
    events *= known

    def interval(values):
        columns = Columns(events, events * values, known, known * values, np.zeros(1, int))
        return find_intervals(columns, 50, np.random.default_rng(5), 300)

    other = forward.copy()
    other[:200] += 9.0
    assert interval(forward).tolist() == interval(other).tolist()


def test_sharpe_deflated_by_the_published_example():
    """Bailey and López de Prado (2014), the numerical example: 100 trials of variance 0.5 a year, 1250 days of a
    yearly ratio of 2.5, skew -3, kurtosis 10: expected best 0.1132 a day, deflated ratio 0.9004.
    """
    expected = calc_expected_best(0.5 / 250, 100)
    assert expected == pytest.approx(0.1132, abs=5e-5)
    sharpe = 2.5 / math.sqrt(250)
    error = math.sqrt(1 + 3 * sharpe + (10 - 1) / 4 * sharpe**2)
    assert stats.norm.cdf((sharpe - expected) * math.sqrt(1249) / error) == pytest.approx(0.9004, abs=5e-5)


def test_sharpe_deflated_of_a_sample():
    returns = np.random.default_rng(2).standard_t(5, 900) * 0.01 + 0.001
    sharpe = returns.mean() / returns.std(ddof=1)
    skew, kurtosis = stats.skew(returns), stats.kurtosis(returns, fisher=False)
    error = math.sqrt(1 - skew * sharpe + (kurtosis - 1) / 4 * sharpe**2)
    expected = stats.norm.cdf((sharpe - 0.05) * math.sqrt(899) / error)
    assert calc_sharpe(returns) == pytest.approx(sharpe)
    assert calc_deflated_sharpe(returns, 0.05) == pytest.approx(expected, rel=1e-12)
    assert calc_deflated_sharpe(np.zeros(50), 0.05) is None


def test_episodes_by_a_plain_loop():
    for seed in range(20):
        rng = np.random.default_rng(seed)
        events, gap = np.sort(rng.choice(500, rng.integers(0, 80), replace=False)), int(rng.integers(1, 60))
        expected = []
        for event in events.tolist():
            if not expected or event - expected[-1] >= gap:
                expected.append(event)
        assert find_episodes(events, gap) == expected


def test_entries():
    on = np.array([1, 1, 0, 1, 0, 0, 1, 1], bool)
    assert to_events(on, "entry").tolist() == [False, False, False, True, False, False, True, False]
    assert to_events(on, "state").tolist() == on.tolist()


@pytest.mark.parametrize(
    ("q", "episodes", "agree", "grade"),
    [
        (0.04, 30, True, "A"),
        (0.04, 30, False, "B"),
        (0.04, 30, None, "B"),
        (0.04, 29, True, "B"),
        (0.05, 99, True, "B"),
        (0.19, 15, False, "B"),
        (0.19, 14, True, "C"),
        (0.20, 99, True, "C"),
        (None, 99, True, "C"),
        (0.001, 9, True, "none"),
    ],
)
def test_grades(q, episodes, agree, grade):
    assert find_grade(q, episodes, agree) == grade


def test_the_tail_stands_in_for_p_only_where_rotations_are_too_few():
    assert calc_fine_p(0.001, 999, 6.0, 30) == pytest.approx(2 * stats.t.sf(6.0, 29))
    assert calc_fine_p(0.001, 999, 1.0, 30) == 0.001
    assert calc_fine_p(0.011, 999, 6.0, 30) == 0.011  # ten rotations went as far
    assert calc_fine_p(0.001, 999, 6.0, 1) == 0.001


def test_inference_of_a_pair_is_what_its_parts_say():
    """From the panel's line to p, t and q, by the oracles."""
    ground = Ground(line_of(*legs(900, 4)))
    on = np.flatnonzero(np.random.default_rng(6).random(900) < 0.1).tolist()
    signal = signal_of(given_states, states=json.dumps(on))
    outcomes = build_pair(ground, [signal], "k", 9).signals[0].outcomes
    one = next(o for o in outcomes if (o.kind, o.horizon) == ("state", 20))
    forward = to_forward(ground.log_ratio(), 20)
    events = np.isin(np.arange(len(forward)), on)
    p = shift_all(events[None], forward, 20).calc_p()[0]
    fit = sm.OLS(forward, sm.add_constant(events.astype(float))).fit(
        cov_type="HAC", cov_kwds={"maxlags": 19, "use_correction": False}
    )
    assert (one.p, one.n_shifts) == (pytest.approx(p), len(forward) - 39)
    assert one.newey_west_t == pytest.approx(fit.tvalues[1], rel=1e-9)
    assert one.low < one.difference < one.high


def test_mean_blocks_are_two_horizons_at_least(monkeypatch):
    """Of flips that say nothing shorter blocks would do."""
    used = {}

    def find(columns, block, rng):
        used[columns.base.shape[1]] = block
        return np.zeros((len(columns.events), 2))

    monkeypatch.setattr(intervals, "find_intervals", find)
    on = np.flatnonzero(np.random.default_rng(6).random(2500) > 0.5).tolist()
    build_pair(Ground(line_of(*legs(2500, 4))), [signal_of(given_states, states=json.dumps(on))], "k", 9)
    assert {2500 - length for length in used} == {5, 20, 60, 120}
    for length, block in used.items():
        assert block >= 2 * (2500 - length)
    assert used[2500 - 120] <= 1.25 * 240 + 1
