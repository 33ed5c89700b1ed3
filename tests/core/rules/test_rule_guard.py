"""A rule that raises takes its own findings with it, is shown as failing, and the journal does not call it over."""

import pytest
from msgspec import structs
from rule_reading import HandReading, shipped_rule

from core.journal.look import Look, is_frozen
from core.rules.pullback import Pullback
from core.rules.settled import settle
from core.rules.streak import Streak
from core.rules.watch import judge, list_rules
from core.snapshot import Quality, SubjectState

PASTS = {"IWM/SPY.pullback_63d": [-0.01] * 5 + [-0.05], "IWM/SPY.streak": [1.0] * 5 + [9.0]}


class BrokenError(ValueError):
    pass


def both():
    return {"pullback": shipped_rule("pullback"), "streak": shipped_rule("streak")}


def ask(reading):
    rules, failures = both(), {}
    paths = settle(rules, reading)
    found = judge(rules, paths, reading, failures)
    return [finding.rule for finding in found], {one.name: one for one in list_rules(rules, paths, reading, failures)}


def boom(*args, **kwargs):
    raise BrokenError("a [red]bad[/] number")


@pytest.mark.parametrize("where", ["grade", "inputs", "subjects", "tell", "levels", "ladder"])
def test_the_others_go_on_and_it_is_shown_as_failing(monkeypatch, where):
    reading = HandReading(pasts=dict(PASTS))
    assert ask(reading)[0] == ["pullback", "streak"]
    monkeypatch.setattr(Pullback, where, boom)
    found, rules = ask(reading)
    assert found == ["streak"]
    assert rules["pullback"].state == "failing"
    assert "BrokenError: a [red]bad[/] number" in rules["pullback"].reason
    assert rules["streak"].state == "watching"


def test_both_may_fail(monkeypatch):
    monkeypatch.setattr(Pullback, "grade", boom)
    monkeypatch.setattr(Streak, "tell", boom)
    found, rules = ask(HandReading(pasts=dict(PASTS)))
    assert found == []
    assert {one.state for one in rules.values()} == {"failing"}


def test_what_a_failing_rule_found_before_stands_in_the_journal():
    look = Look(None, None, None, True, (), {"IWM/SPY": Quality(state=SubjectState.OK)}, frozenset({"pullback"}))
    assert not is_frozen(("pullback", "IWM/SPY"), None, look)
    assert is_frozen(("pullback", "IWM/SPY"), None, structs.replace(look, failing=frozenset({"pullback"})))
    assert is_frozen(("data_quality", "IWM/SPY"), None, structs.replace(look, failing=frozenset({"data_quality"})))
