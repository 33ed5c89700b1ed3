"""Every signal: no look-ahead, the same as the measure on the screen, registered, counted; helpers by plain loops."""

import re

import numpy as np
import pytest
from evidence_worlds import cut, find_leak, find_rise, is_cut_the_same, legs, line_of, signal_of, weekdays
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import percentileofscore

from core.breadth.closes import Closes
from core.breadth.fund import Funds, build_breadth
from core.breadth.holdings import Holdings
from core.config import load_settings
from core.evidence.forward import HORIZONS
from core.evidence.ground import Ground
from core.evidence.ledger import (
    PAIRS,
    SIGNALS_EVER,
    VERSION,
    count_pair_tests,
    count_signals,
    count_tests,
    digest_registry,
)
from core.evidence.record import KINDS
from core.evidence.risk_signals import find_narrow, to_adjusted
from core.evidence.series import to_expanding_rank, to_full, to_latched, to_trend
from core.evidence.signal import Absent
from core.evidence.signals import SIGNALS
from core.rules import read_rules
from core.rules.settled import to_age
from core.studies.bands import FILTERS, read_state
from core.studies.past import to_past
from core.studies.registry import measure_subject
from core.studies.study import Given

COUNT = 1900
TOLD = {name: signal for name, signal in SIGNALS.items() if name != "narrow_rotation"}


def without_some_fridays(count):
    """Weekdays, but no Friday of every seventh week, and no session at all in some others."""
    days = weekdays(count + count // 10)
    friday = days.astype(np.int64) % 7 == 1  # 1970-01-02 was one
    holiday = friday & (np.cumsum(friday) % 7 == 0)
    holiday[40:45] = True
    return days[~holiday][:count]


def economy_of(line, seed=0):
    """Paths that pass every threshold of the signals of the economy, the first of them known later."""
    days = np.arange(COUNT)
    waves = {"recession_probability": (0.3, 0.25), "sahm": (0.003, 0.004), "credit_pullback_63d": (-0.05, 0.05)}
    found = {name: mean + size * np.sin(days / 60 + seed) for name, (mean, size) in waves.items()}
    found["recession_probability"][:300] = np.nan
    return {name: values[: len(line.values)] for name, values in found.items()}


LINE = line_of(*legs(COUNT, 21), sessions=without_some_fridays(COUNT))
GROUND = Ground(LINE, economy=economy_of(LINE))


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**6), count=st.integers(1, COUNT))
def test_no_signal_looks_ahead(seed, count):
    """The truncation test over every signal: what was on at t, by all data, was on at t by the data up to t."""
    line = line_of(*legs(COUNT, seed), sessions=without_some_fridays(COUNT))
    short = cut(line, count)
    whole, part = Ground(line, economy=economy_of(line, seed)), Ground(short, economy=economy_of(short, seed))
    for name, signal in TOLD.items():
        then, now = signal.read(whole), signal.read(part)
        if isinstance(now, Absent):
            assert then.first >= count, name
            continue
        assert (then.on[:count] == now.on).all(), name
        assert min(then.first, count) == min(now.first, count), name


def test_every_signal_happens_on_a_long_history():
    for name, signal in TOLD.items():
        states = signal.read(GROUND)
        assert states.first < 1400, name
        assert not states.on[: states.first].any()
        rare = ("streak", "z_252d_high_3", "z_60d_high_3", "volatility_ratio", "volatility_97")
        assert states.on.any() or name.startswith(rare), name


def test_the_truncation_test_catches_a_leak_and_passes_what_is_honest():
    assert not any(
        is_cut_the_same(signal_of(find_leak), LINE, count) for count in (700, 701, 702, 1000) if rises(count)
    )
    assert all(is_cut_the_same(signal_of(find_rise), LINE, count) for count in (1, 2, 700, 701, 1000))


def rises(count):
    """Whether the session after the cut rises: a leak shows there alone."""
    return LINE.values[count] > LINE.values[count - 1]


