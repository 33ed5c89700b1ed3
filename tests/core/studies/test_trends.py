"""The band filter, and the price that would flip it, against a plain loop and hand-solved prices."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from study_lines import measures_of, symbol_line, values_of, walk

from core.studies.bands import FILTERS
from core.studies.study import Given
from core.studies.trends import TRENDS

BANDS = {
    "trend_20": 0.005,
    "trend_50": 0.005,
    "trend_100": 0.01,
    "trend_200": 0.01,
    "cross_20_50": 0.0025,
    "cross_50_200": 0.0025,
}


def states(prices, fast, slow, band):
    """The definition, session by session: up beyond the band, down beyond it, else as before."""
    series = pd.Series(prices)
    left, right = series.rolling(fast).mean(), series.rolling(slow).mean()
    state, found = "", []
    for high, low in zip(left, right, strict=True):
        if high > low * (1 + band):
            state = "up"
        elif high < low * (1 - band):
            state = "down"
        found.append(state)
    return found


def test_bands_are_those_of_the_specification():
    assert {rule.name: rule.band for rule in FILTERS} == BANDS


def test_inside_the_band_the_state_is_kept():
    """Averages of 19 hundreds and today's price: 100.6 and 99.4 leave the band of 0.5 %, 100.4 and 99.6 do not."""
    flat = [100.0] * 19
    line = symbol_line([*flat, 100.4])
    assert measures_of(line)["trend_20"].reason == "has not left the band yet"
    assert values_of(symbol_line([*flat, 100.6]))["trend_20"] == "up"
    assert values_of(symbol_line([*flat, 99.4]))["trend_20"] == "down"
    assert values_of(symbol_line([*flat, 100.6, 99.8]))["trend_20"] == "up"


def test_flip_by_hand():
    """19 hundreds, then 101 (up, today): up ends where p = 1.005 * (1900 + p) / 20, that is 1909.5 / 18.995."""
    values = values_of(symbol_line([100.0] * 19 + [101.0]))
    assert values["trend_20_flip"] == pytest.approx(1909.5 / 18.995, rel=1e-13)


def test_flip_of_an_older_state_is_the_far_edge():
    """After another 101 the state is a day old: it ends where p = 0.995 * (1800 + 101 + p) / 20."""
    values = values_of(symbol_line([100.0] * 19 + [101.0, 101.0]))
    assert values["trend_20_flip"] == pytest.approx(0.995 * 1901 / (20 - 0.995), rel=1e-13)


def test_flip_of_a_cross_by_hand():
    """50 closes, the last 20 at 111 and the 30 before at 110; up for some sessions.

    Down where (2109 + p) / 20 < 0.9975 * (3300 + 2109 + p) / 50: p = (0.01995 * 5409 - 105.45) / (0.05 - 0.01995).
    """
    values = values_of(symbol_line([110.0] * 60 + [111.0] * 20))
    assert values["cross_20_50"] == "up"
    assert values["cross_20_50_flip"] == pytest.approx((0.01995 * 5409 - 105.45) / 0.03005, rel=1e-12)


def test_a_cross_out_of_reach():
    """The same with 120 over 100 would need a price below zero: 0.01995 * 5280 is less than 114."""
    measure = measures_of(symbol_line([100.0] * 60 + [120.0] * 20))["cross_20_50_flip"]
    assert (measure.value, measure.reason) == (None, "no price today would change it")


def test_since_and_confirmation():
    """A jump at the 61st close lifts the 20-average over the 50-average that same day; confirmed on the next."""
    prices = [100.0] * 60 + [120.0]
    line = symbol_line(prices)
    first = measures_of(line)
    assert first["cross_20_50"].value == "up"
    assert first["cross_20_50_since"].reason == f"unchanged since history starts {line.sessions[0]}"
    down = symbol_line([*prices, *[60.0] * 3])
    values = values_of(down)
    changed = states(down.values, 20, 50, 0.0025).index("down")
    assert values["cross_20_50"] == "down"
    assert values["cross_20_50_since"] == str(down.sessions[changed])
    assert values["cross_20_50_confirmed"] is (len(down.values) - changed >= 2)


def test_a_cross_of_today_is_not_confirmed():
    prices = [100.0] * 60 + [120.0] * 5
    low = [*prices]
    while values_of(symbol_line(low))["cross_20_50"] == "up":
        low.append(70.0)
    assert values_of(symbol_line(low))["cross_20_50_confirmed"] is False
    assert values_of(symbol_line([*low, 70.0]))["cross_20_50_confirmed"] is True


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("rule", FILTERS, ids=lambda rule: rule.name)
def test_state_and_since_against_a_plain_loop(rule, seed):
    line = symbol_line(walk(700, seed))
    values = values_of(line)
    found = states(line.values, rule.fast, rule.slow, rule.band)
    assert values[rule.name] == found[-1]
    changes = [i for i in range(1, 700) if found[i] != found[i - 1] and found[i - 1]]
    assert values[f"{rule.name}_since"] == (str(line.sessions[changes[-1]]) if changes else None)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(210, 400))
