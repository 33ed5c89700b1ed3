"""Closes of many symbols: from directories with a CSV of daily bars a symbol, and from tables with a column a symbol.

Symbol-major, because every calculation here runs along time: on 2,500 symbols and ten years a moving average takes
a third of what it takes over a panel of sessions by symbols.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from pathlib import Path

import numpy as np

from core.breadth.holdings import to_symbol
from core.market.bars import Bars, Floats, Sessions
from core.market.csv import CsvError, load_daily
from core.market.files import find_daily
from core.text import clean

JUMP = 10.0
"""A close this many times the one before, or this part of it, is not used: no share does that, bad ticks do."""

Visit = Callable[[str, Bars], None]
Found = dict[str, tuple[Sessions, Floats]]


@dataclass(frozen=True, slots=True, eq=False)
class Closes:
    """Adjusted closes, symbols by sessions; NaN where a symbol has none that can be used."""

    symbols: tuple[str, ...]
    sessions: Sessions
    values: Floats
    problems: tuple[str, ...] = ()
    """Files of single symbols that cannot be read, and why; those symbols are left out."""


def load_closes(paths: Sequence[Path], symbols: Iterable[str], until: date, visit: Visit | None = None) -> Closes:
    """The closes of `symbols`, up to and including `until`, from the first of `paths` that knows each.

    A path is a directory, or a table: a line `Date,AAPL,...`, then one line a session, empty where there is no close.
    `visit` is given the bars of every symbol that comes from a directory. Symbols that no path knows are left out.
    Raises `CsvError` of a table, naming file, line and column, and `OSError`.
    """
    found: Found = {}
    problems: list[str] = []
    wanted = {to_key(symbol): symbol for symbol in symbols}
    for path in paths:
        left = {key: symbol for key, symbol in wanted.items() if symbol not in found}
        if left and path.is_dir():
            found |= _load_directory(path, left, until, visit, problems)
        elif left:
            found |= _load_table(path, left, until)
    return _assemble(found, tuple(problems))


def to_key(symbol: str) -> str:
    """What all spellings of a symbol have in common: issuers write `BRKB`, sources `BRK-B`."""
    return to_symbol(symbol).replace("-", "")


def _assemble(found: Found, problems: tuple[str, ...]) -> Closes:
    """One array on the union of all sessions; what was read is let go as it is copied."""
    days = {id(sessions): sessions for sessions, _ in found.values()}
    union = np.unique(np.concatenate(list(days.values()))) if days else np.empty(0, "datetime64[D]")
    symbols = tuple(sorted(found))
    values = np.full((len(symbols), len(union)), np.nan)
    rows: dict[int, np.ndarray] = {key: np.searchsorted(union, sessions) for key, sessions in days.items()}
    for row, symbol in enumerate(symbols):
        sessions, closes = found.pop(symbol)
        values[row, rows[id(sessions)]] = closes
        _drop_impossible(values[row])
    return Closes(symbols, union, values, problems)


def _drop_impossible(closes: Floats) -> None:
    """Make NaN what is not above zero, and what is out of all proportion to the last usable close before it.

    Depends on the past alone: a level that stays is believed from its second close on.
    """
    closes[~(closes > 0.0) | np.isinf(closes)] = np.nan
    rows = np.flatnonzero(~np.isnan(closes))
    ratios = closes[rows[1:]] / closes[rows[:-1]]
    if not ((ratios > JUMP) | (ratios < 1.0 / JUMP)).any():
        return
    good = before = closes[rows[0]]
    for row in rows.tolist():
        value = closes[row]
        if _is_near(value, good) or _is_near(value, before):
            good = value
        else:
            closes[row] = np.nan
        before = value


def _is_near(value: float, other: float) -> bool:
    return 1.0 / JUMP <= value / other <= JUMP


def _load_directory(
    path: Path, wanted: Mapping[str, str], until: date, visit: Visit | None, problems: list[str]
) -> Found:
    found: Found = {}
    days: dict[bytes, Sessions] = {}
    for stem, file in find_daily(path).items():
        symbol = wanted.get(to_key(stem))
        if symbol is None:
            continue
        try:
            bars = load_daily(file, symbol)
        except CsvError as error:
            problems.append(str(error))
            continue
        bars = bars.part(slice(int(np.searchsorted(bars.sessions, np.datetime64(until), side="right"))))
        # Most symbols have the same sessions: one copy of them is kept.
        sessions = days.setdefault(bars.sessions.tobytes(), bars.sessions)
        found[symbol] = sessions, bars.adj_close.copy()
        if visit is not None:
            visit(symbol, bars)
    return found


def _load_table(path: Path, wanted: Mapping[str, str], until: date) -> Found:
    """The wanted columns of a table; read line by line into their place, as the text is larger than its numbers."""
    name, last = clean(path.name, 80), until.isoformat()
    days: list[str] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            length = sum(1 for _ in lines)
            lines.seek(0)
            header = next(lines, "").rstrip("\r\n").split(",")
            chosen = _choose(header, wanted, name)
            if not chosen:
                return {}
            names = [header[column] for column in chosen]
            pick = itemgetter(*chosen, 0)  # one more, so that it is a tuple of one, too
            values = np.empty((len(chosen), length))
            for line, text in enumerate(lines, start=2):
                cells = text.rstrip("\r\n").split(",")
                if cells == [""]:
                    continue
                day = _check(cells, header, days, f"{name} line {line}")
                if day > last:
                    break
                values[:, len(days)] = _to_row(pick(cells)[:-1], names, f"{name} line {line}")
                days.append(day)
    except UnicodeDecodeError:
        raise CsvError(f"{name}: expected UTF-8 text") from None
    sessions = np.array(days, "datetime64[D]")
    return {wanted[to_key(one)]: (sessions, row[: len(days)]) for one, row in zip(names, values, strict=True)}


def _choose(header: Sequence[str], wanted: Mapping[str, str], name: str) -> list[int]:
    """The columns of wanted symbols, each once."""
    if header[0].strip().lower() != "date" or len(header) < 2:
        raise CsvError(f"{name} line 1: expected 'Date' and symbols, found '{clean(','.join(header), 60)}'")
    by_key: dict[str, int] = {}
    for column, symbol in enumerate(header[1:], start=1):
        by_key.setdefault(to_key(symbol), column)
    return [column for key, column in by_key.items() if key in wanted]


def _check(cells: Sequence[str], header: Sequence[str], days: Sequence[str], where: str) -> str:
    """The day of a line; raises `CsvError` where the line is not as the header says or the day not after the last."""
    if len(cells) != len(header):
        raise CsvError(f"{where}: expected {len(header)} values, found {len(cells)}")
    day = cells[0].strip()
    try:
        if date.fromisoformat(day).isoformat() != day:
            raise ValueError  # noqa: TRY301 - the other ways that ISO knows to write a day do not sort as text
    except ValueError:
        raise CsvError(f"{where} column {clean(header[0], 20)}: expected a day, found '{clean(day, 40)}'") from None
    if days and day <= days[-1]:
        raise CsvError(f"{where} column {clean(header[0], 20)}: expected a day after {days[-1]}, found {day}")
    return day


def _to_row(cells: Sequence[str], names: Sequence[str], where: str) -> Floats:
    try:
        return np.array(list(map(float, cells)))
    except ValueError:
        return np.array([_to_number(cell, name, where) for cell, name in zip(cells, names, strict=True)])


def _to_number(cell: str, name: str, where: str) -> float:
    if not cell.strip():
        return np.nan
    try:
        return float(cell)
    except ValueError:
        complaint = f"expected a number or nothing, found '{clean(cell, 40)}'"
        raise CsvError(f"{where} column {clean(name, 20)}: {complaint}") from None
