"""One dated number of an index, a fund or a company, with who said it."""

from datetime import date

from msgspec import Struct


class Fact(Struct, frozen=True):
    """`subject` is the name of an index (`Russell 2000`), a symbol (`IWM`, `AAPL`) or `US`.

    `day` is when it was said; of what a source answers, the session whose close it rests on. `value` is in the unit
    of the metric: a multiple, a fraction, billions. `period` is the fiscal year of a growth, else empty.
    """

    day: date
    subject: str
    metric: str
    period: str
    value: float
    source: str
    method: str = ""
    """How it was put together, as far as the source says."""


class Reading(Struct, frozen=True):
    """A number that a source answers with; it is of the last completed session unless it names a `day`."""

    subject: str
    metric: str
    value: float
    period: str = ""
    method: str = ""
    day: date | None = None
