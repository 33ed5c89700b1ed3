"""Who moved: parts that add up to the change of the ratio, and the leg that is named."""

import math

import numpy as np
import pytest
from study_lines import legs, pair_line, values_of
from study_panels import candles, given_of, make_panel

from core.studies.moved import MOVED, name_mover, split_move
from core.studies.study import Missing

SMALL, LARGE = legs(60, 29)


@pytest.mark.parametrize("count", [1, 5, 20])
def test_the_parts_add_up_to_the_log_change_of_the_ratio(count):
    values = values_of(pair_line(SMALL, LARGE))
    small, large = values[f"moved_small_{count}d"], values[f"moved_large_{count}d"]
    assert small == pytest.approx(math.log(SMALL[-1] / SMALL[-1 - count]), rel=1e-12)
    assert large == pytest.approx(-math.log(LARGE[-1] / LARGE[-1 - count]), rel=1e-12)
    assert values[f"moved_{count}d"] == small + large, "exactly"
    assert values[f"moved_{count}d"] == pytest.approx(
        math.log((SMALL[-1] / LARGE[-1]) / (SMALL[-1 - count] / LARGE[-1 - count])), rel=1e-9
    )


@pytest.mark.parametrize(
    ("small", "large", "told"),
    [
        (101.0, 100.0, "small rose"),
        (99.0, 100.0, "small fell"),
        (101.0, 103.0, "large rose"),
        (99.0, 96.0, "large fell"),
        (102.0, 99.5, "small rose"),
        (100.0, 100.0, "nobody"),
        (98.0, 99.0, "small fell"),
    ],
)
def test_the_leg_that_is_named_moved_the_ratio_its_way(small, large, told):
    _, one, other = split_move(100.0, small, 100.0, large)
    assert name_mover(one, other) == told


@pytest.mark.parametrize("provisional", [False, True])
def test_since_the_open_it_is_the_openings_of_the_last_session(provisional):
    small, large = candles(30, 1), candles(30, 2)
    panel = make_panel({"IWM": small, "SPY": large}, provisional=provisional)
    values = MOVED.calculate(given_of(panel, "IWM/SPY"))
    assert values["moved_small_open"] == pytest.approx(math.log(small[3, -1] / small[0, -1]), rel=1e-12)
    assert values["moved_large_open"] == pytest.approx(-math.log(large[3, -1] / large[0, -1]), rel=1e-12)
    assert values["moved_open"] == values["moved_small_open"] + values["moved_large_open"]
    small[0, -1] = np.nan
    panel = make_panel({"IWM": small, "SPY": large}, provisional=provisional)
    none = MOVED.calculate(given_of(panel, "IWM/SPY"))
    assert none["who_moved_open"] == Missing("no opening price of IWM in that session")
    assert isinstance(none["who_moved_1d"], str), "the others do not need it"
