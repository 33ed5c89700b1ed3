"""Which track record stands for an entry of the journal, by what the entry itself says."""

from collections.abc import Iterable, Mapping
from math import inf

from core.evidence.findings import find_pair, find_signal
from core.journal.entry import Entry
from core.rules.level import Level
from core.rules.registry import read_rule
from core.rules.rule import PathRule
from core.settings import Settings
from core.snapshot import Finding, Measure


def name_signals(entries: Iterable[Entry], settings: Settings) -> dict[int, tuple[str, str]]:
    """By the id of an entry the pair and the signal of its track record; those that have none are left out."""
    found = ((entry.id, _name(entry, settings)) for entry in entries)
    return {number: named for number, named in found if all(named)}


def _name(entry: Entry, settings: Settings) -> tuple[str, str]:
    if not entry.rule or (entry.rule == "streak" and entry.value is None):
        return "", ""  # which side won is not known any more
    level = max(entry.level_from, entry.level_to, key=lambda one: one.rank)
    threshold = entry.threshold if entry.level_to is level else None
    finding = Finding(
        rule=entry.rule,
        subject=entry.subject,
        level=level,
        text="",
        value=entry.value,
        threshold=_find_threshold(entry.rule, level, settings) if threshold is None else threshold,
    )
    return find_pair(entry.subject, settings.pairs), find_signal(finding, _as_it_was(entry, level, settings))


def _find_threshold(rule: str, level: Level, settings: Settings) -> float | None:
    """Where `level` is entered by the settings in force."""
    table = settings.rules.get(rule)
    found = read_rule(rule, table) if table is not None else None
    ladder = found.ladder() if isinstance(found, PathRule) else None
    return ladder.enter[ladder.levels.index(level)] if ladder and level in ladder.levels else None


def _as_it_was(entry: Entry, level: Level, settings: Settings) -> Mapping[str, Measure]:
    """As much of the measures of then as its level tells."""
    broken = settings.rules.get("trend_break", {}).get("level_200") == level.value
    return {
        f"{entry.subject}.trend_200": Measure("down" if broken else "up", "", None),
        # A volatility under its own threshold was told for what options expected.
        f"{entry.subject}.implied_percentile_1260d": Measure(inf, "", None),
    }
