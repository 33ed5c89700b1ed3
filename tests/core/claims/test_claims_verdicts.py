"""Verdicts on markets of a few sessions whose returns are worked out by hand."""

from datetime import UTC, datetime

import numpy as np
import pytest
from claim_world import World, claim, make_panel, walks

from core.claims import build
from core.claims.ground import Column, Ground
from core.claims.read import Book
from core.claims.record import Verdict

# Monday 1 to Friday 5 September 2025.
WEEK = {"IWM": [100, 110, 120, 100, 90], "SPY": [100, 100, 100, 100, 125]}


@pytest.fixture
def week():
    return World(make_panel(WEEK))


def test_a_window_that_makes_it_true(week):
    of = ["IWM/SPY.small_return_since", "IWM/SPY.large_return_since"]
    found = week.judge(claimed=[0.2, 0.0], tolerance=0.001, of=of, since="2025-09-01", on=["2025-09-02", "2025-09-05"])
    assert found.verdict is Verdict.CONFIRMED
    told = found.readings[0]
    assert (told.start, told.end, told.tried, told.known, told.fits) == ("2025-09-01", "2025-09-03", 4, 4, 1)
    assert [one.recomputed for one in told.figures] == pytest.approx([0.2, 0.0])


def test_a_gap_that_was_called_a_fall_of_the_ratio_is_found_by_itself(week):
    # At the end: small -10 %, large +25 %: a gap of -35 points, while the ratio fell by 28 %.
    found = week.judge(claimed=-0.35, tolerance=0.005, of="IWM/SPY.ratio_return_since", since="2025-09-01")
    assert found.verdict is Verdict.DIFFERENT
    assert found.readings[0].figures[0].recomputed == pytest.approx(90 / 125 - 1)
    assert found.told is not None
    assert found.told.figures[0].of == "IWM/SPY.gap_since"
    assert found.told.figures[0].recomputed == pytest.approx(-0.35)
    assert "It is the gap of the two returns" in found.reason


def test_no_window_gives_both(week):
    of = ["IWM/SPY.small_return_since", "IWM/SPY.large_return_since"]
    span = {"since": ["2025-09-01", "2025-09-04"], "on": ["2025-09-02", "2025-09-05"]}
    found = week.judge(claimed=[0.2, 0.25], tolerance=0.001, of=of, **span)
    assert found.verdict is Verdict.NOT_REPRODUCED
    (told,) = found.readings
    assert told.known == 10  # 4 + 3 + 2 + 1 windows of five closes
    off = {
        (a, b): max(abs(WEEK["IWM"][b] / WEEK["IWM"][a] - 1.2), abs(WEEK["SPY"][b] / WEEK["SPY"][a] - 1.25))
        for a in range(5)
        for b in range(a + 1, 5)
    }
    best = min(off, key=off.__getitem__)
    assert (told.start, told.end) == tuple(f"2025-09-0{row + 1}" for row in best)
    assert "none of 10 windows" in found.reason


def test_a_search_of_both_ends_tries_no_other_measure(week):
    span = {"since": ["2025-09-01", "2025-09-04"], "on": ["2025-09-02", "2025-09-05"]}
    assert len(week.judge(claimed=0.4, of="IWM/SPY.ratio_return_since", **span).readings) == 1


def test_from_the_peak_of_a_year(week):
    found = week.judge(claimed=-0.40, tolerance=0.001, of="IWM/SPY.ratio_return_since", since="peak 2025")
    assert found.verdict is Verdict.CONFIRMED  # 0.72 over 1.20
    assert found.readings[0].start == "2025-09-03"


def test_a_year_without_prices_has_no_peak(week):
    found = week.judge(claimed=-0.40, of="IWM/SPY.ratio_return_since", since="peak 2021")
    assert found.verdict is Verdict.UNCHECKED
    assert "from peak 2021" in found.reason


def test_a_date_is_known_by_its_beginning(week):
    table = {"claimed": "2025-09", "of": "IWM/SPY.drawdown_peak"}
    assert week.judge(**table).verdict is Verdict.CONFIRMED
    assert week.judge(**table | {"claimed": "2025-08"}).verdict is Verdict.NOT_REPRODUCED


def test_a_sum_of_measures(week):
    of = "1 / (1 + IWM/SPY.ratio_return_1d) - 1"
    found = week.judge(claimed=100 / 90 * 1.25 - 1, tolerance=1e-6, of=of)
    assert found.verdict is Verdict.CONFIRMED
    assert found.readings[0].figures[0].unit == "fraction"


def test_its_own_numbers_are_added_up(week):
    found = week.judge(claimed=0.34, of="IWM/SPY.moon_discount", needs="the moon", adds_up="1 - 14.2 / 21.5")
    assert found.verdict is Verdict.UNCHECKED
    assert found.reason == "needs the moon"
    assert found.readings[0].figures[0].adds_up == pytest.approx(0.3395349)


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ({"of": "^RUT/^GSPC.gap_1d"}, "needs prices of ^RUT/^GSPC, of which there are none"),
        ({"of": "IWM/SPY.gap_20d"}, "needs 21 sessions, has 5"),
        ({"of": "IWM/SPY.gap_1d", "on": "2025-08-01"}, "no session of 2025-08-01: history is 2025-09-01 to 2025-09-05"),
        ({"of": "IWM/SPY.gap_1d", "said": "2025-10"}, "it was said after 2025-09-05, where this ends"),
        ({"of": "KRE/SPY.gap_1d"}, "needs prices of KRE/SPY, of which there are none"),
    ],
)
def test_why_it_cannot_be_checked(week, table, why):
    found = week.judge(**{"claimed": 0.05, **table})
    assert found.verdict is Verdict.UNCHECKED
    assert found.reason == why


