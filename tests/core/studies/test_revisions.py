"""Estimates of the largest constituents, summed by hand, and share counts; flows and sentiment beside them."""

from datetime import date, timedelta

import numpy as np
import pytest
from facts_world import INDICES, say, value
from study_panels import given_of, make_panel

from core.drivers import Drivers
from core.fundamentals.fundamentals import build_fundamentals
from core.studies.earnings import EARNINGS
from core.studies.facts_past import to_base_state, to_small_breadth
from core.studies.flows import FLOWS
from core.studies.revisions import REVISIONS
from core.studies.sentiment import SENTIMENT

DAY = date(2026, 2, 27)
NAMES = tuple("ABCDE")
UP, DOWN = (3, 0, 5, 1, 1), (1, 4, 0, 2, 3)
NOW, THEN, SHARES = (2.0, -1.0, 4.0, 1.0, 3.0), (2.1, -1.2, 4.0, 1.1, 2.9), (1.0, 2.0, 0.5, 3.0, 1.0)


def estimates(day=DAY, names=NAMES):
    rows = zip(names, UP, DOWN, NOW, THEN, SHARES, strict=False)
    return [
        fact
        for name, up, down, now, then, shares in rows
        for fact in (
            say(day, name, "up_30d", up), say(day, name, "down_30d", down), say(day, name, "eps_now", now),
            say(day, name, "eps_90d_ago", then), say(day, name, "shares_billion", shares),
            say(day, name, "eps_next_year", 2 * now), say(day, name, "beats", 3), say(day, name, "reports", 4),
        )
    ]  # fmt: skip


def given_told(subject, facts, day=DAY, closes=None, held=NAMES):
    count = 300
    first = np.busday_offset(day, 1 - count, roll="backward")
    known = build_fundamentals(facts, INDICES, held={"IWM": held})
    names = ("IWM", "^RUT", "SPY", "^VIX", "^RVX")
    columns = {name: np.linspace(50.0, 60.0, count) for name in names} | (closes or {})
    return given_of(make_panel(columns, first=str(first)), subject, drivers=Drivers(fundamentals=known))


def measure(name, facts, subject="IWM", **options):
    return REVISIONS.calculate(given_told(subject, facts, **options))[name]


def test_sums_over_companies_by_hand():
    facts = estimates()
    assert value(measure("revision_breadth_30d", facts)) == 0.0  # ten up, ten down
    more = [*estimates(), say(DAY + timedelta(days=3), "B", "down_30d", 14)]
    later = DAY + timedelta(days=3)
    assert value(measure("revision_breadth_30d", more, day=later)) == pytest.approx(-10 / 30)
    now, then = (sum(e * s for e, s in zip(one, SHARES, strict=True)) for one in (NOW, THEN))
    assert value(measure("eps_drift_90d", facts)) == pytest.approx(now / then - 1)
    assert value(measure("eps_growth_next_year_companies", facts)) == pytest.approx(1.0)
    assert value(measure("surprise_share", facts)) == 0.75
    assert measure("companies_told", facts) == 5
    assert measure("revision_breadth_30d", facts, "^RUT") == measure("revision_breadth_30d", facts)
    assert measure("revision_breadth_small_30d", facts, "IWM/SPY") == measure("revision_breadth_30d", facts)


def test_too_few_and_too_old_say_so():
    four = measure("revision_breadth_30d", estimates(names=NAMES[:4]))
    assert four.reason.startswith("needs estimates of 5 of the largest constituents, has 4")
    old = measure("revision_breadth_30d", estimates(DAY - timedelta(days=46)))
    assert old.reason.startswith("needs estimates of 5 of the largest constituents, has 0")
    assert measure("companies_told", estimates(DAY - timedelta(days=45))) == 5


def test_together_at_a_loss_nothing_grows():
    losses = [say(DAY, name, "eps_90d_ago", -9.0) for name in NAMES]
    rest = [fact for fact in estimates() if fact.metric != "eps_90d_ago"]
    assert measure("eps_drift_90d", rest + losses).reason == "together they earn nothing"


def test_share_counts_a_year_apart_or_as_published():
    before = DAY - timedelta(days=370)
    counts = [say(before, name, "shares_billion", shares * 1.25) for name, shares in zip(NAMES, SHARES, strict=True)]
    assert value(measure("share_change", estimates() + counts)) == pytest.approx(-0.2)
    assert measure("share_change", estimates()).reason.startswith("needs share counts of a year before")
    published = say(DAY, "Russell 2000", "share_change", 0.013, "a report")
    assert value(measure("share_change", [*estimates(), published])) == 0.013


