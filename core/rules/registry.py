"""All rules by the name of their table in the settings, one line each."""

import re
from collections.abc import Mapping

import msgspec

from core.config_check import nearest
from core.errors import ConfigError
from core.rules import data_quality, pullback, streak, trend_break, volatility
from core.rules.rule import Rule
from core.text import clean

RULES: dict[str, type[Rule]] = {
    volatility.NAME: volatility.Volatility,
    trend_break.NAME: trend_break.TrendBreak,
    pullback.NAME: pullback.Pullback,
    streak.NAME: streak.Streak,
    data_quality.NAME: data_quality.DataQuality,
}


def read_rule(name: str, table: Mapping[str, object]) -> Rule:
    """The rule that the settings table `[rules.NAME]` describes; raises `ConfigError` with one sentence."""
    kind = RULES.get(name)
    if kind is None:
        raise ConfigError(f"No rule [rules.{clean(name, 40)}].{_hint(name, RULES)} Rules: {', '.join(RULES)}.")
    known = kind.__struct_fields__
    for key in table:
        if key not in known:
            where = f"[rules.{name}] {clean(key, 40)} = {clean(table[key], 60)}"
            raise ConfigError(f"{where}: unknown key.{_hint(key, known)} Known: {', '.join(known)}.")
    try:
        return msgspec.convert(dict(table), kind)
    except msgspec.ValidationError as error:
        raise ConfigError(_complaint(name, table, str(error))) from None


def _hint(word: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    near = nearest(word, known)
    return f' Did you mean "{near}"?' if near else ""


def _complaint(name: str, table: Mapping[str, object], error: str) -> str:
    """msgspec says `Expected ... - at `$.key``: put the table, key and value before it."""
    reason, _, _ = error.partition(" - at ")
    found = re.search(r"\$\.(\w+)", error)
    where = f"[rules.{name}]"
    if found:
        where += f" {found[1]} = {clean(table.get(found[1]), 60)}"
    return f"{where}: {clean(reason)}."
