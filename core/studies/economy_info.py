"""From the economic series of a moment to what the page of drivers shows beside their measures."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

import numpy as np

from core.economy import EconomyInfo
from core.macro.catalogue import CATALOGUE
from core.macro.macro import Macro
from core.macro.series import Known
from core.rules.level import Level
from core.rules.rule import Rule, number
from core.rules.signs import Signs
from core.snapshot import Measure
from core.studies.around import Around
from core.studies.economy_past import INDICATORS
from core.studies.indicator import Indicator, make_on

PICTURE = 24
"""Observations that a small picture shows."""
_SPARSE = 5  # of daily series every fifth: a picture of half a year


def build_economy(around: Around, rules: Mapping[str, Rule], measures: Mapping[str, Measure]) -> EconomyInfo:
    """What is known of the series on the evening of the panel's last session; levels by the rules that are on."""
    macro, day = around.drivers.macro, _last_day(around)
    return EconomyInfo(
        origin=macro.origin,
        held=len(macro.series),
        total=len(CATALOGUE),
        trouble=macro.trouble,
        checked=macro.checked,
        due=dict(_to_dues(macro, day)) if day is not None else {},
        levels=dict(_to_levels(rules.values(), measures)),
    )


def collect_pictures(around: Around) -> dict[str, tuple[float | None, ...]]:
    """The newest observations of every indicator that is known, by address."""
    day = _last_day(around)
    return {} if day is None else dict(_to_pictures(around.drivers.macro, day))


def _last_day(around: Around) -> np.datetime64 | None:
    sessions = around.panel.sessions
    return sessions[-1] if len(sessions) else None


@lru_cache(maxsize=4)
def _to_dues(macro: Macro, day: np.datetime64) -> tuple[tuple[str, str], ...]:
    found = ((one.name, _find_due(macro, one, day)) for one in INDICATORS)
    return tuple((name, str(due)) for name, due in found if due is not None)


def _find_due(macro: Macro, one: Indicator, day: np.datetime64) -> np.datetime64 | None:
    """The first release to come of a series of the indicator's own rhythm, else of any."""
    own = [name for name in one.series if CATALOGUE[name].rhythm is one.rhythm] or list(one.series)
    known = [(name, macro.known(name, day)) for name in own]
    return min(
        (CATALOGUE[name].next_release(found.last_day) for name, found in known if isinstance(found, Known)),
        default=None,
    )


@lru_cache(maxsize=4)
def _to_pictures(macro: Macro, day: np.datetime64) -> tuple[tuple[str, tuple[float | None, ...]], ...]:
    made = ((one, make_on(macro, one, day)) for one in INDICATORS)
    return tuple(
        (f"US.{one.name}", _thin(one, known)) for one, known in made if isinstance(known, Known) and len(known)
    )


def _thin(one: Indicator, known: Known) -> tuple[float | None, ...]:
    step = _SPARSE if one.pace.suffix == "20d" else 1
    values: list[float | None] = list(known.values[::-1][::step][:PICTURE][::-1].tolist())
    return tuple(values)


def _to_levels(rules: Iterable[Rule], measures: Mapping[str, Measure]) -> Iterable[tuple[str, Level]]:
    for rule in rules:
        if rule.enabled and isinstance(rule, Signs):
            for name, ladder in rule.signs():
                value = number(measures.get(f"US.{name}") or Measure(None, "", None))
                if value is not None:
                    yield name, ladder.level_of(value)
