"""Breadth as it stands: the same as that of a completed session with the newest prices as its closes; reasons."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from study_panels import given_of, make_panel

from core.breadth.closes import Closes
from core.breadth.fund import Breadth, Funds, build_breadth, load_fund
from core.breadth.holdings import Holdings
from core.breadth.newest import Moved
from core.studies.breadth import BREADTH
from core.studies.breadth_now import BREADTH_NOW
from core.studies.study import ALONE, Dated, Missing

REAL = Path(__file__).parents[4] / "shared" / "market"
COUNT, SYMBOLS = 320, 20
AT = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)
RNG = np.random.default_rng(4)
VALUES = 50 * np.exp(np.cumsum(RNG.normal(0.0003, 0.02, (SYMBOLS, COUNT)), axis=1))
PANEL = make_panel({name: 100 * np.exp(np.cumsum(RNG.normal(0.0002, 0.01, COUNT))) for name in ("IWM", "SPY")})


def fund_of(closes, weights=True):
    names = tuple(f"S{i:02}" for i in range(len(closes)))
    shares = tuple(np.arange(1, len(names) + 1) / np.arange(1, len(names) + 1).sum()) if weights else None
    return build_breadth(
        Holdings(names, shares, "2026-06-19"), Closes(names, PANEL.sessions[: closes.shape[1]], closes)
    )


def to_day(value):
    return date.fromisoformat(str(value))


def moved_of(prices, session=PANEL.sessions[-1], before=PANEL.sessions[-2]):
    return Moved(np.asarray(prices), AT, to_day(session), to_day(before))


def values_of(fund, study=BREADTH_NOW, panel=PANEL):
    return study.calculate(given_of(panel, "IWM", funds=Funds({"IWM": fund}, "SPY", ("IWM", "SPY"))))


def assert_same(now, completed):
    """All that both say."""
    assert {result.as_of for result in now.values()} == {AT}
    for name, result in now.items():
        assert result.value == pytest.approx(completed[name.removesuffix("_now")], abs=1e-12), name


@pytest.mark.parametrize("last", [VALUES[:, -1], VALUES[:, -1] * 1.3, VALUES[:, -1] * 0.7], ids=["as is", "up", "down"])
def test_the_same_as_of_the_session_once_it_is_over(last):
    over = np.column_stack([VALUES[:, :-1], last])
    running = replace(fund_of(VALUES[:, :-1]), moved=moved_of(last))
    assert_same(values_of(running), values_of(fund_of(over), BREADTH))


def test_real_constituents():
    table, holdings = REAL / "breadth/sp600_close_panel.csv", REAL / "breadth/IJR_holdings_2026-06-19.csv"
    if not table.exists():
        pytest.skip("the real constituents are not here")
    whole = load_fund(holdings, [table], date(2026, 2, 27))
    days = whole.closes.sessions
    level = 100 * np.exp(np.cumsum(np.random.default_rng(1).normal(0, 0.01, len(days))))
    panel = replace(make_panel({"IWM": level, "SPY": level[::-1].copy()}), sessions=days)
    cut = load_fund(holdings, [table], to_day(days[-2]))
    assert cut.closes.symbols == whole.closes.symbols
    running = replace(cut, moved=moved_of(whole.closes.values[:, -1], days[-1], days[-2]))
    assert_same(values_of(running, panel=panel), values_of(whole, BREADTH, panel))


@pytest.mark.parametrize(
    ("moved", "reason"),
    [
        (None, "needs newest prices of the constituents: name a file under [breadth] newest in the settings"),
        ("newest.csv line 3: expected a symbol and a price", "newest.csv line 3: expected a symbol and a price"),
        (
            moved_of(VALUES[:, -1], PANEL.sessions[-2], PANEL.sessions[-3]),
            f"the newest prices are of {PANEL.sessions[-2]}, which the completed closes have",
        ),
        (
            moved_of(VALUES[:, -1], "2030-01-03", "2030-01-02"),
            f"the constituents' closes end on {PANEL.sessions[-2]}, not on the session before 2030-01-03",
        ),
    ],
)
def test_why_there_is_nothing(moved, reason):
    found = values_of(replace(fund_of(VALUES[:, :-1]), moved=moved))
    assert set(found) == {definition.name for definition in BREADTH_NOW.symbol}
    assert set(found.values()) == {Missing(reason)}


def test_the_fund_itself_must_be_of_that_session():
    running = replace(fund_of(VALUES[:, :-2]), moved=moved_of(VALUES[:, -2], PANEL.sessions[-2], PANEL.sessions[-3]))
    found = values_of(running)["breadth_above_50_now"]
    assert found == Missing(f"the newest prices are of {PANEL.sessions[-2]}, IWM is known up to {PANEL.sessions[-1]}")


def test_too_few_prices_say_nothing():
    prices = np.where(np.arange(SYMBOLS) < 9, VALUES[:, -1], np.nan)
    found = values_of(replace(fund_of(VALUES[:, :-1]), moved=moved_of(prices)))
    told = "only 9 of 20 constituents have a newest price and 50 sessions without a hole"
    assert found["breadth_above_50_now"] == Missing(told)
    assert found["breadth_covered_now"] == Dated(9, AT)


def test_a_list_without_weights():
    found = values_of(replace(fund_of(VALUES[:, :-1], weights=False), moved=moved_of(VALUES[:, -1])))
    assert isinstance(found["breadth_above_20_now"], Dated)
    assert found["breadth_above_20_weighted_now"] == Missing("the list of constituents has no weights")


def test_alone():
    assert BREADTH_NOW.calculate(replace(given_of(PANEL, "IWM"), around=None))["breadth_above_50_now"] == ALONE


def test_steps_end_with_the_measure():
    running: Breadth = replace(fund_of(VALUES[:, :-1]), moved=moved_of(VALUES[:, -1]))
    given = given_of(PANEL, "IWM", funds=Funds({"IWM": running}, "SPY", ("IWM", "SPY")))
    steps = BREADTH_NOW.explain(given, "breadth_above_50_now")
    assert "2026-03-02 16:30 UTC" in steps[1].text
    *_, telling, doing, measure = steps
    assert measure.result.value == doing.result / telling.result
