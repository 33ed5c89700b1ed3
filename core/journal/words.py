"""An entry of the journal in words: for the screen and for stdout alike."""

from collections.abc import Iterator

from core.journal.entry import ENGINE, HISTORY, Change, Entry
from core.rules.level import Level

_BETWEEN = (Change.RAISED, Change.LOWERED, Change.RESOLVED, Change.WITHDRAWN)


def find_level(entry: Entry) -> Level:
    """The level that an entry is about: the one it came to, of what is over the one it left."""
    return entry.level_to if entry.level_to is not Level.OK else entry.level_from


def say_body(entry: Entry) -> str:
    """What it says, the subject first."""
    is_named = all(leg in entry.text for leg in entry.subject.split("/"))
    return f"{'' if is_named else f'{entry.subject}: '}{entry.text or _say_rule(entry)}"


def _say_rule(entry: Entry) -> str:
    """What nobody watched has no sentence of its own."""
    return f"the rule {entry.rule.replace('_', ' ')}, whose sentence of then is not known" if entry.rule else ""


def list_details(entry: Entry) -> Iterator[str]:
    """What there is to know beside its time, level, change and text."""
    if entry.text and entry.rule:
        yield entry.rule
    if entry.change in _BETWEEN and Level.OK not in (entry.level_from, entry.level_to):
        yield f"from {entry.level_from.value}"
    if entry.change in _BETWEEN and entry.value is not None and entry.threshold is not None:
        yield f"{entry.value:.4g} against {entry.threshold:.4g}"
    if entry.who not in (ENGINE, HISTORY):
        yield f"by {entry.who}"
    if entry.until is not None:
        yield f"until {entry.until:%Y-%m-%d %H:%M} UTC"
    if entry.note:
        yield entry.note
