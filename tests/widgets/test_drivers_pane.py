"""The page of drivers: every line with its day and its past, what is overdue, what is missing and why."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs
from scene import NOW, build_scene, build_settings, build_view
from stage import Stage

from core.economy import EconomyInfo
from core.explain import find_study
from core.rules.level import Level
from core.snapshot import EMPTY, Measure
from widgets.drivers import DriversPane
from widgets.tone import DARK

SIZES = [(118, 36), (78, 21)]
ASKED = "needs NFCI of FRED: it has not been asked for yet"
OCTOBER, YESTERDAY = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 19, tzinfo=UTC)


def scene(**economy):
    measures = {
        "US.recession_probability": Measure(0.2146, "fraction", OCTOBER),
        "US.recession_probability_change_3m": Measure(0.03, "fraction", OCTOBER),
        "US.recession_probability_percentile": Measure(0.73, "fraction", OCTOBER),
        "US.high_yield_spread": Measure(0.0401, "fraction", YESTERDAY),
        "US.high_yield_spread_change_20d": Measure(-0.0021, "fraction", YESTERDAY),
        "US.high_yield_spread_percentile": Measure(0.6, "fraction", YESTERDAY),
        "US.claims": Measure(225_000.0, "number", datetime(2026, 11, 7, tzinfo=UTC)),
        "US.lending_standards": Measure(0.09, "fraction", OCTOBER),
        "US.financial_conditions": Measure(None, "number", None, reason=ASKED),
        "IWM/SPY.rate_beta_126d": Measure(-0.0312, "number", YESTERDAY),
        "IWM/SPY.rate_beta_126d_se": Measure(0.011, "number", YESTERDAY),
        "IWM/SPY.rate_beta_126d_distinct": Measure(value=True, unit="flag", as_of=YESTERDAY),
        "IWM/SPY.dollar_beta_126d": Measure(0.4, "ratio", YESTERDAY),
        "IWM/SPY.dollar_beta_126d_se": Measure(0.5, "ratio", YESTERDAY),
        "IWM/SPY.dollar_beta_126d_distinct": Measure(value=False, unit="flag", as_of=YESTERDAY),
    }
    known = EconomyInfo(
        origin="FRED",
        held=37,
        total=39,
        due={"recession_probability": "2026-12-01", "high_yield_spread": "2026-11-23"},
        levels={"recession_probability": Level.INFO, "high_yield_spread": Level.OK},
    )
    snapshot = build_scene()
    return structs.replace(
        snapshot,
        measures=snapshot.measures | measures,
        series=snapshot.series | {"US.recession_probability": (0.1, 0.15, 0.2, 0.25)},
        economy=structs.replace(known, **economy),
    )


def rows_of(pane, size, snapshot=None):
    pane.view = build_view(snapshot or scene())
    return ["".join(text for text, _ in row) for row in pane.content(*size)]


def row_of(rows, start):
    return next(row for row in rows if row.startswith(start))


@pytest.fixture
def pane(monkeypatch):
    made = DriversPane(build_settings(pages=("drivers",)))
    monkeypatch.setattr(DriversPane, "tone", DARK)
    monkeypatch.setattr(DriversPane, "has_focus", False)
    return made


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_it_fits(pane, size):
    rows = rows_of(pane, size)
    assert max(map(len, rows)) <= size[0]
    assert len(rows) <= size[1]


def test_a_line_has_value_day_age_change_past_picture_level_and_what_comes_next(pane):
    row = row_of(rows_of(pane, (118, 60)), "odds, by the curve")
    assert row.split()[4:] == ["21.5", "Oct", "2026", "50d", "+3.0", "3m", "73rd", "▁▃▆█", "info", "1", "Dec"]
    row = row_of(rows_of(pane, (118, 60)), "high-yield spread")
    assert row.split()[2:] == ["4.01", "19", "Nov", "44h", "-0.21", "20d", "60th", "ok", "23", "Nov"]


def test_narrow_it_keeps_value_day_change_past_and_level(pane):
    rows = rows_of(pane, (76, 40))
    assert row_of(rows, "odds, by the curve").split()[4:] == [
        "21.5",
        "Oct",
        "2026",
        "50d",
        "+3.0",
        "3m",
        "73rd",
        "info",
    ]


def test_a_quarter_is_told_as_one_and_a_large_number_by_thousands(pane):
    rows = rows_of(pane, (118, 60))
    assert "Q4 2026" in row_of(rows, "banks tightening")
    assert "225,000" in row_of(rows, "initial claims")


def test_only_what_is_overdue_is_marked(pane):
    assert "50d " in row_of(rows_of(pane, (118, 60)), "odds, by the curve")
    late = NOW.date() - timedelta(days=2)
    snapshot = scene(due={"recession_probability": late.isoformat()})
    assert "50d!" in row_of(rows_of(pane, (118, 60), snapshot), "odds, by the curve")


def test_what_is_missing_says_why(pane):
    assert ASKED in row_of(rows_of(pane, (118, 60)), "financial cond")


def test_slopes_have_two_standard_errors_and_say_what_cannot_be_told(pane):
    rows = rows_of(pane, (118, 70))
    start = next(place for place, row in enumerate(rows) if row.startswith("IWM/SPY hangs on"))
    assert "-3.12 ± 2.20 % for a point up" in rows[start + 1]
    assert "not to be told" not in rows[start + 1]
    assert "+0.40 ± 1.00 % for 1 % up, not to be told from zero" in row_of(rows[start:], "dollar")


def test_a_change_has_a_colour_only_where_its_sign_is_settled(pane):
    rise = Measure(0.0021, "fraction", YESTERDAY)
    names = ("high_yield_spread", "yield_10y", "policy_rate")
    moved = {f"US.{name}_change_20d": rise for name in names}
    told = scene()
    held = {f"US.{name}": Measure(0.04, "fraction", YESTERDAY) for name in names}
    snapshot = structs.replace(told, measures=told.measures | held | moved)
    pane.view = build_view(snapshot)
    styles = [style.color for row in pane.content(118, 60) for text, style in row if text.strip() == "+0.21"]
    colours = [pane.tone.style(role).color for role in ("down", "text")]
    assert styles == [colours[0], colours[1], colours[1]], "of the spread, the funds rate and the yield"


def test_trouble_is_told_below(pane):
    rows = rows_of(pane, (118, 20), scene(trouble="FRED asks us to wait (429)"))
    assert rows[-1] == "FRED asks us to wait (429)"
    assert len(rows) == 20


def test_before_anything_is_known_it_says_what_it_waits_for(pane):
    assert rows_of(pane, (78, 21), EMPTY)


async def test_every_number_has_a_study():
    pane = DriversPane(build_settings(pages=("drivers",)))
    async with Stage(pane).run_test(size=(118, 60)) as pilot:
        known = scene()
        pullback = {"US.credit_pullback_63d": Measure(-0.0123, "fraction", YESTERDAY)}
        pane.show(build_view(structs.replace(known, measures=known.measures | pullback)))
        await pilot.pause()
        addresses = {one for spot in pane.spots for one in spot.addresses.split(",")}
        assert {"US.recession_probability_percentile", "US.credit_pullback_63d"} <= addresses
        for address in addresses:
            subject, _, name = address.rpartition(".")
            assert find_study(subject, name), address
