"""Allocation and selection: worked tables, sums over all sectors, weights as they were known, and what is missing."""

from datetime import date

import numpy as np
import pytest
from study_panels import make_panel

from core.drivers import Drivers
from core.fundamentals.fact import Fact
from core.fundamentals.fundamentals import build_fundamentals
from core.market.sectors import BY_PAIR, INDEX_PAIR, SECTORS
from core.studies.around import Around
from core.studies.attribution import ATTRIBUTION
from core.studies.given import give
from core.studies.study import Dated, Missing

COUNT = 64
"""The first close, and 63 sessions after it."""
DAY = date(2018, 1, 2)
INDICES = {"S&P 600": ("IJR",), "S&P 500": ("SPY",)}


def price(change, steps=COUNT):
    """100 all the time, and `change` more at the last close."""
    return np.append(np.full(steps - 1, 100.0), 100.0 * (1.0 + change))


def facts(weights, day=DAY, source="made"):
    """Weights in IJR and SPY by the name of a sector."""
    return [
        Fact(day, index, "sector_weight", name, weight, source)
        for name, both in weights.items()
        for index, weight in zip(("S&P 600", "S&P 500"), both, strict=True)
    ]


def measure(subject, prices, known=()):
    panel = make_panel({name: price(change) for name, change in prices.items()})
    around = Around(panel, drivers=Drivers(fundamentals=build_fundamentals(known, INDICES)))
    return ATTRIBUTION.calculate(give(around, around.line(subject), None)), around


WHOLE = {sector.name: (0.04 + 0.01 * n, 0.14 - 0.01 * n) for n, sector in enumerate(SECTORS)}
WHOLE = {name: (small / 0.99, large / 0.99) for name, (small, large) in WHOLE.items()}
RETURNS = {
    **{sector.small: 0.01 * n for n, sector in enumerate(SECTORS)},
    **{sector.large: 0.05 - 0.007 * n for n, sector in enumerate(SECTORS)},
    "SPY": 0.02,
    "IJR": 0.09,
}


def test_one_sector_by_hand():
    # Small holds 20 %, large 10 % of it; its small caps gain 10, its large ones 4, the index 1 %.
    prices = {"PSCF": 0.10, "XLF": 0.04, "SPY": 0.01}
    found, _ = measure("PSCF/XLF", prices, facts({"financials": (0.2, 0.1)}))
    assert found["sector_allocation_63d"] == pytest.approx(0.1 * 0.03)
    assert found["sector_selection_63d"] == pytest.approx(0.2 * 0.06)
    assert (found["sector_weight_small"], found["sector_weight_large"]) == (0.2, 0.1)
    assert found["sector_allocation_252d"] == Missing("needs 253 sessions, has 64")


def test_all_sectors_make_the_gap():
    found, _ = measure(INDEX_PAIR, RETURNS, facts(WHOLE))
    small = sum(weight * RETURNS[sector.small] for sector, (weight, _) in zip(SECTORS, WHOLE.values(), strict=True))
    large = sum(weight * RETURNS[sector.large] for sector, (_, weight) in zip(SECTORS, WHOLE.values(), strict=True))
    allocation, selection, rest = (found[f"sector_{part}_63d"] for part in ("allocation", "selection", "rest"))
    assert allocation + selection == pytest.approx(small - large)
    assert rest == pytest.approx(RETURNS["IJR"] - RETURNS["SPY"] - (small - large))
    each = [measure(sector.pair, RETURNS, facts(WHOLE))[0] for sector in SECTORS]
    assert allocation == pytest.approx(sum(one["sector_allocation_63d"] for one in each))
    assert selection == pytest.approx(sum(one["sector_selection_63d"] for one in each))


def test_equal_weights_leave_selection_alone():
    even = dict.fromkeys(WHOLE, (1 / 11, 1 / 11))
    found, _ = measure(INDEX_PAIR, RETURNS, facts(even))
    assert found["sector_allocation_63d"] == pytest.approx(0.0)
    assert found["sector_weight_small"] == pytest.approx(1.0)


def test_weights_count_from_their_day_on():
    later = facts({"financials": (0.9, 0.8)}, date(2030, 1, 1))
    prices = {"PSCF": 0.10, "XLF": 0.04, "SPY": 0.01}
    found, _ = measure("PSCF/XLF", prices, facts({"financials": (0.2, 0.1)}) + later)
    assert found["sector_weight_small"] == 0.2


@pytest.mark.parametrize(
    ("subject", "prices", "known", "why"),
    [
        ("PSCF/XLF", RETURNS, {}, "needs the weight of financials in S&P 600 (IJR) and S&P 500 (SPY)"),
        (INDEX_PAIR, RETURNS, {}, "of 11 sectors something is missing"),
        (INDEX_PAIR, {"IJR": 0.1, "SPY": 0.0}, WHOLE, "needs PSCF and XLF, not watched"),
        (INDEX_PAIR, RETURNS, WHOLE | {"financials": (0.5, 0.14)}, "add up to 1.46 instead of 1"),
        ("IWM/SPY", {"IWM": 0.1, "SPY": 0.0}, WHOLE, "of the two funds of a sector, or of IJR/SPY"),
    ],
)
def test_what_is_missing(subject, prices, known, why):
    found, _ = measure(subject, prices, facts(known))
    assert isinstance(found["sector_selection_63d"], Missing)
    assert why in found["sector_selection_63d"].reason


def test_a_session_that_a_fund_has_not():
    closes = {name: price(change) for name, change in {"PSCF": 0.1, "XLF": 0.04, "SPY": 0.01}.items()}
    closes["SPY"][0] = np.nan
    panel = make_panel(closes)
    known = build_fundamentals(facts({"financials": (0.2, 0.1)}), INDICES)
    around = Around(panel, drivers=Drivers(fundamentals=known))
    found = ATTRIBUTION.calculate(give(around, around.line("PSCF/XLF"), None))
    assert found["sector_selection_63d"] == Missing("needs closes of SPY on 2018-01-02 and 2018-03-30")


def test_its_steps():
    _, around = measure("PSCF/XLF", RETURNS, facts(WHOLE))
    given = give(around, around.line("PSCF/XLF"), None)
    steps = ATTRIBUTION.explain(given, "sector_selection_63d")
    told = [step.text for step in steps]
    assert told[0].startswith("weight of financials of S&P 600, 2018-01-02, made")
    assert [step.result for step in steps[2:5]] == pytest.approx([0.1, 0.05, 0.02])  # PSCF is real estate too
    whole = ATTRIBUTION.explain(give(around, around.line(INDEX_PAIR), None), "sector_allocation_63d")
    assert sum(step.result for step in whole[1:-1]) == pytest.approx(whole[-1].result)
    assert not isinstance(whole[-1].result, Dated)


def test_every_sector_is_there_once():
    assert len(BY_PAIR) == len(SECTORS) == 11
    assert len({sector.name for sector in SECTORS}) == len({sector.yahoo for sector in SECTORS}) == 11
