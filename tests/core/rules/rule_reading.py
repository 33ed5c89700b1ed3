"""A reading made by hand: measures, histories and qualities as a test sets them."""

import tomllib
from dataclasses import dataclass, field

import numpy as np

from core.config import shipped_file
from core.rules import read_rules
from core.rules.settled import settle
from core.rules.watch import judge as judge_all
from core.rules.watch import list_rules
from core.snapshot import Measure, Quality, SubjectState

OK = Quality(state=SubjectState.OK)
LAST = "2026-02-27"


def weekdays(count, last=LAST):
    """Weekdays that end with `last`, a Friday unless told otherwise."""
    return np.busday_offset(last, np.arange(1 - count, 1))


@dataclass
class HandReading:
    """`pasts` are of completed sessions, to 2026-02-27; `values` are of now, by default the last of the pasts."""

    pairs: tuple[str, ...] = ("IWM/SPY",)
    volatility: tuple[str, ...] = ("IWM", "SPY")
    key_subjects: frozenset[str] = frozenset({"IWM", "SPY", "IWM/SPY"})
    values: dict[str, object] = field(default_factory=dict)
    pasts: dict[str, list[float]] = field(default_factory=dict)
    quality: dict[str, Quality] = field(default_factory=lambda: {"IWM": OK, "SPY": OK, "IWM/SPY": OK})
    loading: int = 0
    provisional: bool = False
    bad: tuple[int, ...] = ()
    """Places of the past at which the data was not good enough."""

    @property
    def recent_sessions(self):
        return [str(day) for day in weekdays(20, "2026-03-02" if self.provisional else LAST)]

    def measure(self, address):
        value = self.values.get(address)
        if value is None and self.pasts.get(address):
            value = self.pasts[address][-1]
        reason = "needs 252 sessions, has 120" if value is None else None
        return Measure(value, "", None, self.provisional, reason)

    def sessions(self, subject):
        lengths = [len(past) for address, past in self.pasts.items() if address.rpartition(".")[0] == subject]
        return weekdays(max(lengths, default=0))

    def past(self, address, sessions):
        values = self.pasts.get(address, [])
        return np.array([np.nan] * (len(sessions) - len(values)) + list(values), dtype=float)

    def sound(self, subject):
        sound = np.ones(len(self.sessions(subject)), bool)
        sound[list(self.bad)] = False
        return sound


def shipped_tables():
    return tomllib.loads(shipped_file().read_text(encoding="utf-8"))["rules"]


def shipped_rule(name, **changes):
    return read_rules({name: {**shipped_tables()[name], **changes}})[name]


def judge(name, reading, **changes):
    rules = {name: shipped_rule(name, **changes)}
    return list(judge_all(rules, settle(rules, reading), reading))


def list_one(name, reading, **changes):
    rules = {name: shipped_rule(name, **changes)}
    return list_rules(rules, settle(rules, reading), reading)[0]
