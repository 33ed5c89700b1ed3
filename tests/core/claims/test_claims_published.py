"""Claims of valuation and earnings against the published figures: never an author's against the author's own."""

from datetime import UTC, datetime

import pytest
from claim_world import SETTINGS, make_panel, walks

from core.claims.make import make_ledger
from core.claims.record import Verdict
from core.drivers import Drivers
from core.fundamentals.fundamentals import build_fundamentals
from core.fundamentals.load import load_published


@pytest.fixture(scope="module")
def ledger():
    facts = load_published(SETTINGS.fundamentals).facts
    drivers = Drivers(fundamentals=build_fundamentals(facts, SETTINGS.fundamentals.symbols))
    panel = make_panel(walks(130), first="2025-09-01")
    assert str(panel.sessions[-1]) == "2026-02-27"
    return make_ledger(SETTINGS, panel, {}, drivers, datetime(2026, 2, 28, tzinfo=UTC), "")


OWN = ("forward_pe", "price_to_book", "price_to_sales", "ev_to_ebitda", "eps_growth_2024", "base_effect")


@pytest.mark.parametrize("name", [*OWN, "eps_growth_average"])
def test_only_its_own_figures(ledger, name):
    found = ledger.find(name)
    assert (found.verdict, found.reason) == (Verdict.UNCHECKED, "no figures but its own (article 1 of January 2026)")
    for figure in found.readings[0].figures:
        assert figure.adds_up == pytest.approx(figure.claimed, abs=figure.tolerance)


def test_the_figures_of_one_article_are_no_check_of_another(ledger):
    found = ledger.find("forward_pe_31")
    assert found.verdict is Verdict.UNCHECKED
    assert found.reason == "no figures but those of another claim (article 1 of January 2026)"


@pytest.mark.parametrize("name", ["mood_extreme", "light_positions", "risk_recession"])
def test_what_no_source_has_is_not_taken_for_something_near(ledger, name):
    found = ledger.find(name)
    assert found.verdict is Verdict.UNCHECKED
    assert found.reason.startswith("needs ")


def test_expected_growth_is_open_and_says_nothing_of_another_year(ledger):
    found = ledger.find("eps_growth_2025")
    assert (found.verdict, found.reason) == (Verdict.OPEN, "+28.95 % to +30.85 % until 2026-12-31")


def test_what_a_claim_needs_is_said_where_the_measure_is_not_there(ledger):
    assert ledger.find("stars").reason.startswith("needs stars: they are judged for the present alone")
    assert "FRED" in ledger.find("wages_slow").reason, "the measure is there, and says itself what it lacks"
