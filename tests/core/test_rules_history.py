"""Rules over a whole market: what they say today is what their history says of today, also after a restart."""

import msgspec
import numpy as np
import pytest
from analysis_panel import DAYS, EXCHANGE, SETTINGS, closes, cut, make, market, panel_of, snapshot_of, utc
from msgspec import structs

from core import analysis
from core.analysis import walk_rules
from core.market.build import with_quotes
from core.market.quotes import Quote
from core.rules.level import Level
from core.snapshot import FindingState, Snapshot

PRICES = closes(1)
PRICES[-40:] *= np.linspace(1.0, 0.88, 40)  # small falls, so that there is something to find
MARKET = market(IWM=PRICES)
OWN = {
    "mine": {"when": "IWM/SPY.gap_20d < 0 and IWM/SPY.trend_200 == 'down'", "level": "warn", "text": "Down"},
    "looked_back": {"when": "IWM/SPY.alignment <= 1", "until": "IWM/SPY.alignment > 2", "level": "info", "text": "Low"},
}
WATCHED = structs.replace(SETTINGS, rules={**SETTINGS.rules, **OWN})


def evening(row):
    day = DAYS[row].item()
    at = utc(f"{day}T22:00")
    return snapshot_of(panel_of({name: cut(bars, day) for name, bars in MARKET.items()}, at), at, WATCHED)


def test_what_is_found_in_the_evening_is_what_the_whole_history_says_of_that_day():
    paths = {(path.rule, path.subject): path for path in walk_rules(panel_of(MARKET), WATCHED)}
    for row in range(len(DAYS) - 30, len(DAYS), 3):
        found = {(f.rule, f.subject): f for f in evening(row).findings if f.rule != "data_quality"}
        for key, path in paths.items():
            at = np.flatnonzero(path.days == DAYS[row])
            step = int(path.steps[at[0]]) if len(at) else 0
            level = found[key].level if key in found else Level.OK
            assert (level is Level.OK) == (step == 0), (key, DAYS[row])
            if step:
                assert found[key].confirmed is level
    assert {rule for rule, _ in paths} >= {"pullback", "trend_break", "mine", "looked_back", "tail", "rally_quality"}


def test_a_restart_changes_nothing():
    before = evening(-1)
    for memory in (analysis._settle, analysis._settle_around, analysis._measure_settled):
        memory.cache_clear()
    after = evening(-1)
    assert (after.findings, after.rules) == (before.findings, before.rules)
    assert msgspec.json.decode(msgspec.json.encode(after), type=Snapshot) == after


def test_rules_of_ones_own_are_found_and_listed():
    snapshot = evening(-1)
    found = {finding.rule: finding for finding in snapshot.findings}
    assert (found["mine"].level, found["mine"].subject) == (Level.WARN, "IWM/SPY")
    assert found["mine"].measures == ("IWM/SPY.gap_20d", "IWM/SPY.trend_200")
    assert found["mine"].text.startswith("Down (IWM/SPY.gap_20d -")
    assert found["mine"].text.endswith(", IWM/SPY.trend_200 down)")
    assert found["looked_back"].level is Level.INFO
    listed = {rule.name: rule for rule in snapshot.rules}
    assert listed["mine"].text == f"Down: {OWN['mine']['when']}"
    assert listed["recession"].state == listed["liquidity"].state == "no data"
    assert listed["pullback"].state == "watching"


def test_a_crash_in_the_running_session_is_provisional_and_needs_its_closes():
    at = utc("2026-02-27T18:00:00")
    prices, large = closes(1), closes(2)
    prices[-80:] = (
        large[-80:] * prices[-81] / large[-81] * np.linspace(1.0, 1.02, 80)
    )  # at its high for so long that nothing is held
    high = market(IWM=prices)
    before = panel_of({name: cut(bars, "2026-02-26") for name, bars in high.items()}, at)
    last = {name: bars.close[-2] for name, bars in high.items()}
    last["IWM"] *= 0.92
    quotes = {name: Quote(symbol=name, price=price, time=utc("2026-02-27T17:59:55")) for name, price in last.items()}
    running = snapshot_of(with_quotes(before, quotes, EXCHANGE, at, True), at)
    found = next(f for f in running.findings if f.rule == "pullback" and f.subject == "IWM/SPY")
    assert (found.confirmed, found.state) == (Level.OK, FindingState.PENDING)
    assert found.level is Level.WATCH  # warn waits for a second close
    assert (found.raising.level, found.raising.closes, found.raising.needed) == (Level.WARN, 1, 2)
    assert found.raising.distance < 0.0
    assert found.provisional


def test_a_missing_bar_freezes_what_was_found():
    prices = PRICES.copy()
    prices[-2:] = np.nan
    found = {
        finding.rule: finding
        for finding in snapshot_of(panel_of({**MARKET, "IWM": make("IWM", prices)})).findings
        if finding.subject == "IWM/SPY"
    }
    then = {f.rule: f for f in evening(-3).findings if f.subject == "IWM/SPY"}
    assert found["pullback"].blocked
    assert not found["pullback"].provisional
    assert (found["pullback"].level, found["pullback"].since) == (then["pullback"].level, then["pullback"].since)
    assert found["pullback"].state is FindingState.FIRING


@pytest.mark.parametrize("rule", ["pullback", "mine"])
def test_a_rule_switched_off_is_listed_as_such(rule):
    rules = {**WATCHED.rules, rule: {**WATCHED.rules[rule], "enabled": False}}
    snapshot = snapshot_of(panel_of(MARKET), settings=structs.replace(WATCHED, rules=rules))
    assert rule not in {finding.rule for finding in snapshot.findings}
    assert next(one for one in snapshot.rules if one.name == rule).state == "off"
