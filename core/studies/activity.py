"""How the economy runs: nowcast, production, claims, inventories, gasoline, surveys of factories, trade policy [G7]."""

from functools import partial

from core.macro.arithmetic import to_growth, to_mean, to_over_low, to_plain, to_scaled
from core.macro.catalogue import Rhythm
from core.studies.indicator import Indicator, build_economy_study, calc_indicators
from core.studies.study import Given, Results

_W, _M, _Q = Rhythm.WEEKLY, Rhythm.MONTHLY, Rhythm.QUARTERLY
ACTIVITY_INDICATORS = (
    Indicator(
        "growth_nowcast",
        ("GDPNOW",),
        to_scaled,
        _Q,
        "fraction",
        "Atlanta Fed's estimate of the quarter's growth, annualised; before 2026 as it was at the quarter's end",
        "G7",
    ),
    Indicator(
        "production_growth",
        ("INDPRO",),
        partial(to_growth, months=12),
        _M,
        "fraction",
        "industrial production over that of a year before, minus one",
        "G7",
    ),
    Indicator("claims", ("ICSA",), partial(to_mean, count=4), _W, "number", "initial claims, mean of 4 weeks", "G7"),
    Indicator(
        "claims_over_low",
        ("ICSA",),
        partial(to_over_low, count=4, weeks=26),
        _W,
        "fraction",
        "claims over the lowest such mean of 26 weeks, minus one",
        "G7",
    ),
    Indicator(
        "inventories_to_sales",
        ("MNFCTRIRSA",),
        to_plain,
        _M,
        "ratio",
        "inventories of factories over their sales",
        "G7",
    ),
    Indicator("gasoline", ("GASREGW",), to_plain, _W, "price", "regular gasoline, dollars a gallon", "G7", window=260),
    Indicator(
        "factories_philadelphia",
        ("GACDFSA066MSFRBPHI",),
        to_plain,
        _M,
        "number",
        "factories that tell of more business less those of less, in percent: Philadelphia Fed",
        "G7",
    ),
    Indicator(
        "factories_new_york", ("GACDISA066MSFRBNY",), to_plain, _M, "number", "the same of the New York Fed", "G7"
    ),
    Indicator(
        "trade_uncertainty",
        ("EPUTRADE",),
        to_plain,
        _M,
        "number",
        "how often newspapers write of uncertain trade policy: 100 is the mean of 1985 to 2010",
        "G7",
    ),
)


def calculate(given: Given) -> Results:
    """What is made, lost and paid."""
    return calc_indicators(given, ACTIVITY_INDICATORS)


ACTIVITY = build_economy_study(calculate, ACTIVITY_INDICATORS)