# What the screen calls each signal at one close: the measure's name and when it is on. Hysteresis and confirmation
# make a signal more than its measure says of one close; those have their own tests.
SAYS = {
    **{f"trend_{n}_{side}": (f"trend_{n}", side.__eq__) for n in (20, 50, 100, 200) for side in ("up", "down")},
    **{f"pullback_63d_{n}": ("pullback_63d", lambda v, n=n: v <= -n / 100) for n in (2, 4, 7)},
    **{f"alignment_{n}": ("alignment", n.__eq__) for n in (5, 0)},
    **{f"{m}_up": (m, lambda v: v > 0) for m in ("momentum_12_1", "momentum_6_1", "momentum_3m")},
    **{f"{m}_down": (m, lambda v: v < 0) for m in ("momentum_12_1", "momentum_6_1", "momentum_3m")},
    **{f"streak_won_{n}": ("streak", lambda v, n=n: v >= n) for n in (8, 10)},
    **{f"streak_lost_{n}": ("streak", lambda v, n=n: v <= -n) for n in (8, 10)},
    **{
        f"rotation_daily_{q}": ("rotation_daily_quadrant", q.__eq__)
        for q in ("leading", "weakening", "lagging", "improving")
    },
    "dip_zone": ("dip_zone", bool),
}


@pytest.mark.parametrize("count", [260, 300, 401, 577, 803, 1001, 1203, 1499, 1702, COUNT])
def test_signals_are_the_measures_of_their_day(count):
    measures = {a.rpartition(".")[2]: m.value for a, m in measure_subject(Given(cut(LINE, count))).items()}
    for name, (measure, is_on) in SAYS.items():
        if measures[measure] is not None:
            assert TOLD[name].read(GROUND).on[count - 1] == is_on(measures[measure]), (name, measures[measure])
    gap, adjusted = measures["gap_20d"], measures["beta_adjusted_gap_20d"]
    assert TOLD["beta_only_20d"].read(GROUND).on[count - 1] == (gap > 0 >= adjusted)
    down = measures["trend_200"] == "down" and measures["sma_50_change_20d"] < 0
    assert TOLD["trend_break_200"].read(GROUND).on[count - 1] == down
    for side in ("up", "down"):
        confirmed = measures["cross_20_50"] == side and measures["cross_20_50_confirmed"]
        assert TOLD[f"cross_20_50_{side}"].read(GROUND).on[count - 1] == confirmed
    for name, edge in (("z_60d_high_2", 2.0), ("z_252d_high_2", 2.0)):
        if measures[f"ratio_z_{name[2:-7]}"] >= edge:
            assert TOLD[name].read(GROUND).on[count - 1]


def test_gaps_adjusted_by_the_beta_of_the_session_before_are_the_measure():
    for sessions in (20, 63):
        adjusted = to_full(to_adjusted(GROUND, sessions), COUNT)
        for count in (200, 901, COUNT):
            measures = {a.rpartition(".")[2]: m.value for a, m in measure_subject(Given(cut(LINE, count))).items()}
            expected = measures[f"beta_adjusted_gap_{sessions}d"]
            assert adjusted[count - 1] == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_weekly_quadrants_are_those_of_the_last_full_week():
    states = {q: TOLD[f"rotation_{q}"].read(GROUND).on for q in ("leading", "weakening", "lagging", "improving")}
    days = LINE.sessions.astype(np.int64)
    checked = 0
    for count in range(400, COUNT, 3):
        # On a Friday the week's measure is final; the sessions until the next week's end say the same.
        if days[count - 1] % 7 != 1:
            continue
        measures = {a.rpartition(".")[2]: m.value for a, m in measure_subject(Given(cut(LINE, count))).items()}
        for quadrant, on in states.items():
            expected = measures["rotation_quadrant"] == quadrant
            assert on[count - 1] == expected
            assert on[count] == expected  # Monday knows no more
        checked += 1
    assert checked > 30


def test_a_week_that_ends_on_thursday_is_known_on_the_next_session():
    days = LINE.sessions.astype(np.int64)
    thursdays = [i for i in range(400, COUNT - 1) if days[i] % 7 == 0 and days[i + 1] % 7 != 1]
    assert len(thursdays) > 10
    changed = 0
    for i in thursdays:
        measures = {a.rpartition(".")[2]: m.value for a, m in measure_subject(Given(cut(LINE, i + 1))).items()}
        quadrant = measures["rotation_quadrant"]
        assert TOLD[f"rotation_{quadrant}"].read(GROUND).on[i + 1]
        changed += not TOLD[f"rotation_{quadrant}"].read(GROUND).on[i]
    assert changed, "one of them brought another quadrant, which nobody knew on the Thursday itself"


