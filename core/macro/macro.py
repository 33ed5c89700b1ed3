"""All economic series of one moment, and of those that are not there the reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

import numpy as np

from core.macro.catalogue import CATALOGUE
from core.macro.series import Known, Series

NO_SERIES = "no source of economic series is set up here"


@dataclass(frozen=True, slots=True, eq=False)
class Macro:
    """Frozen: what comes later is another one."""

    series: Mapping[str, Series] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    """Why a series is not there, by id."""
    origin: str = ""
    """Where they come from, in a word."""
    trouble: str = ""
    """What fails, in a sentence."""
    checked: datetime | None = None
    """When one was last looked at; None for what is not fetched."""
    reason: str = NO_SERIES
    """Why a series without a problem of its own is not there."""

    def known(self, name: str, day: np.datetime64) -> Known | str:
        """What was known of a series on the evening of `day`, or why there is nothing."""
        return _know(self, name, day)

    @property
    def key(self) -> object:
        """Equal for the same series only, as long as these live."""
        return id(self)


NO_MACRO = Macro()


@lru_cache(maxsize=512)
def _know(macro: Macro, name: str, day: np.datetime64) -> Known | str:
    series = macro.series.get(name)
    if series is None:
        return f"needs {name} of FRED: {macro.problems.get(name, macro.reason)}"
    known = series.known(day)
    if not len(known):
        return f"{name} of FRED had not been published by {day}"
    info = CATALOGUE[name]
    if info.is_ended(known.last_day, day):
        return f"{name} of FRED ends on {known.last_day}: its next value was due on {info.next_release(known.last_day)}"
    return known


def say_problems(found: Mapping[str, Series], problems: Mapping[str, str], but: str = "\0") -> str:
    """How many series fail, with the first reason; those that say `but` are only not there."""
    failing = {name: reason for name, reason in problems.items() if but not in reason}
    if not failing:
        return ""
    name, first = next(iter(failing.items()))
    example = first if name in first else f"{name}: {first}"
    return example if len(failing) == 1 else f"{len(failing)} of {len(found) + len(problems)} series fail; {example}"
