"""What the relative return may hang on: yields, dollar, credit, oil, style, as changes on a pair's sessions [E]."""

from dataclasses import dataclass

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from core.macro.catalogue import CATALOGUE
from core.market.bars import Floats, Sessions
from core.market.kinds import Kind, has_own_calendar, kind_of
from core.market.panel import Line
from core.market.symbols import symbols_of
from core.studies.around import Around
from core.studies.study import Missing, missing_sessions
from core.studies.windows import to_log_returns

Rows = NDArray[np.intp]
CARRIED = 2
"""Sessions that the last value of another calendar stands for: bond holidays never come in a row."""
LATE = 5
"""Sessions that a published yield may be behind."""
_HIGHEST = 20.0
"""No yield of this market was above it since 1985: a source that says so writes tenths of a percent."""


class Factor(Struct, frozen=True):
    """Something that may move a pair; the first of `subjects` that is watched is taken."""

    key: str
    text: str
    subjects: tuple[str, ...]
    source: str
    windows: tuple[int, ...] = (126,)
    is_discount: bool = False
    """A bank-discount rate on 360 days, as the bill rate is quoted."""

    is_full: bool = True
    """Whether its slope is also taken with nothing held equal, and compared with the long one."""

    where: str = "add to [universe] symbols"
    """What to do where none of them is watched."""

    @property
    def is_rate(self) -> bool:
        """Whether its change is a difference in percentage points, not a log return."""
        return kind_of(self.subjects[0]) is Kind.RATE


FACTORS = (
    Factor("rate", "the 10-year yield", ("^TNX",), "E1", (126, 252)),
    Factor("short_rate", "the 3-month bill's yield", ("^IRX",), "E1", is_discount=True),
    Factor("real_rate", "the 10-year real yield", ("DFII10",), "E2", is_full=False),
    Factor("breakeven", "10-year breakeven inflation", ("T10YIE",), "E2", is_full=False),
    Factor("dollar", "the dollar", ("UUP",), "E4"),
    Factor("credit", "high-yield over Treasury bonds", ("HYG/IEF",), "E5"),
    Factor("oil", "oil", ("CL=F", "USO"), "E6"),
)
RATE = FACTORS[0]


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """Changes from one joint session to the next, oldest first; `sessions` are those at their ends."""

    subject: str
    """The one of the factor's subjects that they are of."""
    sessions: Sessions
    spread: Floats
    """Log return of small less that of large."""
    market: Floats
    """Log return of large."""
    change: Floats
    """Of the factor: percentage points, or a log return; NaN where its value is too old or has no logarithm."""
    levels: Floats
    """The factor itself on `sessions`."""

    def last(self, count: int) -> "Joined | Missing":
        """The last `count` changes, or why there are not so many."""
        if len(self.change) < count:
            return Missing(f"{self.subject} {missing_sessions(count + 1, len(self.change) + 1).reason}")
        holes = self.sessions[-count:][np.isnan(self.change[-count:])]
        if len(holes):
            return Missing(f"no usable value of {self.subject} on or before {holes[-1]}")
        rows = slice(-count, None)
        return Joined(
            self.subject,
            self.sessions[rows],
            self.spread[rows],
            self.market[rows],
            self.change[rows],
            self.levels[rows],
        )


def to_percent(values: Floats) -> Floats:
    """Yields in percent, whichever of its two ways the source writes them in [2]."""
    return values / 10.0 if len(values) and float(np.nanmax(values)) > _HIGHEST else values


def to_bond_equivalent(discount: Floats) -> Floats:
    """The yield, on 365 days, of a 91-day bill at a bank discount on 360; both in percent [2]."""
    fraction = discount / 100.0
    return 365.0 * fraction / (360.0 - 91.0 * fraction) * 100.0


