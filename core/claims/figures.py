"""Claims of numbers: each way to read one is tried on every window that it may mean."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core.claims.addresses import kind_of_address, unit_of
from core.claims.claim import Figure, Forecast
from core.claims.ground import Grid, Ground
from core.claims.record import Compared, Reading
from core.claims.windows import build_grid, to_span
from core.claims.words import say_lack
from core.market.bars import Floats
from core.rules.expression import ExpressionError, Node, evaluate, parse_number

_ROUNDING = 1e-9
"""A claim that is off by its tolerance to the last digit is within it."""
_FAMILIES = (
    ("ratio_return", "gap"),
    ("drawdown", "gap_since_peak"),
    ("named_year_drawdown", "named_year_gap"),
)
"""Measures that people take for each other: the ratio's own return, and the gap of the two returns."""
_SAID = {
    "ratio_return": "the ratio's own return",
    "gap": "the gap of the two returns, in points",
    "drawdown": "the fall of the ratio",
    "gap_since_peak": "the gap of the two returns, in points",
    "named_year_drawdown": "the fall of the ratio",
    "named_year_gap": "the gap of the two returns, in points",
}
_TWINS = (("^RUT/^GSPC", "IWM/SPY"),)
"""The indices without dividends, and the funds with them."""
Values = Floats | NDArray[np.object_]


def read_figure(claim: Figure, ground: Ground) -> Iterator[Reading]:
    """The literal reading, those that the claim names, then those that people take for it.

    Not where both ends of a window are searched: of hundreds of windows one fits nearly anything by chance.
    """
    on, since = claim.on or to_span(claim.said), claim.since
    yield _try(claim, ground, claim.read_as or "as it says", claim.of, on, since)
    named = {other.of or claim.of for other in claim.other}
    relatives = [of for of in list_relatives(claim.of) if of not in named] if len(since) < 2 else []
    # The same of the same subject comes before what the claim names, other subjects after it.
    same = [of for of in relatives if _subjects(of) == _subjects(claim.of)]
    for of in same:
        yield _try(claim, ground, _say_relative(of), of, on, since)
    for other in claim.other:
        yield _try(claim, ground, other.read_as, other.of or claim.of, other.on or on, other.since or since)
    for of in relatives:
        if of not in same:
            yield _try(claim, ground, _say_relative(of), of, on, since)


def _subjects(of: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one.rpartition(".")[0] for one in of)


