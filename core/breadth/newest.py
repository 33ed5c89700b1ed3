"""The newest prices of constituents while a session runs, from a file that another program writes over and over.

No source quotes thousands of symbols; whoever has a feed of their own lets it write `AAPL,231.40` a line. The prices
are taken to be of the moment at which the file was written.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np

from core.breadth.closes import JUMP, Closes, to_key
from core.errors import SmidError
from core.market.bars import Floats
from core.text import clean

_MAX_BYTES = 4_000_000


class NewestError(SmidError):
    """A file that is not what it should be; the text names file, line and what was expected."""


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """By key of the symbol (see `to_key`), as they stand in the file that was written `at`."""

    by_key: Mapping[str, float]
    at: datetime


@dataclass(frozen=True, slots=True, eq=False)
class Moved:
    """The newest prices in the order of `Closes.symbols`, NaN where there is none that can be used."""

    prices: Floats
    at: datetime
    session: date
    before: date
    """The session before: completed closes must end with it."""


def load_prices(path: Path) -> Prices:
    """Read `path`: `symbol,price` a line, with or without a header. Raises `NewestError` and `OSError`.

    A last line without an end is still being written, and left out.
    """
    at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    with path.open("rb") as file:
        raw = file.read(_MAX_BYTES + 1)
    if len(raw) > _MAX_BYTES:
        raise NewestError(f"{clean(path.name, 80)} is larger than {_MAX_BYTES // 1_000_000} MB: no list of prices.")
    whole = raw[: raw.rfind(b"\n") + 1].decode("utf-8-sig", "replace")
    found: dict[str, float] = {}
    for number, row in enumerate(csv.reader(whole.splitlines()), 1):
        price = _to_price(row[1]) if len(row) > 1 else None
        if price is not None:
            found[to_key(row[0])] = price
        elif number > 1 and any(cell.strip() for cell in row):  # the first line may be a header
            shown = clean(",".join(row[:2]), 40)
            raise NewestError(f'{clean(path.name, 80)} line {number}: expected a symbol and a price, found "{shown}".')
    return Prices(found, at)


def to_moved(closes: Closes, prices: Prices, session: date, before: date) -> Moved:
    """`prices` of `session` for the symbols of `closes`; bad ticks are left out."""
    newest = np.array([prices.by_key.get(to_key(symbol), np.nan) for symbol in closes.symbols])
    with np.errstate(invalid="ignore"):
        ratio = newest / closes.values[:, -1]
        newest[(ratio > JUMP) | (ratio < 1.0 / JUMP)] = np.nan
    return Moved(newest, prices.at, session, before)


def _to_price(cell: str) -> float | None:
    """None where it is no price above zero."""
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if 0.0 < value < float("inf") else None
