"""Panels with facts of earnings: the figures that smid ships, and snapshots of two funds as a source gives them."""

from datetime import date, timedelta

import numpy as np
from study_panels import given_of, make_panel

from core.drivers import Drivers
from core.fundamentals.fact import Fact
from core.fundamentals.fundamentals import build_fundamentals
from core.fundamentals.load import SHIPPED
from core.fundamentals.reader import read_facts

INDICES = {
    "Russell 2000": ("IWM", "^RUT"), "S&P 600": ("IJR", "^SP600"), "S&P 400": ("MDY", "IJH"),
    "S&P 500": ("SPY", "^GSPC"),
}  # fmt: skip
PUBLISHED = read_facts(SHIPPED, INDICES).facts


def panel_until(day, count=300):
    """Prices of every symbol, up to the weekday `day`; they are of no matter here."""
    first = np.busday_offset(day, 1 - count, roll="backward")
    names = [symbol for symbols in INDICES.values() for symbol in symbols]
    return make_panel({name: np.linspace(50.0, 60.0, count) for name in names}, first=str(first))


def given_facts(subject, day, facts=PUBLISHED, count=300):
    """What a study is given of `subject` on the evening of `day`, with `facts` in memory whatever their day."""
    known = build_fundamentals(facts, INDICES)
    return given_of(panel_until(day, count), subject, drivers=Drivers(fundamentals=known))


def say(day, subject, metric, value, source="Yahoo", period=""):
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return Fact(day, subject, metric, period, value, source)


def snapshots(count, last, metric="pe", small="IWM", large="SPY"):
    """One of each fund on each of `count` days; the discount rises by a thousandth a day to 0.30."""
    last = date.fromisoformat(last)
    return [
        fact
        for back in range(count)
        for fact in (
            say(last - timedelta(days=back), small, metric, 20.0 * (0.70 + 0.001 * back)),
            say(last - timedelta(days=back), large, metric, 20.0),
        )
    ]


def value(result):
    return result.value if hasattr(result, "value") else result