@pytest.mark.parametrize("rule", FILTERS, ids=lambda rule: rule.name)
def test_bands_are_those_of_the_trend_study(rule):
    states = to_trend(LINE.values, rule.fast, rule.slow, rule.band)
    for count in range(rule.slow, COUNT, 97):
        assert states[count - 1] == read_state(LINE.values[:count], rule, 60).now


def test_latches_by_a_plain_loop():
    rng = np.random.default_rng(5)
    values = np.cumsum(rng.normal(size=500))
    on, expected = False, []
    for value in values.tolist():
        on = value >= 2.0 or (on and not value < 1.5)
        expected.append(on)
    assert to_latched(values >= 2.0, values < 1.5).tolist() == expected


def test_z_scores_are_left_later_than_entered():
    wide, narrow = TOLD["z_60d_high_2"].read(GROUND).on, TOLD["z_60d_high_3"].read(GROUND).on
    z = np.array([0.0] * 59 + list(z_by_hand(LINE.values, 60)))
    on = False
    for t in range(59, COUNT):
        on = z[t] >= 2.0 or (on and z[t] >= 1.5)
        assert wide[t] == on
    assert not (narrow & ~wide).any()


def z_by_hand(values, count):
    logs = np.log(values)
    for end in range(count, len(logs) + 1):
        window = logs[end - count : end]
        yield (window[-1] - window.mean()) / window.std(ddof=1)


def test_expanding_ranks_are_scipys():
    values = np.random.default_rng(8).normal(size=300).round(1)
    values[100] = np.nan
    ranks = to_expanding_rank(values, 50)
    assert np.isnan(ranks[:49]).all()
    assert np.isnan(ranks[100])
    for t in (49, 99, 101, 299):
        past = values[: t + 1]
        expected = percentileofscore(past[~np.isnan(past)], values[t], kind="weak") / 100
        assert ranks[t] == pytest.approx(expected, abs=1e-15)


def test_volatility_waits_for_five_years_and_hangs_on():
    states = TOLD["volatility_80"].read(GROUND)
    assert states.first == 20 + 1259
    small = np.log(LINE.small)
    volatility = np.array([np.diff(small[end - 21 : end]).std(ddof=1) for end in range(21, COUNT + 1)])
    on = False
    for t in range(states.first, COUNT):
        rank = (volatility[: t - 19] <= volatility[t - 20]).mean()
        on = rank >= 0.8 or (on and not rank < 0.75)
        assert states.on[t] == on, t


def test_narrow_rotations_are_the_measures_and_need_the_constituents():
    rng = np.random.default_rng(3)
    count = 400
    line = line_of(*legs(count, 2))
    closes = 50 * np.exp(np.cumsum(rng.normal(0, 0.02, (20, count)) + 0.004 * np.sin(np.arange(count) / 15), axis=1))
    names = tuple(f"S{i:02}" for i in range(20))
    fund = build_breadth(Holdings(names, None, "2026-06-19"), Closes(names, line.sessions[50:380], closes[:, 50:380]))
    signal = SIGNALS["narrow_rotation"]
    states = signal.read(Ground(line, Funds({"IWM": fund}, "SPY", ("IWM",))))
    # Fifty closes and twenty sessions: rows 50 + 49 + 20 on, and up to the last close there is.
    assert (states.first, states.end) == (119, 380)
    above = np.array([[c[t - 49 : t + 1].mean() < c[t] for c in closes] for t in range(99, 380)]).mean(axis=1)
    for t in range(119, 380):
        gap = line.small[t] / line.small[t - 20] - line.large[t] / line.large[t - 20]
        assert states.on[t] == (gap > 0 and above[t - 99] - above[t - 119] <= -0.1 + 1e-9), t
    assert states.on.any()
    assert "survivor" in signal.note or "today's constituents" in signal.note
    assert signal.read(Ground(line)) == Absent("needs a holdings file of IWM: name one under [breadth] in the settings")
    told = signal.read(Ground(line, Funds({"IWM": "its file is gone"})))
    assert told == Absent("its file is gone")
    early = build_breadth(Holdings(names, None, ""), Closes(names, line.sessions[:30], closes[:, :30]))
    assert isinstance(find_narrow(Ground(line, Funds({"IWM": early})), 20, 0.1), Absent)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 20, 21, 60, 64, 200, 252, 300])
