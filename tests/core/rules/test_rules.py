"""Each rule at its thresholds: level, words, since when, and whether it may be believed."""

import pytest
from rule_reading import OK, HandReading, judge, list_one

from core.rules.level import Level
from core.rules.words import say_count, say_list, say_percent, say_rank
from core.snapshot import FindingState, Quality, SubjectState

STALE = Quality(state=SubjectState.STALE, reason="no bar of 2026-02-27")


def only(findings):
    (found,) = findings
    return found


# pullback --------------------------------------------------------------------------------------------------------

BACK = "IWM/SPY.pullback_63d"


def pulled_back(*values, age=12, **details):
    return HandReading(values={f"{BACK}_sessions": age}, pasts={BACK: [*values]}, **details)


@pytest.mark.parametrize(
    ("value", "level"),
    [(-0.0199, None), (-0.02, Level.INFO), (-0.0399, Level.INFO), (-0.04, Level.WATCH), (-0.07, Level.WARN)],
)
def test_pullback_levels(value, level):
    assert [found.level for found in judge("pullback", pulled_back(value, value))] == ([level] if level else [])


def test_pullback_says_how_far_for_how_long_and_what_is_missing():
    found = only(judge("pullback", pulled_back(-0.01, -0.03, -0.045, -0.039, -0.041, -0.0437)))
    assert found.text == "IWM/SPY 4.4 % under its 63-session high, 12 sessions below"
    assert found.since == "2026-02-24"  # at watch since then: -3.9 % is not beyond the exit, -3 %
    assert (found.value, found.threshold, found.subject, found.rule) == (-0.0437, -0.04, "IWM/SPY", "pullback")
    assert found.measures == (BACK, f"{BACK}_sessions")
    assert (found.state, found.confirmed, found.sessions) == (FindingState.FIRING, Level.WATCH, 4)
    assert (found.raising.level, found.raising.closes, found.raising.needed) == (Level.WARN, 0, 2)
    assert found.raising.distance == pytest.approx(-0.0437 - -0.07)
    assert (found.releasing.level, found.releasing.closes, found.releasing.needed) == (Level.INFO, 0, 3)
    assert found.releasing.distance == pytest.approx(-0.03 - -0.0437)
    assert not found.blocked
    assert not found.provisional
    assert not found.quiet


def test_since_is_unknown_when_it_held_all_along():
    found = only(judge("pullback", pulled_back(-0.05, -0.05)))
    assert (found.since, found.sessions) == (None, None)


def test_every_pair_is_judged():
    reading = pulled_back(0.0, -0.08, -0.08)
    reading.pairs = ("IWM/SPY", "IJR/SPY")
    reading.values["IJR/SPY.pullback_63d_sessions"] = 1
    reading.pasts["IJR/SPY.pullback_63d"] = [0.0, -0.03]
    reading.quality["IJR/SPY"] = OK
    first, second = judge("pullback", reading)
    assert (first.subject, second.subject) == ("IWM/SPY", "IJR/SPY")
    assert second.text == "IJR/SPY 3.0 % under its 63-session high, 1 session below"


@pytest.mark.parametrize("state", [state for state in SubjectState if state is not SubjectState.OK])
def test_doubtful_data_blocks_a_finding(state):
    quality = {"IWM/SPY": Quality(state=state)}
    assert only(judge("pullback", pulled_back(-0.05, quality=quality))).blocked


def test_no_measure_no_finding():
    for name in ("pullback", "streak", "trend_break", "volatility", "crowding", "tail", "rally_quality"):
        assert judge(name, HandReading()) == []


# the running session ---------------------------------------------------------------------------------------------


def running(now, *past, **details):
    reading = pulled_back(*past, provisional=True, **details)
    reading.values[BACK] = now
    return reading


def test_a_running_session_is_what_it_would_be_at_the_close():
    found = only(judge("pullback", running(-0.05, 0.0, -0.01)))
    assert (found.level, found.confirmed, found.state) == (Level.WATCH, Level.OK, FindingState.PENDING)
    assert (found.provisional, found.since, found.sessions) == (True, "2026-03-02", 1)
    assert judge("pullback", running(-0.01, 0.0, -0.01)) == []


def test_a_warning_waits_for_its_second_close():
    found = only(judge("pullback", running(-0.08, 0.0, -0.05)))
    assert (found.level, found.confirmed) == (Level.WATCH, Level.WATCH)
    assert (found.raising.level, found.raising.closes, found.raising.needed) == (Level.WARN, 1, 2)
    assert only(judge("pullback", running(-0.08, 0.0, -0.08))).level is Level.WARN


