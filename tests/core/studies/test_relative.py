"""Gaps, ratio returns and legs, against hand-worked tables and the published figures."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.stats import percentileofscore
from study_lines import legs, measures_of, pair_line, values_of

SMALL = (100.0, 102.0, 101.0, 105.0, 104.0, 110.0)
LARGE = (200.0, 202.0, 206.0, 204.0, 205.0, 208.0)
DAYS = ("2025-12-29", "2025-12-30", "2025-12-31", "2026-01-02", "2026-01-05", "2026-01-06")
TABLE = pair_line(SMALL, LARGE, sessions=DAYS)


def test_one_session_by_hand():
    values = values_of(TABLE)
    assert values["small_return_1d"] == pytest.approx(6 / 104, rel=1e-13)
    assert values["large_return_1d"] == pytest.approx(3 / 205, rel=1e-13)
    assert values["gap_1d"] == pytest.approx(6 / 104 - 3 / 205, rel=1e-13)
    assert values["ratio_return_1d"] == pytest.approx((110 / 208) / (104 / 205) - 1, rel=1e-13)


def test_five_sessions_start_at_the_sixth_close_from_the_end():
    assert values_of(TABLE)["gap_5d"] == pytest.approx(0.10 - 0.04, rel=1e-12)


def test_year_to_date_starts_at_the_last_close_of_the_year_before():
    assert values_of(TABLE)["gap_ytd"] == pytest.approx((110 / 101 - 1) - (208 / 206 - 1), rel=1e-13)


@pytest.mark.parametrize(
    ("since", "start"),
    [
        (date(2025, 12, 30), 1),
        (date(2026, 1, 1), 2),  # a holiday: the close before it
        (date(2026, 1, 4), 3),  # a Sunday
    ],
)
def test_since_starts_at_the_last_close_at_or_before(since, start):
    values = values_of(TABLE, since)
    assert values["gap_since"] == pytest.approx((110 / SMALL[start]) - (208 / LARGE[start]), rel=1e-12)
    assert values["small_return_since"] == pytest.approx(110 / SMALL[start] - 1, rel=1e-12)


def test_since_is_there_only_when_asked_for():
    assert not [name for name in values_of(TABLE) if name.endswith("_since") and "gap" in name]


@pytest.mark.parametrize(
    ("since", "reason"),
    [
        (date(2025, 12, 1), "no close at or before 2025-12-01: history starts 2025-12-29"),
        (date(2026, 1, 6), "no session after 2026-01-06"),
        (date(2027, 1, 1), "no session after 2027-01-01"),
    ],
)
def test_since_outside_the_history_says_why(since, reason):
    measure = measures_of(TABLE, since)["gap_since"]
    assert (measure.value, measure.reason) == (None, reason)


def test_a_short_history_says_what_it_needs():
    measures = measures_of(TABLE)
    assert measures["gap_20d"].reason == "needs 21 sessions, has 6"
    assert measures["small_return_252d"].reason == "needs 253 sessions, has 6"


def test_year_to_date_without_a_year_before():
    line = pair_line(SMALL[3:], LARGE[3:], sessions=DAYS[3:])
    assert measures_of(line)["gap_ytd"].reason == "no close before 2026: history starts 2026-01-02"


def test_published_gap_of_september_2025_to_january_2026():
    """RUT +11.84 %, SPX +4.66 %: a gap of 7.18 points, but a ratio return of 6.86 %: two different numbers."""
    line = pair_line((100.0, 111.84), (100.0, 104.66))
    values = values_of(line)
    assert values["gap_1d"] == pytest.approx(0.0718, abs=5e-12)
    assert round(values["ratio_return_1d"], 4) == 0.0686


@pytest.mark.parametrize("seed", range(4))
def test_percentile_of_the_gap_s_size_against_scipy(seed):
    small, large = legs(900, seed)
    gaps = (pd.Series(small).pct_change(20) - pd.Series(large).pct_change(20)).dropna().abs()
    expected = percentileofscore(gaps, gaps.iloc[-1], kind="weak") / 100
    assert values_of(pair_line(small, large))["gap_20d_percentile"] == pytest.approx(expected, rel=1e-12)


def test_a_large_loss_ranks_as_high_as_a_large_gain():
    large = np.ones(400)
    for last in (1.5, 0.5):
        assert values_of(pair_line(np.append(np.ones(399), last), large))["gap_20d_percentile"] == 1.0
    assert measures_of(pair_line(*legs(271, 1)))["gap_20d_percentile"].reason == "needs 272 sessions, has 271"
