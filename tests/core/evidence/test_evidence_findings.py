"""Which signal stands for a finding: the strictest that holds wherever the finding does, and none where none does."""

import pytest
from msgspec import structs

from core.config import load_settings, shipped_file
from core.evidence.findings import LADDERS, SIGNS, Known, add_evidence, find_pair, find_signal
from core.evidence.signals import SIGNALS
from core.rules import read_rules
from core.rules.level import Level
from core.rules.rule import PathRule
from core.snapshot import Finding, Measure

PAIRS = ("IWM/SPY", "IJR/SPY")


def made(rule, subject="IWM/SPY", **fields):
    return Finding(rule=rule, subject=subject, level=Level.WATCH, text="", **fields)


def measures(**values):
    return {f"IWM/SPY.{name}": Measure(value, "", None) for name, value in values.items()}


@pytest.mark.parametrize(
    ("finding", "signal"),
    [
        (made("pullback", threshold=-0.02), "pullback_63d_2"),
        (made("pullback", threshold=-0.04), "pullback_63d_4"),
        (made("pullback", threshold=-0.05), "pullback_63d_4"),  # a person's own: 5 % under is 4 % under as well
        (made("pullback", threshold=-0.07), "pullback_63d_7"),
        (made("pullback", threshold=-0.01), ""),  # milder than all that has a record
        (made("pullback"), ""),  # pending, at no level yet
        (made("volatility", threshold=0.8), "volatility_80"),
        (made("volatility", threshold=0.995), "volatility_97_5"),
        (made("volatility_ratio", threshold=1.5), "volatility_ratio_1_50"),
        (made("streak", threshold=8.0, value=9.0), "streak_won_8"),
        (made("streak", threshold=13.0, value=-14.0), "streak_lost_10"),
        (made("momentum_fade"), "momentum_fade"),
        (made("tail", threshold=5.0), ""),
        (made("data_quality"), ""),
        (made("a rule of mine", threshold=1.0), ""),
    ],
)
def test_the_signal_of_a_finding(finding, signal):
    assert find_signal(finding, {}) == signal


def test_a_broken_trend_is_that_of_the_longer_average_where_that_is_broken():
    assert find_signal(made("trend_break"), measures(trend_200="down", trend_50="down")) == "trend_break_200"
    assert find_signal(made("trend_break"), measures(trend_200="up", trend_50="down")) == "trend_break_50"


def test_a_poor_rally_is_told_by_what_makes_it_poor():
    rally = made("rally_quality")
    assert find_signal(rally, measures(beta_adjusted_gap_20d=-0.001, narrow_rotation=True)) == "beta_only_20d"
    assert find_signal(rally, measures(beta_adjusted_gap_20d=0.001, narrow_rotation=True)) == "narrow_rotation"
    assert find_signal(rally, measures(beta_adjusted_gap_20d=0.001, narrow_rotation=None)) == ""


def test_what_options_expect_alone_has_no_record():
    finding = made("volatility", "IWM", threshold=0.9, value=0.7)
    implied = {"IWM.implied_percentile_1260d": Measure(0.93, "fraction", None)}
    assert find_signal(finding, implied) == ""
    assert find_signal(structs.replace(finding, value=0.91), implied) == "volatility_90"


def test_a_symbol_has_the_record_of_the_first_pair_it_is_the_small_leg_of():
    assert [find_pair(subject, PAIRS) for subject in ("IJR/SPY", "IWM", "SPY", "market")] == [
        "IJR/SPY",
        "IWM/SPY",
        "",
        "",
    ]


@pytest.mark.parametrize(
    ("rule", "level", "values", "signal"),
    [
        ("recession", Level.INFO, {"recession_probability": 0.21}, "recession_odds_20"),
        ("recession", Level.WARN, {"recession_probability": 0.62}, "recession_odds_40"),
        # Unemployment alone has warned: the record is that of unemployment, not of the odds beside it.
        ("recession", Level.WARN, {"recession_probability": 0.21, "sahm": 0.0053}, "sahm_0_50"),
        ("recession", Level.WATCH, {"recession_probability": 0.05, "sahm": 0.0041}, ""),
        ("credit", Level.WATCH, {"credit_pullback_63d": -0.045}, "credit_pullback_4"),
        ("credit", Level.WARN, {"credit_pullback_63d": -0.045}, ""),
        ("credit", Level.INFO, {}, ""),
    ],
)
def test_of_several_signs_the_one_that_warned_has_the_record(rule, level, values, signal):
    measures = {f"US.{name}": Measure(value, "fraction", None) for name, value in values.items()}
    finding = structs.replace(made(rule, "US"), level=level)
    assert find_signal(finding, measures) == signal
    assert find_pair("US", PAIRS) == PAIRS[0]


def test_every_sign_has_signals_from_the_mildest_on():
    for signs in SIGNS.values():
        for _, names in signs:
            steps = [abs(float(dict(SIGNALS[name].parameters)["enter"])) for name in names]
            assert steps == sorted(steps)


def test_ladders_climb_and_every_shipped_level_has_a_signal():
    for key, names in LADDERS.values():
        steps = [abs(dict(SIGNALS[name].parameters)[key]) for name in names]
        assert steps == sorted(steps)
    rules = read_rules(load_settings(shipped_file()).rules)
    for name in ("volatility", "volatility_ratio", "pullback", "streak"):
        rule = rules[name]
        assert isinstance(rule, PathRule)
        for level, threshold in zip(rule.levels(), rule.ladder().enter, strict=True):
            finding = structs.replace(made(name, threshold=threshold, value=threshold), level=level)
            signal = find_signal(finding, {})
            assert signal, (name, level)
            if SIGNALS[signal].level != level.value:
                assert level in (Level.WARN, Level.CRITICAL), "beyond the strictest signal alone"


def test_what_is_said_of_a_finding():
    findings = (made("pullback", threshold=-0.04), made("tail"), made("pullback", "IJR/SPY", threshold=-0.02))
    known = Known({"IWM/SPY": {"pullback_63d_4": "12 episodes"}}, "is being calculated: 1 of 2 pairs")
    told = add_evidence(findings, known, PAIRS, {})
    assert [(one.pair, one.signal, one.evidence) for one in told] == [
        ("IWM/SPY", "pullback_63d_4", "12 episodes"),
        ("", "", ""),
        ("IJR/SPY", "pullback_63d_2", "is being calculated: 1 of 2 pairs"),
    ]
    assert (
        Known({"IWM/SPY": {"": "no evidence: no two sessions"}}).find("IWM/SPY", "x") == "no evidence: no two sessions"
    )
