"""From a score to stars: 20 points each, left by three points more than they are entered by [J1]. Pure."""

from collections.abc import Iterable

MOST = 5
STEP = 20.0
SLACK = 3.0


def to_stars(score: float) -> int:
    """One to five, without a past."""
    return 1 + sum(score >= STEP * k for k in range(1, MOST))


def step_stars(before: int | None, score: float | None) -> int | None:
    """Stars after one more score; None where there is none, and then it begins anew."""
    if score is None:
        return None
    if before is None:
        return to_stars(score)
    stars = before
    while stars < MOST and score >= STEP * stars + SLACK:
        stars += 1
    while stars > 1 and score < STEP * (stars - 1) - SLACK:
        stars -= 1
    return stars


def walk_stars(scores: Iterable[float | None]) -> int | None:
    """Stars after all of `scores`, oldest first."""
    stars = None
    for score in scores:
        stars = step_stars(stars, score)
    return stars


def find_edges(stars: int) -> tuple[float | None, float | None]:
    """The score from which on there is a star more, and under which there is one less; None at the ends."""
    rises = STEP * stars + SLACK if stars < MOST else None
    return rises, STEP * (stars - 1) - SLACK if stars > 1 else None
