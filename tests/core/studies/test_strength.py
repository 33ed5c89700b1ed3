"""z-score and Mansfield."""

import statistics

import numpy as np
import pandas as pd
import pytest
from scipy.stats import zscore
from study_lines import legs, measures_of, pair_line, values_of


@pytest.mark.parametrize("count", [60, 252])
def test_z_against_scipy(count):
    small, large = legs(500, count)
    expected = zscore(np.log(small / large)[-count:], ddof=1)[-1]
    assert values_of(pair_line(small, large))[f"ratio_z_{count}d"] == pytest.approx(expected, rel=1e-9)


def test_z_by_hand():
    """59 zeros and a one (in logs): mean 1/60, sample deviation from the statistics module."""
    logs = [0.0] * 59 + [1.0]
    expected = (1 - 1 / 60) / statistics.stdev(logs)
    assert values_of(pair_line(np.exp(logs), np.ones(60)))["ratio_z_60d"] == pytest.approx(expected, rel=1e-12)


def test_mansfield_against_pandas():
    small, large = legs(400, 9)
    ratio = pd.Series(small / large)
    expected = ratio.iloc[-1] / ratio.rolling(252).mean().iloc[-1] - 1
    assert values_of(pair_line(small, large))["mansfield_252d"] == pytest.approx(expected, rel=1e-11)


def test_mansfield_by_hand():
    ratio = [1.0] * 251 + [1.252]  # mean 1.001
    assert values_of(pair_line(ratio, [1.0] * 252))["mansfield_252d"] == pytest.approx(1.252 / 1.001 - 1, rel=1e-12)


def test_a_flat_ratio_has_no_z():
    measure = measures_of(pair_line([3.0] * 60, [7.0] * 60))["ratio_z_60d"]
    assert (measure.value, measure.reason) == (None, "the ratio did not move")


def test_short_history():
    measures = measures_of(pair_line(*legs(120, 1)))
    assert measures["mansfield_252d"].reason == "needs 252 sessions, has 120"
    assert measures["ratio_z_252d"].reason == "needs 252 sessions, has 120"
