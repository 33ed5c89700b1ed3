"""Growth of earnings: the published figures by year, stacked, split, and the sources kept apart."""

import pytest
from facts_world import PUBLISHED, given_facts, say, value

from core.studies.earnings import EARNINGS
from core.studies.study import Missing

WINTER = "2026-02-27"  # results of 2025 are still coming in


def measures(subject="IWM/SPY", day=WINTER, facts=PUBLISHED):
    return EARNINGS.calculate(given_facts(subject, day, facts))


def percent(result):
    return round(value(result) * 100, 1)


def test_gaps_and_multiples_of_the_usual_growth():
    found = measures()
    assert (percent(found["eps_growth_gap"]), percent(found["eps_growth_gap_next_year"])) == (29.9, 23.9)
    assert percent(found["eps_growth_gap_last_year"]) == -2.6
    assert round(value(found["eps_growth_times_usual_small"]), 2) == 2.79
    assert round(value(found["eps_growth_times_usual_small_next_year"]), 2) == 2.36
    assert [found[f"eps_growth_year{end}"] for end in ("_last_year", "", "_next_year")] == [2024, 2025, 2026]


def test_stacked_growth_and_base_effect():
    found = measures()
    assert percent(found["eps_stacked_small_2y"]) == 22.7
    assert percent(found["eps_stacked_large_2y"]) == 10.4
    assert percent(found["eps_stacked_gap_2y"]) == 12.3
    assert percent(found["eps_stacked_gap_3y_next_year"]) == 16.0
    assert percent(found["eps_stacked_small_3y_next_year"]) == 26.9
    assert percent(found["eps_stacked_large_3y_next_year"]) == 10.9
    assert (percent(found["eps_base_effect"]), percent(found["eps_excess_growth"])) == (10.0, 17.1)
    assert percent(found["eps_stacked_share_2y"]) == 41.2
    assert found["eps_base_state"] == "watch"
    assert found["eps_base_state_next_year"] == "none"


@pytest.mark.parametrize(
    ("day", "year"), [("2026-02-27", 2025), ("2026-03-02", 2026), ("2026-11-20", 2026), ("2027-01-04", 2026)]
)
def test_a_year_lasts_until_its_results_are_in(day, year):
    growth = [say("2026-01-02", name, "eps_growth", 0.1, period=str(year)) for name in ("Russell 2000", "S&P 500")]
    assert measures(day=day, facts=growth)["eps_growth_year"] == year


def test_each_index_with_the_large_figure_of_its_own_source():
    found = measures("IJR/SPY")
    assert percent(found["eps_growth_gap_next_year"]) == 5.5  # 18.5 less the 13 of the same reports
    assert value(found["eps_growth_source_next_year"]) == "market reports of January 2026"
    assert found["eps_growth_gap"].reason.startswith("needs eps_growth of 2025 of S&P 600")
    assert percent(measures("MDY/SPY")["eps_growth_gap_next_year"]) == 2.5


def test_what_is_missing_is_named():
    found = measures()
    assert found["eps_stacked_gap_3y"].reason == (
        "needs eps_growth of 2023 of Russell 2000 by article 1 of January 2026"
    )
    assert measures(day="2026-01-30")["eps_growth_gap"].reason.startswith("needs eps_growth of 2025 of Russell 2000")
    no_usual = [fact for fact in PUBLISHED if fact.metric != "eps_growth_average"]
    found = measures(facts=no_usual)
    assert found["eps_base_effect"].reason == ("needs eps_growth_average of Russell 2000 by article 1 of January 2026")
    assert found["eps_base_state"] == "watch"  # the stacked gap tells


def test_a_quarter_of_the_growth_is_worth_a_word():
    facts = [
        say("2026-01-02", "Russell 2000", "eps_growth", -0.10, period="2024"),
        say("2026-01-02", "Russell 2000", "eps_growth", 0.35, period="2025"),
        say("2026-01-02", "Russell 2000", "eps_growth_average", 0.10),
        say("2026-01-02", "S&P 500", "eps_growth", -0.30, period="2024"),
        say("2026-01-02", "S&P 500", "eps_growth", 0.30, period="2025"),
    ]
    found = measures(facts=facts)
    assert value(found["eps_stacked_share_2y"]) > 0.5
    assert value(found["eps_base_effect"]) / 0.35 > 0.25
    assert found["eps_base_state"] == "info"


@pytest.mark.parametrize(
    "name", ["eps_growth_gap", "eps_base_effect", "eps_stacked_gap_3y_next_year", "eps_base_state"]
)
def test_explanations_tell_the_figures_they_rest_on(name):
    given = given_facts("IWM/SPY", WINTER)
    steps = EARNINGS.explain(given, name)
    told = " ".join(f"{step.text} {step.result}" for step in steps)
    assert "of Russell 2000, 2026-01-31, article 1" in told
    assert "0.422" in told
    assert steps[-1].result == EARNINGS.calculate(given)[name]
    assert not isinstance(steps[-1].result, Missing)
