"""Do the settings make sense together? Checked after the shape, on the merged tables."""

import string
import unicodedata
from collections.abc import Iterator
from typing import Any

from core.config_check import Origin, complaint, nearest
from core.config_notify import check_notify
from core.errors import UsageError
from core.market.sectors import SECTOR_FUNDS
from core.market.symbols import is_symbol, to_pair

_LISTS = (
    ("universe", "pairs"),
    ("universe", "symbols"),
    ("universe", "averages"),
    ("universe", "volatility"),
    ("lookbacks", "chart"),
    ("lookbacks", "gaps"),
    ("rotation", "sizes"),
    ("rotation", "sectors"),
    ("breadth", "holdings"),
    ("breadth", "bars"),
    ("fundamentals", "indices"),
    ("fundamentals", "files"),
    ("notify", "channels"),
    ("notify", "quiet"),
    ("email", "to"),
    ("panes", "show"),
    ("panes", "pages"),
)
_MODIFIERS = {"ctrl", "shift", "alt", "super", "hyper", "meta"}
# The names a terminal's keys go by, where they differ from the character's Unicode name.
_RENAMED = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
_NAMED = (
    *("tab", "enter", "escape", "space", "left", "right", "up", "down", "home", "end"),
    *("pageup", "pagedown", "insert", "delete", "backspace"),
    *(f"f{number}" for number in range(1, 25)),
)

_RESERVED = {"ctrl+c": "always quits", **dict.fromkeys("123456789", "goes to the pane of that number")}


def check_meaning(tables: dict[str, Any], origin: Origin) -> None:
    """Raise `ConfigError` for the first setting that cannot be meant."""
    for table, key in _LISTS:
        _check_unique(tables, table, key, origin)
    for key, value, problem in _wrong_subjects(tables["universe"]):
        raise complaint(origin.file("universe", key), "universe", key, value, problem)
    _check_default(tables["lookbacks"], origin)
    watched = _watched(tables["universe"])
    _check_rotation(tables["rotation"], watched, origin)
    _check_breadth(tables["breadth"], watched, origin)
    _check_claims(tables["claims"], origin)
    _check_macro(tables["macro"], origin)
    _check_fundamentals(tables["fundamentals"], origin)
    check_notify(tables, origin)
    _check_keys(tables["keys"], origin)


def check_own_rules(tables: dict[str, Any], origin: Origin) -> None:
    """Raise `ConfigError` for the first subject of a person's own rule that nothing is known of."""
    # Imported where there are such rules: most people have none.
    own = {name: table for name, table in tables["rules"].items() if "when" in table}
    if not own:
        return
    from core.rules.expression import parse

    known = (*_pairs(tables["universe"]), *sorted(_watched(tables["universe"])))
    for name, table in own.items():
        for key in ("when", "until"):
            addresses = parse(table[key]).addresses() if table.get(key) else ()
            for subject in (address.rpartition(".")[0] for address in addresses):
                if subject not in known:
                    near = nearest(subject, known)
                    hint = f' (did you mean "{near}"?)' if near else ""
                    where = "pairs" if "/" in subject else "symbols"
                    problem = f"{subject} is not watched; name it in [universe] {where}{hint}"
                    raise complaint(origin.file(f"rules.{name}", key), f"rules.{name}", key, table[key], problem)


def _pairs(universe: dict[str, Any]) -> list[str]:
    """All pairs that have measures."""
    named = [subject for key in ("averages", "volatility") for subject in universe[key] if "/" in subject]
    return list(dict.fromkeys([*universe["pairs"], *named]))


def key_name(character: str) -> str:
    """The name of the key that types `character`: "?" is `question_mark`."""
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return _RENAMED.get(name, name)


def _check_unique(tables: dict[str, Any], table: str, key: str, origin: Origin) -> None:
    items = tables[table][key]
    twice = next((item for place, item in enumerate(items) if item in items[:place]), None)
    if twice is not None:
        raise complaint(origin.file(table, key), table, key, twice, "named twice; name it once")


