"""What is judged of one pair: dimensions and horizons with their reasons [J1, J2]. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from msgspec import structs

from core.judgement.components import Component, Question, fill
from core.judgement.places import WALKED, Place, to_place
from core.judgement.stars import find_edges, step_stars, walk_stars
from core.market.bars import Floats
from core.outlook import Part, Verdict
from core.rules.rule import to_code
from core.snapshot import Measure

LEAST_COVERAGE = 0.6
TOO_LITTLE = "under 60 % of the weight of what it is judged by is there"
_CLEAR = 20.0
"""Points from the middle at which a component speaks clearly."""
_TOLD = 3
_WINDOWS = 10

Read = Callable[[str], Measure]


def build_verdict(question: Question, pair: str, read: Read, places: Mapping[str, Place]) -> Verdict:
    """What the components say together; `read` gives the measure at an address."""
    parts = tuple(_score(one, pair, read, places) for one in question.components)
    total = sum(part.weight for part in parts)
    here = [part for part in parts if part.score is not None]
    coverage = sum(part.weight for part in here) / total
    bare = Verdict(
        name=question.name, title=question.title, coverage=coverage, parts=parts, published=question.published
    )
    if coverage < LEAST_COVERAGE - 1e-9:
        return structs.replace(bare, reason=TOO_LITTLE)
    scores = np.array([part.score for part in here], dtype=np.float64)
    weights = np.array([part.weight for part in here])
    score = _join(scores[:, None], weights, is_worst=question.is_worst)[0]
    provisional = any(read(part.address).provisional for part in here)
    walked = _walk(question, pair, here, read, places)
    stars = step_stars(walked, float(score)) or 1
    rises, falls = find_edges(stars)
    drivers, conflicts = _weigh(here, float(score), is_worst=question.is_worst)
    return structs.replace(
        bare,
        score=round(float(score), 1),
        stars=stars,
        provisional=provisional,
        drivers=drivers,
        conflicts=conflicts,
        rises_at=rises,
        falls_at=falls,
    )


def _score(one: Component, pair: str, read: Read, places: Mapping[str, Place]) -> Part:
    address = fill(one.address, pair)
    bare = Part(address=address, says=one.says, weight=one.weight)
    measure = read(address)
    value, turn = to_code(measure), _turn(one, pair, read)
    if value != value or turn is None:
        why = measure.reason if value != value else read(fill(one.turns_with, pair)).reason
        return structs.replace(bare, reason="not measured yet" if why in (None, "not computed") else why)
    if one.ends is not None:
        rank = float(to_place(np.array([value]), one.ends)[0])
    elif address not in places:
        return structs.replace(bare, reason="its own past is shorter than a year")
    else:
        rank = places[address].rank(value, is_new=measure.provisional)
    return structs.replace(bare, score=round(100.0 * (rank if one.good * turn > 0 else 1.0 - rank), 1))


def _turn(one: Component, pair: str, read: Read) -> int | None:
    """Whether more of it is better now, 1, or worse, -1, as what turns it round says; None where that is missing."""
    if not one.turns_with:
        return 1
    value = to_code(read(fill(one.turns_with, pair)))
    return None if value != value else 1 if value >= 0.0 else -1


def _walk(question: Question, pair: str, here: Sequence[Part], read: Read, places: Mapping[str, Place]) -> int | None:
    """Stars as of the last completed close: daily components by their places then, the others as they are now."""
    scores = {part.address: part.score for part in here}
    rows, weights = [], []
    for one in question.components:
        address = fill(one.address, pair)
        if address not in scores:
            continue
        way, place = np.full(WALKED, scores[address], dtype=np.float64), places.get(address)
        if place is not None:
            turn = one.good * (_turn(one, pair, read) or 1)
            way[:] = np.nan
            way[WALKED - len(place.way) :] = 100.0 * (place.way if turn > 0 else 1.0 - place.way)
        rows.append(way)
        weights.append(one.weight)
    joined = _join(np.stack(rows), np.array(weights), is_worst=question.is_worst)
    return walk_stars(None if score != score else score for score in joined.tolist())


def _join(scores: Floats, weights: Floats, *, is_worst: bool) -> Floats:
    """One score a column of what is known there: the mean by weight, or the worst; NaN where nothing is."""
    known = ~np.isnan(scores)
    if is_worst:
        worst = np.where(known, scores, np.inf).min(axis=0)
        return np.where(np.isinf(worst), np.nan, worst)
    mass = (known * weights[:, None]).sum(axis=0)
    summed = (np.where(known, scores, 0.0) * weights[:, None]).sum(axis=0)
    return np.asarray(np.divide(summed, mass, out=np.full(scores.shape[1], np.nan), where=mass > 0.0))


def _weigh(parts: Sequence[Part], score: float, *, is_worst: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What speaks for the side that the score is on, the strongest first, and what clearly speaks against it."""
    if is_worst:
        worst = min(parts, key=lambda part: part.score if part.score is not None else 101.0)
        return (worst.address,), ()
    side = 1.0 if score >= 50.0 else -1.0
    pulls = {part.address: ((part.score or 0.0) - 50.0) * side for part in parts}
    weights = {part.address: part.weight for part in parts}
    order = sorted(pulls, key=lambda address: -abs(pulls[address]) * weights[address])
    drivers = tuple(address for address in order if pulls[address] > 0.0)[:_TOLD]
    return drivers, tuple(address for address in order if pulls[address] <= -_CLEAR)[:_TOLD]


def say_sample(sessions: int, horizon: int) -> str:
    """Why what followed cannot be told: too few windows of that length; '' where there are enough."""
    windows = sessions // horizon
    if windows >= _WINDOWS:
        return ""
    return f"insufficient sample: {windows} independent windows of {horizon} sessions, {_WINDOWS} are needed"
