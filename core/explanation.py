"""A number told in full: its formula, its inputs with their dates, its steps, its own past, why it is missing."""

from msgspec import Struct

from core.snapshot import Measure, Quality, Value


class Stage(Struct, frozen=True):
    """One line of a calculation: what was taken or done, and what came out; `reason` where nothing did."""

    text: str
    value: Value
    unit: str = ""
    reason: str = ""


class Explanation(Struct, frozen=True, kw_only=True):
    """Everything there is to say of the measure at `address`.

    `times` (days since 1970-01-01) and `values` are the measure as it stood at the close of each of the last
    sessions, oldest first; None where it was missing. `percentile` is the share of `values` at or below the last.
    """

    address: str
    measure: Measure
    label: str = ""
    """What must not be overlooked of the market it is of: SIMULATED, say."""
    formula: str = ""
    source: str = ""
    """Paragraph of the specification, paper, page."""
    stages: tuple[Stage, ...] = ()
    quality: Quality | None = None
    times: tuple[int, ...] = ()
    values: tuple[float | None, ...] = ()
    percentile: float | None = None
    note: str = ""
    """What is worth knowing beside: that the past is not shown, and why."""
