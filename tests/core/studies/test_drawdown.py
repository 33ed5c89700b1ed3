"""Drawdown, episodes, rank and peak by hand-worked tables."""

import numpy as np
import pytest
from study_lines import measures_of, pair_line, symbol_line, values_of, walk

from core.studies.drawdown import DRAWDOWN, calc_drawdown, calc_rank, find_peak, to_drawdown, to_episodes
from core.studies.study import Given

# Highs 12 and 13: an episode of -25 % ends when 12 is reached again, one of -10 % at 13; the third runs.
RATIO = np.array([10.0, 12.0, 9.0, 10.0, 12.0, 13.0, 11.7, 13.0, 12.35])


def test_drawdown_by_hand():
    np.testing.assert_allclose(to_drawdown(RATIO), [0, 0, -0.25, -1 / 6, 0, 0, -0.1, 0, -0.05], atol=1e-15)
    assert calc_drawdown(RATIO) == pytest.approx(-0.05, rel=1e-13)


def test_episodes_by_hand():
    np.testing.assert_allclose(to_episodes(RATIO).lows, [-0.25, -0.1, -0.05], rtol=1e-13)
    assert to_episodes(np.arange(1.0, 9.0)).lows.size == 0


@pytest.mark.parametrize(
    ("last", "rank"),
    [(12.35, 3), (11.0, 2), (9.0, 1), (13.5, 0)],  # -5 %, -15 %, -31 %, a new high
)
def test_rank_by_hand(last, rank):
    assert calc_rank(to_episodes(np.append(RATIO[:-1], last))) == rank


def test_a_recovering_episode_is_not_ranked_behind_itself():
    """It was at -15 % and stands at -5 %: only the finished -25 % and -10 % went deeper."""
    assert calc_rank(to_episodes(np.append(RATIO[:-1], [11.05, 12.35]))) == 3


def test_a_running_episode_is_ranked_where_it_stands_and_counted():
    values = values_of(pair_line(RATIO * 2, np.full(9, 2.0)))
    assert (values["drawdown_rank"], values["drawdown_episodes"]) == (3, 3)
    assert values["drawdown"] == pytest.approx(-0.05, rel=1e-13)


def test_the_peak_is_the_latest_of_equal_ones():
    assert find_peak(RATIO) == 7


def test_gap_since_the_peak():
    """Small 26 to 24.7, large 2 to 2 from the peak on: -5 % against 0 %."""
    line = pair_line(RATIO * 2, np.full(9, 2.0))
    values = values_of(line)
    assert values["drawdown_peak"] == str(line.sessions[7])
    assert values["gap_since_peak"] == pytest.approx(-0.05, rel=1e-12)


def test_published_fall_since_2021():
    """RUT 2360 to 2370 while SPX went 3969 to 6603: the return gap is -66 points, while the ratio fell by 40 %."""
    values = values_of(pair_line((2000, 2360, 2370), (3900, 3969, 6603)))
    assert round(values["drawdown"], 2) == -0.40
    assert round(values["gap_since_peak"], 2) == -0.66


def test_at_its_high():
    measures = measures_of(pair_line((1.0, 2.0, 3.0), (1.0, 1.0, 1.0)))
    assert measures["drawdown"].value == 0.0
    assert measures["drawdown_rank"].reason == "at its highest: no drawdown now"
    assert measures["drawdown_episodes"].value == 0


def test_symbols_know_both_drawdowns():
    prices = np.concatenate(([500.0], walk(300, 4)))
    values = values_of(symbol_line(prices))
    assert values["drawdown"] == pytest.approx(prices[-1] / 500 - 1, rel=1e-13)
    assert values["drawdown_252d"] == pytest.approx(prices[-1] / prices[-252:].max() - 1, rel=1e-13)


