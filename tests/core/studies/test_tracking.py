"""Tracking error and information ratio against pandas and by hand."""

import math

import numpy as np
import pandas as pd
import pytest
from study_lines import legs, measures_of, pair_line, values_of

from core.studies.study import Given
from core.studies.tracking import TRACKING


def test_by_hand():
    """Log returns of the ratio of +2 % and 0 in turn, 32 and 31 of them: mean 64/63 %, squares around it."""
    returns = np.resize([0.02, 0.0], 63)
    ratio = np.exp(np.concatenate(([0.0], np.cumsum(returns))))
    found = values_of(pair_line(ratio, np.ones(64)))
    mean = 0.64 / 63
    deviation = math.sqrt((32 * (0.02 - mean) ** 2 + 31 * mean**2) / 62)
    assert found["tracking_error_63d"] == pytest.approx(deviation * math.sqrt(252), rel=1e-12)
    assert found["information_ratio_63d"] == pytest.approx(mean * 252 / (deviation * math.sqrt(252)), rel=1e-11)


@pytest.mark.parametrize("count", [63, 252])
def test_against_pandas(count):
    small, large = legs(400, 2)
    returns = np.log(pd.Series(small / large)).diff().iloc[-count:]
    found = values_of(pair_line(small, large))
    assert found[f"tracking_error_{count}d"] == pytest.approx(returns.std() * math.sqrt(252), rel=1e-11)
    expected = returns.mean() / returns.std() * math.sqrt(252)
    assert found[f"information_ratio_{count}d"] == pytest.approx(expected, rel=1e-9)


def test_swapping_the_legs_turns_the_sign():
    small, large = legs(300, 5)
    there, back = values_of(pair_line(small, large)), values_of(pair_line(large, small))
    assert there["tracking_error_252d"] == pytest.approx(back["tracking_error_252d"], rel=1e-11)
    assert there["information_ratio_252d"] == pytest.approx(-back["information_ratio_252d"], rel=1e-9)


def test_what_is_missing_says_why():
    measures = measures_of(pair_line(*legs(63, 1)))
    assert measures["information_ratio_63d"].reason == "needs 64 sessions, has 63"
    still = measures_of(pair_line(np.full(64, 2.0), np.full(64, 4.0)))
    assert still["tracking_error_63d"].value == 0.0
    assert still["information_ratio_63d"].reason == "the ratio did not move"


@pytest.mark.parametrize("name", [definition.name for definition in TRACKING.pair])
def test_explained(name):
    line = pair_line(*legs(300, 3))
    steps = TRACKING.explain(Given(line), name)
    assert steps[-1].result == values_of(line)[name]
    if name.startswith("information"):
        assert steps[-1].result == pytest.approx(steps[-3].result / steps[-2].result, rel=1e-12)
    else:
        assert steps[-1].result == pytest.approx(steps[-2].result * math.sqrt(252), rel=1e-12)
