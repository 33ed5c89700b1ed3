"""Reading a series as FRED writes it: two columns, a day and a value; what is missing is a full stop or nothing.

Strict where a number could be wrong: a line that is not understood refuses the answer. Nothing is ever taken for zero.
"""

import math
import re
from datetime import date

import numpy as np
from msgspec import Struct

from core.market.bars import Floats, Sessions
from core.text import clean

HEADERS = ("observation_date", "DATE")
_MISSING = frozenset({"", "."})
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,15})?([eE][+-]?\d{1,2})?")
_FIRST, _LAST = date(1700, 1, 1), date(2200, 1, 1)


class MacroError(ValueError):
    """What came is not the series that was asked for; the text names the line and what was expected."""


class Rows(Struct, frozen=True):
    """Days and values as published, oldest first; what is missing is left out."""

    observed: Sessions
    values: Floats


def read_rows(text: str, name: str, *, is_whole: bool = False) -> Rows:
    """The series `name` of the CSV `text`; `is_whole` says that a last line must have its end.

    Raises `MacroError`.
    """
    if text.lstrip("\ufeff \t\r\n")[:1] == "<":
        raise MacroError(f"{name}: a web page came in place of the series")
    lines = text.lstrip("\ufeff").splitlines()
    if not lines or not lines[0].strip():
        raise MacroError(f"{name}: the answer is empty")
    _check_header(lines[0], name)
    if is_whole and not text.endswith(("\n", "\r")):
        raise MacroError(f"{name}: the answer is cut off in line {len(lines)}")
    days: list[date] = []
    values: list[float] = []
    for number, line in enumerate(lines[1:], start=2):
        if line.strip():
            day, value = _read_line(line, number, name)
            if days and day <= days[-1]:
                raise MacroError(f"{name}, line {number}: {day} does not come after {days[-1]}")
            days.append(day)
            values.append(value)
    observed, found = np.array(days, "datetime64[D]"), np.array(values, dtype=np.float64)
    is_known = ~np.isnan(found)
    return Rows(observed[is_known], found[is_known])


def _check_header(line: str, name: str) -> None:
    cells = [cell.strip().strip('"') for cell in line.split(",")]
    if len(cells) != 2 or cells[0] not in HEADERS:
        raise MacroError(f'{name}, line 1: expected "{HEADERS[0]},{name}", found "{clean(line, 60)}"')
    if cells[1] != name:
        raise MacroError(f"{name}, line 1: the answer is of {clean(cells[1], 40)}")


def _read_line(line: str, number: int, name: str) -> tuple[date, float]:
    cells = [cell.strip().strip('"') for cell in line.split(",")]
    where = f"{name}, line {number}"
    if len(cells) != 2:
        raise MacroError(f'{where}: expected a day and a value, found "{clean(line, 60)}"')
    try:
        day = date.fromisoformat(cells[0])
    except ValueError:
        raise MacroError(f'{where}: expected a day such as 2026-01-31, found "{clean(cells[0], 40)}"') from None
    if not _FIRST <= day <= _LAST:
        raise MacroError(f"{where}: {day} is no day of this series")
    if cells[1] in _MISSING:
        return day, math.nan
    if not _NUMBER.fullmatch(cells[1]):
        raise MacroError(f'{where}: expected a number, found "{clean(cells[1], 40)}"')
    return day, float(cells[1])