def test_pending_is_told_in_words_too():
    found = only(judge("pullback", pulled_back(0.0, -0.025), confirm=[2, 2, 2, 2]))
    assert (found.level, found.state, found.sessions) == (Level.OK, FindingState.PENDING, 1)
    assert found.text == "IWM/SPY 2.5 % under its 63-session high, 12 sessions below; pending, 1 of 2 closes to info"


def test_it_is_over_after_three_closes_and_told_once():
    past = [0.0, -0.025, -0.01, -0.01]
    waiting = only(judge("pullback", pulled_back(*past)))
    assert (waiting.level, waiting.releasing.closes, waiting.releasing.needed) == (Level.INFO, 2, 3)
    over = only(judge("pullback", pulled_back(*past, -0.012)))
    assert (over.level, over.state, over.since) == (Level.OK, FindingState.RESOLVED, "2026-02-27")
    assert over.text == "IWM/SPY 1.2 % under its 63-session high, 12 sessions below; over"
    assert judge("pullback", pulled_back(*past, -0.01, -0.01)) == []
    at_the_close = only(judge("pullback", running(-0.01, *past)))
    assert (at_the_close.state, at_the_close.confirmed) == (FindingState.RESOLVED, Level.INFO)


@pytest.mark.parametrize("state", [state for state in SubjectState if state is not SubjectState.OK])
def test_a_running_session_of_doubtful_data_changes_nothing(state):
    quality = {"IWM/SPY": Quality(state=state)}
    found = only(judge("pullback", running(0.0, 0.0, -0.025, -0.01, -0.01, quality=quality)))
    assert (found.level, found.releasing.closes, found.blocked, found.provisional) == (Level.INFO, 2, True, False)


def test_bad_sessions_of_the_past_are_left_out():
    past = [0.0, -0.025, -0.01, -0.01, -0.01]
    assert only(judge("pullback", pulled_back(*past))).state is FindingState.RESOLVED
    found = only(judge("pullback", pulled_back(*past, bad=(3,))))
    assert (found.level, found.releasing.closes) == (Level.INFO, 2)


def test_the_same_level_again_soon_is_no_news():
    past = [0.0, -0.025, -0.01, -0.01, -0.01]
    assert only(judge("pullback", pulled_back(*past, -0.025))).quiet
    later = [*past, *[0.0] * 5]
    assert not only(judge("pullback", pulled_back(*later, -0.025))).quiet
    assert not only(judge("pullback", pulled_back(*past, -0.025), cooldown=0)).quiet


# streak ----------------------------------------------------------------------------------------------------------


def run_of(streak, last="2008-06-13", history=40):
    sign = 1 if streak > 0 else -1
    past = [float(-sign)] * history + [float(sign * k) for k in range(1, abs(streak) + 1)]
    values = {"IWM/SPY.streak_runs_as_long": int(bool(last)), "IWM/SPY.streak_last_as_long": last}
    return HandReading(values=values, pasts={"IWM/SPY.streak": past})


@pytest.mark.parametrize(
    ("streak", "level"),
    [(7, None), (-7, None), (8, Level.INFO), (-8, Level.INFO), (10, Level.WATCH), (13, Level.WARN)],
)
def test_streak_levels_either_way(streak, level):
    assert [found.level for found in judge("streak", run_of(streak))] == ([level] if level else [])


def test_streak_says_who_leads_since_when_and_how_rare():
    found = only(judge("streak", run_of(13)))
    assert found.text == (
        "IWM has beaten SPY 13 sessions in a row since 2026-02-11; the last run as long ended 2008-06-13"
    )
    assert found.since == "2026-02-27"  # thirteen today: warn begins today
    found = only(judge("streak", run_of(-9, last=None)))
    assert found.text == "SPY has beaten IWM 9 sessions in a row since 2026-02-17; no run as long before"
    assert found.since == "2026-02-26"  # eight yesterday
    assert (found.level, found.value, found.threshold) == (Level.INFO, -9, 8)
    assert found.raising.distance == 1.0


def test_a_streak_ends_with_its_run():
    reading = run_of(13)
    reading.pasts["IWM/SPY.streak"].append(-1.0)
    assert only(judge("streak", reading)).state is FindingState.RESOLVED


