"""Forecasts: what is required by now to be on the way to them, and what has come of it [J3]."""

from datetime import date

import numpy as np

from core.claims.claim import Forecast
from core.claims.figures import calculate, find_own
from core.claims.ground import Ground
from core.claims.record import Compared, Reading, Verdict, Way
from core.claims.windows import build_grid, to_span
from core.claims.words import say_lack, say_value

SESSIONS_A_YEAR = 252
DAYS_A_YEAR = 365.25


def calc_rate(total: float, sessions: int) -> float:
    """The yearly rate that comes to the return `total` in so many sessions, a fraction."""
    return float((1.0 + total) ** (SESSIONS_A_YEAR / sessions) - 1.0)


def calc_required(rate: float, sessions: int) -> float:
    """The return after so many sessions at a yearly rate: `(1 + a)^(days / 252) - 1` [J3]."""
    return float((1.0 + rate) ** (sessions / SESSIONS_A_YEAR) - 1.0)


def count_sessions(start: str, end: str) -> int:
    """About how many sessions there are between two days: 252 a year."""
    days = (date.fromisoformat(end) - date.fromisoformat(start)).days
    return max(1, round(days / DAYS_A_YEAR * SESSIONS_A_YEAR))


def judge_forecast(claim: Forecast, ground: Ground) -> tuple[Verdict, str, Way | None, tuple[Reading, ...]]:
    """Verdict and reason, the way of a forecast of prices, what an expression comes to."""
    if "." in claim.of:
        return _judge_value(claim, ground)
    absent = ground.find_absent(claim.of)
    way = None if absent else follow(claim, ground)
    if way is None:
        return Verdict.UNCHECKED, absent or f"no close of {claim.of} since {_find_start(claim)} is known", None, ()
    last = str(ground.panel.sessions[-1])
    verdict, reason = _judge_way(claim, way, last)
    return verdict, reason, way, ()


def _find_start(claim: Forecast) -> str:
    """The day it starts from: as stated, or the last of the time it was said in."""
    return claim.since[0] if claim.since else to_span(claim.said)[-1]


def follow(claim: Forecast, ground: Ground) -> Way | None:
    """The way of a subject's closes since the forecast began, until its deadline; None where none is known."""
    line = ground.line(claim.of)
    begin = int(np.searchsorted(line.sessions, np.datetime64(_find_start(claim)), side="right")) - 1
    stop = int(np.searchsorted(line.sessions, np.datetime64(claim.deadline), side="right"))
    if begin < 0 or begin >= stop or line.sessions[-1] < np.datetime64(_find_start(claim)):
        return None
    values = line.values[begin:stop] / line.values[begin] - 1.0
    start, sessions = str(line.sessions[begin]), stop - 1 - begin
    whole = max(count_sessions(start, claim.deadline), sessions)
    low, high = calc_rate(claim.low, whole), calc_rate(claim.high, whole)
    falls = claim.high < 0.0
    meets = values <= claim.high if falls else values >= claim.low
    reached = np.flatnonzero(meets[1:]) + 1
    return Way(
        start=start,
        deadline=claim.deadline,
        earliest=claim.earliest,
        sessions=sessions,
        of_sessions=whole,
        low=claim.low,
        high=claim.high,
        rate_low=low,
        rate_high=high,
        realised=float(values[-1]),
        required_low=calc_required(low, sessions),
        required_high=calc_required(high, sessions),
        reached=str(line.sessions[begin + int(reached[0])]) if len(reached) else None,
        times=tuple(line.sessions[begin:stop].astype("datetime64[D]").astype(np.int64).tolist()),
        values=tuple(values.tolist()),
    )


def _judge_way(claim: Forecast, way: Way, last: str) -> tuple[Verdict, str]:
    realised = way.realised if way.realised is not None else 0.0
    told = f"{claim.of} {say_value(realised, 'fraction')} since {way.start}"
    wanted = f"{say_value(claim.low, 'fraction')} to {say_value(claim.high, 'fraction')}"
    if last < claim.deadline:
        between = " to ".join(say_value(one, "fraction") for one in (way.required_low, way.required_high))
        place = _say_place(way)
        return Verdict.OPEN, f"{told}, {place} the {between} required by now; {wanted} until {claim.deadline}"
    first = claim.earliest or str(np.datetime64(way.times[-1], "D"))
    window = [value for day, value in zip(way.times, way.values, strict=True) if str(np.datetime64(day, "D")) >= first]
    met = [value for value in window if claim.low <= value <= claim.high]
    if met:
        return Verdict.CONFIRMED, f"{told} at the deadline; within {wanted}"
    side = "more than" if realised > claim.high else "less than" if realised < claim.low else "not by then within"
    return Verdict.NOT_REPRODUCED, f"{told} at the deadline: {side} {wanted}"


def _say_place(way: Way) -> str:
    realised, low, high = way.realised or 0.0, way.required_low or 0.0, way.required_high or 0.0
    return "below" if realised < low else "above" if realised > high else "within"


def _judge_value(claim: Forecast, ground: Ground) -> tuple[Verdict, str, Way | None, tuple[Reading, ...]]:
    """A measure that will be within a range at the deadline: until then what it is now, if that is known."""
    last = str(ground.panel.sessions[-1]) if len(ground.panel.sessions) else ""
    is_over = last >= claim.deadline
    grid = build_grid(ground, (claim.deadline if is_over else last,), claim.since, "") if last else None
    values, unit, why = calculate(claim.of, grid, ground) if grid else (np.empty(0), "", "no session is known")
    value = next((float(one) for one in values[-1:] if np.isfinite(one) and (is_over or claim.now)), None)
    figure = Compared(
        of=claim.of, claimed=claim.low, claimed_high=claim.high, recomputed=value, unit=unit or "fraction"
    )
    reading = Reading(read_as="at the deadline" if is_over else "now", end=last or None, figures=(figure,), reason=why)
    wanted = f"{say_value(claim.low, figure.unit)} to {say_value(claim.high, figure.unit)}"
    lacks = say_lack(why, claim.needs)
    if not is_over:
        now = f"; it is {say_value(value, figure.unit)} now" if value is not None else f"; {lacks}"
        return Verdict.OPEN, f"{wanted} until {claim.deadline}{now if claim.now else ''}", None, (reading,)
    own = next((name for name in find_own(claim, ground, grid) if name), "") if grid else ""
    if own:
        return Verdict.UNCHECKED, f"no figures but its own ({own})", None, (reading,)
    if value is None:
        return Verdict.UNCHECKED, lacks, None, (reading,)
    met = claim.low <= value <= claim.high
    told = f"{say_value(value, figure.unit)} at the deadline, {'within' if met else 'not within'} {wanted}"
    return Verdict.CONFIRMED if met else Verdict.NOT_REPRODUCED, told, None, (reading,)
