"""What near would change what is said: prices at which trends turn, thresholds of rules, the nearest first [J2]."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from core.outlook import Turn
from core.rules.level import Level
from core.rules.rule import PathRule, Rule, number
from core.rules.settled import Path, split_made
from core.rules.words import say_count
from core.snapshot import Measure

WINDOWS = (50, 200)
MOST = 12
_OTHER = {"up": "down", "down": "up"}

Read = Callable[[str], Measure]


def list_turns(pair: str, read: Read, rules: Mapping[str, Rule], paths: Iterable[Path]) -> tuple[Turn, ...]:
    """The nearest of all that would turn for the pair and its legs."""
    subjects = (pair, *pair.split("/"))
    found = [*_list_flips(subjects, read), *_list_thresholds(subjects, rules, paths)]
    return tuple(sorted(found, key=lambda turn: abs(turn.away))[:MOST])


def _list_flips(subjects: tuple[str, ...], read: Read) -> Iterator[Turn]:
    for subject in subjects:
        now = number(read(f"{subject}.{'ratio' if '/' in subject else 'last'}"))
        for window in WINDOWS:
            address = f"{subject}.trend_{window}_turn"
            flip, state = number(read(address)), str(read(f"{subject}.trend_{window}").value)
            if flip is not None and now:
                text = f"{subject}: its trend of {window} sessions turns {_OTHER.get(state, 'round')}"
                yield Turn(address=address, text=text, now=now, at=flip, away=flip / now - 1.0)


def _list_thresholds(subjects: tuple[str, ...], rules: Mapping[str, Rule], paths: Iterable[Path]) -> Iterator[Turn]:
    """Of the levels as of the last close: the next one, and the exit of the present one."""
    for path in paths:
        rule = rules[path.rule]
        ladder = rule.ladder() if isinstance(rule, PathRule) else None
        if ladder is None or path.value is None or path.subject not in subjects or not isinstance(rule, PathRule):
            continue
        levels, step = (Level.OK, *rule.levels()), path.state.step
        now = abs(path.value) if rule.is_two_sided else path.value
        address, named = split_made(rule.inputs(path.subject)[0])[1], f"{path.subject}: {path.rule}"
        if step < len(ladder.enter) and (ladder.enter[step] - now) * ladder.sign > 0.0:
            at = ladder.enter[step]  # one that is there already waits for something else
            yield Turn(
                address=address, text=f"{named} rises to {levels[step + 1].value}", now=now, at=at, away=_away(now, at)
            )
        if step:
            at, left = ladder.exit[step - 1], max(1, rule.release) - path.state.falling
            is_there = (at - now) * ladder.sign > 0.0
            after = f" after {say_count(left, 'more close')}" if is_there else ""
            text = f"{named} falls to {levels[step - 1].value}{after}"
            yield Turn(address=address, text=text, now=now, at=at, away=0.0 if is_there else _away(now, at))


def _away(now: float, at: float) -> float:
    return (at - now) / abs(at)
