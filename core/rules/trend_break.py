"""R10: the trend of the ratio is broken."""

from collections.abc import Iterator

from core.rules.level import Level
from core.rules.rule import LevelName, Reading, Rule, build_finding, find_since, number
from core.snapshot import Finding

NAME = "trend_break"
_FALLING = "sma_50_change_20d"


class TrendBreak(Rule, frozen=True, forbid_unknown_fields=True):
    """The ratio under its average by the band (`trend_200` or `trend_50` down) while its 50-session average falls."""

    level_50: LevelName
    level_200: LevelName

    def judge(self, reading: Reading) -> Iterator[Finding]:
        for pair in reading.pairs:
            falling = number(reading.measure(f"{pair}.{_FALLING}"))
            if falling is None or falling >= 0.0:
                continue
            for days, level in ((200, Level(self.level_200)), (50, Level(self.level_50))):
                if reading.measure(f"{pair}.trend_{days}").value == "down" and level is not Level.OK:
                    yield self._tell(reading, pair, days, level)
                    break

    def _tell(self, reading: Reading, pair: str, days: int, level: Level) -> Finding:
        broken = reading.measure(f"{pair}.trend_{days}_since").value
        past = reading.past(f"{pair}.{_FALLING}")
        falling = find_since(past, lambda index: past.values[index] < 0.0)
        # Both have to hold: it began with the later one.
        dates = [day for day in (broken, falling) if isinstance(day, str)]
        text = f"{pair} under its {days}-session average, and its 50-session average falls"
        also = (f"trend_{days}", f"trend_{days}_since", f"sma_{days}")
        address = f"{pair}.{_FALLING}"
        return build_finding(
            reading, NAME, address, level, text, since=max(dates, default=None), threshold=0.0, also=also
        )
