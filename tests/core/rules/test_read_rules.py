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
    assert [type(rule) for rule in rules] == [RULES[name] for name in shipped_tables()]
    assert {type(rule) for rule in rules} == set(RULES.values())
    assert all(rule.enabled for rule in rules)


def test_no_tables_no_rules():
    assert read_rules({}) == ()


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
        ("volatility", {"ratio_warn": 1.0}, ["[rules.volatility]", "ratio_info, ratio_watch and ratio_warn"]),
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
