"""A satellite's share of the risk: worked examples, and the weight found against a search."""

import numpy as np
import pytest
from study_lines import legs, measures_of, pair_line, values_of

from core.studies.satellite import calc_risk_share, find_weight

SMALL, LARGE = legs(400, 23)


def test_a_quarter_of_the_risk_by_hand():
    """Volatilities of 20 and 10 %, no correlation: w^2 4 = (1-w)^2 / 3, so w = 1 / (1 + 2 root 3)."""
    assert find_weight(0.25, 0.04, 0.01, 0.0) == pytest.approx(1 / (1 + 2 * np.sqrt(3)), rel=1e-12)
    assert find_weight(0.25, 0.04, 0.04, 0.04) == pytest.approx(0.25), "two of the same: weight is risk"
    assert calc_risk_share(0.5, 0.04, 0.01, 0.0) == pytest.approx(0.8)


def test_the_weight_is_where_the_share_is_a_quarter():
    values = values_of(pair_line(SMALL, LARGE))
    matrix = np.cov([np.diff(np.log(leg[-253:])) for leg in (SMALL, LARGE)])
    grid = np.linspace(0, 1, 200_001)
    shares = [calc_risk_share(w, matrix[0, 0], matrix[1, 1], matrix[0, 1]) for w in grid[::100]]
    near = grid[::100][int(np.argmin(np.abs(np.array(shares) - 0.25)))]
    assert values["satellite_weight"] == pytest.approx(near, abs=1e-3)
    weight = values["satellite_weight"]
    assert calc_risk_share(weight, matrix[0, 0], matrix[1, 1], matrix[0, 1]) == pytest.approx(0.25, rel=1e-9)
    deviations = np.sqrt(np.diag(matrix))
    assert values["equal_volatility_weight"] == pytest.approx(deviations[1] / deviations.sum(), rel=1e-9)


def test_a_leg_that_does_not_move():
    measures = measures_of(pair_line(SMALL, np.full(400, 3.0)))
    assert measures["satellite_weight"].reason == "a leg did not move"
    assert measures_of(pair_line(SMALL[:252], LARGE[:252]))["satellite_weight"].reason == "needs 253 sessions, has 252"
