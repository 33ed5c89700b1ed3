"""The rotation map against pandas, its quadrants against a plain loop, golden points, and a standstill."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from study_lines import legs, measures_of, pair_line, values_of

from core.studies.rotation_map import DAILY, QUADRANTS, WEEKLY, build_rotation, to_quadrants


def points(ratio, count, lag):
    """The published formula, as pandas says it."""
    q = 100 * np.log(ratio)
    level = 100 + (q - q.rolling(count).mean()) / q.rolling(count).std()
    m = level - level.shift(lag)
    return pd.DataFrame({"level": level, "momentum": 100 + (m - m.rolling(count).mean()) / m.rolling(count).std()})


def series_of(line, pace):
    daily = pd.Series(line.values, index=pd.DatetimeIndex(line.sessions))
    return daily.resample("W-FRI").last().dropna() if pace is WEEKLY else daily


@pytest.mark.parametrize("pace", [WEEKLY, DAILY], ids=lambda pace: pace.prefix)
@pytest.mark.parametrize("seed", range(4))
def test_points_against_pandas(pace, seed):
    line = pair_line(*legs(1500 + seed, seed))
    expected = points(series_of(line, pace), pace.count, pace.lag).dropna()
    found = build_rotation(line.values, line.sessions, pace)
    np.testing.assert_allclose(found.level, expected.level, rtol=1e-10)
    np.testing.assert_allclose(found.momentum, expected.momentum, rtol=1e-10)
    values, last, before = values_of(line), expected.iloc[-1], expected.iloc[-2]
    assert values[f"{pace.prefix}_level"] == pytest.approx(last.level, rel=1e-10)
    assert values[f"{pace.prefix}_momentum"] == pytest.approx(last.momentum, rel=1e-10)
    heading = math.degrees(math.atan2(last.momentum - before.momentum, last.level - before.level))
    assert values[f"{pace.prefix}_heading"] == pytest.approx(heading, rel=1e-7)
    distance = math.hypot(last.level - 100, last.momentum - 100)
    assert values[f"{pace.prefix}_distance"] == pytest.approx(distance, rel=1e-8)


def name(level, momentum):
    if level > 100:
        return "leading" if momentum > 100 else "weakening"
    return "improving" if momentum > 100 else "lagging"


def quadrants(level, momentum):
    """The rule, point by point: 0.2 beyond every axis crossed, or the same quadrant twice."""
    state, before, found = "", "", []
    for x, y in zip(level, momentum, strict=True):
        now = name(x, y)
        crossed = [abs(v - 100) for v, w in ((x, "right"), (y, "upper")) if side(now, w) != side(state or now, w)]
        if not state or now == before or all(distance >= 0.2 for distance in crossed):
            state = now
        before = now
        found.append(state)
    return found


def side(quadrant, which):
    return quadrant in (("leading", "weakening") if which == "right" else ("leading", "improving"))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(*[st.sampled_from([99.0, 99.8, 99.81, 99.95, 100.0, 100.05, 100.19, 100.2, 101.0])] * 2)))
def test_quadrants_against_a_plain_loop(path):
    level, momentum = np.array([p[0] for p in path]), np.array([p[1] for p in path])
    assert [QUADRANTS[q] for q in to_quadrants(level, momentum)[0]] == quadrants(level, momentum)


@pytest.mark.parametrize(
    ("path", "last"),
    [
        (((101, 101), (99.9, 101)), "leading"),  # a tenth over the axis, once
        (((101, 101), (99.9, 101), (99.9, 101)), "improving"),  # twice
        (((101, 101), (99.8, 101)), "improving"),  # far enough at once
        (((101, 101), (99.7, 99.9)), "leading"),  # both axes crossed, only one of them by enough
        (((101, 101), (99.9, 101), (101, 101)), "leading"),
        (((100, 100),), "lagging"),  # on the axes is not above them
    ],
)
def test_quadrants_by_hand(path, last):
    found, _ = to_quadrants(*(np.array(axis, dtype=float) for axis in zip(*path, strict=True)))
    assert QUADRANTS[found[-1]] == last


@pytest.mark.parametrize("pace", [WEEKLY, DAILY], ids=lambda pace: pace.prefix)
def test_quadrant_and_since_are_those_of_the_points(pace):
    for seed in range(6):
        line = pair_line(*legs(1200, seed))
        frame = points(series_of(line, pace), pace.count, pace.lag).dropna()
        states = quadrants(frame.level, frame.momentum)
        changed = max(i for i in range(1, len(states)) if states[i] != states[i - 1])
        values = values_of(line)
        assert values[f"{pace.prefix}_quadrant"] == states[-1]
        since = pd.Timestamp(values[f"{pace.prefix}_since"])
        assert frame.index[changed] - since < pd.Timedelta(days=5 if pace is WEEKLY else 1)
        assert frame.index[changed] >= since


def test_golden_point():
    """A ratio whose log is a parabola, on 28 Fridays: q = k^2 / 10, k = 0..27.

    The last 14 have the mean 43.65 (6111 / 140) and the deviation 17.2167; the rest was worked with `statistics`.
    """
    fridays = np.datetime64("2025-01-03") + 7 * np.arange(28)
    values = values_of(pair_line(np.exp(np.arange(28) ** 2 / 1000), np.ones(28), sessions=fridays.astype(str)))
    assert values["rotation_level"] == pytest.approx(100 + (72.9 - 43.65) / 17.2167, abs=1e-4)
    assert values["rotation_momentum"] == pytest.approx(100.999151414, abs=1e-6)
    assert values["rotation_quadrant"] == "leading"


def test_a_standstill_has_no_point():
    ratio = np.concatenate((np.exp(np.random.default_rng(1).normal(0, 0.01, 400)), np.full(150, 0.7)))
    measures = measures_of(pair_line(ratio, np.ones(550)))
    assert measures["rotation_level"].reason == measures["rotation_daily_heading"].reason == "the ratio did not move"


def test_short_history():
    measures = measures_of(pair_line(*legs(131, 3)))
    assert measures["rotation_level"].reason == "needs 28 weeks, has 27"
    assert measures["rotation_daily_level"].value is not None
    first = measures_of(pair_line(*legs(130, 3)))
    assert first["rotation_daily_heading"].reason == "the first point: it came from nowhere"
    assert measures_of(pair_line(*legs(129, 3)))["rotation_daily_level"].reason == "needs 130 sessions, has 129"


def test_only_the_weekly_map_waits_for_friday():
    measures = measures_of(pair_line(*legs(300, 3)))
    assert measures["rotation_level"].provisional
    assert not measures["rotation_daily_level"].provisional