def test_a_symbol_that_is_not_watched_any_more(week):
    found = week.judge(claimed=0.1, of="NVDA/SPY.gap_1d")
    assert found.verdict is Verdict.UNCHECKED
    assert found.reason == "needs NVDA, which is not watched: name it in [universe] symbols"


def test_its_own_figures_are_no_check(week, monkeypatch):
    column = Ground.column

    def told(ground, address, grid):
        if not address.endswith("_source"):
            return column(ground, address, grid)
        return Column(np.array(["somebody of September", "another house"] * 4, dtype=object)[-len(grid) :])

    monkeypatch.setattr(Ground, "column", told)
    table = {"claimed": -0.28, "tolerance": 0.001, "of": "IWM/SPY.ratio_return_since", "since": "2025-09-01"}
    source = {"source": "IWM/SPY.moon_source", "needs": "the moon"}
    assert week.judge(**table, **source).verdict is Verdict.CONFIRMED  # the last close is by another house
    own = week.judge(**table, **source, who="another")
    assert (own.verdict, own.reason) == (Verdict.UNCHECKED, "no figures but its own (another house)")


@pytest.mark.parametrize(
    ("share", "verdict"), [(0.75, Verdict.CONFIRMED), (0.8, Verdict.NOT_REPRODUCED), (0, Verdict.CONFIRMED)]
)
def test_a_condition_at_a_share_of_closes(week, share, verdict):
    # The ratio is 1.1, 1.2, 1.0 and 0.72 at these four closes.
    found = week.judge(kind="condition", holds="IWM/SPY.ratio >= 1", share=share, on=["2025-09-02", "2025-09-05"])
    assert found.verdict is verdict
    told = found.readings[0]
    assert (told.fits, told.known) == (3, 4)
    assert (told.end, told.figures[0].recomputed) == ("2025-09-04", 1.0)  # the last at which it held


def test_a_condition_at_no_close_is_not_so(week):
    assert week.judge(kind="condition", holds="IWM/SPY.ratio > 9", share=0).verdict is Verdict.NOT_REPRODUCED


def test_what_is_not_over_is_open(week):
    table = {"kind": "condition", "holds": "IWM/SPY.ratio > 9", "share": 0, "on": ["2025-09-02", "2025-09-30"]}
    found = week.judge(**table)
    assert found.verdict is Verdict.OPEN
    assert found.reason.startswith("until 2025-09-30; so far: so at none of 4 sessions")
    assert week.judge(**table | {"holds": "IWM/SPY.ratio > 1"}).verdict is Verdict.CONFIRMED


def test_a_month_that_is_not_over_is_open(week):
    missed = week.judge(claimed=9.0, of="IWM/SPY.ratio_return_1d", said="2025-09")
    assert missed.verdict is Verdict.OPEN
    assert missed.reason.startswith("until 2025-09-30; so far: ")
    table = {"kind": "condition", "holds": "IWM/SPY.ratio > 0", "said": "2025-09"}
    assert week.judge(**table).verdict is Verdict.OPEN, "the sessions to come may be others"
    assert week.judge(**table, share=0).verdict is Verdict.CONFIRMED, "one is enough, whatever comes"
    assert week.judge(**table | {"holds": "NVDA/SPY.ratio > 0"}).verdict is Verdict.UNCHECKED


def test_how_many_sessions_are_needed_is_said(week):
    table = {"kind": "condition", "holds": "IWM/SPY.ratio >= 1", "on": ["2025-09-02", "2025-09-05"]}
    assert week.judge(**table, share=0.75).reason.startswith("so at 3 of 4 sessions, 3 needed; on 2025-09-04: ")
    assert week.judge(**table, share=0).reason.startswith("so at 3 of 4 sessions, 1 needed; ")


def test_differences_and_gaps_are_points(week):
    missed = week.judge(claimed=-0.30, tolerance=0.001, of="IWM/SPY.gap_since", since="2025-09-01")
    assert "gap_since -35.00 points (claimed -30.00 points), off by -5.00 points" in missed.reason


def test_a_simulated_market_is_no_judge(week):
    good = claim(claimed=-0.28, tolerance=0.001, of="IWM/SPY.ratio_return_since", since="2025-09-01")
    at = datetime(2025, 9, 6, tzinfo=UTC)
    (found,) = build.build_ledger(Book({"good": good}), week.ground, at, "SIMULATED").claims
    assert (found.verdict, found.reason) == (Verdict.UNCHECKED, "the market is simulated")
    assert build.build_ledger(Book({"good": good}), week.ground, at).claims[0].verdict is Verdict.CONFIRMED


def test_words_are_told_as_words():
    world = World(make_panel(walks(120), first="2025-03-03"))
    found = world.judge(kind="condition", holds="IWM.trend_20 == 'up' or IWM.trend_20 == 'down'", said="2025-08-01")
    assert found.verdict is Verdict.CONFIRMED
    assert found.readings[0].figures[0].recomputed in ("up", "down")


def test_a_claim_that_fails_takes_no_other_with_it(week, monkeypatch):
    def fail(*_: object) -> None:
        raise ZeroDivisionError("of all things")

    monkeypatch.setattr(build, "read_condition", fail)
    claims = {
        "bad": claim(kind="condition", holds="IWM/SPY.ratio > 1"),
        "good": claim(claimed=-0.28, tolerance=0.001, of="IWM/SPY.ratio_return_since", since="2025-09-01"),
    }
    ledger = build.build_ledger(Book(claims), week.ground, datetime(2025, 9, 6, tzinfo=UTC))
    assert [one.verdict for one in ledger.claims] == [Verdict.UNCHECKED, Verdict.CONFIRMED]
    assert "ZeroDivisionError" in ledger.claims[0].reason
