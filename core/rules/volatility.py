"""R1: small caps are unusually volatile, by their own past or against large caps."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from core.rules.level import Level
from core.rules.rule import Ladder, Positive, Reading, Rule, Share, build_finding, check_ascending, find_since, number
from core.rules.words import say_percent, say_rank, say_times
from core.snapshot import Finding

NAME = "volatility"
_FULL = 1260
"""Sessions of its own past that the ratio's percentile needs [§0.7]."""


class Volatility(Rule, frozen=True, forbid_unknown_fields=True):
    """Percentile of the small leg's 20-day volatility in five years [R1]; small's over large's [C2].

    The ratio enters a level at the higher of its fixed step and its own percentile.
    """

    percentile_info: Share
    percentile_watch: Share
    percentile_warn: Share
    percentile_critical: Share
    volatility_critical: Positive
    ratio_info: Positive
    ratio_watch: Positive
    ratio_warn: Positive

    def __post_init__(self) -> None:
        check_ascending(
            "percentile_info, percentile_watch, percentile_warn and percentile_critical",
            *(self.percentile_info, self.percentile_watch, self.percentile_warn, self.percentile_critical),
        )
        check_ascending("ratio_info, ratio_watch and ratio_warn", self.ratio_info, self.ratio_watch, self.ratio_warn)

    def judge(self, reading: Reading) -> Iterator[Finding]:
        yield from self._judge_percentile(reading, reading.volatility[0])
        pair = "/".join(reading.volatility[:2])
        if pair in reading.pairs:
            yield from self._judge_ratio(reading, pair)

    def _judge_percentile(self, reading: Reading, symbol: str) -> Iterator[Finding]:
        address, level_address = f"{symbol}.volatility_percentile_1260d", f"{symbol}.volatility_20d"
        rank, now = number(reading.measure(address)), number(reading.measure(level_address))
        reached = None if rank is None or now is None else self._reach(rank, now)
        if rank is None or now is None or reached is None:
            return
        level, threshold = reached
        ranks, volatilities = reading.past(address), reading.past(level_address).values

        def holds(index: int) -> bool:
            then = self._reach(ranks.values[index], volatilities[index])
            return then is not None and then[0].rank >= level.rank

        text = f"{symbol} 20-day volatility {say_percent(now)} a year, {say_rank(rank)} of five years"
        since = find_since(ranks, holds)
        yield build_finding(
            reading, NAME, address, level, text, since=since, threshold=threshold, also=("volatility_20d",)
        )

    def _reach(self, rank: float, volatility: float) -> tuple[Level, float] | None:
        steps = [
            (Level.INFO, self.percentile_info),
            (Level.WATCH, self.percentile_watch),
            (Level.WARN, self.percentile_warn),
        ]
        if volatility >= self.volatility_critical:
            steps.append((Level.CRITICAL, self.percentile_critical))
        return Ladder(tuple(steps)).reach(rank)

    def _judge_ratio(self, reading: Reading, pair: str) -> Iterator[Finding]:
        address = f"{pair}.volatility_ratio_20d"
        ratio = number(reading.measure(address))
        if ratio is None or ratio < self.ratio_info:
            return
        past = reading.past(address)
        level, threshold, sessions = self._walk(past.values)
        if level is Level.OK:
            return
        small, large = pair.split("/")
        text = f"{small} {say_times(ratio)} as volatile as {large} over 20 sessions"
        since = past.session(-sessions) if sessions < len(past.values) else None
        yield build_finding(reading, NAME, address, level, text, since=since, threshold=threshold)

    def _walk(self, values: Sequence[float]) -> tuple[Level, float, int]:
        """The level now, its fixed threshold, and for how many sessions it has been at least that."""
        ordered = sorted(values)
        level, threshold, count = Level.OK, 0.0, 0
        for value in reversed(values):
            # Each session is ranked among what was known then: itself and all before it.
            rank = bisect_right(ordered, value) / len(ordered) if len(ordered) >= _FULL else 1.0
            then, step = self._reach_ratio(value, rank)
            if not count:
                level, threshold = then, step
            elif then.rank < level.rank:
                break
            if level is Level.OK:
                break
            count += 1
            ordered.pop(bisect_left(ordered, value))
        return level, threshold, count

    def _reach_ratio(self, ratio: float, rank: float) -> tuple[Level, float]:
        steps = (
            (Level.WARN, self.ratio_warn, self.percentile_warn),
            (Level.WATCH, self.ratio_watch, self.percentile_watch),
            (Level.INFO, self.ratio_info, self.percentile_info),
        )
        entered = ((level, fixed) for level, fixed, own in steps if ratio >= fixed and rank >= own)
        return next(entered, (Level.OK, 0.0))
