"""What a rule is, what it may read, and what it answers. No numpy here: the viewer checks settings with it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, NamedTuple, Protocol

from msgspec import Meta, Struct

from core.rules.level import Level
from core.rules.lifecycle import Tempo
from core.snapshot import Finding, Measure, Quality

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from core.rules.lifecycle import Mask, Steps

    Floats = NDArray[np.float64]

Positive = Annotated[float, Meta(ge=0.001, le=1000)]
Negative = Annotated[float, Meta(ge=-0.99, le=-0.001)]
Share = Annotated[float, Meta(ge=0.001, le=1)]
LevelName = Literal["ok", "info", "watch", "warn", "critical"]
Run = Annotated[int, Meta(ge=1, le=10_000)]
Closes = Annotated[int, Meta(ge=1, le=20)]
Release = Annotated[int, Meta(ge=0, le=20)]
Sessions = Annotated[int, Meta(ge=0, le=252)]
Confirm = tuple[Closes, Closes, Closes, Closes]

CODES = {
    "down": -1.0,
    "up": 1.0,
    "lagging": 10.0,
    "weakening": 11.0,
    "improving": 12.0,
    "leading": 13.0,
    "green": 20.0,
    "yellow": 21.0,
    "red": 22.0,
    "none": 30.0,
    "headwind": 31.0,
    "tailwind": 32.0,
    "info": 41.0,
    "watch": 42.0,
}
"""The words that measures say, as the numbers that stand for them in their pasts."""


class Scope(Protocol):
    """What there is to watch."""

    @property
    def pairs(self) -> tuple[str, ...]: ...

    @property
    def volatility(self) -> tuple[str, ...]:
        """The subjects of the volatility pane: small leg, large leg."""
        ...


class Reading(Scope, Protocol):
    """What a rule may look at of the present moment."""

    @property
    def key_subjects(self) -> frozenset[str]:
        """Pairs, their legs and what a pane shows; the other symbols are only watched."""
        ...

    @property
    def recent_sessions(self) -> Sequence[str]:
        """The last 20 sessions of the exchange (ISO)."""
        ...

    @property
    def quality(self) -> Mapping[str, Quality]: ...

    @property
    def loading(self) -> int:
        """Symbols whose history is still to be fetched."""
        ...

    def measure(self, address: str) -> Measure: ...


class Graded(NamedTuple):
    """Of every close: the highest step entered, the highest whose exit is not passed, the value told, and whether
    there was enough to judge by. Steps count from 1; arrays of one length."""

    entered: Steps
    held: Steps
    values: Floats
    good: Mask


class Told(NamedTuple):
    """What a sentence is made of: where a warning stands now, and the measures of the moment."""

    reading: Reading
    subject: str
    level: Level
    session: Callable[[int], str]
    """The session (ISO) so many closes ago, 0 being the last; '' before the first."""


class Rule(Struct, frozen=True, forbid_unknown_fields=True):
    """A risk rule: its fields are its thresholds, its defaults are in `config.toml`."""

    enabled: bool

    ID: ClassVar[str] = ""
    """Where the specification of the indicators has it: R1."""

    def judge(self, reading: Reading) -> Iterator[Finding]:
        """What it finds of this moment alone, whatever was before."""
        return iter(())

    def say(self) -> str:
        """What it looks at, in a sentence."""
        return " ".join((inspect.getdoc(type(self)) or "").partition("\n\n")[0].split())


class Ladder(Struct, frozen=True):
    """Levels with the value that each is entered and left at, mildest first; `sign` -1 where lower is worse."""

    levels: tuple[Level, ...]
    enter: tuple[float, ...]
    exit: tuple[float, ...]
    sign: int = 1

    def level_of(self, value: float) -> Level:
        """The highest level that `value` enters, ok where it is none."""
        met = (
            level for level, step in zip(self.levels, self.enter, strict=True) if value * self.sign >= step * self.sign
        )
        return max(met, key=lambda level: level.rank, default=Level.OK)

    def grade(self, values: Floats) -> Graded:
        """The steps of every value; one that is missing is not good."""
        import numpy as np

        entered, held = np.zeros((2, len(values)), np.int8)
        turned = values if self.sign > 0 else -values
        for steps, thresholds in ((entered, self.enter), (held, self.exit)):
            for threshold in thresholds:
                steps += turned >= threshold * self.sign
        return Graded(entered, held, values, ~np.isnan(values))


class PathRule(Rule, frozen=True, forbid_unknown_fields=True):
    """A rule over the past of measures: what it says of each close goes through the one lifecycle."""

    confirm: Confirm
    """Closes in a row to enter info, watch, warn, critical."""
    release: Release
    """Closes in a row beyond the exit until the level goes down by one; 0: it ends at once."""
    cooldown: Sessions
    """Sessions after a level was left in which the same one again is no news."""

    is_two_sided: ClassVar[bool] = False
    """Whether the size of the value told is what meets the thresholds, whatever its sign."""

    def levels(self) -> tuple[Level, ...]:
        """The levels of its steps, the mildest first."""
        raise NotImplementedError

    def subjects(self, scope: Scope) -> tuple[str, ...]:
        """What it watches: symbols and pairs; every pair unless it says otherwise."""
        return scope.pairs

    def inputs(self, subject: str) -> tuple[str, ...]:
        """The addresses of the measures it judges by; the first is the one whose value is told."""
        raise NotImplementedError

    def grade(self, inputs: Sequence[Floats]) -> Graded:
        """The steps of every close, from the inputs in their order: a whole past, or the one value of now."""
        raise NotImplementedError

    def ladder(self) -> Ladder | None:
        """The thresholds of the value told, where it is the value alone that decides."""
        return None

    def tell(self, told: Told) -> str:
        """A sentence of now; '' where a measure that it needs is missing."""
        raise NotImplementedError

    def also(self, subject: str) -> tuple[str, ...]:
        """Addresses that a sentence rests on beside the inputs."""
        return ()

    def tempo(self) -> Tempo:
        """How many closes its changes take."""
        confirm = tuple(self.confirm[level.rank - 1] for level in self.levels())
        return Tempo(confirm, self.release, self.cooldown)


def check_ascending(names: str, *thresholds: float) -> None:
    """Raise ValueError unless every next threshold is at least as far as the one before."""
    sign = -1 if thresholds[0] < 0 else 1
    if any(after * sign < before * sign for before, after in pairwise(thresholds)):
        raise ValueError(f"{names} must get stricter from left to right")


def check_ladder(rule: Struct, *names: str) -> None:
    """Raise ValueError unless the thresholds `names` get stricter and each exit (`NAME_exit`) is easier to be under."""
    enters = [float(getattr(rule, name)) for name in names]
    exits = [float(getattr(rule, f"{name}_exit")) for name in names]
    sign = -1 if enters[0] < 0 else 1
    check_ascending(say_names(names), *enters)
    check_ascending(say_names([f"{name}_exit" for name in names]), *exits)
    for name, enter, leave in zip(names, enters, exits, strict=True):
        if leave * sign >= enter * sign:
            raise ValueError(f"{name} must be stricter than {name}_exit: what is entered is left later")


def say_names(names: Sequence[str]) -> str:
    """`info, watch and warn`."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


def build_ladder(rule: Struct, names: Mapping[Level, str], sign: int = 1) -> Ladder:
    """The ladder of the thresholds of a rule: the fields `names` and their `_exit`."""
    return Ladder(
        tuple(names),
        tuple(float(getattr(rule, name)) for name in names.values()),
        tuple(float(getattr(rule, f"{name}_exit")) for name in names.values()),
        sign,
    )


def number(measure: Measure) -> float | None:
    """The value of a measure as a number, None where it has none."""
    value = measure.value
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def to_code(measure: Measure) -> float:
    """The value of a measure as its past has it: words and flags are numbers, NaN where there is none."""
    value = measure.value
    if isinstance(value, str):
        return CODES.get(value, float("nan"))
    return float("nan") if value is None else float(value)
