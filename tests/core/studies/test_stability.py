"""What moves along a history stays within 1e-9 of exact arithmetic: after a bad tick, at a high level, for long."""

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest

from core.studies.comovement import to_beta
from core.studies.pullback import to_pullback
from core.studies.ranks import to_percentile
from core.studies.smoothing import calc_smoothed, share_of, to_smoothed
from core.studies.windows import (
    calc_deviation,
    calc_percentile,
    calc_sma,
    to_deviation,
    to_log_returns,
    to_returns,
    to_sma,
    to_sums,
)

WITHIN = 1e-9
UPDATES = 1_000_000
COUNTS = (2, 3, 20, 50, 200, 252)


def walk(length, seed=1):
    return 50.0 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.01, length)))


def make_bad_tick():
    """A price of 1e9 among prices of 50, then back."""
    values = walk(1500)
    values[600] = 1e9
    return values


def make_high_level():
    """Moves of 1e-6 at a price of 1e5: eleven digits above what moves."""
    return 1e5 + 1e-6 * np.random.default_rng(2).normal(size=1500)


def make_long():
    """A million prices that come back to 50 again and again."""
    noise = np.random.default_rng(3).normal(0, 0.01, UPDATES)
    return 50.0 * np.exp(np.sin(np.arange(UPDATES) / 500.0) + noise)


SERIES = {"bad tick": make_bad_tick(), "high level": make_high_level(), "a million": make_long()}
EACH = pytest.mark.parametrize("name", SERIES)


def ends_of(values, count):
    """Where windows end that are looked at: all of a short series, of a long one every 1009th and the last."""
    return range(count, len(values) + 1, 1 if len(values) < 10_000 else 1009)


def exact_deviation(window):
    """Sample deviation; what rounding the mean takes away is put back."""
    mean = math.fsum(window) / len(window)
    apart = [value - mean for value in window]
    return math.sqrt((math.fsum(x * x for x in apart) - math.fsum(apart) ** 2 / len(window)) / (len(window) - 1))


def assert_windows(found, values, count, exact):
    """`found`, of full windows only, against `exact` of the windows that are looked at."""
    assert len(found) == len(values) - count + 1
    numbers = values.tolist()
    for end in ends_of(values, count):
        expected = exact(numbers[end - count : end])
        assert math.isclose(found[end - count], expected, rel_tol=WITHIN), (end, found[end - count], expected)


@EACH
@pytest.mark.parametrize("count", COUNTS)
def test_moving_sums_and_averages(name, count):
    values = SERIES[name]
    assert_windows(to_sums(values, count), values, count, math.fsum)
    assert_windows(to_sma(values, count)[count - 1 :], values, count, lambda window: math.fsum(window) / count)
    assert math.isclose(calc_sma(values, count), math.fsum(values[-count:]) / count, rel_tol=WITHIN)


@EACH
@pytest.mark.parametrize("count", COUNTS)
def test_moving_deviations(name, count):
    values = SERIES[name]
    assert_windows(to_deviation(values, count), values, count, exact_deviation)
    assert math.isclose(calc_deviation(values[-count:]), exact_deviation(values[-count:].tolist()), rel_tol=WITHIN)


@pytest.mark.parametrize("reach", [1.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 1e4, 1e6])
def test_moving_deviations_are_done_anew_before_they_lose_digits(reach):
    """One value that stands out by more and more: wherever the change of arithmetic lies, both sides of it hold."""
    values = 0.01 * np.random.default_rng(4).normal(size=3000)
    values[100] = reach
    assert_windows(to_deviation(values, 20), values, 20, exact_deviation)


@EACH
def test_log_returns(name):
    """Each against a logarithm of 40 digits; a difference of two logarithms has six right at the high level."""
    values = SERIES[name]
    found = to_log_returns(values)
    with localcontext() as context:
        context.prec = 40
        for end in ends_of(values, 2):
            before, now = (Decimal(float(value)) for value in values[end - 2 : end])
            assert math.isclose(found[end - 2], (now / before).ln(), rel_tol=WITHIN)


@EACH
def test_volatility_of_log_returns(name):
    returns = to_log_returns(SERIES[name])
    assert_windows(to_deviation(returns, 20), returns, 20, exact_deviation)


@EACH
@pytest.mark.parametrize("count", [10, 20, 50, 200])
def test_exponential_averages(name, count):
    """Against the recursion itself: in 40 digits, of a million in floats, as each step shrinks the rounding before."""
    values, share = SERIES[name], share_of(count)
    number = Decimal if len(values) < 10_000 else float
    found = to_smoothed(values, count, share, len(values))
    with localcontext() as context:
        context.prec = 40
        weight = number(share)
        expected = sum(map(number, values[:count].tolist())) / count
        for value, one in zip(values[count:].tolist(), found[1:].tolist(), strict=True):
            expected += weight * (number(value) - expected)
            assert math.isclose(one, expected, rel_tol=WITHIN)
    assert math.isclose(calc_smoothed(values, count, share), expected, rel_tol=WITHIN)


@pytest.mark.parametrize("row", range(590, 610))
def test_an_exponential_average_forgets_a_bad_tick_wherever_a_piece_of_it_begins(row):
    values, share = walk(1500), share_of(12)
    values[row] = 1e9
    found = to_smoothed(values, 12, share, 1500 - 345)
    expected = values[:12].mean()
    every = [expected := expected + share * (value - expected) for value in values[12:]]
    np.testing.assert_allclose(found, every[-len(found) :], rtol=WITHIN)


@EACH
def test_percentiles_and_pullbacks_are_exact(name):
    values = SERIES[name][:5000]
    ranks, backs = to_percentile(values, 252), to_pullback(values, 63)
    for end in range(252, len(values), 7):
        window = values[end - 252 : end].tolist()
        assert ranks[end - 252] == calc_percentile(np.array(window)) == sum(x <= window[-1] for x in window) / 252
        recent = window[-63:]
        assert backs[end - 63] == recent[-1] / max(recent) - 1.0


def test_moving_betas_after_a_bad_tick():
    """A return of two million times, and back: what does not hold it agrees with the plain two-pass formula."""
    large = make_bad_tick()
    small = walk(1500, 5) * (large / 50.0) ** 0.8
    left, right = to_returns(small), to_returns(large)
    found = to_beta(left, right, 60)
    for end in range(60, len(left) + 1):
        y, x = left[end - 60 : end], right[end - 60 : end]
        apart = x - x.mean()
        expected = math.fsum(apart * (y - y.mean())) / math.fsum(apart * apart)
        assert math.isclose(found[end - 60], expected, rel_tol=1e-9), end


def test_a_window_rests_on_its_own_values_alone():
    """To the last bit, so a history cut at either end says the same; and a hole is in no window that it has left."""
    values = make_bad_tick()
    whole = to_sma(values, 50)
    assert whole[700:].tolist() == to_sma(values[651:], 50)[49:].tolist()
    values[900] = np.nan
    holed = to_sma(values, 50)
    assert np.flatnonzero(np.isnan(holed)).tolist() == [*range(49), *range(900, 950)]
    assert holed[950:].tolist() == whole[950:].tolist()
    assert np.flatnonzero(np.isnan(to_deviation(values, 50))).tolist() == list(range(900 - 49, 901))