# trend break -----------------------------------------------------------------------------------------------------

UP, DOWN = 1.0, -1.0


def trends(short=UP, long=UP, change=-0.01, before=(0.01, UP, UP), times=2):
    """Before, all was as `before` (the average's change, the trends); then as told, so many times."""
    pair, words = "IWM/SPY", {UP: "up", DOWN: "down"}
    return HandReading(
        values={f"{pair}.trend_50": words[short], f"{pair}.trend_200": words[long]},
        pasts={
            f"{pair}.sma_50_change_20d": [before[0], *[change] * times],
            f"{pair}.trend_50": [before[1], *[short] * times],
            f"{pair}.trend_200": [before[2], *[long] * times],
        },
    )


@pytest.mark.parametrize(
    ("short", "long", "change", "level"),
    [
        (UP, UP, -0.01, None),
        (DOWN, UP, -0.01, Level.WATCH),
        (UP, DOWN, -0.01, Level.WARN),
        (DOWN, DOWN, -0.01, Level.WARN),
        (DOWN, DOWN, 0.01, None),  # the 50-session average rises
    ],
)
def test_trend_break_levels(short, long, change, level):
    findings = judge("trend_break", trends(short, long, change))
    assert [found.level for found in findings] == ([level] if level else [])


def test_trend_break_lasts_until_the_average_clearly_rises():
    broken = trends(long=DOWN)
    for change, closes in ((0.004, 0), (0.006, 1)):
        for address, value in (("sma_50_change_20d", change), ("trend_50", UP), ("trend_200", DOWN)):
            broken.pasts[f"IWM/SPY.{address}"].append(value)
        assert only(judge("trend_break", broken)).releasing.closes == closes
    assert only(judge("trend_break", broken)).text == (
        "IWM/SPY under its 200-session average, but its 50-session average rises"
    )


def test_trend_break_words_and_levels_from_the_settings():
    found = only(judge("trend_break", trends(short=DOWN)))
    assert found.text == "IWM/SPY under its 50-session average, and its 50-session average falls"
    assert found.since == "2026-02-26"
    assert only(judge("trend_break", trends(long=DOWN), level_200="critical")).level is Level.CRITICAL
    assert judge("trend_break", trends(short=DOWN), level_50="ok") == []


# volatility ------------------------------------------------------------------------------------------------------


def volatile(ranks=(0.5,), volatilities=(0.2,), implied=()):
    symbol = "IWM"
    pasts = {f"{symbol}.volatility_percentile_1260d": [*ranks], f"{symbol}.volatility_20d": [*volatilities]}
    return HandReading(pasts=pasts | ({f"{symbol}.implied_percentile_1260d": [*implied]} if implied else {}))


@pytest.mark.parametrize(
    ("rank", "volatility", "level"),
    [
        (0.79, 0.5, None),
        (0.80, 0.2, Level.INFO),
        (0.90, 0.2, Level.WATCH),
        (0.975, 0.2, Level.WARN),
        (1.0, 0.39, Level.WARN),  # the highest of five years, yet under 40 %
        (0.995, 0.40, Level.CRITICAL),
    ],
)
def test_volatility_percentile_levels(rank, volatility, level):
    findings = judge("volatility", volatile((rank, rank), (volatility, volatility)))
    assert [found.level for found in findings] == ([level] if level else [])


def test_volatility_says_how_high_and_since_when():
    found = only(judge("volatility", volatile((0.5, 0.92, 0.86, 0.91, 0.913), (0.2, 0.2, 0.2, 0.2, 0.274))))
    assert found.text == "IWM 20-day volatility 27.4 % a year, 91st percentile of five years"
    assert (found.since, found.subject) == ("2026-02-24", "IWM")


def test_critical_volatility_began_with_both_conditions():
    found = only(judge("volatility", volatile((0.9, 0.999, 0.999, 0.999), (0.3, 0.3, 0.41, 0.42))))
    assert (found.level, found.since) == (Level.CRITICAL, "2026-02-27")  # at its second close


def test_what_options_expect_counts_where_it_is_higher():
    found = only(judge("volatility", volatile((0.5, 0.5), (0.2, 0.2), implied=(0.5, 0.91))))
    assert (found.level, found.value) == (Level.WATCH, 0.91)
    assert found.text == "IWM 20-day volatility 20.0 % a year, 50th percentile of five years; implied 91st percentile"


