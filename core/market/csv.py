"""Reading bars from CSV files: a small strict reader (10 ms for 5,000 rows; pandas needs 300 ms to be imported).

Strict where a number could be wrong: a line that is not understood refuses the file. Lenient where none can be: blank
lines, quotes, a line written twice, a last line cut off while it was written. What is left out is told in the notes.

The whole file is converted by columns; only when that fails is it read again line by line, to name the culprit.
"""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.market.bars import Bars, Floats
from core.market.files import INTERVALS, interval_of
from core.market.kinds import has_own_calendar, is_index
from core.text import clean

DAILY_HEADER = "Date,Open,High,Low,Close,Adj Close,Volume"
UNADJUSTED_HEADER = "Date,Open,High,Low,Close,Volume"
INTRADAY_HEADER = "Datetime,Open,High,Low,Close,Volume"
_MAX_BYTES = 64_000_000
_MISSING = frozenset({"", "null"})


class CsvError(ValueError):
    """A file that is not what it should be; the text names file, line and what was expected."""


@dataclass(frozen=True, slots=True, eq=False)
class IntradayBars:
    """Recorded bars of one symbol, oldest first; `times` (datetime64[s], UTC) are starts, `interval` is in seconds."""

    symbol: str
    interval: int
    times: NDArray[np.datetime64]
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    notes: tuple[str, ...] = ()
    """What was left out of the file."""


@dataclass(slots=True)
class _Sheet:
    """A file's cells below its header; `numbers` are the lines that `rows` stand in."""

    name: str
    header: list[str]
    rows: list[list[str]]
    numbers: list[int]
    notes: list[str]


def load_daily(path: Path, symbol: str) -> Bars:
    """Read `Date,Open,High,Low,Close,Adj Close,Volume`, or the same without `Adj Close`; empty cells are NaN.

    Where there is no adjusted close at all, the close stands for it. Raises `CsvError` naming file, line and column on
    anything that is not understood, `OSError` where the file cannot be read.
    """
    sheet, stamps, columns = _load(path, (DAILY_HEADER, UNADJUSTED_HEADER), _to_day)
    close = columns["Close"]
    adjusted = columns.get("Adj Close", close)
    lacking = adjusted is close or bool(np.isnan(adjusted).all())
    if lacking and not (is_index(symbol) or has_own_calendar(symbol)):  # those pay nothing
        sheet.notes.append(f"{sheet.name} has no adjusted closes: dividends are not counted")
    return Bars(
        symbol=symbol,
        sessions=np.array(stamps, "datetime64[D]"),
        open=columns["Open"],
        high=columns["High"],
        low=columns["Low"],
        close=close,
        adj_close=close if lacking else adjusted,
        volume=columns["Volume"],
        notes=tuple(sheet.notes),
    )


def load_minutes(path: Path, symbol: str) -> IntradayBars:
    """Read `Datetime,Open,High,Low,Close,Volume` (UTC, start of the bar); the file's name ends in `_1m`, `_5m`, ...

    Raises `CsvError` and `OSError` as `load_daily` does.
    """
    interval = interval_of(path)
    if not interval:
        raise CsvError(f"{_name(path)}: expected a name ending in _{', _'.join(INTERVALS)}")
    sheet, stamps, columns = _load(path, (INTRADAY_HEADER,), _to_second)
    return IntradayBars(
        symbol=symbol,
        interval=interval,
        times=np.array(stamps, "datetime64[s]"),
        open=columns["Open"],
        high=columns["High"],
        low=columns["Low"],
        close=columns["Close"],
        volume=columns["Volume"],
        notes=tuple(sheet.notes),
    )


def _load(
    path: Path, headers: Sequence[str], to_stamp: Callable[[str], str]
) -> tuple[_Sheet, list[str], dict[str, Floats]]:
    """The sheet, its stamps (strictly increasing) and the columns after them by their names, as floats."""
    sheet = _read_sheet(path, headers)
    try:
        stamps, columns = _convert(sheet, to_stamp)
    except ValueError:
        _drop_repeated(sheet, to_stamp)
        try:
            stamps, columns = _convert(sheet, to_stamp)
        except ValueError:
            raise CsvError(_find_culprit(sheet, to_stamp)) from None
    return sheet, stamps, dict(zip(sheet.header[1:], columns, strict=True))


def _read_sheet(path: Path, headers: Sequence[str]) -> _Sheet:
    name, text = _name(path), _read_text(path)
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    first, top = lines[0] if lines else (1, "")
    header = _split(top)
    if header not in [known.split(",") for known in headers]:
        raise CsvError(f"{name} line {first}: expected the header '{headers[0]}', found '{clean(top.rstrip(), 60)}'")
    sheet = _Sheet(name, header, [_split(line) for _, line in lines[1:]], [number for number, _ in lines[1:]], [])
    if sheet.rows and len(sheet.rows[-1]) < len(header) and not text.endswith("\n"):
        sheet.notes.append(f"{name} line {sheet.numbers[-1]} is cut off and not used")
        del sheet.rows[-1], sheet.numbers[-1]
    if not sheet.rows:
        raise CsvError(f"{name} line {first + 1}: expected a bar, found the end of the file")
    return sheet


