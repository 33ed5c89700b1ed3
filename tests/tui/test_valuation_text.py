"""Valuation in the text page: one source a row, named once; nothing where nobody has said anything."""

from datetime import UTC, datetime

from msgspec import structs

from core.snapshot import EMPTY, Measure
from tui.valuation_text import build_valuation_text

SAID = datetime(2026, 1, 31, tzinfo=UTC)


def scene(**measures):
    found = {address.replace("__", "."): Measure(value, "", SAID) for address, value in measures.items()}
    return structs.replace(EMPTY, pairs=("IWM/SPY", "^RUT/^GSPC"), measures=found)


def pair(name, **measures):
    return {f"{name}__{key}": value for key, value in measures.items()}


def test_rows_with_their_day_and_a_letter_for_the_source():
    multiples = {"pb_small": 1.8, "pb_large": 4.2, "pb_discount": 0.5714, "pb_source": "article 1 of January 2026"}
    growth = {"eps_growth_year": 2025, "eps_growth_small": 0.422, "eps_growth_large": 0.123, "eps_growth_gap": 0.299}
    growth |= {"eps_growth_source": "article 1 of January 2026", "eps_stacked_gap_2y": 0.123}
    legs = pair("IWM", revision_breadth_30d=-0.25, flow_20d=0.012)
    both = pair("IWM/SPY", **multiples, **growth) | pair("^RUT/^GSPC", **multiples)
    text = build_valuation_text(scene(**both, **legs))
    assert text == (
        "VALUATION AND EARNINGS, each row by one source\n"
        "                                  small  large disc %  place  said\n"
        "  IWM/SPY     price/book            1.8    4.2   57.1    n/a  2026-01-31 [a]\n"
        "                                  small  large    gap gap 2y  said\n"
        "  IWM/SPY     EPS growth 2025      42.2   12.3   29.9   12.3  2026-01-31 [a]\n"
        "  in percent   revisions   drift 90d   surprises   flows 20d\n"
        "  IWM                -25         n/a         n/a         1.2\n"
        "  [a] article 1 of January 2026"
    )
    assert max(map(len, text.splitlines())) <= 78


def test_nothing_is_said_where_there_is_nothing():
    assert build_valuation_text(EMPTY) == ""