def ratios(*values):
    return HandReading(pasts={"IWM/SPY.volatility_ratio_20d": [*values]})


@pytest.mark.parametrize(
    ("ratio", "level"), [(1.34, None), (1.35, Level.INFO), (1.5, Level.WATCH), (1.75, Level.WARN), (3.0, Level.WARN)]
)
def test_volatility_ratio_levels(ratio, level):
    findings = judge("volatility_ratio", ratios(1.0, ratio, ratio))
    assert [found.level for found in findings] == ([level] if level else [])


def test_volatility_ratio_words():
    found = only(judge("volatility_ratio", ratios(1.2, 1.55, 1.634)))
    assert found.text == "IWM 1.63 times as volatile as SPY over 20 sessions"
    assert (found.since, found.subject, found.threshold) == ("2026-02-26", "IWM/SPY", 1.5)
    assert found.measures == ("IWM/SPY.volatility_ratio_20d",)


def test_a_ratio_that_is_usual_for_the_pair_is_no_finding():
    """With five years behind it the ratio must also be high for the pair: here 1.6 is its median."""
    usual = [1.4 + 0.0004 * (k % 1000) for k in range(3000)][::-1]
    assert judge("volatility_ratio", ratios(*usual, *[1.5] * 30, 1.6)) == []
    calm = [*usual, *[1.0] * 40]
    assert only(judge("volatility_ratio", ratios(*calm, 1.797, 1.797))).level is Level.WARN
    # 1.77 is over the fixed step of warn, but only in the 93rd percentile: the own one is the higher step.
    assert only(judge("volatility_ratio", ratios(*calm, 1.77, 1.77))).level is Level.WATCH
    live = ratios(*calm)
    live.values["IWM/SPY.volatility_ratio_20d"], live.provisional = 1.77, True
    assert only(judge("volatility_ratio", live)).level is Level.WATCH


def test_the_ratio_needs_its_pair():
    reading = ratios(1.0, 2.0)
    reading.pairs = ("IJR/SPY",)
    assert judge("volatility_ratio", reading) == []


# crowding, rates, fading, tail, rally, liquidity -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("score", "level"),
    [(0.84, None), (0.85, Level.INFO), (0.92, Level.WATCH), (0.97, Level.WARN), (1.0, Level.WARN), (0.02, None)],
)
def test_crowding_has_three_steps(score, level):
    pasts = {"IWM/SPY.crowding_score": [0.5, score, score]}
    assert [found.level for found in judge("crowding", HandReading(pasts=pasts))] == ([level] if level else [])


def test_crowding_words():
    pasts = {"IWM/SPY.crowding_score": [0.5, 0.914]}
    values = {"IWM/SPY.stretch_50d": 5.04, "IWM/SPY.streak": 9.0}
    assert only(judge("crowding", HandReading(pasts=pasts, values=values))).text == (
        "IWM/SPY crowding 91 of 100; 5.0 daily deviations over its 50-session average; "
        "IWM has beaten SPY 9 sessions in a row"
    )
    assert only(judge("crowding", HandReading(pasts=pasts))).text == "IWM/SPY crowding 91 of 100"


@pytest.mark.parametrize(
    ("change", "beta", "level"),
    [
        (0.0039, -0.02, None),
        (0.0040, -0.02, Level.INFO),
        (0.0060, -0.02, Level.WATCH),
        (0.0090, -0.02, Level.WARN),
        (0.0090, 0.02, None),
        (-0.0090, -0.02, None),  # yields that fall help
    ],
)
def test_rates_need_a_rise_and_a_pair_that_suffers_from_it(change, beta, level):
    pasts = {"IWM/SPY.rate_change_20d": [0.0, change, change], "IWM/SPY.rate_beta_126d": [beta] * 3}
    assert [found.level for found in judge("rates", HandReading(pasts=pasts))] == ([level] if level else [])


def test_rates_words():
    pasts = {"IWM/SPY.rate_change_20d": [0.0, 0.0043], "IWM/SPY.rate_beta_126d": [-0.04] * 2}
    found = only(judge("rates", HandReading(pasts=pasts, values={"IWM/SPY.rate_beta_126d_t": -1.2})))
    assert found.text == (
        "10-year yield up 43 bp in 20 sessions; IWM/SPY loses 1.0 % per 25 bp up, not to be told from zero"
    )


WEAK, LEADS = 11.0, 13.0


