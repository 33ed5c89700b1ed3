"""Settings tables become rules, or one sentence says what is wrong."""

import subprocess
import sys

import pytest
from rule_reading import shipped_tables

from core.errors import ConfigError
from core.rules import read_rules
from core.rules.registry import RULES


def test_the_shipped_settings_describe_every_rule():
    rules = read_rules(shipped_tables())
    assert {name: type(rule) for name, rule in rules.items()} == RULES
    assert all(rule.enabled for rule in rules.values())
    assert {rule.ID for rule in rules.values()} >= {
        f"R{number}" for number in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
    }


def test_no_tables_no_rules():
    assert read_rules({}) == {}


@pytest.mark.parametrize(
    ("name", "changes", "told"),
    [
        ("pulback", {}, ["[rules.pulback]", 'Did you mean "pullback"?']),
        ("streak", {"wran": 5}, ["[rules.streak] wran = 5", 'Did you mean "warn"?', "info, watch, warn"]),
        ("streak", {"warn": "many"}, ["[rules.streak] warn = many", "allowed: a whole number from 1"]),
        ("streak", {"warn": 0}, ["[rules.streak] warn = 0", "from 1"]),
        ("streak", {"watch": 20}, ["[rules.streak]", "stricter"]),
        ("pullback", {"info": 0.02}, ["[rules.pullback] info = 0.02", "a number from -0.99 to -0.001"]),
        ("pullback", {"warn": -0.01}, ["[rules.pullback]", "stricter"]),
        ("volatility", {"percentile_warn": 97.5}, ["[rules.volatility] percentile_warn = 97.5", "to 1."]),
        ("volatility_ratio", {"warn": 1.0}, ["[rules.volatility_ratio]", "info, watch and warn must get stricter"]),
        ("pullback", {"warn_exit": -0.08}, ["[rules.pullback]", "warn must be stricter than warn_exit"]),
        ("crowding", {"info": 0.8}, ["[rules.crowding]", "info must be stricter than info_exit"]),
        ("tail", {"beyond": "critical"}, ["[rules.tail]", "no critical level"]),
        ("trend_break", {"level_50": "critical"}, ["[rules.trend_break]", "must not be milder"]),
        ("pullback", {"confirm": [1, 1]}, ["[rules.pullback] confirm", "a list of 4 items, each a whole number"]),
        ("pullback", {"release": -1}, ["[rules.pullback] release = -1", "a whole number from 0 to 20"]),
        ("momentum_fade", {"pullback": -0.01}, ["[rules.momentum_fade]", "pullback must be stricter"]),
        ("trend_break", {"level_200": "bad"}, ["[rules.trend_break] level_200 = bad", 'one of "ok", "info"']),
        ("data_quality", {"enabled": "yes"}, ["[rules.data_quality] enabled = yes", "true or false"]),
    ],
)
def test_a_mistake_gets_one_sentence(name, changes, told):
    table = {**shipped_tables().get(name, {}), **changes}
    with pytest.raises(ConfigError) as caught:
        read_rules({name: table})
    message = str(caught.value)
    assert "\n" not in message
    for part in told:
        assert part in message


def test_a_missing_threshold_is_named():
    table = shipped_tables()["streak"]
    del table["warn"]
    with pytest.raises(ConfigError, match=r"\[rules\.streak\].*warn"):
        read_rules({"streak": table})


def test_what_comes_from_outside_is_cleaned():
    with pytest.raises(ConfigError) as caught:
        read_rules({"streak": {"wa\x1b[31mrn": 1}})
    assert "\x1b" not in str(caught.value)


def test_the_viewer_can_check_rules_without_numpy():
    code = (
        "import sys, tomllib; from core.config import shipped_file; from core.rules import read_rules;"
        "read_rules(tomllib.loads(shipped_file().read_text())['rules']);"
        "sys.exit(any(name in sys.modules for name in ('numpy', 'pandas', 'core.studies')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


OWN = {"when": "IWM/SPY.gap_20d < -5%", "level": "watch", "text": "Small caps fell"}


def test_a_rule_of_ones_own_needs_a_condition_a_level_and_a_text():
    rule = read_rules({"mine": OWN})["mine"]
    assert (rule.enabled, rule.confirm, rule.release, rule.cooldown) == (True, (1, 1, 2, 2), 3, 5)
    assert rule.inputs("") == ("IWM/SPY.gap_20d",)


@pytest.mark.parametrize(
    ("name", "changes", "told"),
    [
        (
            "mine",
            {"when": "IWM/SPY.gap_20 < 1"},
            '[rules.mine] when = "IWM/SPY.gap_20 < 1": IWM/SPY has no measure gap_20',
        ),
        ("mine", {"until": "nonsense"}, '[rules.mine] until = "nonsense": "nonsense" is not understood'),
        ("mine", {"when": "1 < 2"}, "expected at least one address"),
        ("mine", {"level": "loud"}, 'one of "info", "watch", "warn", "critical"'),
        ("mine", {"text": ""}, "[rules.mine] text"),
        ("mine", {"whn": "x"}, 'Did you mean "when"?'),
        ("Mine!", {}, "expected a name of small letters"),
        ("streak", {}, "[rules.streak] when"),
    ],
)
def test_a_mistake_in_ones_own_gets_one_sentence(name, changes, told):
    with pytest.raises(ConfigError) as caught:
        read_rules({name: {**OWN, **changes}})
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_table_without_condition_is_no_rule():
    with pytest.raises(ConfigError, match="A rule of your own needs when"):
        read_rules({"mine": {"level": "watch"}})
