"""How often each rule would have fired in the loaded history, against how often its level is meant to [§0.7]."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.rules.level import Level
from core.rules.status import Calibration

TARGETS = {
    Level.INFO: (0.10, 0.20),
    Level.WATCH: (0.04, 0.10),
    Level.WARN: (0.01, 0.03),
    Level.CRITICAL: (0.0, 0.005),
}
"""The share of all sessions that a rule is meant to be at each level: at this one, not at it or above."""
LEAST = 1260
"""Sessions under which a share says nothing: five years."""


def calc_share(counts: Sequence[int], step: int) -> float | None:
    """The part of all judged sessions at `step`; `counts` of step 0 first. None where they are too few."""
    total = sum(counts)
    return counts[step] / total if total >= LEAST else None


def is_off(level: Level, share: float | None) -> bool:
    """Whether the share is outside the band of the level."""
    low, high = TARGETS.get(level, (0.0, 1.0))
    return share is not None and not low <= share <= high


def calibrate(levels: Sequence[Level], subjects: Iterable[Sequence[int]]) -> tuple[Calibration, ...]:
    """A row for every level of a rule, over all its subjects together; `subjects` are their counts of sessions."""
    counts = [sum(column) for column in zip(*subjects, strict=True)] or [0] * (len(levels) + 1)
    return tuple(
        Calibration(
            level=level,
            sessions=sum(counts),
            share=calc_share(counts, step),
            low=TARGETS[level][0],
            high=TARGETS[level][1],
        )
        for step, level in enumerate(levels, 1)
    )