@pytest.mark.parametrize(
    ("back", "quadrant", "crossed", "level"),
    [
        (-0.05, LEADS, 30, None),  # one sign: the cross is an old one
        (-0.01, WEAK, 30, None),
        (-0.05, WEAK, 30, Level.INFO),
        (-0.05, LEADS, 20, Level.INFO),
        (-0.05, WEAK, 20, Level.WATCH),
    ],
)
def test_momentum_fades_by_signs(back, quadrant, crossed, level):
    cross = [1.0] * 10 + [-1.0] * crossed
    pasts = {"IWM/SPY.cross_20_50": cross, "IWM/SPY.pullback_63d": [0.0] * 39 + [back]}
    pasts["IWM/SPY.rotation_daily_quadrant"] = [LEADS] * 39 + [quadrant]
    pasts = {address: past[-len(cross) :] for address, past in pasts.items()}
    values = {"IWM/SPY.cross_20_50": "down", "IWM/SPY.rotation_daily_quadrant": "weakening"}
    findings = judge("momentum_fade", HandReading(pasts=pasts, values=values))
    assert [found.level for found in findings] == ([level] if level else [])


def test_a_cross_of_today_is_young():
    pasts = {"IWM/SPY.cross_20_50": [1.0] * 30, "IWM/SPY.pullback_63d": [-0.05] * 30}
    values = {"IWM/SPY.cross_20_50": "down", "IWM/SPY.cross_20_50_since": "2026-03-02"}
    found = only(judge("momentum_fade", HandReading(pasts=pasts, values=values, provisional=True)))
    assert (found.level, found.confirmed) == (Level.INFO, Level.OK)
    assert found.text == (
        "IWM/SPY 2 signs of fading: 5.0 % under its 63-session high, "
        "20-session average under the 50-session one since 2026-03-02"
    )


BREACHES = "IWM.value_at_risk_breaches_99_504d"


@pytest.mark.parametrize(
    ("breaches", "beyond", "level"),
    [
        (4, 0, None),
        (5, 0, Level.INFO),
        (7, 0, Level.WATCH),
        (10, 0, Level.WARN),
        (1, 1, Level.WATCH),
        (10, 1, Level.WARN),
    ],
)
def test_tail_levels(breaches, beyond, level):
    pasts = {BREACHES: [2.0, breaches, breaches], "IWM.beyond(expected_shortfall_99_504d)": [0.0, beyond, beyond]}
    reading = HandReading(pasts=pasts, values={"IWM.expected_shortfall_99_504d": 0.0512})
    findings = judge("tail", reading)
    assert [found.level for found in findings] == ([level] if level else [])
    if level:
        assert findings[0].text.startswith(f"IWM lost more than its 99 % value at risk in {breaches} of 250 sessions")


@pytest.mark.parametrize(
    ("gap", "adjusted", "narrow", "style", "level"),
    [
        (0.02, 0.01, 0.0, 0.2, None),
        (0.02, -0.001, 0.0, 0.2, Level.INFO),
        (0.02, 0.01, 1.0, 0.2, Level.INFO),
        (0.02, 0.01, 0.0, 0.7, Level.INFO),
        (0.02, -0.001, 1.0, 0.2, Level.WATCH),
        (0.02, -0.001, 1.0, 0.9, Level.WATCH),
        (-0.01, -0.02, 1.0, 0.9, None),  # small does not lead
        (0.02, -0.001, float("nan"), float("nan"), Level.INFO),  # no constituents, no style: one of three is known
    ],
)
def test_rally_quality(gap, adjusted, narrow, style, level):
    names = ("gap_20d", "beta_adjusted_gap_20d", "narrow_rotation", "style_correlation_126d")
    before = (0.02, 0.02, 0.0, 0.0)
    pasts = {
        f"IWM/SPY.{name}": [*pair] for name, *pair in zip(names, before, (gap, adjusted, narrow, style), strict=True)
    }
    findings = judge("rally_quality", HandReading(pasts=pasts))
    assert [found.level for found in findings] == ([level] if level else [])


def test_rally_quality_words():
    pasts = {"IWM/SPY.gap_20d": [0.02, 0.021], "IWM/SPY.beta_adjusted_gap_20d": [0.02, -0.001]}
    assert only(judge("rally_quality", HandReading(pasts=pasts))).text == (
        "IWM 2.1 % ahead of SPY over 20 sessions, no more than its beta explains"
    )
    pasts["IWM/SPY.gap_20d"].append(-0.007)
    pasts["IWM/SPY.beta_adjusted_gap_20d"].append(-0.01)
    assert only(judge("rally_quality", HandReading(pasts=pasts))).text == (
        "IWM 0.7 % behind SPY over 20 sessions: no gain to speak of any more"
    )


