"""What a rule is, what it may read, and how it says what it found. No numpy: the viewer checks settings with it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Annotated, Literal, Protocol

from msgspec import Meta, Struct

from core.rules.level import Level
from core.snapshot import Finding, Measure, Quality, SubjectState

Positive = Annotated[float, Meta(ge=0.001, le=1000)]
Negative = Annotated[float, Meta(ge=-0.99, le=-0.001)]
Share = Annotated[float, Meta(ge=0.001, le=1)]
LevelName = Literal["ok", "info", "watch", "warn", "critical"]
Run = Annotated[int, Meta(ge=1, le=10_000)]


class PastLike(Protocol):
    """A measure's history up to now, without holes; `session(-1)` is the date of `values[-1]`."""

    @property
    def values(self) -> Sequence[float]: ...

    def session(self, index: int) -> str: ...


class Reading(Protocol):
    """What a rule may look at."""

    @property
    def pairs(self) -> tuple[str, ...]: ...

    @property
    def key_subjects(self) -> frozenset[str]:
        """Pairs, their legs and what a pane shows; the other symbols are only watched."""
        ...

    @property
    def volatility(self) -> tuple[str, ...]:
        """The subjects of the volatility pane: small leg, large leg."""
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

    def past(self, address: str) -> PastLike: ...


class Rule(Struct, frozen=True, forbid_unknown_fields=True):
    """A risk rule: its fields are its thresholds, its defaults are in `config.toml`."""

    enabled: bool

    def judge(self, reading: Reading) -> Iterator[Finding]:
        """What it finds now, nothing where all is well."""
        return iter(())


class Ladder(Struct, frozen=True):
    """Levels with the value that each is entered at, mildest first; `sign` -1 where lower is worse."""

    steps: tuple[tuple[Level, float], ...]
    sign: int = 1

    def reach(self, value: float) -> tuple[Level, float] | None:
        """The highest level that `value` has entered and its threshold, None below the first."""
        entered = [step for step in self.steps if value * self.sign >= step[1] * self.sign]
        return entered[-1] if entered else None


def check_ascending(names: str, *thresholds: float) -> None:
    """Raise ValueError unless every next threshold is at least as far as the one before."""
    sign = -1 if thresholds[0] < 0 else 1
    if any(after * sign < before * sign for before, after in pairwise(thresholds)):
        raise ValueError(f"{names} must get stricter from left to right")


def find_since(past: PastLike, holds: Callable[[int], bool]) -> str | None:
    """The session that began the present stretch in which `holds(index)` is true, index -1 being the last.

    None where it does not hold now, or has held for as long as the history goes back.
    """
    count = len(past.values)
    steps = next((k for k in range(count) if not holds(-1 - k)), count)
    return past.session(-steps) if 0 < steps < count else None


def build_finding(
    reading: Reading,
    rule: str,
    address: str,
    level: Level,
    text: str,
    *,
    since: str | None,
    threshold: float | None = None,
    also: tuple[str, ...] = (),
) -> Finding:
    """A finding that rests on the measure at `address` (`also`: further names); blocked unless its data is good."""
    subject, _, name = address.rpartition(".")
    measure = reading.measure(address)
    quality = reading.quality.get(subject)
    return Finding(
        rule=rule,
        subject=subject,
        level=level,
        text=text,
        since=since,
        provisional=measure.provisional,
        blocked=quality is None or quality.state is not SubjectState.OK,
        value=number(measure),
        threshold=threshold,
        measures=tuple(f"{subject}.{part}" for part in (name, *also)),
    )


def number(measure: Measure) -> float | None:
    """The value of a measure as a number, None where it has none."""
    value = measure.value
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
