"""One test among all that were made: q, the largest under the same shifts, and the grade [§10]."""

from collections.abc import Sequence

import numpy as np

from core.evidence.group import Largest, Measured
from core.evidence.many import calc_fine_p, calc_max_p, calc_q
from core.evidence.outcome import FEWEST, REASONS
from core.evidence.record import Grade, Outcome
from core.rules.words import say_count

_INFERENCE = frozenset({"low", "high", "p", "q", "p_max", "newey_west_t"})


def judge_all(measured: Sequence[Measured], largest: Sequence[Largest], tests: int) -> list[Outcome]:
    """The outcomes of one pair in their order; `tests` were ever made of it."""
    tested = [one for one in measured if "p" in one.fields]
    fine = [calc_fine_p(one.fields["p"], one.fields["n_shifts"], one.z, one.fields["n_episodes"]) for one in tested]
    for one, q in zip(tested, calc_q(fine, tests), strict=True):
        one.fields["q"] = q
    _add_max(largest)
    return [_to_outcome(one) for one in measured]


def _add_max(groups: Sequence[Largest]) -> None:
    """p of the largest, over the offsets that all groups have; one with half as many as the longest is left out.

    Here small offsets count as well: an excursion of the largest of hundreds is wide, and leaving out its own slopes
    made p far too small (20 % of markets without any edge had one of 0.05).
    """
    most = max((len(one.values) for one in groups), default=0)
    alike = [one for one in groups if 2 * len(one.values) >= most]
    if not alike:
        return
    stop = min(len(one.values) for one in alike)
    largest = np.max([one.values[:stop] for one in alike], axis=0)
    members = [member for one in alike for member in one.members]
    for member, p in zip(members, calc_max_p([member.z for member in members], largest), strict=True):
        member.fields["p_max"] = p


def find_grade(q: float | None, episodes: int, halves_agree: bool | None) -> Grade:
    """A: q under 0.05, 30 episodes, halves agree; B: q under 0.20, 15 episodes; none under 10; C: all others [§10]."""
    if episodes < FEWEST:
        return "none"
    if q is not None and q < 0.05 and episodes >= 30 and halves_agree:
        return "A"
    return "B" if q is not None and q < 0.20 and episodes >= 15 else "C"


def _to_outcome(one: Measured) -> Outcome:
    fields, count = one.fields, one.fields["n_episodes"]
    reason = "" if one.is_enough else f"insufficient: {say_count(count, 'episode')}"
    known = set(REASONS) if one.is_enough else set(REASONS) - _INFERENCE if count else set()
    missing = {name: REASONS[name] for name in sorted(known) if fields.get(name) is None}
    grade = find_grade(fields.get("q"), count, fields.get("halves_agree"))
    return Outcome(grade=grade, reason=reason, missing=missing, **fields)
