"""What the page of valuation shows, row by row: names of measures, their labels and columns."""

from dataclasses import dataclass

from core.snapshot import Measure
from widgets.format import format_number, format_percent, to_number
from widgets.grid import Column

MULTIPLES = {
    "forward_pe": "P/E, expected",
    "pe": "P/E, last year",
    "pb": "price/book",
    "ps": "price/sales",
    "pcf": "price/cash flow",
    "ev_ebitda": "EV/EBITDA",
}
_SAID = (Column("said", 11, left=True, gives_way=2, grows=False), Column("by", 26, left=True, gives_way=4))
MULTIPLE_COLUMNS = (
    Column("what is paid", 17, left=True, grows=False),
    Column("small", 7),
    Column("large", 7),
    Column("discount %", 10),
    Column("place", 6),
    Column("own past", 14, left=True, gives_way=3, grows=False),
    Column("published", 9, gives_way=1),
    *_SAID,
)
GROWTHS = {"_last_year": "before", "": "this year", "_next_year": "next"}
YEAR_COLUMNS = (
    Column("growth of EPS, %", 17, left=True, grows=False),
    Column("small", 6),
    Column("large", 6),
    Column("gap", 6),
    Column("x usual", 7, gives_way=3),
    Column("gap 2y", 7),
    Column("gap 3y", 7),
    Column("base", 6),
    Column("left %", 6, gives_way=1),
    *_SAID,
)
SIGN_COLUMNS = (
    Column("companies, flows", 26, left=True, grows=False),
    Column("small", 8),
    Column("large", 8),
    Column("pair", 8),
    Column("", 34, left=True, gives_way=1),
)


@dataclass(frozen=True, slots=True)
class Sign:
    """One row: a measure of both legs or of the pair, with its unit or the word that goes with it."""

    label: str
    name: str
    unit: str
    is_of_legs: bool = True
    is_percent: bool = True
    digits: int = 1
    word: str = ""


SIGNS = (
    Sign("estimates raised-lowered", "revision_breadth_30d", "% of those changed in 30 days", digits=0),
    Sign("expected earnings", "eps_drift_90d", "% in 90 days"),
    Sign("next year over this", "eps_growth_next_year_companies", "%, of companies told of"),
    Sign("better than expected", "surprise_share", "% of four quarters", digits=0),
    Sign("companies told of", "companies_told", "", is_percent=False, digits=0),
    Sign("share count", "share_change", "% in a year"),
    Sign("flows in 20 sessions", "flow_20d", "% of assets, an estimate"),
    Sign("crowding", "crowding_score", "", is_of_legs=False, digits=0, word="crowding_state"),
    Sign("carefree", "sentiment_score", "of 100", is_of_legs=False, digits=0),
)
_UNSIGNED = ("surprise_share", "crowding_score", "sentiment_score")


def write_sign(sign: Sign, measure: Measure) -> str:
    """The number as its row writes it."""
    value = to_number(measure)
    if sign.is_percent:
        return format_percent(value, sign.digits, signed=sign.name not in _UNSIGNED)
    return format_number(value, sign.digits)