def test_today_flips_at_the_flip_price_and_nowhere_else(seed, count):
    prices = walk(count, seed)
    values = values_of(symbol_line(prices))
    for rule in FILTERS:
        flip, state = values[f"{rule.name}_flip"], values[rule.name]
        if state is None:
            continue  # it has not left the band yet: there is nothing to flip
        if flip is None:
            # Unreachable: even a price next to nothing (or a huge one) leaves the state as it is.
            extreme = 1e-9 if state == "up" else 1e9
            assert states([*prices[:-1], extreme], rule.fast, rule.slow, rule.band)[-1] == state
            continue
        lower, higher = (
            states([*prices[:-1], flip * (1 + nudge)], rule.fast, rule.slow, rule.band)[-1] for nudge in (-1e-7, 1e-7)
        )
        kept, changed = (higher, lower) if state == "up" else (lower, higher)
        assert kept == state
        assert changed != state
        assert (prices[-1] > flip) == (state == "up")


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(210, 400))
def test_the_next_session_turns_at_the_turn_price_and_nowhere_else(seed, count):
    """Of a session that is over nothing can change; what counts is the next one."""
    prices = walk(count, seed)
    values = values_of(symbol_line(prices))
    for rule in FILTERS:
        turn, state = values[f"{rule.name}_turn"], values[rule.name]
        if state is None:
            continue
        nudged = (1e-9, 1e9) if turn is None else (turn * (1 - 1e-7), turn * (1 + 1e-7))
        lower, higher = (states([*prices, price], rule.fast, rule.slow, rule.band)[-1] for price in nudged)
        kept, other = (higher, lower) if state == "up" else (lower, higher)
        assert kept == state
        assert (other == state) == (turn is None)


def test_while_a_session_runs_it_is_that_one_that_turns():
    line = symbol_line(walk(300, 3), provisional=True)
    values = values_of(line)
    for rule in FILTERS:
        assert values[f"{rule.name}_turn"] == values[f"{rule.name}_flip"]


def test_turn_by_hand():
    """Nineteen hundreds, then 110, an up state: the next price p ends it at p = 0.995 (18 x 100 + 110 + p) / 20."""
    values = values_of(symbol_line([100.0] * 19 + [110.0]))
    assert values["trend_20_turn"] == pytest.approx(0.995 * (18 * 100 + 110) / (20 - 0.995), rel=1e-13)


def test_a_short_history_says_what_it_needs():
    measures = measures_of(symbol_line(walk(120, 1)))
    for name in ("trend_200", "trend_200_flip", "trend_200_since", "cross_50_200", "cross_50_200_confirmed"):
        assert measures[name].reason == "needs 200 sessions, has 120"
    assert np.isfinite(measures["trend_50_flip"].value)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("count", [260, 700, 3000])
def test_whipsaws_against_a_plain_loop(seed, count):
    """A quiet history with a lively end, and the other way round: states are looked for as far back as they lie."""
    prices = np.concatenate((walk(count // 2, seed, deviation=1e-5), walk(count - count // 2, seed)))
    for series in (prices, prices[::-1].copy()):
        found = [states(series, rule.fast, rule.slow, rule.band) for rule in FILTERS]
        changes = [s[i] != s[i - 1] and s[i - 1] for s in found for i in range(count - 60, count)]
        values = values_of(symbol_line(series))
        assert values["whipsaws_60d"] == sum(map(bool, changes))
        assert [values[rule.name] or "" for rule in FILTERS] == [s[-1] for s in found]


def test_efficiency_by_hand():
    """In logs: 15 steps up and 5 down make 10 of 20; straight ahead is 1."""
    steps = np.array([0.01] * 15 + [-0.01] * 5)
    assert values_of(symbol_line(np.exp(np.cumsum(np.append(0, steps)))))["efficiency_20d"] == pytest.approx(0.5)
    assert values_of(symbol_line(np.exp(np.arange(21) / 50)))["efficiency_20d"] == pytest.approx(1.0)
    assert measures_of(symbol_line(np.full(30, 7.0)))["efficiency_20d"].reason == "nothing moved"


@pytest.mark.parametrize("seed", range(20))
def test_choppy_is_either_of_two(seed):
    values = values_of(symbol_line(walk(400, seed)))
    assert values["choppy"] is (values["whipsaws_60d"] >= 6 or values["efficiency_20d"] < 0.15)


def test_choppy_waits_for_the_longest_average():
    measures = measures_of(symbol_line(walk(259, 2)))
    assert measures["choppy"].reason == measures["whipsaws_60d"].reason == "needs 260 sessions, has 259"


@pytest.mark.parametrize("part", ["flip", "turn"])
@pytest.mark.parametrize("rule", FILTERS, ids=lambda rule: rule.name)
def test_the_flip_can_be_worked_out_from_its_explanation(rule, part):
    """At the price told, the averages are apart by the edge told: (F + p) / fast = (1 + edge) (S + p) / slow."""
    lines = (symbol_line(walk(700, seed)) for seed in range(50))
    told = Given(next(line for line in lines if values_of(line)[f"{rule.name}_{part}"] is not None))
    *_, edge, flip = TRENDS.explain(told, f"{rule.name}_{part}")
    rest = [step.result for step in TRENDS.explain(told, f"{rule.name}_{part}") if step.text.startswith("sum of")]
    fast = flip.result if rule.fast == 1 else (rest[0] + flip.result) / rule.fast
    assert fast == pytest.approx((1 + edge.result) * (rest[-1] + flip.result) / rule.slow, rel=1e-12)
