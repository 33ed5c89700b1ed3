"""The ledger: every claim against completed history, with its verdict and the reason. Pure, no clock, no disk."""

import math
from collections.abc import Iterator
from datetime import datetime

from msgspec.structs import replace

from core.claims.claim import Claim, Condition, Figure, Forecast
from core.claims.conditions import read_condition
from core.claims.figures import read_figure
from core.claims.forecasts import judge_forecast
from core.claims.ground import Ground
from core.claims.read import Book
from core.claims.record import ClaimRecord, Ledger, Reading, Verdict, is_invented
from core.claims.windows import to_span
from core.claims.words import say_difference, say_figures, say_tried, say_value, say_window
from core.text import clean

SIMULATED = "the market is simulated"
"""Invented prices are no judge of what somebody said of the real market."""


def build_ledger(book: Book, ground: Ground, at: datetime, label: str = "") -> Ledger:
    """All claims of `book`, in their order; none has another verdict than unchecked where the market is made up."""
    sessions, is_real = ground.panel.sessions, not is_invented(label)
    return Ledger(
        label=label,
        at=at,
        until=str(sessions[-1]) if len(sessions) else None,
        data=ground.panel.key,
        claims=tuple(
            _record(name, claim, book, ground)
            if is_real
            else _dress(name, claim, Verdict.UNCHECKED, SIMULATED, own=name in book.own)
            for name, claim in book.claims.items()
        ),
        problems=book.problems,
    )


def _record(name: str, claim: Claim, book: Book, ground: Ground) -> ClaimRecord:
    """A claim that cannot be calculated takes its own line with it, and no other: the documented boundary."""
    try:
        return build_record(name, claim, ground, own=name in book.own)
    except Exception as error:  # noqa: BLE001 - see above
        reason = clean(f"the calculation failed: {type(error).__name__}: {error}")
        return _dress(name, claim, Verdict.UNCHECKED, reason, own=name in book.own)


def build_record(name: str, claim: Claim, ground: Ground, *, own: bool = False) -> ClaimRecord:
    """One claim with its verdict."""
    said = to_span(claim.said)[0]
    sessions = ground.panel.sessions
    if len(sessions) and said > str(sessions[-1]):
        return _dress(name, claim, Verdict.UNCHECKED, f"it was said after {sessions[-1]}, where this ends", own=own)
    if isinstance(claim, Forecast):
        verdict, reason, way, readings = judge_forecast(claim, ground)
        return replace(_dress(name, claim, verdict, reason, readings, own=own), way=way)
    if isinstance(claim, Figure):
        readings = tuple(read_figure(claim, ground))
        verdict, reason = judge_figure(readings)
    else:
        readings = tuple(read_condition(claim, ground))
        verdict, reason = judge_condition(readings, claim.share)
    end = (claim.on or to_span(claim.said))[-1]
    if len(sessions) and end > str(sessions[-1]) and _may_change(claim, verdict):
        verdict, reason = Verdict.OPEN, f"until {end}; so far: {reason}"
    return _dress(name, claim, verdict, reason, readings, own=own)


def _may_change(claim: Figure | Condition, verdict: Verdict) -> bool:
    """Whether sessions to come can change the verdict: what one session makes true stays so, a share does not."""
    if verdict is Verdict.CONFIRMED:
        return isinstance(claim, Condition) and claim.share > 0
    return bool(claim.on) or verdict is not Verdict.UNCHECKED


def _dress(
    name: str, claim: Claim, verdict: Verdict, reason: str, readings: tuple[Reading, ...] = (), *, own: bool
) -> ClaimRecord:
    kind = "figure" if isinstance(claim, Figure) else "condition" if isinstance(claim, Condition) else "forecast"
    return ClaimRecord(
        id=clean(name, 60),
        kind=kind,
        says=clean(claim.says, 400),
        who=clean(claim.who, 400),
        said=claim.said,
        about=clean(claim.about, 40),
        note=clean(claim.note, 800),
        own=own,
        verdict=verdict,
        reason=clean(reason, 1_200),
        readings=readings,
    )


def judge_figure(readings: tuple[Reading, ...]) -> tuple[Verdict, str]:
    """The literal reading decides where it fits; another that does makes it a different definition."""
    literal, *others = readings
    if literal.fits:
        return Verdict.CONFIRMED, _say_fit(literal)
    if fitting := [one for one in others if one.fits]:
        missed = _say_nearest(literal) if literal.known else literal.reason
        told = ". Also ".join(f"{one.read_as}: {_say_fit(one)}" for one in fitting)
        return Verdict.DIFFERENT, f"not {literal.read_as}: {missed}. It is {told}"
    if not literal.known:
        return Verdict.UNCHECKED, literal.reason
    told = "; ".join(_say_others(others))
    return Verdict.NOT_REPRODUCED, f"{literal.read_as}: {_say_nearest(literal)}" + (f". Nor {told}" if told else "")


def _say_fit(reading: Reading) -> str:
    return f"{say_figures(reading.figures)}, {say_window(reading)}; fits {say_tried(reading)}"


def _say_nearest(reading: Reading) -> str:
    off = " and ".join(say_difference(one.difference, one.unit) for one in reading.figures if one.difference)
    missed = f", off by {off}" if off else ""
    return f"fits {say_tried(reading)}, nearest {say_window(reading)}: {say_figures(reading.figures)}{missed}"


def _say_others(others: list[Reading]) -> Iterator[str]:
    for one in others:
        if one.known:
            yield f"{one.read_as}: {say_tried(one)}, nearest {say_window(one)}"


def judge_condition(readings: tuple[Reading, ...], share: float) -> tuple[Verdict, str]:
    """It is so where it held at that share of the closes that it may be about, or more, and at one at least."""
    literal, *others = readings
    if not literal.known:
        return Verdict.UNCHECKED, literal.reason
    told = ", ".join(f"{one.of} {say_value(one.recomputed, one.unit)}" for one in literal.figures)
    said = f"so at {say_tried(literal)}, {_count_needed(literal, share):,} needed; on {literal.end}: {told}"
    if _holds(literal, share):
        return Verdict.CONFIRMED, said
    fitting = next((one for one in others if _holds(one, share)), None)
    if fitting is not None:
        return Verdict.DIFFERENT, f"{literal.read_as}: {said}. It is {fitting.read_as}: at {say_tried(fitting)}"
    return Verdict.NOT_REPRODUCED, said


def _holds(reading: Reading, share: float) -> bool:
    return reading.fits >= _count_needed(reading, share)


def _count_needed(reading: Reading, share: float) -> int:
    """At how many of the closes it must have held."""
    return max(1, math.ceil(share * reading.known - 1e-9))
