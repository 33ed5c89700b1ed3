"""What to add to a finding's level, and its sentence in fewer cells. No Textual: the printed page says it too."""

import re

from core.snapshot import Finding, Progress

_LEAST = 20
"""Cells of a first part that can stand for the whole."""
_PART = re.compile(r"(?<=\S)(?=[;:,] )")
_LOOSE = re.compile(r"( (a|an|and|as|by|in|its|of|over|the|under|within))+$")
"""Words that lead to what is cut off."""
MORE = "…"


def say_motion(finding: Finding) -> str:
    """`easing 1/3` or `rising 1/2`, in closes; `held` short of where it entered; '' where the value says the level."""
    if finding.blocked:
        return ""
    for word, way in (("easing", finding.releasing), ("rising", finding.raising)):
        if way is not None and way.closes:
            return f"{word} {way.closes}/{way.needed}"
    return "held" if _is_held(finding, finding.releasing) else ""


def _is_held(finding: Finding, way: Progress | None) -> bool:
    """Whether the value would not enter the level again, and has not passed the easier exit either."""
    enter, exits, value = finding.threshold, way.threshold if way else None, finding.value
    if enter is None or exits is None or value is None or enter == exits:
        return False
    value = abs(value) if value < 0.0 < min(enter, exits) else value  # counted in both directions
    return value < enter if enter > exits else value > enter


def shorten(text: str, room: int) -> str:
    """`text` in `room` cells: without carets, else its first parts, else its first words, marked as going on."""
    bare = text.replace("^", "") if len(text) > room else text
    if len(bare) <= room:
        return bare
    words = [match.start() for match in re.finditer(" ", bare) if match.start() < room]
    at = max(_list_ends(bare, room), default=0) or max(words, default=0) or room - 1
    cut = _LOOSE.sub("", bare[:at])
    return (bare[: room - 1].rstrip() if cut.endswith("-") else cut) + MORE  # "50-" of "50- and 200-session"


def has_part(text: str, room: int) -> bool:
    """Whether a first part of `text` that says something by itself fits into `room` cells."""
    bare = text.replace("^", "")
    return len(bare) <= room or bool(_list_ends(bare, room))


def _list_ends(text: str, room: int) -> list[int]:
    """Where parts of `text` end that leave a cell of `room` for the mark."""
    return [match.start() for match in _PART.finditer(text) if _LEAST <= match.start() < room]
