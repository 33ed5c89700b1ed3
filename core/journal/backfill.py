"""What the rules would have found at every close of a history: entries as of a journal, seen by nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

import numpy as np

from core.explain import find_study
from core.journal.entry import HISTORY, Change, Entry, Query
from core.journal.walked import Tally
from core.rules.level import Level
from core.rules.rule import CODES, PathRule, Rule
from core.rules.settled import Path, split_made
from core.rules.words import say_percent

_WORDS = {number: word for word, number in CODES.items()}


def list_changes(
    paths: Iterable[Path], rules: Mapping[str, Rule], closes_at: Callable[[date], datetime]
) -> list[Entry]:
    """Every change of level at a close, oldest first; `closes_at` gives the moment (UTC) of a session's close."""
    closes: dict[date, datetime] = {}

    def close(day: date) -> datetime:
        if day not in closes:
            closes[day] = closes_at(day)
        return closes[day]

    changes = (entry for path in paths for entry in _follow(path, rules[path.rule], close))
    return sorted(changes, key=lambda entry: entry.time)


def _follow(path: Path, rule: Rule, close: Callable[[date], datetime]) -> Iterator[Entry]:
    assert isinstance(rule, PathRule)
    levels, ladder, say = (Level.OK, *rule.levels()), rule.ladder(), _find_words(rule, path.subject)
    before = np.append(0, path.steps[:-1])
    for at in np.flatnonzero(path.steps != before).tolist():
        old, new, day = int(before[at]), int(path.steps[at]), path.days[at].item()
        value = float(path.values[at])
        known = value if np.isfinite(value) else None
        change = Change.RAISED if new > old else Change.LOWERED if new else Change.RESOLVED
        yield Entry(
            time=close(day),
            session=day.isoformat(),
            change=change,
            rule=path.rule,
            subject=path.subject,
            level_from=levels[old],
            level_to=levels[new],
            value=known,
            threshold=ladder.enter[new - 1] if ladder and new else None,
            text="" if known is None else f"{path.subject} {say(known)}",
            who=HISTORY,
        )


def _find_words(rule: PathRule, subject: str) -> Callable[[float], str]:
    """How the value that the rule tells is said: its name, and the value in its unit."""
    of = split_made(rule.inputs(subject)[0])[1]
    name, found = of.rpartition(".")[2], find_study(*_split(of))
    unit = found[1].unit if found else ""

    def say(value: float) -> str:
        if value in _WORDS and unit not in ("fraction", "price", "ratio"):
            return f"{name} {_WORDS[value]}"
        return f"{name} {say_percent(value) if unit == 'fraction' else f'{value:.4g}'}"

    return say


def _split(address: str) -> tuple[str, str]:
    subject, _, name = address.rpartition(".")
    return subject, name


def count_levels(paths: Iterable[Path], rules: Mapping[str, Rule]) -> tuple[Tally, ...]:
    """For every rule and level how often it was there, in the order of the rules."""
    by_rule: dict[str, list[Path]] = {}
    for path in paths:
        by_rule.setdefault(path.rule, []).append(path)
    return tuple(
        _count(name, level, step, found)
        for name, found in by_rule.items()
        for step, level in enumerate(_levels_of(rules[name]), 1)
    )


def _levels_of(rule: Rule) -> tuple[Level, ...]:
    return rule.levels() if isinstance(rule, PathRule) else ()


def _count(name: str, level: Level, step: int, paths: list[Path]) -> Tally:
    times, sessions, judged, last = 0, 0, 0, ""
    for path in paths:
        there: Any = path.steps == step
        above: Any = np.append(False, path.steps[:-1] >= step)
        times += int(np.count_nonzero((path.steps >= step) & ~above))
        sessions += int(np.count_nonzero(there))
        judged += len(there)
        if there.any():
            last = max(last, str(path.days[np.flatnonzero(there)[-1]]))
    return Tally(rule=name, level=level, times=times, sessions=sessions, judged=judged, last=last)


def choose(entries: Iterable[Entry], query: Query) -> list[Entry]:
    """Those that `query` asks for, as the journal's own table would; in their order."""
    words = query.search.lower().split()
    found = [entry for entry in entries if _is_asked(entry, query, words)]
    return found[-query.limit :] if query.limit else found


def _is_asked(entry: Entry, query: Query, words: list[str]) -> bool:
    day = entry.time.date()
    told = f"{entry.rule} {entry.subject} {entry.change} {entry.text} {entry.who} {entry.note}".lower()
    return (
        (query.since is None or day >= query.since)
        and (query.until is None or day <= query.until)
        and query.rule in ("", entry.rule)
        and query.subject.upper() in ("", entry.subject.upper())
        and max(entry.level_from.rank, entry.level_to.rank) >= query.level.rank
        and all(word in told for word in words)
    )
