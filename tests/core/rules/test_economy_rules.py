"""Recession and credit at their thresholds."""

import pytest
from rule_reading import OK, HandReading, judge, list_one, shipped_rule

from core.rules.level import Level
from core.snapshot import Quality, SubjectState

NAN = float("nan")
RECESSION = ("recession_probability", "sahm", "claims_over_low", "term_spread_recovery")
CREDIT = (
    "credit_pullback_63d",
    "high_yield_spread",
    "high_yield_spread_change_20d",
    "baa_spread_percentile",
    "lending_standards",
    "financial_conditions",
    "financial_conditions_adjusted",
)


def reading(names, *closes, **details):
    """Each of `closes` holds a value for each of `names`."""
    pasts = {f"US.{name}": [float(close[place]) for close in closes] for place, name in enumerate(names)}
    return HandReading(pasts=pasts, quality={"US": OK}, **details)


def level(rule, names, *closes):
    found = judge(rule, reading(names, *closes))
    return found[0].level if found else None


CALM = (0.05, 0.0, 0.02, 0.0)


@pytest.mark.parametrize(
    ("close", "expected"),
    [
        (CALM, None),
        ((0.1977, 0.0, 0.0, 0.0), None),
        ((0.20, 0.0, 0.0, 0.0), Level.INFO),
        ((0.30, 0.0, 0.0, 0.0), Level.WATCH),
        ((0.40, 0.0, 0.0, 0.0), Level.WARN),
        ((0.60, 0.0, 0.0, 0.0), Level.WARN),  # a deep inversion alone
        ((0.60, 0.0049, 0.0, 0.0), Level.WARN),
        ((0.50, 0.005, 0.0, 0.0), Level.CRITICAL),
        ((0.05, 0.003, 0.0, 0.0), Level.INFO),
        ((0.05, 0.004, 0.0, 0.0), Level.WATCH),
        ((0.05, 0.0053, 0.0, 0.0), Level.WARN),
        ((0.05, 0.0, 0.21, 0.0), Level.WATCH),
        ((0.05, 0.0, 0.0, 0.006), Level.INFO),
        ((NAN, 0.0053, NAN, NAN), Level.WARN),
    ],
)
def test_recession_levels(close, expected):
    assert level("recession", RECESSION, close, close) == expected


def test_recession_says_its_signs():
    close = (0.3412, 0.0043, 0.16, 0.004)
    (found,) = judge("recession", reading(RECESSION, close, close))
    assert found.text == (
        "recession odds 34.1 % within a year by the yield curve; unemployment 0.43 points over its low of "
        "a year; claims 16.0 % over their low of half a year; the curve was inverted within a year and is no longer"
    )
    assert found.subject == "US"
    assert not found.blocked
    assert found.measures == tuple(f"US.{name}" for name in (*RECESSION, "term_spread"))


def test_a_series_that_has_ended_lowers_no_warning():
    warned = (0.42, 0.0, 0.0, 0.0)
    gone = (NAN, 0.0, 0.0, 0.0)
    assert level("recession", RECESSION, warned, warned, gone, gone, gone, gone, gone) is Level.WARN
    assert level("recession", RECESSION, warned, warned, CALM, CALM, CALM) is Level.WATCH


def test_no_sign_of_a_recession_is_critical_by_itself():
    odds = dict(shipped_rule("recession").signs())["recession_probability"]
    assert [odds.level_of(value) for value in (0.1, 0.2, 0.35, 0.59)] == [Level.OK, Level.INFO, Level.WATCH, Level.WARN]


EASY = (-0.01, 0.03, 0.0, 0.5, 0.0, -0.5, -0.4)


def credit(**changes):
    return tuple(changes.get(name, value) for name, value in zip(CREDIT, EASY, strict=True))


@pytest.mark.parametrize(
    ("close", "expected"),
    [
        (EASY, None),
        (credit(credit_pullback_63d=-0.02), Level.INFO),
        (credit(credit_pullback_63d=-0.04), Level.WATCH),
        (credit(credit_pullback_63d=-0.07), Level.WARN),
        (credit(high_yield_spread=0.045), Level.INFO),
        (credit(high_yield_spread=0.055), Level.WATCH),
        (credit(high_yield_spread=0.0799), Level.WATCH),
        (credit(high_yield_spread=0.08), Level.CRITICAL),
        (credit(high_yield_spread_change_20d=0.02), Level.WARN),
        (credit(baa_spread_percentile=0.9), Level.WATCH),
        # Two spreads are one sign; a survey beside them is another.
        (credit(baa_spread_percentile=0.9, high_yield_spread=0.06), Level.WATCH),
        (credit(baa_spread_percentile=0.9, financial_conditions=0.01), Level.WARN),
        (credit(lending_standards=0.2), Level.INFO),
        (credit(lending_standards=0.4), Level.WARN),
        (credit(financial_conditions_adjusted=0.01), Level.WATCH),
        (credit(financial_conditions=0.51), Level.WARN),
        ((-0.05, *[NAN] * 6), Level.WATCH),
    ],
)
def test_credit_levels(close, expected):
    assert level("credit", CREDIT, close, close) == expected


def test_credit_says_its_signs():
    close = credit(high_yield_spread=0.0562, high_yield_spread_change_20d=0.0134, financial_conditions=0.2)
    (found,) = judge("credit", reading(CREDIT, close, close))
    assert found.text == (
        "high-yield spread 5.6 %, +134 bp in 20 days; HYG/IEF 1.0 % under its 63-session high; "
        "financial conditions +0.20"
    )
    assert found.value == 0.0562


@pytest.mark.parametrize("changes", [{"conditions_watch": 0.6}, {"conditions_watch_exit": 0.1}, {"spread_info": 0.04}])
def test_thresholds_that_contradict_each_other_are_refused(changes):
    from core.errors import ConfigError

    with pytest.raises(ConfigError, match="credit"):
        shipped_rule("credit", **changes)


@pytest.mark.parametrize("name", ["recession", "credit"])
def test_without_data_they_say_what_is_missing(name):
    listed = list_one(name, HandReading())
    assert listed.state == "no data"
    assert "needs 252 sessions, has 120" in listed.reason
    assert judge(name, HandReading()) == []


def test_doubt_about_the_economy_blocks():
    one = reading(RECESSION, (0.5, 0, 0, 0), (0.5, 0, 0, 0))
    one.quality["US"] = Quality(state=SubjectState.MISSING)
    assert judge("recession", one)[0].blocked