@pytest.mark.parametrize(
    ("impact", "spread", "level"),
    [(1.2, 1.0, None), (1.3, 1.0, Level.INFO), (1.0, 1.6, Level.WATCH), (2.0, 3.0, Level.CRITICAL)],
)
def test_liquidity_takes_the_higher(impact, spread, level):
    pasts = {
        "IWM.constituents_amihud_ratio_252d": [1.0, impact, impact],
        "IWM.constituents_spread_edge_ratio_252d": [1.0, spread, spread],
    }
    findings = judge("liquidity", HandReading(pasts=pasts))
    assert [found.level for found in findings] == ([level] if level else [])


# the list of rules -----------------------------------------------------------------------------------------------


def test_a_rule_says_what_it_watches_or_why_not():
    assert list_one("pullback", HandReading()).reason == f"{BACK}: needs 252 sessions, has 120"
    assert list_one("pullback", HandReading(), enabled=False).state == "off"
    listed = list_one("pullback", pulled_back(0.0, -0.03))
    assert (listed.state, listed.subjects, listed.source) == ("watching", ("IWM/SPY",), "A3")


def test_a_level_that_comes_too_often_is_uncalibrated():
    """1260 sessions, every other one far under the high: far oftener than an info is meant to be."""
    often = [-0.001, -0.025] * 630
    found = only(judge("pullback", pulled_back(*often)))
    assert (found.level, found.uncalibrated) == (Level.INFO, True)
    assert found.share == pytest.approx(1259 / 1260)
    rows = {row.level: row for row in list_one("pullback", pulled_back(*often)).calibration}
    assert (rows[Level.INFO].is_off, rows[Level.INFO].sessions) == (True, 1260)
    assert (rows[Level.WARN].share, rows[Level.WARN].is_off) == (0.0, True)
    few = only(judge("pullback", pulled_back(*often[:-1])))
    assert (few.share, few.uncalibrated) == (None, False)


# data quality ----------------------------------------------------------------------------------------------------


def test_good_data_is_no_finding():
    assert judge("data_quality", HandReading()) == []


@pytest.mark.parametrize(
    ("state", "level"),
    [
        (SubjectState.STALE, Level.WARN),
        (SubjectState.MISSING, Level.WARN),
        (SubjectState.DEGRADED, Level.WATCH),
    ],
)
def test_data_quality_levels(state, level):
    reading = HandReading(quality={"IWM": Quality(state=state, reason="no bar of 2026-02-27"), "SPY": OK})
    found = only(judge("data_quality", reading))
    assert (found.level, found.subject, found.blocked) == (level, "IWM", True)
    assert found.text == "IWM: no bar of 2026-02-27"


def test_asynchronous_legs_are_the_pairs_own_trouble():
    reading = HandReading(quality={"IWM": OK, "SPY": OK, "IWM/SPY": Quality(state=SubjectState.ASYNC, reason="apart")})
    found = only(judge("data_quality", reading))
    assert (found.level, found.subject, found.blocked) == (Level.WATCH, "IWM/SPY", True)


def test_a_pair_does_not_repeat_its_leg():
    found = only(judge("data_quality", HandReading(quality={"IWM": STALE, "SPY": OK, "IWM/SPY": STALE})))
    assert found.subject == "IWM"


def test_the_same_trouble_of_many_is_one_finding():
    reading = HandReading(quality={"IWM": STALE, "SPY": STALE, "IWM/SPY": STALE})
    found = only(judge("data_quality", reading))
    assert (found.subject, found.value) == ("market", 2)
    assert found.text == "2 subjects: stale (IWM, SPY)"


def test_a_symbol_that_is_only_watched_is_an_info():
    found = only(judge("data_quality", HandReading(quality={"KRE": STALE})))
    assert found.level is Level.INFO


def test_while_histories_load_nothing_is_a_warning():
    missing = Quality(state=SubjectState.MISSING, reason="no history yet")
    found = only(judge("data_quality", HandReading(quality={"IWM": missing, "SPY": missing}, loading=30)))
    assert found.level is Level.INFO
    assert found.text == "2 subjects: no data (IWM, SPY); 30 still loading"


