"""Momentum with and without the last month, against pandas and by hand."""

import numpy as np
import pandas as pd
import pytest
from study_lines import legs, measures_of, pair_line, values_of


@pytest.mark.parametrize(("name", "start", "end"), [("12_1", 252, 21), ("6_1", 126, 21), ("3m", 63, 0)])
def test_against_pandas(name, start, end):
    small, large = legs(400, 8)
    ratio = pd.Series(small / large)
    expected = (ratio.shift(end) / ratio.shift(start) - 1).iloc[-1]
    assert values_of(pair_line(small, large))[f"momentum_{name}"] == pytest.approx(expected, rel=1e-12)


def test_the_last_month_does_not_count():
    ratio = np.concatenate((np.full(200, 1.0), np.full(32, 1.5), np.full(21, 9.0)))
    values = values_of(pair_line(ratio, np.ones(253)))
    assert values["momentum_12_1"] == values["momentum_6_1"] == 0.5
    assert values["momentum_3m"] == 8.0


def test_short_history():
    measures = measures_of(pair_line(*legs(126, 1)))
    assert measures["momentum_3m"].value is not None
    assert measures["momentum_6_1"].reason == "needs 127 sessions, has 126"
