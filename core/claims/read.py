"""`claims.toml`, ours and the person's own, read claim by claim: a wrong one is told in a sentence, the others stay."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_type_hints

import msgspec
from msgspec import Struct

from core.claims.check import check_claim
from core.claims.claim import KINDS, Claim, Forecast, Other
from core.config_check import complaint, nearest
from core.config_words import describe
from core.errors import ConfigError
from core.settings import Settings
from core.text import clean

MOST_BYTES, MOST_CLAIMS, MOST_CHARACTERS = 1_000_000, 500, 800
_LISTS = ("claimed", "of", "names", "tolerance", "since", "on", "adds_up")
"""Where one item may stand for a list of one."""
_DAY = "a day such as 2026-01-22, or the first and last of a span: [2026-01-02, 2026-01-30]"
_WORDS = {
    "said": 'a day, a month or a year, such as 2026-01-22 or "2026-01"',
    "claimed": 'a number, what a date begins with such as "2008-06", or a list of at most 6 of them',
    "of": "measures or sums of them in quotes, such as IWM/SPY.gap_20d, one for each number claimed",
    "tolerance": "a number of zero or more, or a list of them",
    "since": f'{_DAY}; or "peak 2021"',
    "on": _DAY,
    "deadline": "a day such as 2027-01-26",
    "earliest": "a day such as 2026-07-26",
    "names": "a text in quotes, or a list of them",
    "adds_up": "a sum of numbers in quotes, such as 1 - 14.2 / 21.5, or a list of them",
    "other": "tables [[NAME.other]], each with read_as",
}


class Book(Struct, frozen=True):
    """All claims that could be read, ours first, and what was wrong with the others."""

    claims: dict[str, Claim] = {}
    own: frozenset[str] = frozenset()
    """Those of the person's own file."""
    problems: tuple[str, ...] = ()


def shipped_claims() -> Path:
    """The shipped claims: beside this package in a wheel, at the root of a checkout."""
    core = Path(__file__).resolve().parents[1]
    inside, checkout = core / "claims.toml", core.parent / "claims.toml"
    return inside if inside.exists() else checkout


def load_claims(settings: Settings) -> Book:
    """The claims in force: the shipped ones unless the settings say otherwise, over them the person's own by name."""
    claims: dict[str, Claim] = {}
    problems: list[str] = []
    if settings.claims.shipped:
        claims |= _read_file(shipped_claims(), settings, problems)
    own = _read_file(Path(settings.claims.file).expanduser(), settings, problems) if settings.claims.file else {}
    return Book(claims | own, frozenset(own), tuple(problems))


def take_stamp(settings: Settings) -> tuple[object, ...]:
    """Changes when one of the files does."""
    stamps: list[object] = []
    for file in (shipped_claims(), *((Path(settings.claims.file).expanduser(),) if settings.claims.file else ())):
        try:
            found = file.stat()
            stamps.append((found.st_mtime_ns, found.st_size, found.st_ino))
        except (OSError, ValueError):
            stamps.append(None)
    return tuple(stamps)


def _read_file(file: Path, settings: Settings, problems: list[str]) -> dict[str, Claim]:
    claims: dict[str, Claim] = {}
    try:
        tables = _read_tables(file)
    except ConfigError as error:
        problems.append(str(error))
        return claims
    for name, table in ((clean(name, 60), table) for name, table in tables.items()):
        try:
            claims[name] = read_claim(file, name, table, settings)
        except ConfigError as error:
            problems.append(str(error))
    return claims


def _read_tables(file: Path) -> dict[str, Any]:
    name = clean(file)
    try:
        with file.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
        tables = tomllib.loads(content.decode("utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"{name}: the claims cannot be read: {clean(error.strerror or error)}.") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{name}: not UTF-8 text (byte {error.start}); save it as UTF-8.") from None
    except RecursionError:
        raise ConfigError(f"{name}: not TOML: brackets nested too deep.") from None
    except ValueError as error:
        raise ConfigError(f"{name}: not TOML: {clean(error)}.") from None
    if len(content) > MOST_BYTES or len(tables) > MOST_CLAIMS:
        raise ConfigError(f"{name}: more than {MOST_CLAIMS} claims or 1 MB; make it smaller.")
    return tables


def read_claim(file: Path, name: str, table: object, settings: Settings) -> Claim:
    """One claim; raises `ConfigError` naming file, claim, key and what was expected."""
    if not isinstance(table, dict):
        raise complaint(file, "claims", name, table, f"a claim is a table; write [{clean(name, 40)}] on a line")
    kind = table.get("kind", "figure")
    if kind not in KINDS:
        near = nearest(str(kind), KINDS)
        hint = f' (did you mean "{near}"?)' if near else ""
        raise complaint(file, name, "kind", kind, f"expected one of {', '.join(KINDS)}{hint}")
    struct = KINDS[str(kind)]
    values = _to_values(file, name, {key: value for key, value in table.items() if key != "kind"}, struct)
    claim = msgspec.convert({**values, "kind": kind}, struct)
    check_claim(file, name, claim, settings)
    return claim


def _to_values(file: Path, name: str, table: Mapping[str, Any], struct: type[Struct]) -> dict[str, Any]:
    types = get_type_hints(struct, include_extras=True)
    known = tuple(field.name for field in msgspec.structs.fields(struct))
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            near = nearest(key, known)
            hint = f'; did you mean "{near}"?' if near else ""
            raise complaint(file, name, key, value, f"no such key{hint} Keys here: {', '.join(known)}")
        values[key] = _to_value(file, name, key, value, types[key], is_list=key in _LISTS and struct is not Forecast)
    for field in msgspec.structs.fields(struct):
        if field.required and field.name not in values:
            expected = _WORDS.get(field.name, describe(types[field.name]))
            raise ConfigError(f"{clean(file)}: [{clean(name, 60)}] {field.name} is missing: expected {expected}.")
    return values


def _to_value(file: Path, name: str, key: str, value: Any, kind: Any, *, is_list: bool) -> Any:
    if key == "other":
        tables = value if isinstance(value, list) and all(isinstance(one, dict) for one in value) else None
        if tables is None:
            raise complaint(file, name, key, value, f"expected {_WORDS[key]}")
        return [_to_values(file, f"{name}.other", one, Other) for one in tables]
    plain = [_to_text(one) for one in value] if isinstance(value, list) else _to_text(value)
    if (is_list or key == "since") and not isinstance(plain, list):
        plain = [plain]
    try:
        msgspec.convert(plain, kind, strict=True)
    except msgspec.ValidationError:
        raise complaint(file, name, key, value, f"expected {_WORDS.get(key) or describe(kind)}") from None
    return plain


def _to_text(value: Any) -> Any:
    """TOML's own dates as the texts that they were, and texts without what steers a terminal."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return clean(value, MOST_CHARACTERS) if isinstance(value, str) else value
