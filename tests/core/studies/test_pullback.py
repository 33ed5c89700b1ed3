"""Pullbacks by hand and against pandas, their percentile, and the dip zone condition by condition."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import percentileofscore
from study_lines import legs, measures_of, pair_line, values_of


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


@pytest.mark.parametrize("count", [20, 63, 252])
def test_percentile_of_depth_against_pandas_and_scipy(count):
    small, large = legs(900, count)
    ratio = pd.Series(small / large)
    depth = -(ratio / ratio.rolling(count).max() - 1).dropna()
    values = values_of(pair_line(small, large))
    assert values[f"pullback_{count}d"] == pytest.approx(-depth.iloc[-1], rel=1e-12, abs=1e-15)
    expected = percentileofscore(depth, depth.iloc[-1], kind="weak") / 100
    assert values[f"pullback_{count}d_percentile"] == pytest.approx(expected, rel=1e-12)


def test_a_percentile_waits_for_a_year_of_pullbacks():
    assert measures_of(pair_line(*legs(313, 1)))["pullback_63d_percentile"].reason == "needs 314 sessions, has 313"


def rising(last):
    """Two years of a rising ratio, and today's close that far under the highest."""
    path = 1.001 ** np.arange(504)
    return pair_line(np.append(path, path[-1] * (1 + last)), np.ones(505))


@pytest.mark.parametrize(
    ("last", "is_dip"),
    [(-0.0199, False), (-0.0201, True), (-0.04, True), (-0.0599, True), (-0.0601, False), (0.01, False)],
)
def test_the_dip_zone_is_two_to_six_percent_under_the_high(last, is_dip):
    assert values_of(rising(last))["dip_zone"] is is_dip


def test_no_dip_is_bought_under_the_long_average():
    """Down 3 % from the 63-session high, but the high itself is far under a year's average."""
    path = np.append(np.geomspace(2.0, 1.0, 250), np.geomspace(1.0, 1.1, 70))
    line = pair_line(np.append(path, 1.067), np.ones(321))
    values = values_of(line)
    assert values["pullback_63d"] == pytest.approx(-0.03)
    assert values["sma_50_change_20d"] > 0
    assert not values["above_sma_200"]
    assert values["dip_zone"] is False


def test_no_dip_is_bought_while_the_short_average_falls():
    """Far above the year's average and 3 % under its high, but sliding for two months."""
    line = pair_line(np.concatenate((np.full(120, 1.0), np.full(100, 2.0), np.linspace(2.0, 1.94, 60))), np.ones(280))
    values = values_of(line)
    assert values["pullback_63d"] == pytest.approx(-0.03)
    assert values["above_sma_200"]
    assert values["sma_50_change_20d"] < 0
    assert values["dip_zone"] is False


def test_the_dip_zone_needs_its_long_average():
    assert measures_of(pair_line(*legs(199, 1)))["dip_zone"].reason == "needs 200 sessions, has 199"
