"""How easily money is lent: the loan officers' survey, delinquencies, financial conditions and stress [G5, G6]."""

from core.macro.arithmetic import to_plain, to_scaled
from core.macro.catalogue import Rhythm
from core.studies.indicator import Indicator, build_economy_study, calc_indicators
from core.studies.study import Given, Results

_SHARES = (
    (
        "lending_standards",
        "DRTSCIS",
        "banks that lend to small firms less easily, less those that do more so",
        "G5",
    ),
    ("business_delinquency", "DRBLACBS", "business loans at banks that are past due", "G5"),
    ("mortgage_delinquency", "DRSFRMACBS", "home loans at banks that are past due", "G5"),
)
_INDICES = (
    ("financial_conditions", "NFCI", "Chicago Fed's index: above 0 tighter than on average, in deviations", "G6"),
    ("financial_conditions_adjusted", "ANFCI", "the same at the present growth and inflation", "G6"),
    ("financial_stress", "STLFSI4", "St. Louis Fed's index of stress: above 0 more than usual, in deviations", "G6"),
)
CONDITIONS_INDICATORS = (
    *(
        Indicator(name, (series,), to_scaled, Rhythm.QUARTERLY, "fraction", formula, source)
        for name, series, formula, source in _SHARES
    ),
    *(
        Indicator(name, (series,), to_plain, Rhythm.WEEKLY, "number", formula, source)
        for name, series, formula, source in _INDICES
    ),
)


def calculate(given: Given) -> Results:
    """What banks and the indices say."""
    return calc_indicators(given, CONDITIONS_INDICATORS)


CONDITIONS = build_economy_study(calculate, CONDITIONS_INDICATORS)
