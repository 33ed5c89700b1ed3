"""The outlook in words; no Textual: the printed page says it too."""

from core.outlook import Outlook, Turn, Verdict
from widgets.format import format_number, format_percent, format_ratio

STAR, NO_STAR, MOST = "●", "○", 5
_SIDES = {-2: "large, clearly", -1: "large", 0: "neither", 1: "small", 2: "small, clearly"}


def say_stars(verdict: Verdict) -> str:
    """`●●●○○`, or n/a."""
    return "n/a" if verdict.stars is None else STAR * verdict.stars + NO_STAR * (MOST - verdict.stars)


def say_bias(verdict: Verdict) -> str:
    """`+1 small`, or n/a."""
    return "n/a" if verdict.bias is None else f"{verdict.bias:+d} {_SIDES[verdict.bias]}".replace("+0", "0")


def say_score(verdict: Verdict) -> str:
    """The score, with the mark of what is not confirmed."""
    mark = "~" if verdict.provisional and verdict.score is not None else ""
    return f"{mark}{format_number(verdict.score, 0)}"


def say_coverage(verdict: Verdict) -> str:
    """How much of the weight is there, in percent."""
    return f"{format_percent(verdict.coverage, 0, signed=False)}%"


def say_reasons(verdict: Verdict) -> str:
    """What speaks for the side it is on, and what against; why there is none where it is n/a."""
    says = {part.address: f"{part.says} {format_number(part.score, 0)}" for part in verdict.parts}
    if verdict.stars is None:
        return say_missing(verdict)
    told = ", ".join(says[address] for address in verdict.drivers)
    against = ", ".join(says[address] for address in verdict.conflicts)
    return f"{told}; against it {against}" if against else told


def say_missing(verdict: Verdict) -> str:
    """What it lacks, and why the first of that is not there."""
    missing = [part for part in verdict.parts if part.score is None]
    names, why = ", ".join(part.says for part in missing), next((part.reason for part in missing), "")
    return f"lacks {names}: {why}" if len(missing) == 1 else f"lacks {names}; the first of them {why}"


def say_edges(verdict: Verdict) -> str:
    """The scores at which it would change."""
    ends = (("over", verdict.rises_at), ("under", verdict.falls_at))
    return ", ".join(f"{word} {format_number(at, 0)}" for word, at in ends if at is not None)


def say_turn(turn: Turn, unit: str) -> tuple[str, str, str]:
    """What it is at, what it would come to, and how far that is; fractions in percent, their distance in points."""
    if unit == "fraction":
        now, to = (f"{format_percent(value, 1, signed=False)}%" for value in (turn.now, turn.at))
        away = f"{format_percent(turn.at - turn.now, 1)} pts"
    else:
        write = format_ratio if abs(turn.at) < 10 else format_number
        now, to, away = write(turn.now), write(turn.at), f"{format_percent(turn.away, 1)}%"
    return now, to, "there" if turn.away == 0.0 else away


def is_empty(outlook: Outlook) -> bool:
    """Whether there is nothing to be told yet."""
    return not outlook.dimensions
