"""The streak: the published run of January 2026, ties, and runs counted once."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import percentileofscore
from study_lines import legs, measures_of, pair_line, values_of, weekdays

from core.studies.relative import calc_gap
from core.studies.streak import calc_expected, to_runs, to_streaks, to_winner

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


@pytest.mark.parametrize("seed", range(6))
def test_rank_among_finished_runs_against_groupby_and_scipy(seed):
    signs = np.random.default_rng(seed).choice([-1, 0, 1], 400, p=[0.45, 0.1, 0.45])
    signs[-3:] = [1, -1, -1]
    runs = [(sign, len(list(group))) for sign, group in itertools.groupby(signs.tolist())]
    finished = [length for sign, length in runs[:-1] if sign == -1]
    values = values_of(from_signs(signs.tolist()))
    assert values["streak"] == -2
    assert values["streak_runs"] == len(finished)
    assert values["streak_rank"] == 1 + sum(length > 2 for length in finished)
    assert values["streak_percentile"] == pytest.approx(percentileofscore(finished, 2, kind="weak") / 100, rel=1e-12)
    assert values["streak_expected"] == 400 / 8


def test_a_first_run_has_none_to_be_compared_with():
    measures = measures_of(from_signs((1, 1, 1)))
    assert (measures["streak_runs"].value, measures["streak_rank"].value) == (0, 1)
    assert measures["streak_percentile"].reason == "no finished run of that sign"


@pytest.mark.parametrize(("length", "a_year", "since_1987"), [(10, 0.12, 4.8), (14, 0.008, 0.30)])
def test_runs_of_a_fair_coin(length, a_year, since_1987):
    """The published figures, of about 39 years of sessions."""
    assert calc_expected(252, length) == pytest.approx(a_year, rel=0.05)
    assert calc_expected(39 * 252, length) == pytest.approx(since_1987, rel=0.02)


def test_expected_runs_against_a_great_many_coins():
    """200,000 tosses: runs of five or more heads should be within four deviations of the formula."""
    tosses = np.random.default_rng(12).choice([-1, 1], 200_000)
    runs = to_runs(tosses.astype(np.int8))
    found = np.count_nonzero((runs.sign == 1) & (runs.length >= 5))
    assert abs(found - calc_expected(200_000, 5)) < 4 * math.sqrt(calc_expected(200_000, 5))


@pytest.mark.parametrize("count", [301, 303, 305])
def test_weeks_against_pandas(count):
    line = pair_line(*legs(count, 4))
    frame = pd.DataFrame({"small": line.small, "large": line.large}, index=pd.DatetimeIndex(line.sessions))
    returns = frame.resample("W-FRI").last().pct_change().dropna()
    signs = np.sign(returns.small - returns.large)
    groups = [(sign, len(list(group))) for sign, group in itertools.groupby(signs)]
    sign, length = groups[-1]
    finished = [n for s, n in groups[:-1] if s == sign]
    values = values_of(line)
    assert values["streak_weekly"] == sign * length
    assert values["streak_weekly_runs"] == len(finished)
    assert values["streak_weekly_runs_as_long"] == sum(n >= length for n in finished)
    assert values["streak_weekly_expected"] == len(returns) / 2 ** (length + 1)
    ends = signs.index[np.cumsum([n for _, n in groups])[:-1] - 1]
    as_long = [end for end, (s, n) in zip(ends, groups[:-1], strict=True) if s == sign and n >= length]
    found = pd.Timestamp(values["streak_weekly_last_as_long"])
    assert found.to_period("W-FRI") == as_long[-1].to_period("W-FRI")


def test_one_week_is_not_enough():
    assert measures_of(pair_line([1.0, 1.1], [2.0, 2.0]))["streak_weekly"].reason == "needs 2 weeks, has 1"
