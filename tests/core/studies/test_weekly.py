"""Weeks: against pandas' W-FRI, holidays on either end, and the week that is still running."""

import numpy as np
import pandas as pd
import pytest
from study_lines import pair_line, symbol_line

from core.studies.study import Definition, Given, to_measure
from core.studies.weekly import find_week_ends, is_week_running


def days(*texts):
    return np.array(texts, dtype="datetime64[D]")


@pytest.mark.parametrize("first", ["1969-12-22", "2005-01-03", "2026-02-26"])
def test_against_pandas_with_holes(first):
    sessions = pd.bdate_range(first, periods=700)
    kept = sessions[np.random.default_rng(3).random(700) > 0.15]
    numbers = pd.Series(range(len(kept)), index=kept)
    expected = numbers.resample("W-FRI").last().dropna().astype(int)
    assert find_week_ends(kept.to_numpy().astype("datetime64[D]")).tolist() == expected.tolist()


def test_a_holiday_on_friday_leaves_thursday():
    """Good Friday of 2026 is 3 April: that week closes on the 2nd; a whole week without sessions is no week."""
    assert find_week_ends(days("2026-04-01", "2026-04-02", "2026-04-06", "2026-04-20")).tolist() == [1, 2, 3]


def test_nothing_has_no_weeks():
    assert find_week_ends(days()).tolist() == []
    assert not is_week_running(days())


@pytest.mark.parametrize(
    ("last", "running"),
    [("2026-02-23", True), ("2026-02-26", True), ("2026-02-27", False), ("1969-12-31", True), ("1969-12-26", False)],
)
def test_a_week_runs_until_its_friday(last, running):
    assert is_week_running(days("1969-12-22", last)) is running


@pytest.mark.parametrize(("count", "running"), [(3, True), (4, False)])
def test_a_weekly_measure_is_provisional_while_its_week_runs(count, running):
    """From Tuesday 2 January 2018 on: three sessions end on Thursday, four on Friday."""
    given = Given(symbol_line(np.ones(count)))
    assert to_measure(Definition("x", "z", "x", "A6", is_weekly=True), 1.0, given).provisional is running
    assert to_measure(Definition("x", "z", "x", "A6"), 1.0, given).provisional is False
    assert to_measure(Definition("x", "z", "x", "A6"), 1.0, Given(pair_line([1], [1], provisional=True))).provisional
