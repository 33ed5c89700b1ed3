"""All rules by the name of their table in the settings, one line each."""

import re
from collections.abc import Mapping
from typing import get_type_hints

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
        raise ConfigError(_complaint(name, kind, table, str(error))) from None


def _hint(word: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    near = nearest(word, known)
    return f' Did you mean "{near}"?' if near else ""


def _complaint(name: str, kind: type[Rule], table: Mapping[str, object], error: str) -> str:
    """msgspec ends with `- at `$.key`` where one value is wrong; else it is the table as a whole."""
    found = re.search(r"\$\.(\w+)", error)
    if not found:
        return f"[rules.{name}]: {clean(error)}."
    # The description costs an import that a good file need not pay.
    from core.config_words import describe

    key = found[1]
    allowed = describe(get_type_hints(kind, include_extras=True)[key])
    reason = clean(error.partition(" - at ")[0])
    return f"[rules.{name}] {key} = {clean(table[key], 60)}: {reason}; allowed: {allowed}."
