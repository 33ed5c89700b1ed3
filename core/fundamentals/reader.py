"""A file of published figures, read line by line: a wrong line is told of, and the others count."""

import csv
import io
import re
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from typing import NoReturn

from msgspec import Struct

from core.config_check import nearest
from core.fundamentals.catalogue import FILED, METRICS, Metric, is_believed
from core.fundamentals.fact import Fact
from core.text import clean

COLUMNS = ("date", "index", "metric", "period", "value", "source")
OPTIONAL = "method"
_MAX_BYTES = 4_000_000
_YEAR = re.compile(r"(19|20)\d\d")
_MOST_TOLD = 20


class Read(Struct, frozen=True):
    """The facts of one file, and a sentence for each line that is none."""

    facts: tuple[Fact, ...] = ()
    complaints: tuple[str, ...] = ()


class _CellError(ValueError):
    """A cell that is not what its column holds: `column: expected ..., found ...`."""


def read_facts(path: Path, indices: Collection[str]) -> Read:
    """The facts in `path`, of `indices` alone; never raises for what a file can hold."""
    name = clean(path.name, 80)
    try:
        with path.expanduser().open("rb") as stream:
            raw = stream.read(_MAX_BYTES + 1)
        if len(raw) > _MAX_BYTES:
            return Read(complaints=(f"{name}: larger than {_MAX_BYTES // 1_000_000} MB, which no list of figures is",))
        return _read(name, raw.decode("utf-8-sig"), indices)
    except UnicodeDecodeError as error:
        return Read(complaints=(f"{name} line {raw.count(10, 0, error.start) + 1}: expected UTF-8 text",))
    except (OSError, RuntimeError) as error:  # RuntimeError: no home directory for ~
        told = error.strerror if isinstance(error, OSError) and error.strerror else error
        return Read(complaints=(f"{name}: cannot be read: {clean(told, 120)}",))


def _read(name: str, text: str, indices: Collection[str]) -> Read:
    lines = csv.reader(io.StringIO(text, newline=""))
    facts: dict[tuple[object, ...], Fact] = {}
    complaints: list[str] = []
    header: list[str] = []
    try:
        for cells in lines:
            if not any(cell.strip() for cell in cells) or cells[0].lstrip().startswith("#"):
                continue
            if not header:
                header = [cell.strip().lower() for cell in cells]
                _check_header(header)
                continue
            try:
                fact = _to_fact(header, cells, indices)
                key = (fact.day, fact.subject, fact.metric, fact.period, fact.source)
                if key in facts:
                    _miss("value", f"one of {fact.metric} by the same source on a day", "another")
                facts[key] = fact
            except _CellError as wrong:
                complaints.append(f"{name} line {lines.line_num} column {wrong}")
    except _CellError as wrong:
        return Read(complaints=(f"{name} line {lines.line_num}: {wrong}",))
    except csv.Error as error:
        complaints.append(f"{name} line {lines.line_num}: expected CSV: {clean(error, 80)}")
    if not header:
        complaints.append(f"{name}: expected a first line {','.join(COLUMNS)}, found nothing")
    return Read(tuple(facts.values()), tuple(_shorten(name, complaints)))


def _shorten(name: str, complaints: list[str]) -> list[str]:
    left = len(complaints) - _MOST_TOLD
    return complaints if left <= 0 else [*complaints[:_MOST_TOLD], f"{name}: {left} more lines are wrong"]


def _check_header(header: list[str]) -> None:
    unknown = next((cell for cell in header if cell not in (*COLUMNS, OPTIONAL)), None)
    absent = next((column for column in COLUMNS if column not in header), None)
    if unknown is not None or absent is not None or len(set(header)) < len(header):
        found = clean(",".join(header), 80)
        raise _CellError(f"expected the columns {','.join(COLUMNS)} and perhaps {OPTIONAL}, found {found}")


def _to_fact(header: list[str], cells: list[str], indices: Collection[str]) -> Fact:
    if len(cells) != len(header):
        last = header[min(len(cells), len(header)) - 1]
        raise _CellError(f"{last}: expected {len(header)} values, found {len(cells)}")
    row = {column: clean(cell.strip(), 160) for column, cell in zip(header, cells, strict=True)}
    metric = _pick(row, "metric", FILED)
    return Fact(
        day=_to_day(row["date"]),
        subject=_pick(row, "index", indices),
        metric=metric,
        period=_to_period(row, METRICS[metric]),
        value=_to_value(row["value"], metric),
        source=row["source"] or _miss("source", "who said it", ""),
        method=row.get(OPTIONAL, ""),
    )


def _to_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return _miss("date", "a day such as 2026-01-31", text)


def _pick(row: Mapping[str, str], column: str, known: Collection[str]) -> str:
    if row[column] in known:
        return row[column]
    near = nearest(row[column], known)
    hint = f" (did you mean {near}?)" if near else ""
    return _miss(column, f"one of {', '.join(known)}", row[column], hint)


def _to_period(row: Mapping[str, str], metric: Metric) -> str:
    period = row["period"]
    if metric.periods:
        return _pick(row, "period", metric.periods)
    if metric.is_yearly and not _YEAR.fullmatch(period):
        _miss("period", "the year that it is the growth of, such as 2026", period)
    if not metric.is_yearly and period:
        _miss("period", f"nothing, {row['metric']} being of no year", period)
    return period


def _to_value(text: str, metric: str) -> float:
    known = METRICS[metric]
    percent = known.is_fraction and text.endswith("%")
    try:
        value = float(text.removesuffix("%")) / 100.0 if percent else float(text)
    except ValueError:
        value = float("nan")
    if not is_believed(metric, value):
        span = f"{known.least:g} to {known.most:g}"
        wanted = f"a share of {span}, 0.05 or 5%" if known.is_fraction else f"a number of {span}"
        _miss("value", f"{wanted}, for {metric}", text)
    return round(value, 12)


def _miss(column: str, expected: str, found: str, hint: str = "") -> NoReturn:
    told = f"'{clean(found, 40)}'" if found else "nothing"
    raise _CellError(f"{column}: expected {expected}, found {told}{hint}")