def test_a_short_history_claims_nothing(count):
    ground = Ground(cut(LINE, count))
    for name, signal in SIGNALS.items():
        states = signal.read(ground)
        if isinstance(states, Absent):
            continue
        assert len(states.on) == count, name
        assert not states.on[: states.first].any()


def test_every_signal_is_in_the_ledger_as_it_is_today():
    """A parameter that changes makes another test: add a line to the ledger with the next version, leave the old."""
    ever = {(name, digest) for name, digest, _ in SIGNALS_EVER}
    assert not {(s.name, s.digest) for s in SIGNALS.values()} - ever
    assert len(ever) == len(SIGNALS_EVER)
    assert {version for *_, version in SIGNALS_EVER} == set(range(1, VERSION + 1))


def test_the_ledger_only_grows():
    """How many lines each version has brought: what was tried once counts for ever."""
    assert [sum(version <= v for *_, version in SIGNALS_EVER) for v in range(1, VERSION + 1)] == [66, 67, 74]


def test_the_count_of_tests():
    assert count_signals() == len(SIGNALS_EVER) >= len(SIGNALS)
    assert count_pair_tests() == count_signals() * len(HORIZONS) * len(KINDS)
    shipped = len(PAIRS)
    assert count_tests(["IWM/SPY"]) == count_pair_tests() * shipped
    assert count_tests(["IWM/SPY", "AAA/BBB"]) == count_pair_tests() * (shipped + 1)
    assert set(load_settings().pairs) <= set(PAIRS), "a shipped pair that the ledger does not know"
    assert re.fullmatch(rf"{VERSION}\.[0-9a-f]{{12}}", digest_registry())


def test_the_digest_is_of_what_makes_the_test_another_one():
    one = TOLD["pullback_63d_2"]
    assert signal_of(one.find, -1, count=63, depth=-0.02).digest == one.digest
    assert signal_of(one.find, -1, count=63, depth=-0.021).digest != one.digest
    assert signal_of(one.find, 1, count=63, depth=-0.02).digest != one.digest


def test_names_say_what_they_are():
    assert len(SIGNALS) == 73
    for signal in SIGNALS.values():
        assert re.fullmatch(r"[a-z0-9_]+", signal.name)
        assert signal.direction in (1, -1)
        assert signal.says == signal.says.strip()
        assert not signal.says.endswith(".")
        assert signal.source
        assert signal.horizon


def test_a_symbol_is_no_pair():
    with pytest.raises(ValueError, match="IWM/SPY is no pair"):
        Ground(line_of_symbol())


def line_of_symbol():
    from dataclasses import replace

    return replace(LINE, small=None)


def test_filling_up():
    assert np.isnan(to_full(np.array([1.0]), 3)[:2]).all()
    assert to_full(np.array([1.0, 2.0]), 2).tolist() == [1.0, 2.0]


def test_fading_momentum_is_what_the_rule_says():
    """Rule and track record judge the same: the steps of the rule over the pasts of its measures, latched."""
    rule = read_rules({"momentum_fade": load_settings().rules["momentum_fade"]})["momentum_fade"]
    pasts = [to_past(Given(LINE), name) for name in ("pullback_63d", "rotation_daily_quadrant", "cross_20_50")]
    graded = rule.grade([*pasts, to_age(pasts[2])])
    expected = to_latched(graded.entered >= 1, graded.held < 1)
    states = SIGNALS["momentum_fade"].read(GROUND)
    assert states.on[states.first :].tolist() == expected[states.first :].tolist()
    assert 0.05 < states.on.mean() < 0.6
    parameters = dict(SIGNALS["momentum_fade"].parameters)
    assert (parameters["pullback"], parameters["leave"]) == (rule.pullback, rule.pullback_exit)
    assert parameters["crossed"] == rule.crossed
