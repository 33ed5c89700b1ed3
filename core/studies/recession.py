"""Odds of a recession: the term spread, the probit on it, the rise of unemployment [G1, G2]."""

import math

import numpy as np

from core.macro.arithmetic import join, to_months, to_sahm, to_scaled
from core.macro.catalogue import Rhythm
from core.macro.series import Known
from core.studies.factors import to_bond_equivalent
from core.studies.indicator import Indicator, build_economy_study, calc_indicators
from core.studies.study import Given, Missing, Results

PROBIT = (-0.5333, -0.6330)
"""Constant and slope on the monthly mean spread in points, as described in 2019; they are estimated anew at times."""


INVERTED_MONTHS = 12


def calc_probability(spread: float) -> float:
    """Odds of a recession twelve months on, from the monthly mean of 10 years less 3 months, in points [G1]."""
    constant, slope = PROBIT
    return 0.5 * math.erfc(-(constant + slope * spread) / math.sqrt(2.0))


def _to_monthly_spread(ten: Known | None, bill: Known | None, daily: Known | None) -> Known | Missing:
    """The means of the month, of the bill as a yield; where they are behind or not there, means of daily spreads."""
    found = [to_months(daily)] if daily is not None else []
    if ten is not None and bill is not None:
        left, right = join(ten, bill)
        found.append(Known("GS10", left.observed, left.values - to_bond_equivalent(right.values)))
    found = [one for one in found if len(one)]
    if not found:
        return Missing("needs GS10 and TB3MS, or T10Y3M, of FRED for a whole month")
    return max(reversed(found), key=lambda one: one.last_day)


def _to_mean_spread(*known: Known | None) -> Known | Missing:
    spread = _to_monthly_spread(*known)
    return spread if isinstance(spread, Missing) else Known(spread.id, spread.observed, spread.values / 100.0)


def _to_probability(*known: Known | None) -> Known | Missing:
    spread = _to_monthly_spread(*known)
    if isinstance(spread, Missing):
        return spread
    return Known(spread.id, spread.observed, np.array([calc_probability(one) for one in spread.values.tolist()]))


def _to_recovery(*known: Known | None) -> Known | Missing:
    """How far the spread is above zero where it was below within a year: recessions began about then."""
    spread = _to_monthly_spread(*known)
    if isinstance(spread, Missing) or len(spread) < INVERTED_MONTHS:
        return spread if isinstance(spread, Missing) else Missing(f"needs {INVERTED_MONTHS} months of the term spread")
    lowest = np.lib.stride_tricks.sliding_window_view(spread.values, INVERTED_MONTHS).min(axis=1)
    now = spread.values[INVERTED_MONTHS - 1 :]
    recovered = np.where((lowest < 0.0) & (now > 0.0), now / 100.0, 0.0)
    return Known(spread.id, spread.observed[INVERTED_MONTHS - 1 :], recovered)


def _to_rise(published: Known | None, unemployment: Known | None) -> Known | Missing:
    """As published in real time; where that is behind or not there, from the unemployment rate as it is known."""
    found = [] if published is None else [published]
    found += [] if unemployment is None else [to_sahm(unemployment)]
    found = [one for one in found if len(one)]
    if not found:
        return Missing("needs SAHMREALTIME, or 15 months of UNRATE, of FRED")
    newest = max(found, key=lambda one: one.last_day)
    return Known(newest.id, newest.observed, newest.values / 100.0)


_SPREADS = ("GS10", "TB3MS", "T10Y3M")
RECESSION_INDICATORS = (
    Indicator(
        "term_spread",
        ("T10Y3M",),
        to_scaled,
        Rhythm.DAILY,
        "fraction",
        "10-year yield less 3-month yield",
        "G1",
    ),
    Indicator(
        "term_spread_2y",
        ("T10Y2Y",),
        to_scaled,
        Rhythm.DAILY,
        "fraction",
        "10-year yield less 2-year yield",
        "G1",
    ),
    Indicator(
        "term_spread_monthly",
        _SPREADS,
        _to_mean_spread,
        Rhythm.MONTHLY,
        "fraction",
        "monthly mean of the 10-year yield less that of the 3-month bill as a yield on 365 days",
        "G1",
        is_any=True,
    ),
    Indicator(
        "recession_probability",
        _SPREADS,
        _to_probability,
        Rhythm.MONTHLY,
        "fraction",
        "normal distribution at -0.5333 - 0.6330 times term_spread_monthly in points: odds twelve months on",
        "G1",
        is_any=True,
    ),
    Indicator(
        "sahm",
        ("SAHMREALTIME", "UNRATE"),
        _to_rise,
        Rhythm.MONTHLY,
        "fraction",
        "three-month mean of unemployment less the lowest of the twelve such means before it",
        "G2",
        is_any=True,
    ),
    Indicator(
        "term_spread_recovery",
        _SPREADS,
        _to_recovery,
        Rhythm.MONTHLY,
        "fraction",
        "rise of term_spread_monthly above zero since it was last below zero within 12 months, else 0",
        "G1",
        is_any=True,
    ),
    Indicator("unemployment", ("UNRATE",), to_scaled, Rhythm.MONTHLY, "fraction", "unemployment rate", "G2"),
)


def calculate(given: Given) -> Results:
    """What the economy's own odds say."""
    return calc_indicators(given, RECESSION_INDICATORS)


RECESSION = build_economy_study(calculate, RECESSION_INDICATORS)
