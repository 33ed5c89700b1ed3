"""The streak: the published run of January 2026, ties, and runs counted once."""

import itertools
import math

import numpy as np
import pytest
from study_lines import measures_of, pair_line, values_of, weekdays

from core.studies.relative import calc_gap
from core.studies.streak import to_runs, to_streaks, to_winner

# Daily returns in percent, 2 to 21 January 2026, as published.
RUT = (1.06, 1.58, 1.37, -0.29, 1.11, 0.78, 0.44, -0.10, 0.70, 0.86, 0.12, -1.21, 2.02)
SPX = (0.19, 0.64, 0.62, -0.34, 0.01, 0.65, 0.16, -0.19, -0.53, 0.26, -0.06, -2.06, 1.16)


def prices(percents, start=100.0):
    return start * np.cumprod([1.0, *(1 + percent / 100 for percent in percents)])


def from_signs(signs):
    """A pair whose small leg wins by 1 % (+), loses by 1 % (-) or ties (0)."""
    return pair_line(prices(signs), np.full(len(signs) + 1, 50.0))


def test_published_run_of_thirteen():
    small, large = prices(RUT), prices(SPX)
    assert values_of(pair_line(small, large))["streak"] == 13
    assert round(small[-1] / small[0] - 1, 4) == 0.0873
    assert round(large[-1] / large[0] - 1, 4) == 0.0047
    assert round(calc_gap(small, large, 0), 4) == 0.0825
    assert round(math.log(small[-1] / small[0]) - math.log(large[-1] / large[0]), 4) == 0.0790


@pytest.mark.parametrize(
    ("signs", "streak", "as_long", "last"),
    [
        ((1, 1, -1, 1), 1, 1, 2),  # the run of two was as long as this one, and ended at the second return
        ((1, 1, -1, 1, 1), 2, 1, 2),
        ((1, 1, -1, 1, 1, 1), 3, 0, None),
        ((-1, -1, -1, 1, -1, -1), -2, 1, 3),
        ((1, 1, 0, 1), 1, 1, 2),  # a tie ends a run
        ((-1, 1, 1, -1), -1, 1, 1),  # runs of the other sign are not compared with
    ],
)
def test_runs_by_hand(signs, streak, as_long, last):
    line = from_signs(signs)
    values = values_of(line)
    assert (values["streak"], values["streak_runs_as_long"]) == (streak, as_long)
    assert values["streak_last_as_long"] == (None if last is None else str(line.sessions[last]))


def test_no_run_as_long_says_since_when():
    line = from_signs((1, 1, -1, 1, 1, 1))
    assert measures_of(line)["streak_last_as_long"].reason == f"no other run of 3 or more since {line.sessions[0]}"


def test_a_tie_today_is_a_streak_of_zero():
    measures = measures_of(from_signs((1, 1, 0)))
    assert measures["streak"].value == 0
    assert measures["streak_runs_as_long"].reason == "no run: the last session was a tie"


def test_differences_below_a_billionth_are_ties():
    small = np.array([100.0, 100.0 * (1 + 5e-10), 100.0 * (1 + 5e-9)])
    np.testing.assert_array_equal(to_winner(small, np.full(3, 100.0)), [0, 1])


def test_unadjusted_closes_decide():
    """An ex-date lifts the adjusted return of small above large's; by the closes as quoted it lost."""
    adjusted, large = np.array([99.0, 100.0]), np.array([100.0, 100.5])
    line = pair_line(adjusted, large, raw=(np.array([100.0, 100.0]), large))
    assert values_of(line)["streak"] == -1


@pytest.mark.parametrize("seed", range(6))
def test_against_groupby(seed):
    signs = np.random.default_rng(seed).choice([-1, 0, 1], 300, p=[0.45, 0.1, 0.45])
    groups = [(sign, len(list(group))) for sign, group in itertools.groupby(signs.tolist())]
    runs = to_runs(signs.astype(np.int8))
    assert list(zip(runs.sign.tolist(), runs.length.tolist(), strict=True)) == groups
    streaks = [k * sign for sign, length in groups for k in range(1, length + 1)]
    assert to_streaks(signs.astype(np.int8)).tolist() == streaks
    values = values_of(from_signs(signs.tolist()))
    sign, length = groups[-1]
    if sign:
        assert values["streak_runs_as_long"] == sum(s == sign and n >= length for s, n in groups[:-1])


def test_one_session_is_not_enough():
    line = pair_line([1.0], [2.0], sessions=weekdays(1))
    assert measures_of(line)["streak"].reason == "needs 2 sessions, has 1"
