"""Growth, means and lows on worked numbers."""

import numpy as np
import pytest

from core.macro.arithmetic import (
    to_annualised,
    to_difference,
    to_grid,
    to_growth,
    to_mean,
    to_months,
    to_over_low,
    to_scaled,
)
from core.macro.series import Known


def monthly(*values, first="2024-01"):
    days = (np.datetime64(first) + np.arange(len(values))).astype("datetime64[D]")
    return Known("X", days, np.array(values, dtype=float))


def test_growth_over_a_year_and_at_the_pace_of_three_months():
    wages = monthly(*[30.0] * 12, 31.11, 31.2, 31.3, 31.42)
    year = to_growth(wages, 12)
    assert year.observed[0] == np.datetime64("2025-01-01")
    assert year.values[0] == pytest.approx(0.037)
    assert to_annualised(wages, 3).last == pytest.approx((31.42 / 31.11) ** 4 - 1)


def test_growth_needs_the_very_month_a_year_before():
    wages = monthly(*range(100, 126))
    holed = Known("X", np.delete(wages.observed, 3), np.delete(wages.values, 3))
    found = to_growth(holed, 12)
    assert np.datetime64("2025-04-01") not in found.observed
    assert len(found) == len(to_growth(wages, 12)) - 1
    assert len(to_growth(monthly(1.0, 2.0), 12)) == 0
    assert len(to_growth(monthly(), 12)) == 0


def test_quarters_are_twelve_months_apart_as_well():
    days = np.arange("2024-01", "2026-01", 3, dtype="datetime64[M]").astype("datetime64[D]")
    found = to_growth(Known("ECIWAG", days, 160.0 * 1.01 ** np.arange(8)), 12)
    assert found.values.tolist() == pytest.approx([1.01**4 - 1] * 4)


def test_claims_over_their_low_of_half_a_year():
    weeks = np.datetime64("2025-01-04") + 7 * np.arange(40)
    values = np.full(40, 200_000.0)
    values[-4:] = 240_000.0
    found = to_over_low(Known("ICSA", weeks, values), 4, 26)
    assert found.last == pytest.approx(0.20)
    assert found.values[-2] == pytest.approx(0.15)
    assert len(found) == 40 - 3 - 25
    assert to_mean(Known("ICSA", weeks, values), 4).values[-3] == pytest.approx(220_000.0)


def test_a_month_counts_once_it_is_over():
    days = np.array(["2025-12-30", "2025-12-31", "2026-01-02", "2026-01-05", "2026-02-02"], "datetime64[D]")
    found = to_months(Known("DGS10", days, np.array([4.0, 4.2, 4.1, 4.3, 9.0])))
    assert found.observed.astype(str).tolist() == ["2025-12-01", "2026-01-01"]
    assert found.values.tolist() == pytest.approx([4.1, 4.2])


def test_differences_are_of_days_that_both_have():
    left = Known("DGS2", np.array(["2026-01-05", "2026-01-06"], "datetime64[D]"), np.array([3.5, 3.6]))
    right = Known("DFF", np.array(["2026-01-04", "2026-01-06"], "datetime64[D]"), np.array([3.9, 3.64]))
    found = to_difference(left, right)
    assert found.observed.astype(str).tolist() == ["2026-01-06"]
    assert found.values.tolist() == pytest.approx([-0.0004])
    assert to_scaled(left).last == pytest.approx(0.036)


def test_a_month_that_is_not_there_is_a_hole():
    found = to_grid(Known("UNRATE", np.array(["2025-09-01", "2025-11-01"], "datetime64[D]"), np.array([4.4, 4.5])))
    assert found.values.tolist() == pytest.approx([4.4, np.nan, 4.5], nan_ok=True)
    assert len(to_grid(Known("UNRATE", found.observed[:0], found.values[:0]))) == 0