def test_the_past_of_revisions_is_what_was_known_then():
    facts = [*estimates(DAY - timedelta(days=60)), *estimates(DAY - timedelta(days=10))]
    facts += [say(DAY - timedelta(days=10), "B", "down_30d", 14, "Other")]
    given = given_told("IWM/SPY", facts)
    past = to_small_breadth(given)
    for back in (0, 5, 9, 12, 20, 40, 60, 100):
        day = given.line.sessions[-1 - back].astype(object)
        then = value(measure("revision_breadth_30d", facts, day=day))
        found = past[-1 - back]
        assert found == pytest.approx(then) if isinstance(then, float) else np.isnan(found)
    assert np.isfinite(past).any()


def test_the_past_of_the_base_effect_is_what_was_known_then():
    facts = [
        say("2025-12-15", name, "eps_growth", growth, "a", year)
        for name, growths in (("Russell 2000", (0.059, 0.422, 0.357)), ("S&P 500", (0.085, 0.123, 0.118)))
        for growth, year in zip(growths, ("2024", "2025", "2026"), strict=True)
    ]
    given = given_told("IWM/SPY", facts, day=date(2026, 4, 1))
    past = to_base_state(given)
    days = given.line.sessions.astype("datetime64[D]").tolist()
    assert {day: code for day, code in zip(days, past, strict=True) if code == 42.0}
    for day in (date(2025, 12, 12), date(2025, 12, 15), date(2026, 2, 27), date(2026, 3, 2), date(2026, 4, 1)):
        then = EARNINGS.calculate(given_told("IWM/SPY", facts, day=day))["eps_base_state"]
        expected = {"watch": 42.0, "none": 30.0}.get(then, np.nan)
        np.testing.assert_equal(past[days.index(day)], expected)


def assets(values, last=DAY):
    days = np.busday_offset(last, np.arange(1 - len(values), 1)).astype("datetime64[D]").tolist()
    return [say(day, "IWM", "assets_billion", one) for day, one in zip(days, values, strict=True)]


def test_flows_are_what_prices_do_not_explain():
    closes = 100.0 * np.exp(np.cumsum(np.random.default_rng(3).normal(0.0, 0.01, 300)))
    shares = 1.0 + 0.001 * np.arange(21)
    given = given_told("IWM", assets(shares * closes[-21:]), closes={"IWM": closes})
    found = FLOWS.calculate(given)
    assert found["flow_20d_billion"] == pytest.approx(float((0.001 * closes[-20:]).sum()))
    assert found["flow_20d"] == pytest.approx(found["flow_20d_billion"] / (shares[-1] * closes[-1]))
    assert value(found["assets_billion"]) == pytest.approx(shares[-1] * closes[-1])
    steps = FLOWS.explain(given, "flow_20d")
    assert steps[-1].result == found["flow_20d"]


def test_assets_told_once_a_month_have_no_flows():
    found = FLOWS.calculate(given_told("IWM", assets([70.0] * 12 + [72.0] * 9)))
    assert found["flow_20d"].reason == "the assets stay the same on 19 of 20 days: they are not told daily"
    few = FLOWS.calculate(given_told("IWM", assets(70.0 + np.arange(14))))
    assert few["flow_20d"].reason == "needs assets of the fund on 15 of 21 sessions, has 14"


def test_sentiment_is_carefree_where_fear_is_low():
    count = 1400
    rng = np.random.default_rng(5)
    fear = {"^VIX": 20.0 + rng.normal(0, 2, count), "^RVX": 24.0 + rng.normal(0, 2, count)}
    fear["^VIX"][-1], fear["^RVX"][-1] = 5.0, 4.0
    panel = make_panel({"IWM": np.linspace(50, 60, count), "SPY": np.linspace(50, 60, count), **fear})
    found = SENTIMENT.calculate(given_of(panel, "IWM/SPY"))
    assert (found["sentiment_score"], found["sentiment_signs"]) == (1.0, 2)
    puts = [say(date(2017, 1, 1) + timedelta(days=7 * i), "US", "put_call", 0.5 + i / 100) for i in range(52)]
    known = build_fundamentals(puts, INDICES)
    found = SENTIMENT.calculate(given_of(panel, "IWM/SPY", drivers=Drivers(fundamentals=known)))
    assert found["sentiment_score"] == pytest.approx((2.0 + 1 / 52) / 3)
    assert SENTIMENT.calculate(given_of(panel, "IWM/^VIX"))["sentiment_score"].reason.startswith("no volatility index")