@pytest.mark.parametrize(("count", "level"), [(0, None), (1, Level.WATCH), (2, Level.WATCH), (3, Level.WARN)])
def test_missing_sessions_of_the_last_twenty(count, level):
    recent = HandReading().recent_sessions
    quality = Quality(state=SubjectState.OK, missing_sessions=("2019-01-02", *recent[3 : 3 + count]))
    findings = judge("data_quality", HandReading(quality={"IWM": quality}))
    assert [(found.level, found.blocked) for found in findings] == ([(level, False)] if level else [])


def test_bond_holidays_are_not_holes():
    recent = tuple(HandReading().recent_sessions[:3])
    quality = Quality(state=SubjectState.OK, missing_sessions=recent)
    reading = HandReading(quality={"^TNX": quality}, key_subjects=frozenset({"^TNX"}))
    assert judge("data_quality", reading) == []


def test_quarantined_bars_are_told_while_recent():
    recent = HandReading().recent_sessions[-1]
    bad = Quality(state=SubjectState.OK, quarantined=(recent,), reason="1 bar quarantined")
    assert only(judge("data_quality", HandReading(quality={"IWM": bad}))).level is Level.INFO
    old = Quality(state=SubjectState.OK, quarantined=("2008-10-10",))
    assert judge("data_quality", HandReading(quality={"IWM": old})) == []


# words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.5087, "51st percentile"),
        (0.92, "92nd percentile"),
        (0.93, "93rd percentile"),
        (0.11, "11th percentile"),
        (0.12, "12th percentile"),
        (0.999, "99th percentile"),
        (1.0, "100th percentile"),
    ],
)
def test_rank_words(share, words):
    assert say_rank(share) == words


def test_other_words():
    assert say_percent(0.0437) == "4.4 %"
    assert (say_count(1, "session"), say_count(12, "session")) == ("1 session", "12 sessions")
    assert say_list(("A", "B")) == "A, B"
    assert say_list(("A", "B", "C", "D", "E")) == "A, B, C and 2 more"


# earnings, late cycle --------------------------------------------------------------------------------------------


NAN = float("nan")


@pytest.mark.parametrize(
    ("breadth", "base", "level"),
    [
        (0.10, 30.0, None),
        (-0.01, 30.0, Level.INFO),
        (-0.20, 30.0, Level.WATCH),
        (-0.40, 30.0, Level.WARN),
        (0.10, 42.0, Level.INFO),
        (-0.01, 41.0, Level.WATCH),
        (-0.40, 42.0, Level.WARN),
        (NAN, 42.0, Level.INFO),
        (-0.20, NAN, Level.WATCH),
        (NAN, NAN, None),
    ],
)
def test_lowered_estimates_and_base_effect(breadth, base, level):
    names = "revision_breadth_small_30d", "eps_base_state"
    pasts = {f"IWM/SPY.{name}": [one] * 2 for name, one in zip(names, (breadth, base), strict=True)}
    reading = HandReading(pasts=pasts)
    assert [found.level for found in judge("earnings_miss", reading)] == ([level] if level else [])


def test_words_of_lowered_estimates():
    pasts = {"IWM/SPY.revision_breadth_small_30d": [-0.25], "IWM/SPY.eps_base_state": [42.0]}
    values = {"IWM/SPY.eps_base_state": "watch", "IWM/SPY.eps_stacked_share_2y": 0.412}
    assert only(judge("earnings_miss", HandReading(pasts=pasts, values=values))).text.startswith(
        "IWM/SPY: estimates of IWM's largest lowered on balance (-0.25); IWM's growth this year rests on a base "
        "effect, 41.2 % of its gap is left over two years"
    )


@pytest.mark.parametrize(
    ("score", "fall", "odds", "fires"),
    [(0.85, -0.03, 0.20, True), (0.84, -0.03, 0.20, False), (0.9, -0.031, 0.3, False), (0.9, 0.0, 0.19, False)],
)
def test_late_in_the_cycle_all_three_hold(score, fall, odds, fires):
    pasts = {"IWM/SPY.crowding_score": [score], "SPY.drawdown": [fall], "US.recession_probability": [odds]}
    found = judge("late_cycle", HandReading(pasts=pasts))
    assert [one.level for one in found] == ([Level.WATCH] if fires else [])
    if fires:
        assert found[0].text == ("IWM/SPY crowding 85 of 100 with SPY 3.0 % under its high, odds of a recession 20.0 %")