def test_duration_and_depth_percentile_by_hand():
    """Seven of nine closes are no deeper than the last one's -5 %: all but -25, -16.7 and -10."""
    flat = np.full(252, 13.0)
    ratio = np.concatenate((RATIO[:-1], flat, [12.35]))
    values = values_of(pair_line(ratio, np.ones(len(ratio))))
    assert values["drawdown_sessions"] == 1
    assert values["drawdown_percentile"] == pytest.approx((len(ratio) - 3) / len(ratio), rel=1e-14)
    assert measures_of(pair_line(RATIO, np.ones(9)))["drawdown_percentile"].reason == "needs 252 sessions, has 9"


def test_deeper_falls_are_named_by_their_lows_deepest_first():
    line = pair_line(np.append(RATIO[:-1], [12.87]), np.ones(9))  # -1 %; deeper were -10 % (index 6) and -25 % (2)
    assert values_of(line)["drawdown_deeper"] == f"{line.sessions[2]}, {line.sessions[6]}"
    steps = DRAWDOWN.explain(Given(line), "drawdown_rank")
    assert [step.result for step in steps[-3:]] == pytest.approx([-0.25, -0.1, 3])


def test_only_the_deepest_are_named():
    ratio = [x for k in range(1, 9) for x in (100.0 + k, (100.0 + k) * (1 - k / 100))] + [120.0, 119.5]
    line = pair_line(ratio, np.ones(len(ratio)))
    values = values_of(line)
    assert values["drawdown_rank"] == 9
    assert values["drawdown_deeper"].split(", ") == [str(line.sessions[2 * k + 1]) for k in (7, 6, 5, 4, 3)]


def test_the_deepest_fall_of_all_has_none_deeper():
    line = pair_line(np.append(RATIO[:-1], [5.0]), np.ones(9))
    assert measures_of(line)["drawdown_deeper"].reason == f"none went deeper since {line.sessions[0]}"
    assert measures_of(pair_line([1.0, 2.0], [1.0, 1.0]))["drawdown_deeper"].reason.startswith("at its highest")


def yearly_line():
    """Five Mondays of three years: 2020 higher than 2021, 2021 higher than now."""
    days = ("2020-06-01", "2021-01-04", "2021-03-15", "2021-12-27", "2022-01-03")
    return pair_line((60.0, 40.0, 48.0, 30.0, 36.0), (10.0, 10.0, 10.0, 10.0, 12.0), sessions=days)


def test_the_peak_of_a_named_year():
    values = values_of(yearly_line())
    assert values["drawdown_peak"] == "2020-06-01"
    assert values["named_year_peak"] == "2021-03-15"
    assert values["named_year_drawdown"] == pytest.approx(3.0 / 4.8 - 1, rel=1e-14)
    assert values["named_year_gap"] == pytest.approx((36 / 48 - 1) - (12 / 10 - 1), rel=1e-14)


def test_another_year_and_one_without_sessions():
    found = DRAWDOWN.calculate(Given(yearly_line(), peak_year=2022))
    assert (found["named_year_peak"], found["named_year_drawdown"]) == ("2022-01-03", 0.0)
    missing = DRAWDOWN.calculate(Given(yearly_line(), peak_year=2019))["named_year_gap"]
    assert missing.reason == "no session in 2019: history is 2020-06-01 to 2022-01-03"


def test_episodes_against_a_plain_loop():
    for seed in range(5):
        ratio = walk(800, seed)
        found, high, lows = to_episodes(ratio), ratio[0], []
        running = None
        for value in ratio:
            high = max(high, value)
            if value < high:
                running = min(running or 0.0, value / high - 1)
            elif running is not None:
                lows.append(running)
                running = None
        lows += [] if running is None else [running]
        np.testing.assert_allclose(found.lows, lows, rtol=1e-12)
        now = ratio[-1] / high - 1
        finished = lows if running is None else lows[:-1]
        assert calc_rank(found) == (1 + sum(low < now for low in finished) if now < 0 else 0)


def test_a_rate_that_is_always_zero():
    assert np.isnan(calc_drawdown(np.zeros(5)))
