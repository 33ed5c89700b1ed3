"""All rules by the name of their table in the settings, one line each."""

import re
from collections.abc import Mapping
from typing import get_type_hints

import msgspec

from core.config_check import nearest
from core.errors import ConfigError
from core.rules import (
    credit,
    crowding,
    data_quality,
    earnings_miss,
    fade,
    late_cycle,
    liquidity,
    pullback,
    rally,
    rates,
    recession,
    streak,
    tail,
    trend_break,
    volatility,
)
from core.rules.own import Own
from core.rules.rule import Rule
from core.text import clean

RULES: dict[str, type[Rule]] = {
    data_quality.NAME: data_quality.DataQuality,
    volatility.NAME: volatility.Volatility,
    volatility.RATIO_NAME: volatility.VolatilityRatio,
    recession.NAME: recession.Recession,
    credit.NAME: credit.Credit,
    liquidity.NAME: liquidity.Liquidity,
    crowding.NAME: crowding.Crowding,
    earnings_miss.NAME: earnings_miss.EarningsMiss,
    rates.NAME: rates.Rates,
    fade.NAME: fade.MomentumFade,
    pullback.NAME: pullback.Pullback,
    tail.NAME: tail.Tail,
    trend_break.NAME: trend_break.TrendBreak,
    rally.NAME: rally.RallyQuality,
    late_cycle.NAME: late_cycle.LateCycle,
    streak.NAME: streak.Streak,
}
_OWN_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def read_rule(name: str, table: Mapping[str, object]) -> Rule:
    """The rule that the settings table `[rules.NAME]` describes; raises `ConfigError` with one sentence."""
    kind = RULES.get(name) or _find_own(name, table)
    known = kind.__struct_fields__
    for key in table:
        if key not in known:
            where = f"[rules.{name}] {clean(key, 40)} = {clean(table[key], 60)}"
            raise ConfigError(f"{where}: unknown key.{_hint(key, known)} Known: {', '.join(known)}.")
    try:
        return msgspec.convert(dict(table), kind)
    except msgspec.ValidationError as error:
        raise ConfigError(_complaint(name, kind, table, str(error))) from None


def _find_own(name: str, table: Mapping[str, object]) -> type[Rule]:
    """A rule of the person's own is one with a condition."""
    shown = clean(name, 40)
    if "when" not in table:
        own = 'A rule of your own needs when = "..."'
        raise ConfigError(f"No rule [rules.{shown}].{_hint(name, RULES)} {own}. Rules: {', '.join(RULES)}.")
    if not _OWN_NAME.fullmatch(name):
        raise ConfigError(f"[rules.{shown}]: expected a name of small letters, digits and _, such as [rules.my_rule].")
    return Own


def _hint(word: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    near = nearest(word, known)
    return f' Did you mean "{near}"?' if near else ""


def _complaint(name: str, kind: type[Rule], table: Mapping[str, object], error: str) -> str:
    """msgspec ends with `- at `$.key`` where one value is wrong; else it is the table as a whole."""
    key, _, said = error.partition(": ")
    if kind is Own and key in ("when", "until"):
        return f'[rules.{name}] {key} = "{clean(table.get(key), 60)}": {clean(said)}{"" if said.endswith("?") else "."}'
    found = re.search(r"\$\.(\w+)", error)
    if not found:
        return f"[rules.{name}]: {clean(error)}."
    # The description costs an import that a good file need not pay.
    from core.config_words import describe

    key = found[1]
    allowed = describe(get_type_hints(kind, include_extras=True)[key])
    reason = clean(error.partition(" - at ")[0])
    return f"[rules.{name}] {key} = {clean(table[key], 60)}: {reason}; allowed: {allowed}."
