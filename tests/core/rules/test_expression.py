"""Conditions of one's own: what they mean, what is said of a mistake, and that nothing of them is ever run."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.market.symbols import SubjectKind
from core.rules.addresses import kinds_of
from core.rules.expression import ExpressionError, evaluate, parse
from core.rules.rule import CODES
from core.studies.names import build_names

KNOWN = {
    "IWM/SPY.gap_20d": -0.06,
    "IWM/SPY.ratio": 0.3,
    "IWM.last": 200.0,
    "SPY.last": 600.0,
    "^VIX.last": 20.0,
    "DX-Y.NYB.last": 100.0,
    "IWM/SPY.choppy": 1.0,
    "IWM/SPY.trend_200": CODES["down"],
    "IWM.rate_shock": 0.0,
    "IWM/SPY.streak": math.nan,
}


def holds(text):
    return float(evaluate(parse(text), lambda address: np.asarray(KNOWN[address])))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("IWM/SPY.gap_20d < -0.05", 1),
        ("IWM/SPY.gap_20d < -5%", 1),
        ("IWM/SPY.gap_20d < -7 %", 0),
        ("IWM/SPY.gap_20d<=-0.06", 1),
        ("IWM.last / SPY.last > 0.33", 1),
        ("IWM.last/SPY.last > 0.34", 0),
        ("IWM.last-SPY.last == -400", 1),
        ("2 + 3 * 4 == IWM.last / 200 * 14", 1),  # 14 either way: * before +
        ("(2 + 3) * 4 == ^VIX.last", 1),
        ("10 - 4 - 3 == 3 * IWM.last / 200", 1),  # from the left
        ("DX-Y.NYB.last > 99.5 and DX-Y.NYB.last != 1e2", 0),
        ("--IWM.last > 0", 1),
        ("IWM/SPY.choppy", 1),
        ("not IWM/SPY.choppy", 0),
        ("not not IWM/SPY.choppy", 1),
        ("IWM/SPY.trend_200 == 'down'", 1),
        ('IWM/SPY.trend_200 != "down"', 0),
        ("IWM.last < 0 and IWM.last < 0 or IWM.last > 0", 1),  # and before or
        ("IWM.last > 0 or IWM.last < 0 and IWM.last < 0", 1),
        ("not IWM.last < 0 and IWM.last > 0", 1),  # not before and
    ],
)
def test_what_it_means(text, value):
    assert holds(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("IWM/SPY.streak > 3", None),
        ("not IWM/SPY.streak > 3", None),
        ("IWM/SPY.streak > 3 and IWM.last < 0", 0),  # false, whatever the streak is
        ("IWM.last < 0 and IWM/SPY.streak > 3", 0),
        ("IWM/SPY.streak > 3 and IWM.last > 0", None),
        ("IWM/SPY.streak > 3 or IWM.last > 0", 1),
        ("IWM/SPY.streak > 3 or IWM.last < 0", None),
        ("IWM.last / (IWM.last - 200) > 1", None),  # nothing is divided by zero
        ("IWM/SPY.streak != 3", None),
    ],
)
def test_what_is_missing_is_unknown(text, value):
    found = holds(text)
    assert math.isnan(found) if value is None else found == value


def test_it_is_the_same_over_a_whole_past():
    past = {"IWM/SPY.gap_20d": np.array([-0.1, np.nan, 0.1]), "IWM/SPY.choppy": np.array([0.0, 0.0, 1.0])}
    node = parse("IWM/SPY.gap_20d < -5% or IWM/SPY.choppy")
    np.testing.assert_array_equal(evaluate(node, past.__getitem__), [1.0, np.nan, 1.0])
    assert list(node.addresses()) == ["IWM/SPY.gap_20d", "IWM/SPY.choppy"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "missing at the end"),
        ("IWM/SPY.gap_20d <", "missing at the end"),
        ("< 3", "missing before '<'"),
        ("IWM/SPY.gap_20 < 1", "did you mean IWM/SPY.gap_20d?"),
        ("IWM.gap_20d < 1", "IWM has no measure gap_20d"),
        ("IWM/SPY.trend_200_since < 1", "no measure trend_200_since"),
        ("IWM/SPY.gap_20d = 1", "equal is =="),
        ("IWM/SPY.gap_20d < 1 < 2", "one comparison at a time"),
        ("(IWM/SPY.gap_20d < 1", "not closed"),
        ("IWM/SPY.gap_20d < 1)", '")" is one too many'),
        ("IWM/SPY.gap_20d", "expected a condition"),
        ("IWM/SPY.gap_20d and IWM/SPY.choppy", "both sides of and; IWM/SPY.gap_20d is a number"),
        ("IWM/SPY.choppy + 1 > 0", "numbers on both sides of +; IWM/SPY.choppy is a flag"),
        ("IWM/SPY.choppy == 1", "IWM/SPY.choppy is a flag"),
        ("IWM/SPY.trend_200 == 'dwon'", 'did you mean "down"?'),
        ("IWM/SPY.trend_200 > 'down'", "compared by == and !="),
        ("IWM/SPY.trend_200 == 1", "words on both sides"),
        ("__import__('os').system('x')", "not understood"),
        ("IWM.last.__class__ > 1", "not understood"),
        ("IWM.last > 1; quit", "not understood"),
        ("IWM.last > 9e999", "too large"),
        ("(" * 60 + "IWM.last > 1" + ")" * 60, "nested deeper"),
        ("not " * 100 + "IWM/SPY.choppy", "nested deeper"),
        ("IWM.last > 1 or " * 100, "longer than"),
    ],
)
def test_a_mistake_is_told(text, told):
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


SIGNS = ["and", "or", "not", "(", ")", "<", "==", "+", "-", "/", "\x1b[31m"]
PIECES = ["IWM/SPY.gap_20d", "IWM.last", "1", "5%", "'up'", *SIGNS]


@given(st.one_of(st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join), st.text(max_size=60)))
def test_whatever_is_written_is_a_condition_or_a_mistake(text):
    try:
        told, kind = "", parse(text).kind
    except ExpressionError as error:
        told, kind = str(error), "flag"
    assert kind == "flag"
    assert not {"\x1b", "\n"} & {*told}


def test_the_names_are_those_of_the_studies():
    from core.config import shipped_file

    generated = shipped_file().parent / "core" / "rules" / "addresses.py"
    assert generated.read_text("utf-8") == build_names(), "run make docs"
    assert kinds_of(SubjectKind.PAIR)["gap_20d"] == "number"
    assert kinds_of(SubjectKind.PAIR)["trend_200"] == "word"
    assert kinds_of(SubjectKind.SYMBOL)["choppy"] == "flag"
    assert "gap_20d" not in kinds_of(SubjectKind.SYMBOL)
