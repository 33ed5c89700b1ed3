"""Odds of a recession against published tables."""

import numpy as np
import pytest
from economy_world import economy, make_series
from scipy.stats import norm
from study_lines import walk
from study_panels import cut_rows, make_panel

from core.macro.arithmetic import to_sahm
from core.macro.series import Known
from core.studies.around import Around
from core.studies.given import give
from core.studies.recession import RECESSION, calc_probability
from core.studies.study import Missing

PANEL = make_panel({"IWM": walk(1900, 1)}, first="2018-11-01")  # to 2026-02-11


def results(panel=PANEL, **changes):
    around = Around(panel, drivers=economy(**changes))
    return RECESSION.calculate(give(around, around.line("US"), None))


@pytest.mark.parametrize(
    ("spread", "percent"),
    [(3, 0.75), (2, 3.60), (1.21, 9.69), (0.5, 19.77), (0, 29.69), (-0.5, 41.42), (-1, 53.97), (-1.5, 66.14)],
)
def test_the_published_table_of_the_probit(spread, percent):
    assert 100 * calc_probability(spread) == pytest.approx(percent, abs=0.005)
    assert calc_probability(spread) == pytest.approx(norm.cdf(-0.5333 - 0.6330 * spread), abs=1e-14)


def test_the_bill_is_taken_as_a_yield_and_the_month_as_a_whole():
    """5.25 % at a discount is 5.39 %: the spread is 4.39 - 5.39, the odds those of -1."""
    months = np.arange("2012-01", "2026-02", dtype="datetime64[M]")
    bill = 5.25
    ten = 365 * 0.0525 / (360 - 91 * 0.0525) * 100 - 1.0
    found = results(
        GS10=make_series("GS10", days=months, values=np.full(len(months), ten)),
        TB3MS=make_series("TB3MS", days=months, values=np.full(len(months), bill)),
    )
    assert 100 * (ten + 1.0) / 100 == pytest.approx(5.39, abs=0.01)
    assert found["term_spread_monthly"].value == pytest.approx(-0.01, abs=1e-12)
    assert 100 * found["recession_probability"].value == pytest.approx(53.97, abs=0.005)
    assert str(found["recession_probability"].as_of.date()) == "2026-01-01"


def test_without_monthly_yields_the_mean_of_complete_months_is_taken():
    days = np.arange("2024-01-01", "2026-02-20", dtype="datetime64[D]")
    days = days[np.is_busday(days)]
    values = np.where(days < np.datetime64("2026-02-01"), 0.5, -9.0)  # the running month does not count
    found = results(GS10=None, TB3MS=None, T10Y3M=make_series("T10Y3M", days=days, values=values))
    assert 100 * found["recession_probability"].value == pytest.approx(19.77, abs=0.005)
    assert str(found["recession_probability"].as_of.date()) == "2026-01-01"


UNEMPLOYMENT = "3.4 3.6 3.5 3.4 3.7 3.6 3.5 3.8 3.8 3.8 3.7 3.7 3.7 3.9 3.8 3.9 4.0 4.1 4.3 4.2 4.1 4.1"
"""Percent, January 2023 to October 2024."""


@pytest.mark.parametrize(
    ("release", "month", "points"),
    [
        ("2024-07-05", "2024-06", 0.43),
        ("2024-08-02", "2024-07", 0.53),
        ("2024-09-06", "2024-08", 0.57),
        ("2024-10-04", "2024-09", 0.50),
        ("2024-11-01", "2024-10", 0.43),
    ],
)
def test_sahm_of_2024_as_published_in_real_time(release, month, points):
    rates = [float(rate) for rate in UNEMPLOYMENT.split()]
    series = make_series("UNRATE", days=np.datetime64("2023-01") + np.arange(len(rates)), values=rates)
    panel = cut_rows(PANEL, int(np.searchsorted(PANEL.sessions, np.datetime64(release))) + 1)
    found = results(panel, SAHMREALTIME=None, UNRATE=series)["sahm"]
    assert 100 * found.value == pytest.approx(points, abs=0.005)
    assert str(found.as_of.date()) == f"{month}-01"
    evening_before = results(cut_rows(panel, len(panel.sessions) - 1), SAHMREALTIME=None, UNRATE=series)["sahm"]
    assert isinstance(evening_before, Missing) or evening_before.as_of < found.as_of


def test_a_month_that_was_never_asked_ends_nothing():
    """October 2025 has no unemployment rate: two months of three make the mean."""
    days = np.delete(np.datetime64("2024-01") + np.arange(25), 21)
    values = np.where(days < np.datetime64("2025-11"), 4.0, 4.6)
    found = to_sahm(Known("UNRATE", days.astype("datetime64[D]"), values))
    by_month = dict(
        zip(found.observed.astype("datetime64[M]").astype(str).tolist(), found.values.tolist(), strict=True)
    )
    assert by_month["2025-11"] == pytest.approx((4.0 + 4.6) / 2 - 4.0)
    assert by_month["2025-12"] == pytest.approx(0.6)
    assert "2025-10" not in by_month
