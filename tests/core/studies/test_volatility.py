"""Volatility, percentile, ratio and cone against TA-Lib, pandas, scipy and hand-made returns."""

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
import talib
from scipy.stats import percentileofscore
from study_lines import legs, measures_of, pair_line, symbol_line, values_of, walk

from core.market.symbols import SubjectKind
from core.studies.cone import build_cone, calc_overlap
from core.studies.ranks import to_percentile
from core.studies.study import Given
from core.studies.volatility import VOLATILITY, to_volatility


def zigzag(count, step):
    """Prices whose log returns are +step, -step, ...: mean 0, sample deviation step * sqrt(n / (n - 1))."""
    return 100 * np.exp(np.concatenate(([0.0], np.cumsum(np.resize([step, -step], count)))))


def test_by_hand():
    values = values_of(symbol_line(zigzag(20, 0.01)))
    assert values["daily_volatility_20d"] == pytest.approx(0.01 * math.sqrt(20 / 19), rel=1e-12)
    assert values["volatility_20d"] == pytest.approx(0.01 * math.sqrt(20 / 19 * 252), rel=1e-12)


def test_the_percentile_of_the_ratio_is_of_the_ratio():
    """Against pandas and scipy; one session less than a year of ratios is not a year."""
    small, large = walk(300, 5), walk(300, 6)
    deviations = [pd.Series(np.log(leg)).diff().rolling(20).std() for leg in (small, large)]
    ratios = (deviations[0] / deviations[1]).to_numpy()[-252:]
    found = values_of(pair_line(small, large))["volatility_ratio_percentile_252d"]
    assert found == pytest.approx(percentileofscore(ratios, ratios[-1], kind="weak") / 100, abs=1e-12)
    short = measures_of(pair_line(small[:271], large[:271]))["volatility_ratio_percentile_252d"]
    assert short.reason == "needs 272 sessions, has 271"


def test_published_ratio_of_daily_volatilities():
    """1.16 % against 0.71 % is 63.4 % higher, and 1.16 % a day is 18.4 % a year, not the 19.5 % printed beside it."""
    unit = math.sqrt(19 / 20)
    line = pair_line(zigzag(20, 0.0116 * unit), zigzag(20, 0.0071 * unit))
    assert round(values_of(line)["volatility_excess_20d"], 3) == 0.634
    assert round(values_of(symbol_line(zigzag(20, 0.0116 * unit)))["volatility_20d"], 3) == 0.184


@pytest.mark.parametrize("count", [20, 63, 252])
def test_against_talib_and_pandas(count):
    prices = walk(2520, count)
    logs = np.log(prices[1:] / prices[:-1])
    sample = math.sqrt(count / (count - 1)) * math.sqrt(252)
    population = talib.STDDEV(logs, count)[count - 1 :]
    np.testing.assert_allclose(to_volatility(prices, count), population * sample, rtol=1e-11)
    expected = pd.Series(logs).rolling(count).std().iloc[-1] * math.sqrt(252)
    assert values_of(symbol_line(prices))[f"volatility_{count}d"] == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize("count", [252, 1260])
@pytest.mark.parametrize("seed", range(5))
def test_percentile_against_scipy(count, seed):
    prices = walk(1500, seed)
    past = (np.log(pd.Series(prices)).diff().rolling(20).std()).dropna().to_numpy()[-count:]
    expected = percentileofscore(past, past[-1], kind="weak") / 100
    assert values_of(symbol_line(prices))[f"volatility_percentile_{count}d"] == pytest.approx(expected, abs=1e-15)


def test_percentile_counts_ties_and_itself():
    np.testing.assert_array_equal(to_percentile(np.array([3.0, 1.0, 2.0, 2.0, 5.0]), 4), [0.75, 1.0])


def test_percentiles_wait_for_their_full_window():
    measures = measures_of(symbol_line(walk(1279, 1)))
    assert measures["volatility_percentile_1260d"].reason == "needs 1280 sessions, has 1279"
    assert measures["volatility_percentile_252d"].value is not None
    assert measures_of(symbol_line(walk(1280, 1)))["volatility_percentile_1260d"].value is not None


def test_unrest_against_pandas():
    prices = walk(300, 6)
    short = np.log(pd.Series(prices)).diff().rolling(20).std() * math.sqrt(252)
    expected = short.diff().iloc[-60:].std()
    assert values_of(symbol_line(prices))["volatility_of_volatility_60d"] == pytest.approx(expected, rel=1e-9)
    too_short = measures_of(symbol_line(walk(80, 6)))["volatility_of_volatility_60d"]
    assert too_short.reason == "needs 81 sessions, has 80"
    assert measures_of(symbol_line(walk(81, 6)))["volatility_of_volatility_60d"].value is not None


@pytest.mark.parametrize("since", ["2018-06-01", "2018-06-03", "2019-02-28"])
def test_since_a_date_against_pandas(since):
    """All returns after the last close at or before the date: 3 June 2018 is a Sunday."""
    small, large = legs(400, 3)
    line = pair_line(small, large)
    frame = pd.DataFrame({"small": small, "large": large}, index=pd.DatetimeIndex(line.sessions))
    returns = np.log(frame).diff().loc[frame.loc[:since].index[-1] :].iloc[1:]
    found = values_of(line, date.fromisoformat(since))
    assert found["volatility_ratio_since"] == pytest.approx(returns.small.std() / returns.large.std(), rel=1e-11)
    assert found["volatility_excess_since"] == pytest.approx(found["volatility_ratio_since"] - 1, rel=1e-14)
    alone = values_of(symbol_line(small), date.fromisoformat(since))
    assert alone["daily_volatility_since"] == pytest.approx(returns.small.std(), rel=1e-11)


