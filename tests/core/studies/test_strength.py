"""z-score with its percentile, and Mansfield by sessions and weeks."""

import statistics
import warnings

import numpy as np
import pandas as pd
import pytest
from scipy.stats import percentileofscore, zscore
from study_lines import legs, measures_of, pair_line, values_of

from core.studies.strength import to_z


@pytest.mark.parametrize("count", [60, 252])
def test_z_against_scipy(count):
    small, large = legs(500, count)
    expected = zscore(np.log(small / large)[-count:], ddof=1)[-1]
    assert values_of(pair_line(small, large))[f"ratio_z_{count}d"] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("count", [60, 252])
def test_z_against_pandas_ta_classic(count):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks pandas for things that will go
        from pandas_ta_classic import zscore as moving_zscore
    small, large = legs(500, count)
    expected = moving_zscore(pd.Series(np.log(small / large)), length=count).iloc[-1]
    assert values_of(pair_line(small, large))[f"ratio_z_{count}d"] == pytest.approx(expected, rel=1e-9)


def test_z_by_hand():
    """59 zeros and a one (in logs): mean 1/60, sample deviation from the statistics module."""
    logs = [0.0] * 59 + [1.0]
    expected = (1 - 1 / 60) / statistics.stdev(logs)
    assert values_of(pair_line(np.exp(logs), np.ones(60)))["ratio_z_60d"] == pytest.approx(expected, rel=1e-12)


def test_mansfield_against_pandas():
    small, large = legs(400, 9)
    ratio = pd.Series(small / large)
    expected = ratio.iloc[-1] / ratio.rolling(252).mean().iloc[-1] - 1
    assert values_of(pair_line(small, large))["mansfield_252d"] == pytest.approx(expected, rel=1e-11)


def test_mansfield_by_hand():
    ratio = [1.0] * 251 + [1.252]  # mean 1.001
    assert values_of(pair_line(ratio, [1.0] * 252))["mansfield_252d"] == pytest.approx(1.252 / 1.001 - 1, rel=1e-12)


def test_a_flat_ratio_has_no_z():
    measure = measures_of(pair_line([3.0] * 60, [7.0] * 60))["ratio_z_60d"]
    assert (measure.value, measure.reason) == (None, "the ratio did not move")


def test_short_history():
    measures = measures_of(pair_line(*legs(120, 1)))
    assert measures["mansfield_252d"].reason == "needs 252 sessions, has 120"
    assert measures["ratio_z_252d"].reason == "needs 252 sessions, has 120"


@pytest.mark.parametrize("count", [60, 252])
def test_percentile_of_z_against_pandas_and_scipy(count):
    small, large = legs(1500, count + 1)
    logs = pd.Series(np.log(small / large))
    past = ((logs - logs.rolling(count).mean()) / logs.rolling(count).std()).dropna()
    np.testing.assert_allclose(to_z(small / large, count), past, rtol=1e-8, atol=1e-10)
    expected = percentileofscore(past, past.iloc[-1], kind="weak") / 100
    assert values_of(pair_line(small, large))[f"ratio_z_{count}d_percentile"] == pytest.approx(expected, rel=1e-12)


def test_a_percentile_needs_a_year_of_its_measure():
    assert measures_of(pair_line(*legs(310, 1)))["ratio_z_60d_percentile"].reason == "needs 311 sessions, has 310"
    assert measures_of(pair_line(*legs(311, 1)))["ratio_z_60d_percentile"].value is not None


def test_a_stretch_without_movement_has_no_z():
    ratio = np.concatenate((np.exp(np.random.default_rng(1).normal(0, 0.01, 100)), np.full(70, 1.3)))
    assert np.isnan(to_z(ratio, 60)[-10:]).all()
    assert np.isfinite(to_z(ratio, 60)[:40]).all()


def weekly(line):
    return pd.Series(line.values, index=pd.DatetimeIndex(line.sessions)).resample("W-FRI").last().dropna()


@pytest.mark.parametrize("count", [700, 702, 704])
def test_weekly_mansfield_against_pandas(count):
    line = pair_line(*legs(count, 5))
    weeks, values = weekly(line), values_of(line)
    means = weeks.rolling(52).mean()
    assert values["mansfield_52w"] == pytest.approx(weeks.iloc[-1] / means.iloc[-1] - 1, rel=1e-10)
    assert values["mansfield_52w_slope"] == pytest.approx(means.iloc[-1] / means.iloc[-5] - 1, rel=1e-10)


def test_daily_zero_line_against_pandas():
    line = pair_line(*legs(500, 6))
    means = pd.Series(line.values).rolling(252).mean()
    assert values_of(line)["mansfield_252d_slope"] == pytest.approx(means.iloc[-1] / means.iloc[-21] - 1, rel=1e-10)


@pytest.mark.parametrize("seed", range(8))
def test_since_against_a_plain_loop(seed):
    line = pair_line(*legs(900, seed))
    values = values_of(line)
    for name, series, count in (
        ("252d", pd.Series(line.values, index=pd.DatetimeIndex(line.sessions)), 252),
        ("52w", weekly(line), 52),
    ):
        above = (series > series.rolling(count).mean())[count - 1 :]
        changes = above.index[1:][above.to_numpy()[1:] != above.to_numpy()[:-1]]
        found = values[f"mansfield_{name}_since"]
        if name == "52w":  # a week is named by its Friday there, by its last session here
            found = found and str(pd.Timestamp(found).to_period("W-FRI").end_time.date())
        assert found == (str(changes[-1].date()) if len(changes) else None)


def test_short_weekly_history():
    measures = measures_of(pair_line(*legs(254, 1)))  # 51 weeks, the first and the last of them short
    assert measures["mansfield_52w"].reason == "needs 52 weeks, has 51"
    assert measures["mansfield_252d"].value is not None
    assert measures["mansfield_252d_slope"].reason == "needs 272 sessions, has 254"
    assert measures["mansfield_252d_since"].value or "the first known" in measures["mansfield_252d_since"].reason
