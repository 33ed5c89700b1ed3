"""How much a finding matters."""

from enum import StrEnum


class Level(StrEnum):
    """Ordered by `rank`; `OK` is the level of a rule that finds nothing."""

    OK = "ok"
    INFO = "info"
    WATCH = "watch"
    WARN = "warn"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return _ORDER.index(self)


_ORDER = tuple(Level)