def _read_text(path: Path) -> str:
    if not path.is_file():
        raise CsvError(f"{_name(path)}: there is no such file")
    if path.stat().st_size > _MAX_BYTES:
        raise CsvError(f"{_name(path)}: larger than {_MAX_BYTES // 1_000_000} MB, which no file of bars is")
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise CsvError(f"{_name(path)} line {line}: expected UTF-8 text") from None


def _split(line: str) -> list[str]:
    """The cells of a line; none where its quotes do not match."""
    line = line.rstrip("\r")
    if '"' not in line:
        return line.split(",")
    try:
        return next(csv.reader([line], strict=True))
    except csv.Error:
        return []


def _convert(sheet: _Sheet, to_stamp: Callable[[str], str]) -> tuple[list[str], list[Floats]]:
    """Stamps and columns; raises `ValueError` where a row is not as it should be, without saying which."""
    if any(len(row) != len(sheet.header) for row in sheet.rows):
        raise ValueError
    first, *rest = zip(*sheet.rows, strict=True)
    stamps = [to_stamp(text) for text in first]
    if any(later <= earlier for earlier, later in pairwise(stamps)):
        raise ValueError
    np.array(stamps, "datetime64[s]")  # a 30th of February raises here
    return stamps, [_to_floats(column) for column in rest]


def _drop_repeated(sheet: _Sheet, to_stamp: Callable[[str], str]) -> None:
    """Keep one of several equal lines; of lines that say different things of one date none can be believed."""
    kept: list[tuple[int, list[str]]] = []
    refused: list[str] = []
    for (stamp, *_), group in groupby(zip(sheet.numbers, sheet.rows, strict=True), lambda line: line[1][:1] or [""]):
        lines = list(group)
        if len(lines) == 1 or any(_complain(row, sheet.header, "", to_stamp) for _, row in lines):
            kept += lines  # the complaint comes later, with its line
        elif len({_values(row[1:]) for _, row in lines}) == 1:
            kept.append(lines[0])
        else:
            refused.append(f"line {lines[1][0]}: {stamp} again with other values, neither is used")
    if refused:
        more = f" (and {len(refused) - 1} more)" if len(refused) > 1 else ""
        sheet.notes.append(f"{sheet.name} {refused[0]}{more}")
    if not kept:
        raise CsvError(sheet.notes[-1])
    sheet.numbers, sheet.rows = [number for number, _ in kept], [row for _, row in kept]


def _values(cells: Iterable[str]) -> tuple[float | None, ...]:
    """What cells say, so that 10.5 and 10.50 are the same and so are two that say nothing."""
    return tuple(None if np.isnan(value) else value for value in map(_to_float, cells))


def _to_floats(column: Sequence[str]) -> Floats:
    try:
        values = np.array(list(map(float, column)))
    except ValueError:
        values = np.array([_to_float(text) for text in column])
    if np.isinf(values).any():
        raise ValueError
    return values


def _to_float(text: str) -> float:
    if text in _MISSING:
        return np.nan
    value = float(text)
    if np.isinf(value):
        raise ValueError
    return value


@lru_cache(maxsize=1 << 15)  # files of many symbols have the same days
def _to_day(text: str) -> str:
    """`2026-02-27`, and nothing else that numpy would take for a date; no century that no market was open in."""
    if len(text) != 10 or not text.isascii() or text[4] != "-" or text[7] != "-":
        raise ValueError
    if not (text[:4] + text[5:7] + text[8:]).isdecimal() or not "1800" <= text[:4] < "2100":
        raise ValueError
    return text


def _to_second(text: str) -> str:
    """`2026-03-24T13:30:00` of `2026-03-24T13:30:00Z` (or a space, or +00:00)."""
    body = text.removesuffix("Z") if text.endswith("Z") else text.removesuffix("+00:00")
    if len(body) != 19 or body == text or body[10] not in "T " or body[13] != ":" or body[16] != ":":
        raise ValueError
    _to_day(body[:10])
    return f"{body[:10]}T{body[11:]}"


def _find_culprit(sheet: _Sheet, to_stamp: Callable[[str], str]) -> str:
    """The sentence about the first line that is not as it should be."""
    previous = ""
    for number, cells in zip(sheet.numbers, sheet.rows, strict=True):
        complaint = _complain(cells, sheet.header, previous, to_stamp)
        if complaint:
            return f"{sheet.name} line {number}: {complaint}"
        previous = to_stamp(cells[0])
    return f"{sheet.name}: expected bars, could not read them"


def _complain(cells: list[str], names: list[str], previous: str, to_stamp: Callable[[str], str]) -> str:
    """What is wrong with one line; empty where nothing is."""
    if len(cells) != len(names):
        return f"expected {len(names)} values, found {len(cells) or 'quotes that do not match'}"
    try:
        stamp = to_stamp(cells[0])
        np.datetime64(stamp)
    except ValueError:
        example = "2026-02-27" if names[0] == "Date" else "2026-03-24T13:30:00Z"
        return f"expected a {names[0]} like {example}, found '{clean(cells[0], 40)}'"
    if stamp <= previous:
        return f"expected a {names[0]} after {previous}, found {'it again' if stamp == previous else stamp}"
    for name, text in zip(names[1:], cells[1:], strict=True):
        try:
            _to_float(text)
        except ValueError:
            return f"expected a number under {name}, found '{clean(text, 40)}'"
    return ""


def _name(path: Path) -> str:
    return clean(path.name, 80)
