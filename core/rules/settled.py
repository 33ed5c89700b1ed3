"""What completed history says of every rule and subject: calculated once for each state of that history."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from core.rules.guard import attempt
from core.rules.lifecycle import State, Tempo, run, start
from core.rules.rule import PathRule, Rule, Scope

if TYPE_CHECKING:
    from core.rules.lifecycle import Mask
    from core.rules.rule import Floats

Days = NDArray[np.datetime64]
_MADE = re.compile(r"(.*\.)(rank|age|beyond)\((\w+)\)")
_RANKED = 1260
"""Values of its own past that a rank needs [§0.7]."""


class History(Scope, Protocol):
    """Completed history, as the rules see it."""

    def sessions(self, subject: str) -> Days:
        """The sessions in which a subject has a value; none of what is not known."""
        ...

    def past(self, address: str, sessions: Days) -> Floats:
        """A measure at each of `sessions`, as it was known then; NaN where it is missing."""
        ...

    def sound(self, subject: str) -> Mask:
        """At which of its sessions the data was good enough to judge."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """What one rule made of one subject: the step at every good close, and where that leaves it."""

    rule: str
    subject: str
    days: Days
    """Of the good closes."""
    steps: NDArray[np.int8]
    values: Floats
    """The value told at each of them."""
    state: State
    value: float | None
    """Of the last session, good or not."""
    counts: tuple[int, ...]
    """Good closes at each step, 0 first."""
    notes: Mapping[str, object]
    """By address of what is made of another measure's past: what the next value of it is made with."""
    failure: str = ""
    """Why the rule could not judge it, where it raised; there are no closes then."""


def split_made(address: str) -> tuple[str, str]:
    """What is made of a measure, and its address: `IWM/SPY.rank(gap_20d)` is `rank` of `IWM/SPY.gap_20d`."""
    found = _MADE.fullmatch(address)
    return (found[2], found[1] + found[3]) if found else ("", address)


def settle(rules: Mapping[str, Rule], history: History) -> tuple[Path, ...]:
    """The paths of all rules that are on, in their order; of subjects without a session there is none."""
    return tuple(
        path
        for name, rule in rules.items()
        if rule.enabled and isinstance(rule, PathRule)
        for path in _settle_rule(name, rule, history)
    )


def _settle_rule(name: str, rule: PathRule, history: History) -> list[Path]:
    def fail(subject: str) -> Callable[[str], Path]:
        return lambda why: _make_failed(name, subject, why)

    def walk_all() -> list[Path]:
        subjects = [subject for subject in rule.subjects(history) if len(history.sessions(subject))]
        return [attempt(name, one, partial(_walk, name, rule, one, history), fail(one)) for one in subjects]

    return attempt(name, "", walk_all, lambda why: [_make_failed(name, "", why)])


def _make_failed(name: str, subject: str, why: str) -> Path:
    nothing, state = np.empty(0), start(Tempo((1,), 1, 0))
    days, steps = np.empty(0, "datetime64[D]"), np.empty(0, np.int8)
    return Path(name, subject, days, steps, nothing, state, None, (), {}, why)


def _walk(name: str, rule: PathRule, subject: str, history: History) -> Path:
    days, notes = history.sessions(subject), dict[str, object]()
    graded = rule.grade([_find(address, days, history, notes) for address in rule.inputs(subject)])
    good = graded.good & history.sound(subject)
    entered, held, values = graded.entered, np.maximum(graded.held, graded.entered), graded.values
    if not good.all():
        days, entered, held, values = days[good], entered[good], held[good], values[good]
    steps, state = run(rule.tempo(), entered, held)
    counts = np.bincount(steps, minlength=len(rule.levels()) + 1).tolist()
    last = float(graded.values[-1])
    return Path(name, subject, days, steps, values, state, last if np.isfinite(last) else None, tuple(counts), notes)


def _find(address: str, days: Days, history: History, notes: dict[str, object]) -> Floats:
    made, of = split_made(address)
    if made not in ("rank", "age"):
        return history.past(address, days)
    past = history.past(of, days)
    known = past[~np.isnan(past)]
    if made == "rank":
        notes[address] = np.sort(known).tolist()
        return to_expanding_rank(past)
    ages = to_age(past)
    notes[address] = (float(past[-1]), float(ages[-1])) if len(past) else (np.nan, np.nan)
    return ages


def make_next(address: str, value: float, note: object) -> float:
    """The rank or the age of one more value after the past that `note` is of; NaN of what no past has made."""
    made, _ = split_made(address)
    if value != value or note is None:
        return np.nan
    if made == "age" and isinstance(note, tuple):
        before, age = note
        return float(age) + 1.0 if before == value else 1.0
    if made == "rank" and isinstance(note, list):
        count = len(note) + 1
        return (bisect_right(note, value) + 1) / count if count >= _RANKED else np.nan
    return np.nan


def to_age(codes: Floats) -> Floats:
    """How many values in a row have been what each is, that one included; NaN where it is."""
    if not len(codes):
        return codes
    changes = np.append(True, codes[1:] != codes[:-1])
    begun = np.maximum.accumulate(np.where(changes, np.arange(len(codes)), 0))
    return np.where(np.isnan(codes), np.nan, np.arange(len(codes)) - begun + 1.0)


def to_expanding_rank(values: Floats, least: int = _RANKED, block: int = 128) -> Floats:
    """Weak percentile rank, 0 to 1, of each value among all up to it; NaN until there are `least` of them [§0.4].

    Those before a block are sorted once for it; inside it each is compared with those before it.
    """
    ranks, known = np.full(len(values), np.nan), np.flatnonzero(~np.isnan(values))
    whole, before = values[known], np.empty(0)
    counts, so_far = np.arange(1, len(whole) + 1), np.tri(block, dtype=np.bool_)
    for first in range(0, len(whole), block):
        new = whole[first : first + block]
        inside = np.count_nonzero((new <= new[:, None]) & so_far[: len(new), : len(new)], axis=1)
        ranks[known[first : first + block]] = np.searchsorted(before, new, side="right") + inside
        before = np.sort(np.concatenate((before, np.sort(new))), kind="stable")  # which merges what is in order
    ranks[known] = np.where(counts >= least, ranks[known] / counts, np.nan)
    return ranks
