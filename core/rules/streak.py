"""A5: one leg has beaten the other for many sessions in a row."""

from collections.abc import Iterator

from core.rules.level import Level
from core.rules.rule import Ladder, Reading, Rule, Run, build_finding, check_ascending, number
from core.rules.words import say_count
from core.snapshot import Finding

NAME = "streak"


class Streak(Rule, frozen=True, forbid_unknown_fields=True):
    """Sessions in a row, either way, for every pair. It ends when the run ends."""

    info: Run
    watch: Run
    warn: Run

    def __post_init__(self) -> None:
        check_ascending("info, watch and warn", self.info, self.watch, self.warn)

    def judge(self, reading: Reading) -> Iterator[Finding]:
        ladder = Ladder(((Level.INFO, self.info), (Level.WATCH, self.watch), (Level.WARN, self.warn)))
        for pair in reading.pairs:
            address = f"{pair}.streak"
            value = number(reading.measure(address))
            reached = ladder.reach(abs(value)) if value else None
            if value is None or reached is None:
                continue
            level, threshold = reached
            # The run entered the level when it was as long as the threshold.
            since = reading.past(address).session(round(threshold) - 1 - round(abs(value)))
            text = self._tell(reading, pair, round(value))
            also = ("streak_runs_as_long", "streak_last_as_long")
            yield build_finding(reading, NAME, address, level, text, since=since, threshold=threshold, also=also)

    def _tell(self, reading: Reading, pair: str, streak: int) -> str:
        small, large = pair.split("/")
        winner, loser = (small, large) if streak > 0 else (large, small)
        begin = reading.past(f"{pair}.streak").session(-abs(streak))
        last = reading.measure(f"{pair}.streak_last_as_long").value
        rare = f"the last run as long ended {last}" if last else "no run as long before"
        return f"{winner} has beaten {loser} {say_count(abs(streak), 'session')} in a row since {begin}; {rare}"
