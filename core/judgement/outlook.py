"""The whole outlook of one pair: verdicts, what followed such ones, and what would change them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from msgspec import structs

from core.evidence.findings import Known
from core.judgement.components import DIMENSIONS, HORIZONS, Question
from core.judgement.places import Place
from core.judgement.turns import list_turns
from core.judgement.verdicts import build_verdict, say_sample
from core.outlook import Outlook, Verdict
from core.rules.rule import Rule
from core.rules.settled import Path
from core.snapshot import Measure


def build_outlook(
    pair: str,
    read: Callable[[str], Measure],
    places: Mapping[str, Place],
    rules: Mapping[str, Rule],
    paths: Iterable[Path],
    known: Known,
    sessions: int,
) -> Outlook:
    """What is judged of `pair` now; `sessions` is the length of its history."""
    horizons = (_add_evidence(build_verdict(one, pair, read, places), one, pair, known, sessions) for one in HORIZONS)
    return Outlook(
        pair=pair,
        dimensions=tuple(build_verdict(one, pair, read, places) for one in DIMENSIONS),
        horizons=tuple(horizons),
        turns=list_turns(pair, read, rules, paths),
    )


def _add_evidence(verdict: Verdict, question: Question, pair: str, known: Known, sessions: int) -> Verdict:
    """The track record of the signal that stands for the side that is taken: fixed, not the best of many."""
    sample = say_sample(sessions, question.sessions)
    bias = verdict.bias
    if sample or not bias:
        return structs.replace(verdict, evidence=sample or ("no side is taken" if bias == 0 else ""))
    signal = question.signals[0 if bias > 0 else 1]
    told = known.find(pair, signal)
    return structs.replace(verdict, evidence=f"{signal}: {told or 'no track record is kept here yet'}")
