"""What each dimension [J1] and each horizon [J2] is judged by: all of it, in one place.

A component names a measure. It may not be measured yet, or have no data: then it lowers the coverage and says why, and
counts as soon as it is there. Its score is where it stands in its own past, turned so that 100 is the best for small;
where `ends` are given it is placed between these instead: what is a percentile already, or bounded by what it is.
"""

from typing import NamedTuple

PERCENTILE = (0.0, 1.0)
BALANCE = (-1.0, 1.0)
FLOWS = (-0.05, 0.05)
"""Of a fund's assets in 20 sessions; 3 % is much [H3]."""
POINTS_20 = (-0.2, 0.2)
"""Of growth: four times the usual difference between small and large of five points [§1, 8], either way."""


class Component(NamedTuple):
    """`good` is 1 where more of it is better for small, -1 where less is; `turns_with` names what turns that round."""

    address: str
    says: str
    good: int
    weight: float = 1.0
    ends: tuple[float, float] | None = None
    turns_with: str = ""


class Question(NamedTuple):
    """A dimension, or a horizon of `sessions`; `is_worst`: the worst of its components counts, not their mean."""

    name: str
    title: str
    components: tuple[Component, ...]
    is_worst: bool = False
    published: int | None = None
    sessions: int = 0
    signals: tuple[str, str] = ("", "")
    """Whose track record is told where small, and where large, is ahead in it."""


_GROWTH = (
    Component("{pair}.eps_stacked_gap_2y", "earnings growth over two years", 1, 2.0, POINTS_20),
    Component("{pair}.eps_stacked_gap_2y_next_year", "growth to next year", 1, 1.0, POINTS_20),
    Component("{pair}.revision_breadth_small_30d", "revisions of estimates", 1, 2.0, BALANCE),
)
_PRICES = tuple(
    Component(f"{{pair}}.{name}_discount_percentile", f"discount by {words}", 1, 1.0, PERCENTILE)
    for name, words in (("pe", "earnings"), ("pb", "book value"), ("ps", "sales"), ("pcf", "cash flow"))
)
_RATE_SHOCK = Component(
    "{pair}.rate_change_20d", "10-year yield over 20 sessions", 1, 2.0, turns_with="{pair}.rate_beta_126d"
)
_RATES = (
    _RATE_SHOCK,
    Component("US.policy_rate_percentile", "the policy rate", -1, 1.0, PERCENTILE),
    Component("US.policy_path_percentile", "the path that the policy rate is expected to take", -1, 1.0, PERCENTILE),
)
_RECESSION = (
    Component("US.recession_probability_percentile", "odds of a recession", -1, 2.0, PERCENTILE),
    Component("US.sahm_percentile", "the Sahm rule", -1, 2.0, PERCENTILE),
)
_CYCLE = (
    *_RECESSION,
    Component("US.lending_standards_percentile", "banks tightening", -1, 1.0, PERCENTILE),
    Component("US.financial_conditions_percentile", "financial conditions", -1, 1.0, PERCENTILE),
    Component("US.claims_percentile", "initial claims", -1, 1.0, PERCENTILE),
    Component("US.growth_nowcast_percentile", "growth as it is estimated now", 1, 1.0, PERCENTILE),
    Component("US.production_growth_percentile", "production", 1, 1.0, PERCENTILE),
    Component("US.gasoline_percentile", "gasoline", -1, 0.5, PERCENTILE),
)
_CREDIT = Component("US.high_yield_spread_percentile", "high-yield spread", -1, 1.0, PERCENTILE)
_CROWDING = Component("{pair}.crowding_score", "crowding", -1, 3.0, PERCENTILE)
_VOLATILITY = Component("{small}.volatility_percentile_1260d", "small's volatility", -1, 1.0, PERCENTILE)
_MOMENTUM = (
    Component("{pair}.momentum_12_1", "momentum of twelve months", 1),
    Component("{pair}.mansfield_252d", "ratio over its mean of a year", 1),
)

DIMENSIONS = (
    Question("earnings", "Earnings", _GROWTH, published=5),
    Question("valuation", "Valuation", _PRICES, published=5),
    Question("rates", "Rates", _RATES, published=4),
    Question("cycle", "Cycle", _CYCLE, published=4),
    Question(
        "positioning",
        "Positioning",
        (
            _CROWDING,
            Component("{large}.implied_percentile_1260d", "fear that options price", 1, 1.0, PERCENTILE),
            Component("{small}.flow_20d", "flows into small", -1, 1.0, FLOWS),
        ),
        published=4,
    ),
    Question(
        "risk",
        "Risk",
        (
            _VOLATILITY,
            Component("{small}.implied_percentile_1260d", "volatility that options expect", -1, 1.0, PERCENTILE),
            Component("US.recession_probability_percentile", "odds of a recession", -1, 1.0, PERCENTILE),
            _CREDIT,
            Component("{small}.constituents_amihud_ratio_252d", "illiquidity of constituents", -1, 1.0),
        ),
        is_worst=True,
        published=2,
    ),
)
HORIZONS = (
    Question(
        "months_1_3",
        "1-3 months",
        (
            Component("{pair}.gap_20d", "gap of 20 sessions", 1),
            Component("{pair}.gap_63d", "gap of 63 sessions", 1),
            Component("{pair}.ratio_z_252d", "ratio in deviations of a year", 1),
            Component("{pair}.pullback_63d", "pullback from its high", 1),
            Component("{pair}.trend_50", "trend of 50 sessions", 1, 1.0, BALANCE),
            Component("{pair}.sma_50_change_20d", "its 50-session average", 1),
            _VOLATILITY,
            Component("{pair}.crowding_score", "crowding", -1, 1.0, PERCENTILE),
        ),
        sessions=60,
        signals=("trend_50_up", "trend_50_down"),
    ),
    Question(
        "months_6_12",
        "6-12 months",
        (*_MOMENTUM, *_PRICES, *_GROWTH, _RATE_SHOCK, _CREDIT),
        sessions=252,
        signals=("trend_200_up", "trend_200_down"),
    ),
    Question(
        "over_a_year",
        "over a year",
        (Component("{pair}.drawdown", "how far small has fallen behind", -1, 2.0), *_PRICES, *_RECESSION),
        sessions=756,
        signals=("trend_200_up", "trend_200_down"),
    ),
)


def fill(address: str, pair: str) -> str:
    """`address` for `pair`: its own name and those of its legs put in."""
    small, _, large = pair.partition("/")
    return address.format(pair=pair, small=small, large=large)
