"""Drawdown, its length and the Ulcer index: by hand, against pandas and a plain loop."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from study_lines import measures_of, symbol_line, values_of, walk

from core.studies.study import Given
from core.studies.underwater import UNDERWATER, calc_longest, calc_ulcer, find_deepest, to_depths


def test_by_hand():
    """100 110 99 104 110 121 108.9 108.9: a fall of a tenth twice, two sessions each under the high."""
    values = np.array([100, 110, 99, 104, 110, 121, 108.9, 108.9])
    depths = to_depths(values)
    found = find_deepest(values, depths)
    assert (found.depth, found.peak) == (pytest.approx(-0.1, rel=1e-12), 1)
    assert calc_longest(depths) == 2
    line = symbol_line(values)
    known = values_of(line)
    assert known["drawdown_sessions"] == 2
    assert known["longest_drawdown_sessions"] == 2
    # Four depths of 0.1, 6/110, 0.1 and 0.1 among eight.
    expected = math.sqrt((3 * 0.01 + (6 / 110) ** 2) / 8)
    assert calc_ulcer(depths) == pytest.approx(expected, rel=1e-12)
    assert calc_ulcer(depths[-3:]) == pytest.approx(math.sqrt(0.02 / 3), rel=1e-12)


def test_at_the_high_there_is_nothing_to_regret():
    known = values_of(symbol_line(np.linspace(1, 2, 300)))
    for name in ("max_drawdown", "max_drawdown_252d", "ulcer_index_252d"):
        assert known[name] == 0.0
    assert (known["drawdown_sessions"], known["longest_drawdown_sessions"]) == (0, 0)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(252, 700))
def test_against_pandas_and_a_loop(seed, count):
    prices = walk(count, seed)
    series = pd.Series(prices)
    depths = series / series.cummax() - 1
    year = series.iloc[-252:]
    line = symbol_line(prices)
    known = values_of(line)
    assert known["max_drawdown"] == pytest.approx(depths.min(), rel=1e-12)
    assert known["max_drawdown_trough"] == str(line.sessions[depths.idxmin()])
    assert known["max_drawdown_252d"] == pytest.approx((year / year.cummax() - 1).min(), rel=1e-12)
    assert known["ulcer_index_252d"] == pytest.approx(math.sqrt((depths.iloc[-252:] ** 2).mean()), rel=1e-12)
    assert known["drawdown_sessions"] == count - 1 - series.idxmax()
    longest = run = 0
    for depth in depths:
        run = run + 1 if depth < 0 else 0
        longest = max(longest, run)
    assert known["longest_drawdown_sessions"] == longest


def test_what_is_missing_says_why():
    measures = measures_of(symbol_line(walk(251, 1)))
    assert measures["ulcer_index_252d"].reason == "needs 252 sessions, has 251"
    assert measures["max_drawdown"].value is not None
    assert measures_of(symbol_line([]))["max_drawdown"].reason == "needs 1 sessions, has 0"


@pytest.mark.parametrize("name", [definition.name for definition in UNDERWATER.symbol])
def test_explained(name):
    line = symbol_line(walk(400, 3))
    steps = UNDERWATER.explain(Given(line), name)
    assert steps[-1].result == values_of(line)[name]
    by_text = {step.text.split(" of ")[0]: step for step in steps}
    if name.startswith("max_drawdown") and not name.endswith("trough"):
        high, low = by_text["highest adjusted close"].result, by_text["lowest adjusted close"].result
        assert low / high - 1 == pytest.approx(steps[-1].result, rel=1e-12)
