"""A claim in the cells of a table: claimed, recomputed, by how much they differ; the same on screen and on stdout."""

from core.claims.record import ClaimRecord, Compared, Verdict
from widgets.format import MISSING, format_number, format_percent

ORDER = (Verdict.NOT_REPRODUCED, Verdict.DIFFERENT, Verdict.CONFIRMED, Verdict.OPEN, Verdict.UNCHECKED)
"""What a person should see first."""
ROLES = {
    Verdict.CONFIRMED: "up",
    Verdict.DIFFERENT: "watch",
    Verdict.NOT_REPRODUCED: "down",
    Verdict.OPEN: "info",
    Verdict.UNCHECKED: "muted",
}
SHORT = {
    Verdict.CONFIRMED: "confirmed",
    Verdict.DIFFERENT: "different",
    Verdict.NOT_REPRODUCED: "not so",
    Verdict.OPEN: "open",
    Verdict.UNCHECKED: "unchecked",
}
"""Where there is no room for the whole verdict."""


INVENTED = "This market is invented: what is said here of a claim is true of no real one."


def to_ordered(claims: tuple[ClaimRecord, ...]) -> list[ClaimRecord]:
    """By verdict, else as in the file."""
    return sorted(claims, key=lambda one: ORDER.index(one.verdict))


def format_figure(value: float | str | None, unit: str) -> str:
    """One number by its unit; fractions in percent with their sign."""
    if value is None:
        return MISSING
    if isinstance(value, str):
        return value
    if unit == "fraction":
        return format_percent(value, 2)
    return format_number(value, 0) if value == round(value) and abs(value) < 1e6 else format_number(value, 2)


def claimed_cell(record: ClaimRecord) -> str:
    """What was said, in numbers; `so` of a condition."""
    if record.way is not None:
        return _between(record.way.low, record.way.high)
    if record.kind == "condition":
        return "so"
    told = record.told
    return _join(tuple(_claimed(one) for one in told.figures)) if told else MISSING


def _claimed(one: Compared) -> str:
    if one.claimed_high is None or isinstance(one.claimed, str):
        return format_figure(one.claimed, one.unit)
    ends = (one.claimed, one.claimed_high)
    if one.unit == "fraction":
        return " to ".join(format_percent(end, 1) for end in ends)
    return " to ".join(format_figure(end, one.unit) for end in ends)


def recomputed_cell(record: ClaimRecord) -> str:
    """What it comes to; of a condition at how many closes it was so."""
    if record.way is not None:
        return format_percent(record.way.realised, 2)
    told = record.told
    if told is None or (record.kind == "condition" and not told.known):
        return MISSING
    if record.kind == "condition":
        return f"{told.fits} of {told.known}"
    return _join(tuple(format_figure(one.recomputed, one.unit) for one in told.figures))


def difference_cell(record: ClaimRecord) -> str:
    """Recomputed less claimed; of a forecast realised less what is required by now."""
    way, told = record.way, record.told
    if way is not None and way.realised is not None and way.required_low is not None:
        return format_percent(way.realised - way.required_low, 2)
    if way is not None or told is None or record.kind != "figure":
        return MISSING
    return _join(tuple(_difference(one) for one in told.figures))


def _difference(one: Compared) -> str:
    return format_figure(one.difference, one.unit)


def _between(low: float, high: float) -> str:
    return f"{format_percent(low, 0)} to {format_percent(high, 0)}"


def _join(parts: tuple[str, ...]) -> str:
    return MISSING if all(part == MISSING for part in parts) else " / ".join(parts)


def format_tolerance(value: float, unit: str) -> str:
    """How far off a number may be, with as many digits as that takes; of percentages in points."""
    if unit != "fraction":
        return f"{value:g}"
    return f"{format_percent(value, 3 if value < 0.0001 else 2, signed=False)} points"


def format_off(value: float | str | None, unit: str) -> str:
    """A difference of two numbers; of two percentages in points."""
    return format_figure(value, unit) + (" points" if isinstance(value, float) and unit == "fraction" else "")


def format_shown(value: float | str | None, unit: str) -> str:
    """A number with its unit."""
    return format_figure(value, unit) + (" %" if isinstance(value, float) and unit == "fraction" else "")
