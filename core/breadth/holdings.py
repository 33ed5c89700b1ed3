"""The constituents of a fund: an issuer's holdings file with its preamble, or a plain list of symbols."""

import csv
import io
import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from core.market.symbols import is_symbol
from core.text import clean

_MAX_BYTES = 16_000_000
_PREAMBLE = 60
"""Lines within which the line that names the columns is looked for."""
_TICKERS = ("ticker", "symbol")
_WEIGHTS = ("market value", "weight (%)", "market weight", "weight")
"""Columns that weights are taken from, the first there is: market values are not rounded to whole basis points."""
_CLASS = "asset class"
_NOTHING = ("", "-", "--")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(r"([A-Za-z]{3})[a-z]* (\d{1,2}), (\d{4})")


class HoldingsError(ValueError):
    """A file of constituents that cannot be read; the text names file, line, column and what was expected."""


class Holdings(Struct, frozen=True):
    """Whom a fund holds. `weights` are shares of all that is listed here, or None where the file has none."""

    symbols: tuple[str, ...]
    weights: tuple[float, ...] | None
    as_of: str | None = None
    """The day of the list (ISO), where it says so."""
    fund: str = ""
    skipped: int = 0
    """Lines of shares without a symbol that is traded: unlisted, escrow, rights."""

    def largest(self) -> tuple[str, ...]:
        """All of them, those with the most weight first; in the order of the list where it has no weights."""
        if self.weights is None:
            return self.symbols
        ordered = sorted(zip(self.weights, self.symbols, strict=True), key=lambda one: -one[0])
        return tuple(symbol for _, symbol in ordered)


class _Table(Struct, frozen=True):
    """Where the columns are: their numbers, and the line that names them."""

    line: int
    width: int
    ticker: int
    weight: int | None
    asset: int | None
    names: tuple[str, ...]


def load_holdings(path: Path) -> Holdings:
    """Read the constituents in `path`; raises `HoldingsError`.

    A table begins at the line with a column `Ticker` or `Symbol` and ends at an empty one; of its lines those of the
    asset class Equity count, where there is that column. Without such a line the file is a list: a symbol a line,
    perhaps a weight after a comma, `#` before remarks.
    """
    rows = _read(path)
    table = next((found for line, cells in rows[:_PREAMBLE] if (found := _find_table(line, cells))), None)
    try:
        holdings = _read_list(rows) if table is None else _read_table(rows, table)
    except HoldingsError as error:
        raise HoldingsError(f"{_name(path)} {error}") from None
    if not holdings.symbols:
        raise HoldingsError(f"{_name(path)}: expected symbols of shares, found none")
    return holdings


def to_symbol(text: str) -> str:
    """A ticker as it is spelled here: classes of shares behind a dash (`BRK.B`, `BRK/B` and `BRK_B` are `BRK-B`)."""
    return re.sub(r"[./_]", "-", text.strip().upper())


def _read(path: Path) -> list[tuple[int, list[str]]]:
    """Cells with the number of the line they end on."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(_MAX_BYTES + 1)
    except OSError as error:
        raise HoldingsError(f"{_name(path)}: cannot be read: {clean(error.strerror)}") from None
    if len(raw) > _MAX_BYTES:
        raise HoldingsError(f"{_name(path)}: larger than {_MAX_BYTES // 1_000_000} MB, which no list of holdings is")
    try:
        text = io.StringIO(raw.decode("utf-8-sig"), newline="")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise HoldingsError(f"{_name(path)} line {line}: expected UTF-8 text") from None
    reader = csv.reader(text)
    try:
        return [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error as error:
        raise HoldingsError(f"{_name(path)} line {reader.line_num}: expected CSV: {clean(error)}") from None


def _find_table(line: int, cells: Sequence[str]) -> _Table | None:
    names = [cell.lower() for cell in cells]
    ticker = next((names.index(name) for name in _TICKERS if name in names), None)
    if ticker is None:
        return None
    weight = next((names.index(name) for name in _WEIGHTS if name in names), None)
    asset = names.index(_CLASS) if _CLASS in names else None
    return _Table(line, len(cells), ticker, weight, asset, tuple(cells))


def _read_table(rows: Sequence[tuple[int, list[str]]], table: _Table) -> Holdings:
    weights: dict[str, float] = {}
    skipped = 0
    for line, cells in _body(rows, table):
        if table.asset is not None and cells[table.asset].lower() != "equity":
            continue
        symbol = to_symbol(cells[table.ticker])
        if not is_symbol(symbol):
            skipped += 1
            continue
        weight = 0.0 if table.weight is None else _to_weight(cells[table.weight], line, table.names[table.weight])
        weights[symbol] = weights.get(symbol, 0.0) + weight
    before = [cells for line, cells in rows if line < table.line]
    fund = clean(before[0][0], 80) if before and before[0] else ""
    return Holdings(tuple(weights), _to_shares(weights), _find_date(before), fund, skipped)


def _body(rows: Sequence[tuple[int, list[str]]], table: _Table) -> Iterator[tuple[int, list[str]]]:
    """The lines of the table, up to the empty one that the issuer's notices follow."""
    for line, cells in rows:
        if line <= table.line:
            continue
        if not any(cells):
            return
        if len(cells) != table.width:
            raise HoldingsError(f"line {line}: expected {table.width} values, found {len(cells)}")
        yield line, cells


def _read_list(rows: Sequence[tuple[int, list[str]]]) -> Holdings:
    weights: dict[str, float] = {}
    for line, cells in rows:
        ticker = cells[0].partition("#")[0].strip() if cells else ""
        if not ticker:
            continue
        symbol = to_symbol(ticker)
        if not is_symbol(symbol):
            raise HoldingsError(f"line {line} column 1: expected a symbol such as AAPL, found '{clean(ticker, 40)}'")
        weight = cells[1].partition("#")[0].strip() if len(cells) > 1 else ""
        weights[symbol] = weights.get(symbol, 0.0) + _to_weight(weight, line, "2")
    return Holdings(tuple(weights), _to_shares(weights))


def _to_weight(text: str, line: int, column: str) -> float:
    """`1,234.50` as a number; nothing, and less than nothing, is zero."""
    if text in _NOTHING:
        return 0.0
    try:
        value = float(text.replace(",", "").removesuffix("%"))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise HoldingsError(f"line {line} column {clean(column, 40)}: expected a number, found '{clean(text, 40)}'")
    return max(value, 0.0)


def _to_shares(weights: dict[str, float]) -> tuple[float, ...] | None:
    whole = math.fsum(weights.values())
    return tuple(weight / whole for weight in weights.values()) if whole > 0.0 else None


def _find_date(preamble: Sequence[Sequence[str]]) -> str | None:
    """The day in a line such as `Fund Holdings as of,"Jun 19, 2026"`."""
    for cells in preamble:
        found = _DATE.search(" ".join(cells)) if cells and "as of" in cells[0].lower() else None
        if found and found[1].lower() in _MONTHS:
            return f"{found[3]}-{_MONTHS.index(found[1].lower()) + 1:02}-{int(found[2]):02}"
    return None


def _name(path: Path) -> str:
    return clean(path.name, 80)
