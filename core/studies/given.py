"""What a study is given of one subject of a panel: its line, the last quoted price, and the others around."""

from datetime import date

import numpy as np

from core.market.panel import Line
from core.studies.around import Around
from core.studies.study import Given


def give(around: Around, line: Line, since: date | None) -> Given:
    """The line with the symbol's last quoted price; where there is no quote, its last unadjusted close."""
    panel = around.panel
    column = panel.column(line.subject)
    if column is None:
        return Given(line, since, around=around)
    price, price_at = float(panel.last_price[column]), panel.price_at[column]
    if np.isfinite(price):
        return Given(line, since, price, price_at, around)
    closes = panel.close[:, column]
    known = closes[np.isfinite(closes)]
    return Given(line, since, float(known[-1]) if len(known) else None, line.as_of, around)
