"""Multiples and discounts: the published table, own history, and what was known when."""

from datetime import UTC, datetime

import numpy as np
import pytest
from facts_world import INDICES, PUBLISHED, given_facts, say, snapshots, value
from study_panels import given_of, make_panel

from core.fundamentals.fundamentals import build_fundamentals
from core.studies.study import Missing
from core.studies.valuation import VALUATION, collect_discounts

DAY = "2026-02-27"


def measure(name, subject="IWM/SPY", day=DAY, facts=PUBLISHED):
    return VALUATION.calculate(given_facts(subject, day, facts))[name]


@pytest.mark.parametrize(
    ("metric", "small", "large", "discount"),
    [
        ("forward_pe", 14.2, 21.5, 33.95), ("pb", 1.8, 4.2, 57.14), ("ps", 1.2, 2.8, 57.14),
        ("ev_ebitda", 8.5, 16.2, 47.53),
    ],
)  # fmt: skip
def test_the_published_table(metric, small, large, discount):
    assert value(measure(f"{metric}_small")) == small
    assert value(measure(f"{metric}_large")) == large
    assert round(value(measure(f"{metric}_discount")) * 100, 2) == discount
    assert value(measure(f"{metric}_source")) == "article 1 of January 2026"
    assert measure(f"{metric}_discount").as_of == datetime(2026, 1, 31, tzinfo=UTC)


def test_index_twins_are_priced_like_their_funds():
    assert value(measure("forward_pe_discount", "^RUT/^GSPC")) == value(measure("forward_pe_discount"))
    assert value(VALUATION.calculate(given_facts("^GSPC", DAY))["forward_pe"]) == 21.5


def test_before_it_was_said_nobody_knew():
    before = measure("forward_pe_discount", day="2026-01-30")
    assert before.reason.startswith("needs forward_pe of Russell 2000: no source here has it")
    assert value(measure("forward_pe_discount", day="2026-02-02")) is not None


def test_a_percentile_needs_a_year_of_snapshots_and_names_the_published_ones_until_then():
    short = measure("pe_discount_percentile", facts=(*PUBLISHED, *snapshots(249, DAY)))
    assert short.reason == "needs 250 days with a snapshot of both funds, has 249; published were 31 to 34 %"
    facts = (*PUBLISHED, *snapshots(260, DAY))
    assert measure("pe_discount_percentile", facts=facts) == 1.0
    assert value(measure("pe_discount", facts=facts)) == pytest.approx(0.30)
    lowest = (*facts, say(DAY, "IWM", "pe", 21.0, "Other"), say(DAY, "SPY", "pe", 20.0, "Other"))
    assert measure("pe_discount_percentile", facts=lowest) == pytest.approx(1 / 260)  # the later of one day counts


@pytest.mark.parametrize(("small", "place"), [(14.0, "below"), (13.5, "within"), (13.2, "within"), (13.1, "above")])
def test_the_place_among_what_was_published(small, place):
    facts = (*PUBLISHED, say(DAY, "IWM", "pe", small), say(DAY, "SPY", "pe", 20.0))
    assert measure("pe_discount_place", facts=facts) == place


def test_the_course_of_a_discount_for_a_picture():
    known = build_fundamentals(snapshots(260, DAY), INDICES)
    found = collect_discounts(known, ("IWM/SPY", "^RUT/^GSPC", "IJR/SPY"), np.datetime64(DAY))
    assert found.keys() == {"IWM/SPY.pe_discount", "^RUT/^GSPC.pe_discount"}
    course = found["IWM/SPY.pe_discount"]
    assert len(course) == 14
    assert course[-1] == pytest.approx(0.30)
    assert list(course) == sorted(course)
    assert collect_discounts(known, ("IWM/SPY",), None) == {}
    assert collect_discounts(known, ("IWM/SPY",), np.datetime64("2020-01-02")) == {}


def test_two_sources_are_not_mixed_where_one_speaks_of_both():
    facts = (*PUBLISHED, say(DAY, "IWM", "pb", 2.4))
    assert value(measure("pb_small", facts=facts)) == 1.8
    assert value(VALUATION.calculate(given_facts("IWM", DAY, facts))["pb"]) == 2.4


def test_no_look_ahead_in_a_growing_history():
    facts = (*PUBLISHED, *snapshots(300, DAY))
    then = VALUATION.calculate(given_facts("IWM/SPY", "2026-01-15", facts))
    known = [fact for fact in facts if str(fact.day) <= "2026-01-15"]
    assert then == VALUATION.calculate(given_facts("IWM/SPY", "2026-01-15", known))


def test_what_no_index_is_named_for_has_no_valuation():
    panel = make_panel({"QQQ": [1.0, 2.0], "SPY": [1.0, 2.0]})
    assert VALUATION.is_about(given_of(panel, "QQQ/SPY")) is False
    assert VALUATION.is_about(given_facts("IWM/SPY", DAY)) is True


@pytest.mark.parametrize("name", ["pb_discount", "pe_discount_percentile", "pe_discount_place", "forward_pe_source"])
def test_explanations_name_source_day_and_index(name):
    facts = (*PUBLISHED, *snapshots(260, DAY))
    given = given_facts("IWM/SPY", DAY, facts)
    steps = VALUATION.explain(given, name)
    told = " ".join(step.text for step in steps)
    assert ("Russell 2000, 2026-01-31, article 1" in told) == name.startswith(("pb", "forward"))
    assert ("of IWM, 2026-02-27, Yahoo" in told) == name.startswith("pe_")
    assert steps[-1].result == VALUATION.calculate(given)[name]
    assert not isinstance(steps[-1].result, Missing)
