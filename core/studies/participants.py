"""The constituents of one fund at one session: who can tell, and who does what is counted [I2]."""

from dataclasses import dataclass

import numpy as np
from msgspec import Struct

from core.breadth.counting import ABOVE, EXTREMES, Tally
from core.breadth.fund import FEWEST, Breadth
from core.studies.study import Given, Missing, Result

AHEAD = 63
_NO_LIST = Missing("needs a holdings file: name one under [breadth] in the settings")
NO_WEIGHTS = Missing("the list of constituents has no weights")


class Part(Struct, frozen=True):
    """A share of constituents: what is counted, what one needs to be able to tell, and what those counted do."""

    tally: str
    needs: str
    does: str


PARTS = {
    **{
        f"above_{n}": Part(f"above_{n}", f"{n} sessions without a hole", f"are above their {n}-session average")
        for n in ABOVE
    },
    "highs": Part("highs", f"{EXTREMES} sessions without a hole", f"closed above the {EXTREMES - 1} closes before"),
    "lows": Part("lows", f"{EXTREMES} sessions without a hole", f"closed below the {EXTREMES - 1} closes before"),
    "advances": Part("advances", "a close that is not that of the session before", "rose"),
    "ahead": Part("ahead", f"a close {AHEAD} sessions before", "gained more than the benchmark since"),
}


@dataclass(frozen=True, slots=True, eq=False)
class At:
    """The breadth of one fund at one session."""

    breadth: Breadth
    row: int
    ahead: Tally | Missing
    """One session long."""

    @property
    def session(self) -> str:
        return str(self.breadth.closes.sessions[self.row])

    @property
    def listed(self) -> int:
        return len(self.breadth.holdings.symbols)

    def numbers(self, part: Part, *, weighted: bool = False) -> tuple[float, float] | Missing:
        """How many (or what weight) do, and can tell."""
        if weighted and self.breadth.weights is None:
            return NO_WEIGHTS
        tally, row = (self.ahead, 0) if part.tally == "ahead" else (self.breadth.counts[part.tally], self.row)
        if isinstance(tally, Missing):
            return tally
        telling = int(tally.telling[0, row])
        if telling < FEWEST * self.listed:
            return Missing(f"only {telling} of {self.listed} constituents have {part.needs}")
        return float(tally.doing[int(weighted), row]), float(tally.telling[int(weighted), row])

    def share(self, part: Part, *, weighted: bool = False) -> Result:
        """The share of those that can tell."""
        numbers = self.numbers(part, weighted=weighted)
        return numbers if isinstance(numbers, Missing) else numbers[0] / numbers[1]


def find_fund(given: Given, fund: str) -> Breadth | Missing:
    """What was counted over the fund's constituents, or why there is nothing."""
    found = given.around.funds.found.get(fund) if given.around else None
    if found is None or isinstance(found, str):
        return _NO_LIST if found is None else Missing(found)
    return found if len(given.line.sessions) else Missing("no session yet")


def find_breadth(given: Given, fund: str) -> At | Missing:
    """The fund's breadth at the last session of the line, or why there is none."""
    found = find_fund(given, fund)
    if isinstance(found, Missing):
        return found
    last, sessions = given.line.sessions[-1], found.closes.sessions
    row = found.row(last)
    if row < 0 or sessions[row] != last:
        known = f"they end on {sessions[row]}" if row >= 0 else "they begin later"
        return Missing(f"no closes of the constituents on {last}: {known}")
    return At(found, row, _count_ahead(given, found, row))


def is_asked(given: Given) -> bool:
    """Whether the subject is a pair, or a fund that breadth is asked of; without any settings every symbol is."""
    asked = given.around.funds.asked if given.around else None
    return asked is None or given.is_pair or given.line.subject in asked


def _count_ahead(given: Given, breadth: Breadth, row: int) -> Tally | Missing:
    """Who gained more than the benchmark over 63 of the fund's sessions."""
    if row < AHEAD or given.around is None:
        return Missing(f"the constituents' closes begin on {breadth.closes.sessions[0]}")
    ends = breadth.closes.sessions[[row - AHEAD, row]]
    line = given.around.line(given.around.funds.benchmark)
    rows = np.searchsorted(line.sessions, ends)
    if rows[1] >= len(line.sessions) or (line.sessions[rows] != ends).any():
        return Missing(f"no close of {line.subject} on {ends[0]} or {ends[1]}")
    return breadth.count_ahead(row, row - AHEAD, float(line.values[rows[1]] / line.values[rows[0]]))
