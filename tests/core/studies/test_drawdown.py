"""Drawdown, episodes, rank, peak and pullback by hand-worked tables."""

import numpy as np
import pytest
from study_lines import measures_of, pair_line, symbol_line, values_of, walk

from core.studies.drawdown import calc_drawdown, calc_rank, find_peak, to_drawdown, to_episodes

# Highs 12 and 13: an episode of -25 % ends when 12 is reached again, one of -10 % at 13; the third runs.
RATIO = np.array([10.0, 12.0, 9.0, 10.0, 12.0, 13.0, 11.7, 13.0, 12.35])


def test_drawdown_by_hand():
    np.testing.assert_allclose(to_drawdown(RATIO), [0, 0, -0.25, -1 / 6, 0, 0, -0.1, 0, -0.05], atol=1e-15)
    assert calc_drawdown(RATIO) == pytest.approx(-0.05, rel=1e-13)


def test_episodes_by_hand():
    np.testing.assert_allclose(to_episodes(RATIO), [-0.25, -0.1, -0.05], rtol=1e-13)
    assert to_episodes(np.arange(1.0, 9.0)).size == 0


@pytest.mark.parametrize(
    ("last", "rank"),
    [(12.35, 3), (11.0, 2), (9.0, 1), (13.5, 0)],  # -5 %, -15 %, -31 %, a new high
)
def test_rank_by_hand(last, rank):
    assert calc_rank(np.append(RATIO[:-1], last)) == rank


def test_a_recovering_episode_is_not_ranked_behind_itself():
    """It was at -15 % and stands at -5 %: only the finished -25 % and -10 % went deeper."""
    assert calc_rank(np.append(RATIO[:-1], [11.05, 12.35])) == 3


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


def test_pullback_by_hand():
    """A high of 120 twelve sessions ago, 114.72 now: 4.4 % under it."""
    ratio = [100.0] * 50 + [120.0] + [115.0] * 11 + [114.72]
    values = values_of(pair_line(ratio, [1.0] * 63))
    assert values["pullback_63d"] == pytest.approx(-0.044, rel=1e-12)
    assert values["pullback_63d_sessions"] == 12
    assert values["pullback_20d"] == values["pullback_63d"]


def test_the_high_leaves_the_window():
    ratio = [120.0] + [100.0] * 62 + [99.0]
    values = values_of(pair_line(ratio, [1.0] * 64))
    assert values["pullback_63d"] == pytest.approx(-0.01, rel=1e-12)
    assert measures_of(pair_line(ratio, [1.0] * 64))["pullback_252d"].reason == "needs 252 sessions, has 64"


def test_symbols_know_both_drawdowns():
    prices = np.concatenate(([500.0], walk(300, 4)))
    values = values_of(symbol_line(prices))
    assert values["drawdown"] == pytest.approx(prices[-1] / 500 - 1, rel=1e-13)
    assert values["drawdown_252d"] == pytest.approx(prices[-1] / prices[-252:].max() - 1, rel=1e-13)
