"""Claims that something is so: at how many closes it was."""

from collections.abc import Iterator

import numpy as np

from core.claims.addresses import kind_of_address, unit_of
from core.claims.claim import Condition
from core.claims.ground import Ground
from core.claims.record import Compared, Reading
from core.claims.windows import build_grid, to_span
from core.claims.words import say_lack
from core.market.bars import Floats
from core.rules.expression import ExpressionError, evaluate, parse
from core.rules.rule import CODES


def read_condition(claim: Condition, ground: Ground) -> Iterator[Reading]:
    """The literal reading, then the others that the claim names."""
    on = claim.on or to_span(claim.said)
    yield _try(claim, ground, claim.read_as or "as it says", claim.holds, on)
    for other in claim.other:
        yield _try(claim, ground, other.read_as, other.holds or claim.holds, other.on or on)


def _try(claim: Condition, ground: Ground, read_as: str, text: str, on: tuple[str, ...]) -> Reading:
    """At how many closes it held, and what it rested on at the last of those, or of all."""
    grid = build_grid(ground, on, (), "")
    node = parse(text, _kind_of)
    looked: dict[str, list[object]] = {}
    reasons: list[str] = []

    def look(address: str) -> Floats:
        column = ground.column(address, grid)
        if column.reason:
            reasons.append(column.reason)
        looked[address] = column.values.tolist()
        return np.array([_to_number(value) for value in column.values.tolist()], dtype=np.float64)

    held = np.broadcast_to(evaluate(node, look), (len(grid),))
    known = ~np.isnan(held)
    places = np.flatnonzero(held == 1.0) if (held == 1.0).any() else np.flatnonzero(known)
    shown = int(places[-1]) if len(places) else len(grid) - 1
    figures = tuple(_show(address, values[shown]) for address, values in looked.items()) if len(grid) else ()
    if not known.any():
        why = say_lack(_say(reasons), claim.needs)
        return Reading(read_as=read_as, tried=len(grid), figures=figures, reason=why)
    return Reading(
        read_as=read_as,
        tried=len(grid),
        known=int(np.count_nonzero(known)),
        fits=int(np.count_nonzero(held[known] == 1.0)),
        end=str(grid.ends[shown]),
        figures=figures,
    )


def _show(address: str, value: object) -> Compared:
    recomputed = value if isinstance(value, str) else float(value) if isinstance(value, float) else None
    if isinstance(recomputed, float) and not np.isfinite(recomputed):
        recomputed = None
    return Compared(of=address, recomputed=_to_word(address, recomputed), unit=unit_of(address))


def _to_word(address: str, value: float | str | None) -> float | str | None:
    """A trend is kept as a number in its past, and told as a word."""
    if not isinstance(value, float) or _kind_of(address) != "word":
        return value
    return next((word for word, code in CODES.items() if code == value), value)


def _to_number(value: object) -> float:
    if isinstance(value, str):
        return CODES.get(value, np.nan)
    return float(value) if isinstance(value, int | float) else np.nan


def _kind_of(address: str) -> str:
    try:
        return kind_of_address(address)
    except ExpressionError:
        return "number"


def _say(reasons: list[str]) -> str:
    return "; ".join(dict.fromkeys(reasons)) or "no session of that time is known"
