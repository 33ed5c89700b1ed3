"""The page of valuation: what is paid, growth, companies; what is missing says why, at both sizes."""

from datetime import UTC, datetime

import pytest
from msgspec import structs
from scene import build_scene, build_settings, build_view

from core.snapshot import EMPTY, Measure
from widgets.tone import DARK
from widgets.valuation import ValuationPane

SIZES = [(118, 36), (78, 21)]
SAID = datetime(2026, 1, 31, tzinfo=UTC)
PAIR = {
    "index_small": "Russell 2000", "index_large": "S&P 500",
    "forward_pe_small": 14.2, "forward_pe_large": 21.5, "forward_pe_discount": 0.3395,
    "forward_pe_published_low": 0.3097, "forward_pe_published_high": 0.3395, "forward_pe_discount_place": "within",
    "forward_pe_source": "article 1", "pe_discount": None,
    "pb_small": 1.8, "pb_large": 4.2, "pb_discount": 0.5714, "pb_discount_percentile": 0.61, "pb_source": "Yahoo",
    "eps_growth_year": 2025, "eps_growth_small": 0.422, "eps_growth_large": 0.123, "eps_growth_gap": 0.299,
    "eps_growth_source": "article 1", "eps_growth_times_usual_small": 2.79, "eps_stacked_gap_2y": 0.123,
    "eps_base_effect": 0.10, "eps_stacked_share_2y": 0.41, "eps_base_state": "watch",
    "eps_growth_year_next_year": 2026, "eps_growth_gap_next_year": None,
    "crowding_score": 0.914, "crowding_state": "crowded",
}  # fmt: skip
LEG = {"revision_breadth_30d": -0.25, "companies_told": 12, "flow_20d": 0.012, "surprise_share": 0.75}


def scene(**changes):
    snapshot = build_scene()
    found = {f"IWM/SPY.{name}": value for name, value in (PAIR | changes).items()}
    found |= {f"{leg}.{name}": value for leg in ("IWM", "SPY") for name, value in LEG.items()}
    missing = "needs it of Russell 2000"
    measures = {a: Measure(v, "number", SAID, reason=missing if v is None else None) for a, v in found.items()}
    return structs.replace(snapshot, measures=snapshot.measures | measures)


def rows_of(pane, size):
    return ["".join(text for text, _ in row) for row in pane.content(*size)]


@pytest.fixture
def pane(monkeypatch):
    made = ValuationPane(build_settings(pages=("valuation",)))
    monkeypatch.setattr(ValuationPane, "tone", DARK)
    monkeypatch.setattr(ValuationPane, "has_focus", False)
    return made


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_what_is_paid_and_what_is_earned(pane, size):
    pane.view = build_view(scene())
    rows = rows_of(pane, size)
    assert max(map(len, rows)) <= size[0]
    assert len(rows) <= size[1]
    expected, past, book = rows[1:4]
    assert expected.split()[2:6] == ["14.2", "21.5", "34.0", "—"]
    assert "31-34" in expected
    assert past.startswith("P/E, last year")
    assert "needs it of Russell 2000" in past
    assert "61st" in book
    year = next(row for row in rows if row.startswith("2025 this year"))
    assert "+29.9" in year
    assert "+12.3" in year
    assert " 41" in year
    told = " ".join(row.strip() for row in rows)
    assert "growth of 2025 rests on a base effect: 41 % of its gap is left over two years." in told
    assert "".join("".join(text for text, _ in pane.title_note())) == "IWM/SPY: Russell 2000 against S&P 500"


def test_companies_flows_and_crowding(pane):
    pane.view = build_view(scene())
    rows = {row[:26].strip(): row[26:].split() for row in rows_of(pane, SIZES[0])}
    assert rows["estimates raised-lowered"][:2] == ["-25", "-25"]
    assert rows["flows in 20 sessions"][:2] == ["+1.2", "+1.2"]
    assert rows["better than expected"][:2] == ["75", "75"]
    assert rows["crowding"][:4] == ["91", "of", "100:", "crowded"]


def test_day_age_and_source_of_each_row(pane):
    pane.view = build_view(scene())
    expected = rows_of(pane, SIZES[0])[1]
    assert "31 Jan" in expected
    assert expected.rstrip().endswith("article 1")


def test_a_pair_without_indices_says_what_to_do(pane):
    pane.view = build_view(build_scene())
    assert "[fundamentals] indices" in " ".join(rows_of(pane, SIZES[1]))


def test_before_the_first_numbers(pane):
    pane.view = build_view(EMPTY)
    assert rows_of(pane, SIZES[1])[0].strip()
    assert list(pane.title_note()) == []


def test_it_scrolls_where_not_all_fits(pane):
    pane.view = build_view(scene())
    first = rows_of(pane, (78, 10))
    pane.redraw = lambda: None
    pane.action_scroll_rows(5)
    assert rows_of(pane, (78, 10))[0] == first[5]
    assert "above" in pane.bottom_note()[0][0]