def _wrong_subjects(universe: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for key in ("benchmark", "symbols", "pairs", "averages", "volatility"):
        items = [universe[key]] if key == "benchmark" else universe[key]
        for item in items:
            problem = _wrong_subject(item, key)
            if problem:
                yield key, item, problem


def _wrong_subject(item: str, key: str) -> str:
    if key == "pairs" or ("/" in item and key in ("averages", "volatility")):
        try:
            to_pair(item)
        except UsageError:
            return 'expected a pair of two different symbols, small over large, such as "IWM/SPY"'
        return ""
    hint = f' (did you mean "{item.upper()}"?)' if not is_symbol(item) and is_symbol(item.upper()) else ""
    wanted = 'expected a symbol of capitals, digits and ^ . = -, such as "IWM"' + hint
    return "" if is_symbol(item) else wanted


def _check_default(lookbacks: dict[str, Any], origin: Origin) -> None:
    default, chart = lookbacks["chart_default"], lookbacks["chart"]
    if default not in chart:
        # Blamed is the key that the person wrote, not the shipped one it no longer fits.
        key = "chart_default" if origin.is_users("lookbacks", "chart_default") else "chart"
        allowed = f'expected chart to hold chart_default, which is "{default}"; change one of the two'
        raise complaint(origin.file("lookbacks", key), "lookbacks", key, lookbacks[key], allowed)


def _watched(universe: dict[str, Any]) -> set[str]:
    """All symbols, legs of pairs included."""
    subjects = [
        universe["benchmark"],
        *(s for key in ("symbols", "pairs", "averages", "volatility") for s in universe[key]),
    ]
    return {symbol for subject in subjects for symbol in subject.split("/")} | {
        fund for fund in SECTOR_FUNDS if universe["sectors"]
    }


def _check_rotation(rotation: dict[str, Any], watched: set[str], origin: Origin) -> None:
    """A person who only watches less is not blamed for the shipped pairs: those the map calls not watched."""
    for key in ("sizes", "sectors", "market"):
        items = [rotation[key]] if key == "market" else rotation[key]
        for item in items:
            problem = _wrong_subject(item, "symbols" if key == "market" else "pairs")
            if not problem and origin.is_users("rotation", key):
                problem = _not_watched(item, watched)
            if problem:
                raise complaint(origin.file("rotation", key), "rotation", key, item, problem)


def _not_watched(subject: str, watched: set[str]) -> str:
    absent = next((symbol for symbol in subject.split("/") if symbol not in watched), "")
    return f"{absent} is not watched; name it in [universe] symbols" if absent else ""


def _check_breadth(breadth: dict[str, Any], watched: set[str], origin: Origin) -> None:
    funds: set[str] = set()
    for item in breadth["holdings"]:
        fund, _, path = item.partition("=")
        problem = ""
        if not is_symbol(fund) or not _is_path(path):
            problem = 'expected a fund and the file of its constituents, from / or ~ on, such as "IWM=~/IWM.csv"'
        elif fund in funds:
            problem = f"{fund} has a list already; give each fund one"
        else:
            problem = _not_watched(fund, watched)
        if problem:
            raise complaint(origin.file("breadth", "holdings"), "breadth", "holdings", item, problem)
        funds.add(fund)
    for path in breadth["bars"]:
        if not _is_path(path):
            problem = 'expected a directory or a file, from / or ~ on, such as "~/bars"'
            raise complaint(origin.file("breadth", "bars"), "breadth", "bars", path, problem)
    if breadth["newest"] and not _is_path(breadth["newest"]):
        problem = 'expected a file, from / or ~ on, such as "~/newest.csv"'
        raise complaint(origin.file("breadth", "newest"), "breadth", "newest", breadth["newest"], problem)


def _check_claims(claims: dict[str, Any], origin: Origin) -> None:
    if claims["file"] and not _is_path(claims["file"]):
        problem = 'expected a file, from / or ~ on, such as "~/claims.toml"'
        raise complaint(origin.file("claims", "file"), "claims", "file", claims["file"], problem)


def _check_macro(macro: dict[str, Any], origin: Origin) -> None:
    path = macro["directory"]
    if path and not _is_path(path):
        problem = 'expected a directory, from / or ~ on, such as "~/macro", or "" for the one beside the bars'
        raise complaint(origin.file("macro", "directory"), "macro", "directory", path, problem)


def _check_fundamentals(fundamentals: dict[str, Any], origin: Origin) -> None:
    """Each index with symbols of its own, each file with a place that means the same from everywhere."""
    owner: dict[str, str] = {}
    for item in fundamentals["indices"]:
        index, _, symbols = item.partition("=")
        problem = ""
        for symbol in symbols.split(","):
            if not index or index != index.strip() or not is_symbol(symbol):
                problem = 'expected an index and its symbols, a fund first, such as "S&P 500=SPY,^GSPC"'
            elif owner.setdefault(symbol, index) != index:
                problem = f"{symbol} stands for {owner[symbol]} already; name it once"
        if problem:
            raise complaint(origin.file("fundamentals", "indices"), "fundamentals", "indices", item, problem)
    for path in fundamentals["files"]:
        if not _is_path(path):
            problem = 'expected a file, from / or ~ on, such as "~/fundamentals.csv"'
            raise complaint(origin.file("fundamentals", "files"), "fundamentals", "files", path, problem)


def _is_path(text: str) -> bool:
    """Whether `text` means the same from whatever directory: the engine has one of its own."""
    return text.startswith(("/", "~/")) and "\0" not in text


def _check_keys(keys: dict[str, str], origin: Origin) -> None:
    owner: dict[str, str] = {}
    # The user's own come last, so that a clash with a shipped key is told of the user's line.
    for action in sorted(keys, key=lambda name: origin.is_users("keys", name)):
        for key in (part.strip() for part in keys[action].split(",")):
            problem = _wrong_key(key)
            if not problem and owner.setdefault(key, action) != action:
                problem = f'the key "{key}" is already that of {owner[key]}; give each action keys of its own'
            if problem:
                raise complaint(origin.file("keys", action), "keys", action, keys[action], problem)


def _wrong_key(key: str) -> str:
    if key in _RESERVED:
        return f'expected other keys: "{key}" {_RESERVED[key]}'
    *modifiers, name = key.split("+")
    if len(name) == 1 and name.isalnum() and set(modifiers) <= _MODIFIERS:
        return ""
    known = [*_NAMED, *map(key_name, string.punctuation)]
    if name in known and set(modifiers) <= _MODIFIERS:
        return ""
    near = key_name(key) if len(key) == 1 else nearest(name, known)
    hint = f'; did you mean "{near}"?' if near else ""
    return f'expected keys such as "q,ctrl+q", each spelled out, separated by commas{hint}'
