"""When observations are known, against the calendars of those who publish them."""

import numpy as np
import pytest

from core.macro.catalogue import CATALOGUE


@pytest.mark.parametrize(
    ("name", "observed", "published"),
    [
        # The Employment Situation of the Bureau of Labor Statistics.
        ("UNRATE", "2018-12-01", "2019-01-04"),
        ("UNRATE", "2019-12-01", "2020-01-10"),
        ("UNRATE", "2022-12-01", "2023-01-06"),
        ("UNRATE", "2023-12-01", "2024-01-05"),
        ("UNRATE", "2024-01-01", "2024-02-02"),
        ("UNRATE", "2024-07-01", "2024-08-02"),
        ("UNRATE", "2024-08-01", "2024-09-06"),
        ("UNRATE", "2024-12-01", "2025-01-10"),
        ("CES0500000003", "2025-02-01", "2025-03-07"),
        # Claims of the week that ends on Saturday come on Thursday.
        ("ICSA", "2026-01-31", "2026-02-05"),
        # Rates of a day are known at the close of the next session: over a weekend on Monday.
        ("DGS10", "2026-02-05", "2026-02-06"),
        ("DGS10", "2026-02-06", "2026-02-09"),
        ("DFF", "2026-02-07", "2026-02-09"),  # a rate of a Saturday
        ("DTWEXBGS", "2026-02-06", "2026-02-13"),
        ("NFCI", "2026-02-06", "2026-02-13"),
        # Means of a month on the first weekday after it.
        ("GS10", "2026-01-01", "2026-02-02"),
        ("INDPRO", "2026-01-01", "2026-02-18"),
        ("ECIWAG", "2025-10-01", "2026-02-02"),
        ("DRTSCIS", "2026-01-01", "2026-02-16"),
    ],
)
def test_days_of_publication(name, observed, published):
    found = CATALOGUE[name].release(np.array([observed], "datetime64[D]"))
    assert found.astype(str).tolist() == [published]


@pytest.mark.parametrize("name", CATALOGUE)
def test_nothing_is_known_on_the_day_it_is_of(name):
    days = np.arange("2004-01-01", "2026-03-01", dtype="datetime64[D]")
    released = CATALOGUE[name].release(days)
    assert released.dtype == np.dtype("datetime64[D]")
    assert (released > days).all()
    assert (np.diff(released) >= np.timedelta64(0)).all(), "in order"
