"""What a study is given of one subject of a panel: its line, the last quoted price, and the others around."""

from datetime import date, datetime

import numpy as np

from core.market.panel import Line
from core.studies.around import Around
from core.studies.study import PEAK_YEAR, Given


def give(around: Around, line: Line, since: date | None, peak_year: int = PEAK_YEAR) -> Given:
    """The line with the symbol's last quoted price; where there is no quote, its last unadjusted close."""
    price, price_at = _find_price(around, line)
    return Given(line, since, price, price_at, around, peak_year)


def _find_price(around: Around, line: Line) -> tuple[float | None, datetime | None]:
    """What a symbol was last quoted at, and when; a pair has no quote."""
    panel = around.panel
    column = panel.column(line.subject)
    if column is None:
        return None, None
    price = float(panel.last_price[column])
    if np.isfinite(price):
        return price, panel.price_at[column]
    closes = panel.close[:, column]
    known = closes[np.isfinite(closes)]
    return (float(known[-1]) if len(known) else None), line.as_of
