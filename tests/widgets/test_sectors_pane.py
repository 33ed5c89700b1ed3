"""The page of sectors: both tables, where the gap comes from, what is not watched, and what is missing."""

import pytest
from msgspec import structs
from scene import build_scene, build_settings, build_view

from core.snapshot import EMPTY, Measure, Quality, SubjectState
from widgets.sectors import SectorsPane
from widgets.tone import DARK

SIZES = [(118, 36), (78, 21)]


def fill(pair, **changes):
    numbers = {
        "gap_20d": 0.012,
        "gap_63d": 0.034,
        "gap_252d": -0.051,
        "mansfield_52w": 0.0234,
        "trend_50": "up",
        "trend_200": "down",
        "rotation_quadrant": "improving",
    } | changes
    return {f"{pair}.{name}": Measure(value, "fraction", None) for name, value in numbers.items()}


def scene(*, weights=True, symbols=("PSCF", "XLF", "SPY", "IJR", "KRE")):
    snapshot = build_scene()
    measures = snapshot.measures | fill("PSCF/XLF") | fill("XLF/SPY", gap_20d=-0.02) | fill("KRE/XLF") | fill("KRE/SPY")
    measures |= fill("IJR/SPY")
    if weights:
        known = {"sector_weight_small": 0.18, "sector_weight_large": 0.13, "sector_selection_63d": 0.0123}
        known["sector_allocation_63d"] = -0.0045
        measures |= {f"PSCF/XLF.{name}": Measure(value, "fraction", None) for name, value in known.items()}
        whole = {"selection": 0.02, "allocation": 0.01, "rest": 0.004}
        measures |= {f"IJR/SPY.sector_{name}_63d": Measure(value, "fraction", None) for name, value in whole.items()}
    else:
        lacks = Measure(None, "fraction", None, reason="needs the weight of financials")
        measures |= {f"IJR/SPY.sector_{name}_63d": lacks for name in ("selection", "allocation", "rest")}
    return structs.replace(snapshot, measures=measures, symbols=symbols)


def rows_of(pane, size):
    return ["".join(text for text, _ in row) for row in pane.content(*size)]


@pytest.fixture
def pane(monkeypatch):
    made = SectorsPane(build_settings(pages=("sectors",)))
    monkeypatch.setattr(SectorsPane, "tone", DARK)
    monkeypatch.setattr(SectorsPane, "has_focus", False)
    return made


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_both_tables(pane, size):
    pane.view = build_view(scene())
    rows = rows_of(pane, size)
    assert max(map(len, rows)) <= size[0]
    assert len(rows) <= size[1]
    starts = ("all", "small", "sector over")
    places = [next(i for i, row in enumerate(rows) if row.startswith(start)) for start in starts]
    assert places == sorted(places)
    small, large = (row for row in rows if row.startswith("financials"))
    assert "+1.2" in small
    assert "+3.4" in small
    assert "▲" in small
    assert "▼" in small
    assert "improving" in small
    assert "-2.0" in large
    assert "+1.23" in small, "selection, beside small over large"
    assert "-0.45" in large, "allocation, beside the sector over the index"
    assert ("18.0/13.0" in small) is (size[0] > 100)


def test_where_the_gap_comes_from(pane):
    pane.view = build_view(scene())
    told = " ".join(rows_of(pane, SIZES[0]))
    assert "IJR/SPY +3.40 points over 63 sessions: other sectors +1.00" in told
    assert "other companies in the same ones +2.00, not told by sectors +0.40." in told
    assert "Not watched: industrials (PSCI/XLI)" in told


def test_what_is_missing_says_why(pane):
    pane.view = build_view(scene(weights=False))
    told = " ".join(rows_of(pane, SIZES[0]))
    assert "Where from is not known: needs the weight of financials." in told


def test_a_pair_without_prices(pane):
    snapshot = scene()
    gone = Measure(None, "fraction", None, reason="needs 21 sessions, has 0")
    measures = snapshot.measures | {"PSCF/XLF.gap_20d": gone, "PSCF/XLF.trend_50": gone}
    known = {one: Quality(state=SubjectState.OK) for one in snapshot.symbols}
    pane.view = build_view(structs.replace(snapshot, measures=measures, quality=known))
    assert "financials               PSCF/XLF: needs 21 sessions, has 0" in rows_of(pane, SIZES[0])[3]
    lost = known | {"XLF": Quality(state=SubjectState.MISSING, reason="no file XLF.csv")}
    pane.view = build_view(structs.replace(snapshot, measures=measures, quality=lost))
    assert "financials               XLF: no file XLF.csv" in rows_of(pane, SIZES[0])[3]


def test_before_anything_came(pane):
    pane.view = build_view(EMPTY)
    assert rows_of(pane, SIZES[0])
