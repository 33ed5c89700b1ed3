"""A3: the ratio has pulled back from its recent high."""

from collections.abc import Iterator

from core.rules.level import Level
from core.rules.rule import Ladder, Negative, Reading, Rule, build_finding, check_ascending, find_since, number
from core.rules.words import say_count, say_percent
from core.snapshot import Finding

NAME = "pullback"


class Pullback(Rule, frozen=True, forbid_unknown_fields=True):
    """The ratio under its highest close of 63 sessions, for every pair."""

    info: Negative
    watch: Negative
    warn: Negative

    def __post_init__(self) -> None:
        check_ascending("info, watch and warn", self.info, self.watch, self.warn)

    def judge(self, reading: Reading) -> Iterator[Finding]:
        ladder = Ladder(((Level.INFO, self.info), (Level.WATCH, self.watch), (Level.WARN, self.warn)), sign=-1)
        for pair in reading.pairs:
            value = number(reading.measure(f"{pair}.pullback_63d"))
            reached = None if value is None else ladder.reach(value)
            if value is not None and reached:
                yield _tell(reading, pair, value, *reached)


def _tell(reading: Reading, pair: str, value: float, level: Level, threshold: float) -> Finding:
    address = f"{pair}.pullback_63d"
    age = reading.measure(f"{address}_sessions").value
    past = reading.past(address)
    since = find_since(past, lambda index: past.values[index] <= threshold)
    text = f"{pair} {say_percent(-value)} under its 63-session high, {say_count(int(age or 0), 'session')} below"
    also = ("pullback_63d_sessions",)
    return build_finding(reading, NAME, address, level, text, since=since, threshold=threshold, also=also)
