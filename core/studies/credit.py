"""What lenders ask for risk: spreads of high-yield, Baa and other bonds, and high-yield funds against Treasuries [G3].

The percentile of the high-yield spread is of what is held alone: three years of it are served, and more only where more
was kept. The Baa spread has its past since 1986.
"""

import numpy as np

from core.macro.arithmetic import to_scaled
from core.macro.catalogue import Rhythm
from core.market.bars import Floats
from core.studies.indicator import Indicator, build_economy_study, calc_indicators
from core.studies.pullback import to_pullback
from core.studies.study import ALONE, Dated, Definition, Given, Missing, Result, Results, missing_sessions

BONDS = "HYG/IEF"
CHANGE, HIGH = 20, 63
_SOURCES = (
    ("high_yield_spread", "BAMLH0A0HYM2", "yield of high-yield bonds less that of Treasuries, option-adjusted"),
    ("ccc_spread", "BAMLH0A3HYC", "the same of bonds rated CCC and lower"),
    ("investment_grade_spread", "BAMLC0A0CM", "the same of investment-grade bonds"),
    ("baa_spread", "BAA10Y", "yield of bonds rated Baa less the 10-year Treasury yield"),
    ("aaa_spread", "AAA10Y", "the same of bonds rated Aaa"),
)
CREDIT_INDICATORS = tuple(
    Indicator(name, (series,), to_scaled, Rhythm.DAILY, "fraction", formula, "G3") for name, series, formula in _SOURCES
)
_BONDS = (
    Definition("credit_change_20d", "fraction", f"change of the logarithm of {BONDS} over 20 sessions", "G3"),
    Definition("credit_pullback_63d", "fraction", f"{BONDS} over its highest close of 63 sessions, minus one", "G3"),
)


def calculate(given: Given) -> Results:
    """Spreads as published, and what the bond funds say at once."""
    return calc_indicators(given, CREDIT_INDICATORS) | _calc_bonds(given)


def _calc_bonds(given: Given) -> Results:
    if given.around is None:
        return {definition.name: ALONE for definition in _BONDS}
    line = given.around.line(BONDS)
    if not len(line.values) or line.as_of is None:
        nothing = Missing("needs HYG and IEF: add to [universe] symbols")
        return {definition.name: nothing for definition in _BONDS}
    if line.sessions[-1] != given.line.sessions[-1]:
        behind = Missing(f"{BONDS} has no bar of {given.line.sessions[-1]}")
        return {definition.name: behind for definition in _BONDS}
    changes, falls = to_credit_change(line.values), to_pullback(line.values, HIGH)
    change: Result = missing_sessions(CHANGE + 1, len(line.values))
    fall: Result = missing_sessions(HIGH, len(line.values))
    if len(changes):
        change = Dated(float(changes[-1]), line.as_of)
    if len(falls):
        fall = Dated(float(falls[-1]), line.as_of)
    return {"credit_change_20d": change, "credit_pullback_63d": fall}


def to_credit_change(values: Floats) -> Floats:
    """Log change over 20 sessions, so much shorter."""
    logs = np.log(values)
    return np.asarray(logs[CHANGE:] - logs[:-CHANGE])


CREDIT = build_economy_study(calculate, CREDIT_INDICATORS, _BONDS, BONDS)
