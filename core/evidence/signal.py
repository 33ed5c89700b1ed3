"""What a signal is: a sentence about a pair that is true or not at every close, and what it claims will follow."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

from core.evidence.ground import Ground
from core.evidence.record import Parameter
from core.evidence.series import Mask

UP, DOWN = 1, -1
"""What a signal claims: that small outperforms large after it, or that it does not."""
MONTHS_3, MONTHS_12, YEARS = "1-3 months", "6-12 months", "over a year"


@dataclass(frozen=True, slots=True, eq=False)
class States:
    """`on[t]`: whether the signal holds at the close of session t; known in `first <= t < end` only."""

    on: Mask
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class Absent:
    """A signal that cannot be told of this pair, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Signal:
    """`find(ground, **parameters)` tells its states; the parameters are frozen by the ledger."""

    name: str
    says: str
    direction: int
    source: str
    """Ids of the indicators' specification, those of rules first."""
    horizon: str
    find: Callable[..., States | Absent]
    parameters: tuple[tuple[str, Parameter], ...]
    level: str = ""
    """The level of the rule that it is the track record of, '' where it is no rule's."""
    note: str = ""
    """What must be known before it is believed."""

    def read(self, ground: Ground) -> States | Absent:
        """Its states on the sessions of `ground`."""
        return self.find(ground, **dict(self.parameters))

    @property
    def digest(self) -> str:
        """Digest of what makes it this test and no other: its function's name, its parameters, its direction."""
        what = [self.find.__name__, sorted(self.parameters), self.direction]
        return hashlib.sha256(json.dumps(what).encode()).hexdigest()[:8]


def to_states(on: Mask, first: int, end: int | None = None) -> States:
    """`on` from `first` on: before it nothing is known, so nothing is claimed."""
    on = on.copy()
    on[:first] = False
    return States(on, first, len(on) if end is None else end)
