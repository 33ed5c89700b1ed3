"""What work costs: the small firms' largest bill [G4]. Slower growth helps them."""

from functools import partial

from core.macro.arithmetic import to_annualised, to_growth, to_scaled
from core.macro.catalogue import Rhythm
from core.studies.indicator import Indicator, build_economy_study, calc_indicators
from core.studies.study import Given, Results

_HOURLY = "CES0500000003"
WAGE_INDICATORS = (
    Indicator(
        "wage_growth",
        (_HOURLY,),
        partial(to_growth, months=12),
        Rhythm.MONTHLY,
        "fraction",
        "average hourly earnings over those of a year before, minus one",
        "G4",
    ),
    Indicator(
        "wage_growth_3m",
        (_HOURLY,),
        partial(to_annualised, months=3),
        Rhythm.MONTHLY,
        "fraction",
        "average hourly earnings over those of 3 months before, to the power of 4, minus one",
        "G4",
    ),
    Indicator(
        "wage_tracker",
        ("FRBATLWGT3MMAUMHWGO",),
        to_scaled,
        Rhythm.MONTHLY,
        "fraction",
        "Atlanta Fed's tracker: median growth of the same people's wages over a year, mean of 3 months",
        "G4",
    ),
    Indicator(
        "employment_cost_growth",
        ("ECIWAG",),
        partial(to_growth, months=12),
        Rhythm.QUARTERLY,
        "fraction",
        "employment cost index for wages over that of a year before, minus one",
        "G4",
    ),
)


def calculate(given: Given) -> Results:
    """Wages by the three who count them."""
    return calc_indicators(given, WAGE_INDICATORS)


WAGES = build_economy_study(calculate, WAGE_INDICATORS)