def test_a_sample_since_a_date_needs_a_month():
    line = pair_line(*legs(60, 3))
    found = measures_of(line, line.sessions[-20].item())
    assert found["volatility_ratio_since"].reason == f"needs 20 sessions since {line.sessions[-20]}, has 19"
    assert measures_of(line, line.sessions[-21].item())["volatility_excess_since"].value is not None
    assert measures_of(line, date(1999, 1, 1))["volatility_ratio_since"].reason.startswith("no close at or before")
    assert "volatility_ratio_since" not in measures_of(line)


def test_a_leg_that_does_not_move_has_no_ratio():
    measure = measures_of(pair_line(walk(30, 1), [400.0] * 30))["volatility_ratio_20d"]
    assert (measure.value, measure.reason) == (None, "the large leg did not move")


def test_a_yield_at_zero_leaves_a_reason_and_is_gone_after_its_window():
    yields = np.abs(walk(400, 5, start=1.0))
    yields[350] = 0.0
    at_zero, later = symbol_line(yields[:351]), symbol_line(yields)
    assert measures_of(at_zero)["volatility_20d"].reason == "not computable from these prices"
    assert measures_of(later)["volatility_63d"].value is None
    expected = np.log(pd.Series(yields[-21:])).diff().std() * math.sqrt(252)
    assert values_of(later)["volatility_20d"] == pytest.approx(expected, rel=1e-11)
    assert values_of(later)["change_1d"] is not None


def test_cone_against_pandas():
    prices = walk(1800, 8)
    rows = build_cone(prices)
    assert [row.window for row in rows] == [5, 10, 20, 60, 120, 252]
    for row in rows:
        past = (np.log(pd.Series(prices)).diff().rolling(row.window).std() * math.sqrt(252)).dropna().iloc[-1260:]
        found = (row.low, row.p10, row.p25, row.p50, row.p75, row.p90, row.high, row.now)
        expected = (past.min(), *past.quantile([0.1, 0.25, 0.5, 0.75, 0.9]), past.max(), past.iloc[-1])
        np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_cone_rows_wait_for_five_years():
    assert [row.window for row in build_cone(walk(1260 + 60, 8))] == [5, 10, 20, 60]
    assert build_cone(walk(1264, 8)) == ()


def test_overlap_factor_by_hand():
    """Hodges and Tompkins: 1 / (1 - 20/100 + 399/30000) = 1 / 0.8133 for the variance."""
    assert calc_overlap(20, 100) == pytest.approx(math.sqrt(1 / 0.8133), rel=1e-14)


@pytest.mark.parametrize(("window", "count"), [(1, 50), (5, 60), (20, 100), (252, 1260)])
def test_overlap_factor_is_what_overlapping_sums_lose(window, count):
    """The variance around their own mean of `count` overlapping sums of `window` independent steps, term by term.

    A sum has the variance `window`; their mean has that of all covariances, and two sums `k` apart share
    `window - k` steps. What is left over `window` is one over the factor.
    """
    distance = np.abs(np.subtract.outer(np.arange(count), np.arange(count)))
    of_mean = np.maximum(window - distance, 0).sum() / count**2
    assert calc_overlap(window, count) ** 2 == pytest.approx(window / (window - of_mean), rel=1e-12)


@pytest.mark.parametrize("is_pair", [False, True])
def test_explained(is_pair):
    since = date(2022, 1, 3)
    line = pair_line(*legs(1400, 3)) if is_pair else symbol_line(walk(1400, 3))
    known = values_of(line, since)
    for definition in VOLATILITY.definitions(SubjectKind.PAIR if is_pair else SubjectKind.SYMBOL):
        name = definition.name
        steps = VOLATILITY.explain(Given(line, since), name)
        assert steps[-1].result == known[name], name
        assert str(line.sessions[-1]) in steps[0].text, name
        before = steps[-2].result if len(steps) > 1 else None
        if name.startswith("volatility_percentile"):
            assert before / int(name[22:-1]) == known[name]
        elif name.startswith("volatility_ratio_percentile"):
            assert before / int(name[28:-1]) == known[name]
        elif name.startswith("volatility_ratio"):
            assert steps[-3].result / before == pytest.approx(known[name], rel=1e-12)
        elif name.startswith("volatility_excess"):
            assert before - 1 == known[name]
        elif name in ("volatility_20d", "volatility_63d", "volatility_252d"):
            assert before * math.sqrt(252) == pytest.approx(known[name], rel=1e-12)


@pytest.mark.parametrize("window", [5, 20, 252])
def test_the_place_in_the_cone_against_pandas_and_scipy(window):
    prices = walk(2000, window)
    past = np.log(pd.Series(prices)).diff().rolling(window).std().to_numpy()[-1260:]
    expected = percentileofscore(past, past[-1], kind="weak") / 100
    assert values_of(symbol_line(prices))[f"cone_percentile_{window}d"] == pytest.approx(expected, abs=1e-12)
    short = measures_of(symbol_line(prices[: 1259 + window]))[f"cone_percentile_{window}d"]
    assert (short.value, short.reason) == (None, f"needs {1260 + window} sessions, has {1259 + window}")
