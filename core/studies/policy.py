"""Rates and the dollar: what the Federal Reserve asks, what is expected of it, real yields, inflation [E1-E4]."""

from core.macro.arithmetic import to_difference, to_plain, to_scaled
from core.macro.catalogue import Rhythm
from core.studies.indicator import Indicator, build_economy_study, calc_indicators
from core.studies.study import Given, Results

_D = Rhythm.DAILY
_RATES = (
    ("policy_rate", "DFF", "effective federal funds rate", "E1"),
    ("overnight_rate", "SOFR", "rate of secured overnight loans, which floating debt follows", "E1"),
    ("yield_2y", "DGS2", "2-year Treasury yield", "E1"),
    ("yield_10y", "DGS10", "10-year Treasury yield", "E1"),
    ("real_yield_10y", "DFII10", "10-year yield of inflation-protected Treasuries", "E2"),
    ("breakeven_10y", "T10YIE", "10-year yield less its real yield: what inflation is priced at", "E2"),
)
POLICY_INDICATORS = (
    *(
        Indicator(name, (series,), to_scaled, _D, "fraction", formula, source)
        for name, series, formula, source in _RATES
    ),
    Indicator(
        "policy_path",
        ("DGS2", "DFF"),
        to_difference,
        _D,
        "fraction",
        "2-year yield less the federal funds rate: below zero where cuts are priced",
        "E1",
    ),
    Indicator(
        "broad_dollar",
        ("DTWEXBGS",),
        to_plain,
        _D,
        "number",
        "dollar against the currencies of its trade",
        "E4",
    ),
)


def calculate(given: Given) -> Results:
    """Rates as published."""
    return calc_indicators(given, POLICY_INDICATORS)


POLICY = build_economy_study(calculate, POLICY_INDICATORS)
