"""Donchian's channel on closes: by hand, and against TA-Lib's moving extremes."""

import numpy as np
import pytest
import talib
from study_lines import legs, measures_of, pair_line, symbol_line, values_of, walk


@pytest.mark.parametrize("count", [20, 55, 252])
@pytest.mark.parametrize("end", [252, 399, 400])
def test_edges_against_talib(count, end):
    small, large = legs(400, 3)
    ratio = (small / large)[:end]
    values = values_of(pair_line(small[:end], large[:end]))
    assert values[f"donchian_high_{count}d"] == talib.MAX(ratio, count)[-1]
    assert values[f"donchian_low_{count}d"] == talib.MIN(ratio, count)[-1]


@pytest.mark.parametrize(
    ("last", "state"), [(20.5, "high"), (20.0, "inside"), (10.0, "inside"), (2.0, "inside"), (1.5, "low")]
)
def test_a_new_extreme_is_beyond_all_others(last, state):
    """Closes of 1 to 20, of which a window of 20 with today's leaves out the 1."""
    assert values_of(symbol_line([*range(1, 21), last]))["donchian_20d"] == state


def test_what_leaves_the_window_is_forgotten():
    prices = [50.0, *[10.0] * 19, 11.0]
    assert values_of(symbol_line(prices))["donchian_20d"] == "high"
    assert values_of(symbol_line([*prices[:-2], 11.0]))["donchian_20d"] == "inside"


def test_equal_closes_are_nothing_new():
    assert values_of(symbol_line(np.full(60, 5.0)))["donchian_55d"] == "inside"


def test_short_history():
    measures = measures_of(symbol_line(walk(54, 1)))
    assert measures["donchian_20d"].value
    assert measures["donchian_55d"].reason == measures["donchian_low_55d"].reason == "needs 55 sessions, has 54"
