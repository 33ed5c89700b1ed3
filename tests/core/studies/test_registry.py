"""Over every registered measure: it is defined, answered, honest about what is missing, blind to the future."""

import math
import re
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from study_lines import cut, legs, measures_of, pair_line, symbol_line, values_of, walk

from core.market.symbols import SubjectKind, kind_of_subject
from core.rules.rule import CODES
from core.studies.past import PASTS, has_past, to_past
from core.studies.registry import STUDIES, definitions
from core.studies.study import ALONE, Given

UNITS = {"fraction", "price", "ratio", "z", "count", "sessions", "number", "degrees", "date", "dates", "state", "flag"}
LEVELS = r"[se]ma_\d+|donchian_(high|low)_\d+d"
"""Measures in the unit of the line itself, beside flips and the ratio."""
SINCE = date(2019, 6, 3)
SYMBOL, PAIR = symbol_line(walk(1900, 1)), pair_line(*legs(1900, 1))

SHARED = """sma_20 sma_50 sma_200 above_sma_20 above_sma_50 above_sma_200 sma_20_above_50 sma_50_above_200
trend_20 trend_50 trend_200 cross_20_50 cross_50_200 trend_20_flip trend_50_flip trend_200_flip cross_20_50_flip
cross_50_200_flip trend_20_since trend_50_since trend_200_since cross_20_50_since cross_50_200_since alignment
drawdown"""
OF_SYMBOLS = """last change_1d volatility_20d volatility_63d volatility_252d daily_volatility_20d
volatility_percentile_252d volatility_percentile_1260d drawdown_252d"""
OF_PAIRS = """ratio gap_1d gap_5d gap_20d gap_63d gap_126d gap_252d gap_ytd gap_since ratio_return_20d ratio_return_ytd
small_return_1d small_return_20d large_return_20d large_return_ytd ratio_z_60d ratio_z_252d pullback_20d pullback_63d
pullback_252d drawdown_peak gap_since_peak drawdown_rank drawdown_episodes streak streak_runs_as_long
streak_last_as_long mansfield_252d beta_60d beta_252d correlation_60d correlation_252d up_capture_252d
down_capture_252d volatility_ratio_20d volatility_ratio_63d tracking_error_63d"""


def test_every_published_address_is_defined():
    assert not {*SHARED.split(), *OF_SYMBOLS.split()} - definitions(SubjectKind.SYMBOL).keys()
    assert not {*SHARED.split(), *OF_PAIRS.split()} - definitions(SubjectKind.PAIR).keys()


@pytest.mark.parametrize("kind", SubjectKind)
def test_definitions_are_complete_and_unique(kind):
    named = [definition for study in STUDIES for definition in study.definitions(kind)]
    assert len({definition.name for definition in named}) == len(named)
    for definition in named:
        assert definition.unit in UNITS
        assert definition.formula
        assert definition.source


@pytest.mark.parametrize("line", [SYMBOL, PAIR], ids=["symbol", "pair"])
@pytest.mark.parametrize("count", [0, 1, 2, 21, 70, 199, 260, 1900])
def test_every_measure_is_answered_or_says_why_not(line, count):
    measures = measures_of(cut(line, count), SINCE)
    assert measures.keys() == definitions(kind_of_subject(line.subject)).keys()
    for name, measure in measures.items():
        assert (measure.value is None) == bool(measure.reason), name
        assert type(measure.value) in (float, int, str, bool, type(None)), name
        if isinstance(measure.value, float):
            assert math.isfinite(measure.value), name


def test_a_long_history_answers_everything():
    for line in (SYMBOL, PAIR):
        silent = {
            name
            for name, measure in measures_of(line, SINCE).items()
            if measure.value is None and measure.reason != ALONE.reason
        }
        # A price that is out of reach, and a fall that none was deeper than: the honest blanks of a full history.
        assert all(name.endswith(("_flip", "_turn")) or name == "drawdown_deeper" for name in silent), silent


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 1_000_000), count=st.integers(2, 1900))
def test_no_measure_looks_ahead(seed, count):
    """Cut at t, with the future in memory right behind it: every measure is that of a copy that ends at t.

    Then another future is written behind it: nothing may change by a bit.
    """
    symbol, pair = symbol_line(walk(1900, seed)), pair_line(*legs(1900, seed))
    alone = symbol_line(symbol.values[:count].copy()), pair_line(pair.small[:count].copy(), pair.large[:count].copy())
    expected = [values_of(line, SINCE) for line in alone]
    for future in (None, 1e6, np.nan):
        for line in (symbol, pair):
            if future is not None:
                for array in (line.values, line.small, line.large):
                    if array is not None:
                        array[count:] = future
        assert [values_of(cut(line, count), SINCE) for line in (symbol, pair)] == expected


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1_000_000), count=st.integers(1_300, 1_900))
def test_histories_agree_with_the_measures_of_their_day(seed, count):
    """The value at t of a history made from all sessions is the measure from the sessions up to t."""
    for whole in (symbol_line(walk(1900, seed)), pair_line(*legs(1900, seed))):
        then = values_of(cut(whole, count))
        for name in PASTS.keys() & then.keys():
            value = then[name]
            if value is None or not has_past(whole.subject, name):
                continue
            code = CODES[value] if isinstance(value, str) else value
            past = to_past(Given(whole), name)
            assert len(past) == len(whole.values)
            assert past[count - 1] == pytest.approx(code, rel=1e-9, abs=1e-12), name


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1_000_000), scale=st.floats(0.01, 500.0))
def test_a_price_in_cents_tells_the_same_story(seed, scale):
    """Only levels scale: prices of a symbol, and the ratio where one leg is quoted in other units."""
    prices, (small, large) = walk(1400, seed), legs(1400, seed)
    compared = (
        (symbol_line(prices), symbol_line(prices * scale)),
        (pair_line(small, large), pair_line(small * scale, large)),
    )
    for line, scaled in compared:
        before, after = values_of(line), values_of(scaled)
        for name, value in before.items():
            is_level = name == "ratio" or name.endswith(("_flip", "_turn")) or re.fullmatch(LEVELS, name)
            if isinstance(value, float):
                factor = scale if is_level else 1.0
                assert after[name] == pytest.approx(value * factor, rel=1e-8, abs=1e-11), name
            else:
                assert after[name] == value, name


def test_a_provisional_close_counts_as_the_same_close_would():
    for line, other in (
        (SYMBOL, symbol_line(SYMBOL.values, provisional=True)),
        (PAIR, pair_line(PAIR.small, PAIR.large, provisional=True)),
    ):
        final, running = measures_of(line), measures_of(other)
        for name in [name for name in final if name.endswith("_turn") or name.startswith("next_flip")]:
            del final[name], running[name]  # of a session that is over the next one decides
        assert {n: m.value for n, m in final.items()} == {n: m.value for n, m in running.items()}
        # Both end on a Monday: the week is not over.
        weekly = {name for name, known in definitions(kind_of_subject(line.subject)).items() if known.is_weekly}
        assert {name for name, measure in final.items() if measure.provisional} == weekly
        assert all(measure.provisional for measure in running.values())
