"""Capture as means and compounded, against pandas, figures of empyrical, and hand-made returns."""

import numpy as np
import pandas as pd
import pytest
from study_lines import legs, measures_of, pair_line, values_of

from core.studies.capture import calc_capture, calc_compounded, calc_compounded_capture

SMALL, LARGE = legs(700, 17)
RETURNS = (np.diff(SMALL) / SMALL[:-1], np.diff(LARGE) / LARGE[:-1])


def test_capture_against_pandas():
    frame = pd.DataFrame({"small": RETURNS[0][-252:], "large": RETURNS[1][-252:]})
    values = values_of(pair_line(SMALL, LARGE))
    for name, days in (("up", frame[frame.large > 0]), ("down", frame[frame.large < 0])):
        assert values[f"{name}_capture_252d"] == pytest.approx(days.small.mean() / days.large.mean(), rel=1e-10)


def test_capture_by_hand():
    """Large +1 % and -1 % in turn; small +1.5 % and -0.5 %."""
    large, small = np.resize([0.01, -0.01], 252), np.resize([0.015, -0.005], 252)
    assert calc_capture(small, large, 1) == pytest.approx(1.5, rel=1e-12)
    assert calc_capture(small, large, -1) == pytest.approx(0.5, rel=1e-12)


def test_capture_needs_63_days_of_its_kind():
    returns = np.full(252, 0.001)
    returns[:62] = -0.001
    prices = np.cumprod(np.append(1.0, 1 + returns))
    measures = measures_of(pair_line(prices * 1.01, prices))
    assert measures["down_capture_252d"].reason == "fewer than 63 down days of the large leg in 252"
    assert measures["up_capture_252d"].value == pytest.approx(1, rel=1e-9)


def test_compounded_capture_is_empyrical_s():
    """What empyrical-reloaded 0.7.1 gives for the last 252 returns: `up_capture` and `down_capture`."""
    values = values_of(pair_line(SMALL, LARGE))
    assert values["up_capture_compounded_252d"] == pytest.approx(1.501461217729735, rel=1e-12)
    assert values["down_capture_compounded_252d"] == pytest.approx(0.9805563016483796, rel=1e-12)


def test_compounded_capture_against_pandas():
    frame = pd.DataFrame({"small": RETURNS[0][-252:], "large": RETURNS[1][-252:]})
    for sign, days in ((1, frame[frame.large > 0]), (-1, frame[frame.large < 0])):
        year = (1 + days).prod() ** (252 / len(days)) - 1
        found = calc_compounded_capture(frame.small.to_numpy(), frame.large.to_numpy(), sign)
        assert found == pytest.approx(year.small / year.large, rel=1e-12)


def test_compounding_by_hand():
    """126 days of 1 % are half a year of such days: 1.01 to the power of 252."""
    assert calc_compounded(np.full(126, 0.01)) == pytest.approx(1.01**252 - 1, rel=1e-12)


def test_spread_is_up_less_down():
    values = values_of(pair_line(SMALL, LARGE))
    expected = values["up_capture_252d"] - values["down_capture_252d"]
    assert values["capture_spread_252d"] == pytest.approx(expected, rel=1e-12)


def test_without_enough_days_of_either_kind_there_is_no_spread():
    returns = np.full(252, 0.001)
    returns[:62] = -0.001
    prices = np.cumprod(np.append(1.0, 1 + returns))
    measures = measures_of(pair_line(prices, prices))
    assert measures["capture_spread_252d"].reason == measures["down_capture_252d"].reason
    assert measures["up_capture_compounded_252d"].value == pytest.approx(1, rel=1e-9)


def test_short_history():
    assert measures_of(pair_line(*legs(252, 1)))["capture_spread_252d"].reason == "needs 253 sessions, has 252"
