"""Every metric that a fact can be of: what it is, its unit, and between which numbers it is believed [2]."""

from msgspec import Struct

from core.market.sectors import SECTORS


class Metric(Struct, frozen=True):
    """`least` and `most` bound what is believed; outside of them it is a mistake of whoever wrote it."""

    title: str
    least: float
    most: float
    is_fraction: bool = False
    """A share or a growth: 0.422 or, in a file, 42.2%."""
    is_yearly: bool = False
    """Of a fiscal year, which is its period."""
    periods: tuple[str, ...] = ()
    """What stands for its period where that is of these: the name of a sector."""
    is_filed: bool = True
    """A file may hold it; else it comes from a source alone."""


METRICS: dict[str, Metric] = {
    "pe": Metric("price to earnings of the last year", 3.0, 100.0),
    "forward_pe": Metric("price to earnings expected of the next year", 3.0, 100.0),
    "pb": Metric("price to book", 0.2, 30.0),
    "ps": Metric("price to sales", 0.1, 30.0),
    "pcf": Metric("price to cash flow", 0.5, 100.0),
    "ev_ebitda": Metric("enterprise value to EBITDA", 1.0, 100.0),
    "eps_growth": Metric("growth of earnings a share", -1.0, 5.0, is_fraction=True, is_yearly=True),
    "eps_growth_average": Metric("usual growth of earnings a share", -0.5, 1.0, is_fraction=True),
    "share_change": Metric("share count against a year before", -0.5, 1.0, is_fraction=True),
    "repurchase_yield": Metric("repurchases of a year over market value", 0.0, 0.5, is_fraction=True),
    "shrinking_share": Metric("companies whose share count fell in a year", 0.0, 1.0, is_fraction=True),
    "sector_weight": Metric(
        "weight of a sector", 0.0, 1.0, is_fraction=True, periods=tuple(sector.name for sector in SECTORS)
    ),
    "put_call": Metric("puts over calls traded", 0.1, 5.0),
    "bull_bear": Metric("bulls less bears among private investors", -1.0, 1.0, is_fraction=True),
    "nav": Metric("net asset value of a share of a fund", 0.01, 1e6),
    "assets_billion": Metric("net assets in billions", 0.001, 10_000.0),
    "shares_billion": Metric("shares outstanding in billions", 1e-6, 1_000.0),
    "weight": Metric("weight of a constituent", 0.0, 1.0, is_fraction=True, is_filed=False),
    "up_30d": Metric("estimates raised in 30 days", 0.0, 1_000.0, is_filed=False),
    "down_30d": Metric("estimates lowered in 30 days", 0.0, 1_000.0, is_filed=False),
    "eps_now": Metric("earnings a share expected of the year", -1e6, 1e6, is_filed=False),
    "eps_90d_ago": Metric("the same 90 days before", -1e6, 1e6, is_filed=False),
    "eps_next_year": Metric("earnings a share expected of the year after", -1e6, 1e6, is_filed=False),
    "beats": Metric("quarters of the last four above what was expected", 0.0, 4.0, is_filed=False),
    "reports": Metric("quarters of the last four that are known", 0.0, 4.0, is_filed=False),
}
UNDATED_NAV = "of that evening or of the one before, which is not said"
"""The method of a net asset value whose day the source leaves open."""
FILED = tuple(name for name, metric in METRICS.items() if metric.is_filed)
MULTIPLES = ("pe", "forward_pe", "pb", "ps", "pcf", "ev_ebitda")


def is_believed(metric: str, value: float) -> bool:
    """Whether a number can be that of the metric; NaN never."""
    known = METRICS[metric]
    return known.least <= value <= known.most