def list_relatives(of: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The measure that is taken for this one, and both of the twin pair."""
    if not all(_is_address(one) for one in of):
        return
    for pair in dict.fromkeys((of, *_swap_subjects(of))):
        if pair != of:
            yield pair
        yield from _swap_names(pair)


def _swap_subjects(of: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for one, other in (*_TWINS, *((b, a) for a, b in _TWINS)):
        if all(address.startswith(f"{one}.") for address in of):
            yield tuple(f"{other}.{address.removeprefix(f'{one}.')}" for address in of)


def _swap_names(of: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for one, other in (*_FAMILIES, *((b, a) for a, b in _FAMILIES)):
        swapped = tuple(_swap_name(address, one, other) for address in of)
        if swapped != of and all(swapped):
            yield swapped


def _swap_name(address: str, one: str, other: str) -> str:
    subject, _, name = address.rpartition(".")
    rest = name.removeprefix(one)
    # Whole names, or what goes on with a horizon: `gap_20d`, not `gap_since_peak` for `gap`.
    is_meant = name.startswith(one) and rest.count("_") == (one in ("gap", "ratio_return"))
    found = f"{subject}.{other}{rest}" if is_meant else ""
    try:
        return found if found and kind_of_address(found) == kind_of_address(address) else ""
    except ExpressionError:
        return ""


def _say_relative(of: tuple[str, ...]) -> str:
    """`the gap of the two returns, in points, by ^RUT/^GSPC.gap_since`."""
    name = of[0].rpartition(".")[2]
    said = next((text for start, text in _SAID.items() if name == start or name.startswith(f"{start}_")), "")
    return f"{said}, by {' and '.join(of)}" if said else " and ".join(of)


def _is_address(text: str) -> bool:
    try:
        return bool(kind_of_address(text))
    except ExpressionError:
        return False


def _try(
    claim: Figure, ground: Ground, read_as: str, of: tuple[str, ...], on: tuple[str, ...], since: tuple[str, ...]
) -> Reading:
    """The nearest of all windows, how many make it true."""
    subject = of[0].rpartition(".")[0].split()[-1].lstrip("(-") if "." in of[0] else ""
    grid = build_grid(ground, on, since, subject)
    columns = [calculate(one, grid, ground) for one in of]
    if not len(grid):
        return Reading(read_as=read_as, figures=_compare(claim, of, None, 0), reason=_say_nothing(ground, on, since))
    scores = [
        _score(values, wanted, tolerance)
        for (values, _, _), (wanted, tolerance) in zip(columns, _wanted(claim), strict=True)
    ]
    own = find_own(claim, ground, grid)
    worst = np.where([bool(name) for name in own], np.inf, np.max(np.stack(scores), axis=0))
    known = np.isfinite(worst)
    if not known.any():
        mine = next((name for name in own if name), "")
        told = say_lack(next((why for _, _, why in columns if why), "not known then"), claim.needs)
        whose = "its own" if mine.startswith(claim.who) else "those of another claim"
        reason = f"no figures but {whose} ({mine})" if mine else told
        return Reading(read_as=read_as, tried=len(grid), figures=_compare(claim, of, None, 0), reason=reason)
    best = int(np.nanargmin(np.where(known, worst, np.nan)))
    return Reading(
        read_as=read_as,
        tried=len(grid),
        known=int(np.count_nonzero(known)),
        fits=int(np.count_nonzero(worst[known] <= 1.0)),
        start=str(grid.starts[best]) if grid.starts is not None else None,
        end=str(grid.ends[best]),
        figures=_compare(claim, of, [values for values, _, _ in columns], best),
    )


def find_own(claim: Figure | Forecast, ground: Ground, grid: Grid) -> list[str]:
    """The source of the numbers at each window where that is the claim's own author or another that claims, else ''."""
    if not claim.source:
        return [""] * len(grid)
    told = ground.column(claim.source, Grid(grid.ends)).values.tolist()
    other = claim.not_by if isinstance(claim, Figure) else ""
    authors = (claim.who, other) if other else (claim.who,)
    return [name if isinstance(name, str) and name.startswith(authors) else "" for name in told]


def calculate(text: str, grid: Grid, ground: Ground) -> tuple[Values, str, str]:
    """What an expression comes to over the grid, its unit, and why it is missing where it is."""
    reasons: list[str] = []

    def look(address: str) -> Floats:
        column = ground.column(address, grid)
        if column.reason:
            reasons.append(column.reason)
        return np.asarray(column.values)

    if _is_address(text):
        return look(text), unit_of(text), "; ".join(dict.fromkeys(reasons))
    node: Node = parse_number(text, lambda _: "number")
    values = np.broadcast_to(evaluate(node, look), (len(grid),))
    return values, "", "; ".join(dict.fromkeys(reasons))


def _wanted(claim: Figure) -> Iterator[tuple[float | str, float]]:
    """Each number with its tolerance."""
    tolerances = claim.tolerance if len(claim.tolerance) == len(claim.claimed) else claim.tolerance * len(claim.claimed)
    yield from zip(claim.claimed, tolerances, strict=True)


def _score(values: Values, wanted: float | str, tolerance: float) -> Floats:
    """How far off, in tolerances: 1 or less fits; infinite where there is no value."""
    if isinstance(wanted, str):
        fits = np.array([isinstance(one, str) and one.startswith(wanted) for one in values.tolist()])
        there = np.array([isinstance(one, str) for one in values.tolist()])
        return np.where(there, np.where(fits, 0.0, 2.0), np.inf)
    numbers = np.array([one if isinstance(one, float) else np.nan for one in np.asarray(values).tolist()])
    off = np.abs(numbers - wanted) / (tolerance + _ROUNDING)
    return np.where(np.isnan(off), np.inf, off)


def _compare(claim: Figure, of: tuple[str, ...], columns: list[Values] | None, row: int) -> tuple[Compared, ...]:
    found = []
    for place, (text, (wanted, tolerance)) in enumerate(zip(of, _wanted(claim), strict=True)):
        value = None if columns is None else _to_plain(columns[place].tolist()[row])
        found.append(
            Compared(
                of=text,
                name=claim.names[place] if claim.names else "",
                claimed=wanted,
                recomputed=value,
                difference=value - wanted if isinstance(value, float) and isinstance(wanted, float) else None,
                tolerance=tolerance,
                unit=claim.unit or unit_of(text) or "fraction",
                adds_up=_add_up(claim.adds_up[place]) if claim.adds_up else None,
            )
        )
    return tuple(found)


def _to_plain(value: object) -> float | str | None:
    return value if isinstance(value, str) or (isinstance(value, float) and np.isfinite(value)) else None


def _add_up(text: str) -> float | None:
    return float(evaluate(parse_number(text), lambda _: np.asarray(np.nan))) if text else None


def _say_nothing(ground: Ground, on: tuple[str, ...], since: tuple[str, ...]) -> str:
    sessions = ground.panel.sessions
    span = f"history is {sessions[0]} to {sessions[-1]}" if len(sessions) else "there is no history yet"
    window = f" from {' to '.join(since)}" if since else ""
    return f"no session of {' to '.join(on)}{window}: {span}"
