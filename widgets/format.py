"""Numbers, ages and dates as text: the only place where a fraction becomes a percent.

The minus sign is always the ASCII hyphen, so that a copied number pastes as a number; a missing value is a dash.
"""

import math
from collections.abc import Callable
from datetime import datetime

from core.snapshot import Measure, Value

MISSING = "—"
PROVISIONAL = "~"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

MINUTE = 60
HOUR = 3_600
DAY = 86_400
_SMALL, _SMALL_FRACTION = 100.0, 0.001


def to_number(measure: Measure) -> float | None:
    """The measure's number, None where it is missing or not a number."""
    value = measure.value
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def format_number(value: float | None, digits: int = 2, *, signed: bool = False, width: int | None = None) -> str:
    """Fixed decimals; a value that rounds to nothing has no sign. Decimals are dropped to keep `width`."""
    if value is None or not math.isfinite(value):
        return MISSING
    text = _fixed(value, digits, signed)
    while width is not None and len(text) > width and digits > 0:
        digits -= 1
        text = _fixed(value, digits, signed)
    return text


def _fixed(value: float, digits: int, signed: bool) -> str:
    rounded = round(value, digits)
    if rounded == 0:
        return f"{0:.{digits}f}"
    return f"{rounded:+.{digits}f}" if signed else f"{rounded:.{digits}f}"


def format_percent(value: float | None, digits: int = 2, signed: bool = True, width: int | None = None) -> str:
    """A fraction in percent, without the percent sign: 0.0718 is `+7.18`."""
    return format_number(None if value is None else value * 100, digits, signed=signed, width=width)


def format_fine(value: float, unit: str, *, signed: bool = True) -> str:
    """With as many digits as it takes to calculate on, where two decimals would hide them; else nothing."""
    if unit == "fraction":
        return f"{100 * value:{'+' if signed else ''}.3g}" if 0.0 < abs(value) < _SMALL_FRACTION else ""
    return f"{value:.5g}" if unit in ("", "number", "ratio") and 0.0 < abs(value) < _SMALL else ""


def format_rank(value: float | None) -> str:
    """A percentile (a fraction) as an ordinal: 0.06 is `6th`."""
    if value is None or not math.isfinite(value):
        return MISSING
    number = math.floor(value * 100 + 0.5)
    suffix = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def format_ratio(value: float | None) -> str:
    """A ratio of two prices: four decimals, fewer where it is 10 or more."""
    return format_number(value, 4, width=None if value is None or abs(value) < 10 else 6)


def format_price(value: float | None) -> str:
    """A price: two decimals, four below one."""
    return format_number(value, 4 if value is not None and 0 < abs(value) < 1 else 2)


def format_times(value: float | None) -> str:
    """A quotient of two like things, such as `1.70` times."""
    return format_number(value, 2)


def format_z(value: float | None) -> str:
    """Standard deviations, signed."""
    return format_number(value, 1, signed=True)


def format_age(seconds: float | None, step: int = 1) -> str:
    """`12s`, `3m`, `2h`, `4d`; below a minute in steps of `step` seconds, never rounded up."""
    if seconds is None or not math.isfinite(seconds):
        return MISSING
    whole = max(0, int(seconds))
    if whole < MINUTE:
        return f"{whole // step * step}s"
    if whole < HOUR:
        return f"{whole // MINUTE}m"
    return f"{whole // HOUR}h" if whole < 2 * DAY else f"{whole // DAY}d"


def format_left(seconds: float | None, step: int = MINUTE) -> str:
    """Time that is left, rounded up to `step` seconds: `45s`, `28m`, `4h55m`, `2d 17h`; never read as a time of day."""
    if seconds is None or not math.isfinite(seconds):
        return MISSING
    whole = max(0, math.ceil(seconds / step) * step)
    if whole < MINUTE and step < MINUTE:
        return f"{whole}s"
    minutes = -(-whole // MINUTE)
    hours = minutes // 60
    if hours >= 48:
        return f"{hours // 24}d {hours % 24}h"
    return f"{hours}h{minutes % 60:02d}m" if hours else f"{minutes}m"


def format_session(iso: str | None) -> str:
    """An ISO session as `07 Apr 2026`."""
    if not iso or len(iso) < 10 or not iso[5:7].isdigit() or not 1 <= int(iso[5:7]) <= 12:
        return iso or MISSING
    return f"{iso[8:10]} {MONTHS[int(iso[5:7]) - 1]} {iso[:4]}"


def format_day(iso: str | None) -> str:
    """An ISO session without its year, as `7 Apr`."""
    return f"{int(iso[8:10])} {MONTHS[int(iso[5:7]) - 1]}" if iso and len(iso) == 10 else MISSING


def format_clock(at: datetime | None) -> str:
    """The time of day of `at` in its own zone."""
    return MISSING if at is None else f"{at.hour:02d}:{at.minute:02d}:{at.second:02d}"


def format_provisional(text: str, provisional: bool) -> str:
    """Mark a value that may still change before the session is over."""
    return f"{PROVISIONAL}{text}" if provisional and text != MISSING else text


def format_value(value: Value, unit: str, *, signed: bool = True) -> str:
    """A measure's value by its unit (see `core.snapshot.Measure`)."""
    if value is None:
        return MISSING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return format_session(value) if unit == "date" else value
    return _NUMBERS.get(unit, format_number)(value) if unit != "fraction" else format_percent(value, signed=signed)


def _count(value: float | None) -> str:
    return format_number(value, 0)


_NUMBERS: dict[str, Callable[[float | None], str]] = {
    "price": format_price,
    "ratio": format_ratio,
    "z": format_z,
    "count": _count,
    "sessions": _count,
}


def format_measure(measure: Measure, *, signed: bool = True) -> str:
    """A measure as text, `~` before it while provisional."""
    return format_provisional(format_value(measure.value, measure.unit, signed=signed), measure.provisional)
