"""The worked figures of a published report: growth a year, stacked, and split by its trend."""

import pytest

from core.fundamentals.growth import calc_stacked, split_growth

SMALL, LARGE = (0.059, 0.422, 0.357), (0.085, 0.123, 0.118)
AVERAGE = 0.151


def percent(value):
    return round(value * 100, 1)


def test_two_and_three_years_stacked():
    assert (percent(calc_stacked(SMALL[:2])), percent(calc_stacked(LARGE[:2]))) == (22.7, 10.4)
    assert (percent(calc_stacked(SMALL)), percent(calc_stacked(LARGE))) == (26.9, 10.9)
    gaps = calc_stacked(SMALL[:2]) - calc_stacked(LARGE[:2]), calc_stacked(SMALL) - calc_stacked(LARGE)
    assert tuple(map(percent, gaps)) == (12.3, 16.0)
    assert round(1 - gaps[0] / (SMALL[1] - LARGE[1]), 2) == 0.59  # of the headline gap disappears


def test_a_tenth_is_base_effect():
    split = split_growth(SMALL[:1], SMALL[1], AVERAGE)
    assert (percent(split.base), percent(split.excess)) == (10.0, 17.1)
    assert AVERAGE + split.base + split.excess == pytest.approx(SMALL[1], rel=1e-14)
    assert percent(split.gap) == -8.0


def test_the_year_after_has_to_grow_less_to_be_on_trend():
    split = split_growth(SMALL[:2], SMALL[2], AVERAGE)
    assert split.gap == pytest.approx(1.059 * 1.422 / 1.151**2 - 1)
    assert split.base < 0


def test_on_trend_there_is_no_base_effect():
    assert split_growth([AVERAGE] * 3, AVERAGE, AVERAGE).base == pytest.approx(0.0, abs=1e-15)


def test_from_nothing_nothing_grows():
    assert calc_stacked([-1.0, 0.3]) is None
    assert split_growth([-1.0], 0.3, 0.1) is None
