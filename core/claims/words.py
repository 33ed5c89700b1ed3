"""Numbers and windows inside the reasons of verdicts."""

from core.claims.record import Compared, Reading

NO_MEASURE = "there is no measure"


def say_value(value: float | str | None, unit: str) -> str:
    """`-60.12 %` of a fraction, `14` of a count, a date as it is."""
    if value is None:
        return "unknown"
    if isinstance(value, str):
        return value
    if unit == "fraction":
        return f"{value * 100:+.2f} %"
    if unit == "flag":
        return "yes" if value else "no"
    return f"{value:.0f}" if unit in ("count", "sessions") else f"{value:.4g}"


def say_difference(value: float, unit: str) -> str:
    """How far one number is from another: of two percentages in points."""
    return f"{value * 100:+.2f} points" if unit == "fraction" else say_value(value, unit)


def say_lack(reason: str, needs: str) -> str:
    """Why there is no value: of a measure that is not there yet what the claim says it needs."""
    return f"needs {needs}" if needs and NO_MEASURE in reason else reason


def say_window(reading: Reading) -> str:
    """`2025-09-11 to 2026-01-21`, or the day."""
    return f"{reading.start} to {reading.end}" if reading.start else str(reading.end)


def say_figures(figures: tuple[Compared, ...]) -> str:
    """What came out, and what was claimed: `small +11.42 % (claimed +11.84 %)`."""
    return ", ".join(
        f"{one.name or one.of} {_say(one, one.recomputed)} (claimed {_say(one, one.claimed)})" for one in figures
    )


def _say(one: Compared, value: float | str | None) -> str:
    return say_difference(value, one.unit) if one.is_gap and isinstance(value, float) else say_value(value, one.unit)


def say_tried(reading: Reading) -> str:
    """`3 of 19 sessions`, `none of 2,730 windows`."""
    noun = "window" if reading.start else "session"
    plural = noun if reading.known == 1 else f"{noun}s"
    return f"{f'{reading.fits:,}' if reading.fits else 'none'} of {reading.known:,} {plural}"
