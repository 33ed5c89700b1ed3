"""Rules that weigh several signs, each with thresholds of its own: the step of each, entered and held."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from core.rules.level import Level
from core.rules.rule import Ladder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from core.rules.rule import Floats

    Steps = NDArray[np.int8]


@runtime_checkable
class Signs(Protocol):
    """A rule that tells its signs apart."""

    def signs(self) -> tuple[tuple[str, Ladder], ...]:
        """The name of each measure that is a sign, with its own thresholds."""
        ...


_PLACES = {Level.INFO: 1, Level.WATCH: 2, Level.WARN: 3, Level.CRITICAL: 4}


def grade_sign(ladder: Ladder, values: Floats) -> tuple[Steps, Steps]:
    """The level's place (1 info to 4 critical) entered and held at each close; 0 until it is first known.

    A sign that is no longer known stays where it was: no warning is lowered because a series has ended.
    """
    import numpy as np

    places = np.array([0, *(_PLACES[level] for level in ladder.levels)], np.int8)
    graded = ladder.grade(values)
    last = np.maximum.accumulate(np.where(graded.good, np.arange(len(values)), -1))
    entered, held = (np.where(last >= 0, places[steps][last], 0).astype(np.int8) for steps in graded[:2])
    return entered, held


def highest(signs: Sequence[Steps]) -> Steps:
    """The highest place of all at each close."""
    import numpy as np

    return np.asarray(np.max(np.stack(signs), axis=0), dtype=np.int8)


def any_known(inputs: Sequence[Floats]) -> NDArray[np.bool_]:
    """At which closes any of the signs is known, or was."""
    import numpy as np

    return np.asarray(np.logical_or.accumulate(~np.isnan(np.stack(inputs)).all(axis=0)), dtype=np.bool_)
