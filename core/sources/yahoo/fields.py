"""Reading single fields of Yahoo's JSON without trusting any of them."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from core.text import clean

RATES = frozenset({"^IRX", "^FVX", "^TNX", "^TYX"})
"""Symbols quoted as a yield in percent: zero and below are real (^IRX in March 2020)."""


def read_number(value: Any) -> float | None:
    """A finite number; None for null, NaN, infinity, text, booleans and everything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    number = float(value)
    return number if math.isfinite(number) else None


def read_price(value: Any, symbol: str) -> float | None:
    """A finite number above zero; of any sign for a rate."""
    number = read_number(value)
    return number if number is not None and (number > 0 or symbol in RATES) else None


def read_time(value: Any) -> datetime | None:
    """Seconds since 1970 as UTC; None outside 1970-2200."""
    number = read_number(value)
    return datetime.fromtimestamp(number, UTC) if number is not None and 0 < number < 7_258_118_400 else None


def read_name(record: Mapping[str, Any]) -> str:
    """The longer of the names given, cleaned: Yahoo passes through whatever an issuer wrote."""
    return clean(next((record[key] for key in ("longName", "shortName") if record.get(key)), ""), 60)


def read_mapping(value: Any) -> Mapping[str, Any]:
    """`value` if it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def read_list(value: Any) -> list[Any]:
    """`value` if it is a list, else an empty one."""
    return value if isinstance(value, list) else []
