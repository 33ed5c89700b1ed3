"""What is told of the economic series beside their measures: where from, whether that answers, what is due when."""

from datetime import datetime

from msgspec import Struct

from core.rules.level import Level


class EconomyInfo(Struct, frozen=True, kw_only=True):
    """`held` of `total` series are there; `trouble` says in a sentence what fails, empty where nothing does.

    `due` has, by measure of `US`, the day (ISO) on which its next observation is due: until then it is not old, however
    long ago it is of. `levels` has the level that a rule gives a measure by itself.
    """

    origin: str = ""
    held: int = 0
    total: int = 0
    trouble: str = ""
    checked: datetime | None = None
    """When a series was last looked at; None for what is not fetched."""
    due: dict[str, str] = {}
    levels: dict[str, Level] = {}


NO_ECONOMY = EconomyInfo()
