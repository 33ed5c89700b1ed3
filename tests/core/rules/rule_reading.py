"""A reading made by hand: measures, histories and qualities as a test sets them."""

from dataclasses import dataclass, field

import numpy as np

from core.config import shipped_file
from core.rules import read_rules
from core.snapshot import Measure, Quality, SubjectState

OK = Quality(state=SubjectState.OK)


@dataclass
class HandPast:
    values: list[float]

    def session(self, index: int) -> str:
        """Weekdays that end with Friday 2026-02-27."""
        return str(np.busday_offset("2026-02-27", index + 1))


@dataclass
class HandReading:
    pairs: tuple[str, ...] = ("IWM/SPY",)
    volatility: tuple[str, ...] = ("IWM", "SPY")
    key_subjects: frozenset[str] = frozenset({"IWM", "SPY", "IWM/SPY"})
    values: dict[str, object] = field(default_factory=dict)
    pasts: dict[str, list[float]] = field(default_factory=dict)
    quality: dict[str, Quality] = field(default_factory=lambda: {"IWM": OK, "SPY": OK, "IWM/SPY": OK})
    loading: int = 0
    provisional: bool = False

    @property
    def recent_sessions(self):
        return [HandPast([]).session(-index) for index in range(20, 0, -1)]

    def measure(self, address):
        value = self.values.get(address)
        reason = "needs 252 sessions, has 120" if value is None else None
        return Measure(value, "", None, self.provisional, reason)

    def past(self, address):
        return HandPast(self.pasts[address])


def shipped_tables():
    import tomllib

    return tomllib.loads(shipped_file().read_text(encoding="utf-8"))["rules"]


def shipped_rule(name, **changes):
    (rule,) = read_rules({name: {**shipped_tables()[name], **changes}})
    return rule


def judge(name, reading, **changes):
    return list(shipped_rule(name, **changes).judge(reading))