def join(line: Line, around: Around, factor: Factor, most: int) -> Joined | Missing:
    """The last changes, at most `most`, of a pair and of `factor` on sessions that both have.

    What keeps the exchange's calendar must have a bar, else the session does not count. What keeps another one
    (yields rest on bond holidays, futures hardly ever) is carried over a holiday: its last value was the one known.
    """
    subject = next((s for s in factor.subjects if _is_watched(around, s)), None)
    if subject is None and factor.subjects[0] in CATALOGUE:
        return _join_published(line, around, factor.subjects[0], most)
    if subject is None:
        names = " or ".join(factor.subjects).replace("/", " and ")
        return Missing(f"needs {names}: {factor.where}")
    other = around.line(subject)
    if line.large is None or not len(line.sessions) or not len(other.sessions):
        return Missing(f"no history of {subject if len(line.sessions) else line.subject} yet")
    is_carried = has_own_calendar(subject)
    mine, theirs = _carry(line, other, most + 1) if is_carried else _meet(line, other, most + 1)
    if not len(mine) or mine[-1] != len(line.sessions) - 1:
        return Missing(f"{subject} has no bar of {line.sessions[-1]}")
    levels = _to_levels(factor, other.values[theirs])
    if is_carried:
        age = mine - np.searchsorted(line.sessions, other.sessions[theirs])
        levels = np.where(age > CARRIED, np.nan, levels)
    change = np.diff(levels) if factor.is_rate else to_log_returns(levels)
    spread, market = to_log_returns(line.values[mine]), to_log_returns(line.large[mine])
    return Joined(subject, line.sessions[mine[1:]], spread, market, change, levels[1:])


def _join_published(line: Line, around: Around, name: str, most: int) -> Joined | Missing:
    """The changes of a yield that is published a session later: to the newest session whose yield is known [E2]."""
    if line.large is None or not len(line.sessions):
        return Missing(f"no history of {line.subject} yet")
    known = around.drivers.macro.known(name, line.sessions[-1])
    if isinstance(known, str):
        return Missing(known)
    end = int(np.searchsorted(line.sessions, known.last_day, side="right"))
    if len(line.sessions) - end > LATE:
        return Missing(f"{name} of FRED ends on {known.last_day}")
    first = max(0, end - most - 1)
    theirs = np.searchsorted(known.observed, line.sessions[first:end], side="right") - 1
    mine, theirs = np.flatnonzero(theirs >= 0) + first, theirs[theirs >= 0]
    age = mine - np.searchsorted(line.sessions, known.observed[theirs])
    levels = np.where(age > CARRIED, np.nan, known.values[theirs])
    spread, market = to_log_returns(line.values[mine]), to_log_returns(line.large[mine])
    return Joined(name, line.sessions[mine[1:]], spread, market, np.diff(levels), levels[1:])


def _is_watched(around: Around, subject: str) -> bool:
    return all(around.panel.column(symbol) is not None for symbol in symbols_of(subject))


def _to_levels(factor: Factor, values: Floats) -> Floats:
    if not factor.is_rate:
        return values
    percent = to_percent(values)
    return to_bond_equivalent(percent) if factor.is_discount else percent


def _meet(line: Line, other: Line, most: int) -> tuple[Rows, Rows]:
    """Rows of the last sessions that both lines have; those of four windows are looked through, not all since 1993."""
    first = max(0, len(line.sessions) - 4 * most)
    sessions = line.sessions[first:]
    theirs = np.minimum(np.searchsorted(other.sessions, sessions), len(other.sessions) - 1)
    shared = other.sessions[theirs] == sessions
    return (np.flatnonzero(shared) + first)[-most:], theirs[shared][-most:]


def _carry(line: Line, other: Line, most: int) -> tuple[Rows, Rows]:
    """Rows of the last sessions of `line`, and of what was last known of `other` on each."""
    first = max(0, len(line.sessions) - most)
    theirs = np.searchsorted(other.sessions, line.sessions[first:], side="right") - 1
    known = theirs >= 0
    return np.flatnonzero(known) + first, theirs[known]
