"""What a person writes to find entries of the journal, and the query that it is."""

from collections.abc import Collection
from datetime import date, timedelta

from msgspec import structs

from core.config_check import nearest
from core.errors import UsageError
from core.journal.entry import Query
from core.rules.level import Level
from core.text import clean

KEYS = ("rule", "subject", "level", "since", "until")
_LEVELS = tuple(level.value for level in Level if level is not Level.OK)


def read_filter(text: str, rules: Collection[str], today: date) -> Query:
    """`rule:NAME subject:S level:L since:DATE until:DATE` in any order, and words to search for.

    A day is an ISO date, or `30d` for so many days before `today`. Raises `UsageError` with one sentence.
    """
    query, words = Query(), []
    for word in text.split():
        key, colon, value = word.partition(":")
        if not colon or key not in KEYS:
            words.append(word)
        elif value:
            query = _take(query, key, value, rules, today)
    return structs.replace(query, search=" ".join(words))


def write_filter(query: Query) -> str:
    """The text that `read_filter` reads as `query`."""
    level = "" if query.level is Level.OK else query.level.value
    values = (query.rule, query.subject, level, query.since, query.until)
    parts = [f"{key}:{value}" for key, value in zip(KEYS, values, strict=True) if value]
    return " ".join([*parts, query.search]).strip()


def _take(query: Query, key: str, value: str, rules: Collection[str], today: date) -> Query:
    shown = clean(value, 40)
    if key == "subject":
        return structs.replace(query, subject=value.upper())
    if key == "rule":
        near = "" if value in rules else nearest(value, rules)
        if near:
            raise UsageError(f"rule:{shown}: no rule has this name; did you mean {near}?")
        return structs.replace(query, rule=value)
    if key == "level":
        if value not in _LEVELS:
            raise UsageError(f"level:{shown}: a level is one of {', '.join(_LEVELS)}.")
        return structs.replace(query, level=Level(value))
    day = _read_day(key, value, today)
    return structs.replace(query, since=day) if key == "since" else structs.replace(query, until=day)


def _read_day(key: str, value: str, today: date) -> date:
    count = value.removesuffix("d")
    if value.endswith("d") and count.isascii() and count.isdigit() and len(count) <= 5:
        return today - timedelta(days=int(count))
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise UsageError(f"{key}:{clean(value, 40)}: write a day as 2026-02-27, or as 30d for 30 days ago.") from None
