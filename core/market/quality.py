"""Whether the data behind a symbol or pair may be believed, and one sentence saying why not [§0.4, §0.5]."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from core.market.kinds import has_own_calendar
from core.market.line import is_asynchronous
from core.market.panel import Facts, Panel
from core.market.quotes import Quote
from core.market.sessions import Exchange
from core.market.symbols import symbols_of
from core.market.timetable import to_utc
from core.snapshot import Quality, SubjectState

DEFAULT_POLL_SECONDS = 30.0

_STALE_POLLS = 3
_STALE_SECONDS = 90.0
_RECORDED_SECONDS = 900.0  # three bars of the coarsest recordings; a recording that ends early is a dead feed, too
_RECENT = 20
_RECENT_ALLOWED = 2
_WINDOW = 252  # a year stands for the windows of the measures
_WINDOW_ALLOWED = int(0.05 * _WINDOW)
_OTHER_CALENDAR_ALLOWED = 2  # sessions; bond holidays never come in a row, two leave room for a late value


@dataclass(frozen=True, slots=True)
class _Moment:
    """What is the same for every subject of one panel at one moment."""

    panel: Panel
    quotes: Mapping[str, Quote]
    rejected: Mapping[str, str]
    at: datetime
    live: bool
    poll_seconds: float
    opens: datetime
    closes: datetime
    is_final: bool
    """Whether the newest session is complete: from then on its bars are waited for, not its trades."""
    complete: int
    """Rows of sessions that are complete."""
    present: NDArray[np.bool_]
    """Which symbols have a value in the last year of complete sessions."""


def judge_all(
    panel: Panel,
    quotes: Mapping[str, Quote],
    exchange: Exchange,
    at: datetime,
    *,
    rejected: Mapping[str, str] | None = None,
    live: bool = False,
    poll_seconds: float = DEFAULT_POLL_SECONDS,
) -> dict[str, Quality]:
    """The quality of every symbol and pair that `panel` has facts of, at `at`.

    `rejected` says of which symbols a quote was not used and why.
    """
    latest, last = exchange.session_at(at), exchange.last_complete(at)
    complete = int(np.searchsorted(panel.sessions, np.datetime64(last), side="right"))
    moment = _Moment(
        panel=panel,
        quotes=quotes,
        rejected=rejected or {},
        at=at,
        live=live,
        poll_seconds=poll_seconds,
        opens=exchange.opens_at(latest),
        closes=exchange.closes_at(latest),
        is_final=last == latest,
        complete=complete,
        present=~np.isnan(panel.adj[max(0, complete - _WINDOW) : complete]),
    )
    judged: dict[str, Quality] = {}
    for subject, facts in panel.facts.items():
        judged[subject] = _judge(moment, subject, facts, judged)
    return judged


def _judge(moment: _Moment, subject: str, facts: Facts, judged: Mapping[str, Quality]) -> Quality:
    """One subject; its legs are in `judged` already if it is a pair."""
    panel, names = moment.panel, symbols_of(subject)
    columns = [panel.symbols.index(name) for name in names]
    present = np.asarray(moment.present[:, columns].all(axis=1), dtype=np.bool_)
    provisional = _is_provisional(moment, columns)
    is_async = provisional and len(columns) > 1 and is_asynchronous(panel, columns)
    held = panel.held.get(subject) if is_async else None
    provisional = provisional and (not is_async or held is not None)
    missing, missing_count = _missing(moment, facts, present, columns)
    legs = {name: judged[name] for name in names} if len(names) > 1 else {}
    state, reason = _state(moment, subject, facts, present, legs, is_async)
    last = len(panel.sessions) - 1 if provisional else facts.last
    return Quality(
        state=state,
        reason="; ".join(filter(None, (reason or _remarks(names, facts, missing, missing_count, legs), *facts.notes))),
        as_of=held.at if held else _as_of(moment, columns, last, provisional),
        provisional=provisional,
        sessions=facts.count,
        first_session=None if facts.first is None or last is None else str(panel.sessions[facts.first]),
        last_session=None if last is None else str(panel.sessions[last]),
        missing_sessions=missing,
        quarantined=facts.quarantined,
        basis=facts.basis,
        name=_name(moment, subject),
    )


def _state(
    moment: _Moment,
    subject: str,
    facts: Facts,
    present: NDArray[np.bool_],
    legs: Mapping[str, Quality],
    is_async: bool,
) -> tuple[SubjectState, str]:
    """The worst that can be said of a subject, with its reason; no reason when all is well."""
    for state in (SubjectState.MISSING, SubjectState.STALE):
        for name, leg in legs.items():
            if leg.state is state:
                return state, f"{name}: {leg.reason}"
    if not facts.count:
        return SubjectState.MISSING, "its symbols have no session in common" if legs else _why_missing(facts)
    if reason := _staleness(moment, subject, facts, present) or ("" if legs else _silence(moment, subject, facts)):
        return SubjectState.STALE, reason
    if is_async:
        return SubjectState.ASYNC, f"{' and '.join(legs)} traded more than a minute apart"
    since = moment.complete - (facts.first or 0)
    if reason := _holes(present[-since:] if since > 0 else present[:0]):
        return SubjectState.DEGRADED, reason
    if reason := _break(moment, subject) or _rejection(moment, subject):
        return SubjectState.DEGRADED, reason
    return SubjectState.OK, ""


def _why_missing(facts: Facts) -> str:
    return "no usable bar: all are quarantined" if facts.quarantined else "no history yet"


def _staleness(moment: _Moment, subject: str, facts: Facts, present: NDArray[np.bool_]) -> str:
    """Whether the newest complete session is missing."""
    behind = int(present[::-1].argmax()) if present.any() else len(present)
    allowed = _OTHER_CALENDAR_ALLOWED if any(map(has_own_calendar, symbols_of(subject))) else 0
    if behind <= allowed:
        return ""
    sessions = moment.panel.sessions
    if behind == 1:
        return f"no bar of {sessions[moment.complete - 1]}"
    return f"the last bar is of {sessions[facts.last or 0]}"


def _silence(moment: _Moment, name: str, facts: Facts) -> str:
    """Whether the symbol's quote is older than a working feed's would be; "" where nobody can tell."""
    panel, column = moment.panel, moment.panel.symbols.index(name)
    is_told = bool(panel.provisional[column])
    if has_own_calendar(name) or (not is_told and (moment.is_final or not moment.live)):
        return ""
    quote = moment.quotes.get(name)
    due = min(moment.at - timedelta(seconds=quote.delayed_by if quote else 0.0), moment.closes)
    traded = panel.price_at[column]
    age = (due - max(traded or moment.opens, moment.opens)).total_seconds()
    usual = _STALE_SECONDS if moment.live else _RECORDED_SECONDS
    if age <= max(_STALE_POLLS * moment.poll_seconds, usual, facts.patience):
        return ""
    if name in moment.rejected:
        return moment.rejected[name]
    if not is_told:
        return "no quote in this session"
    return f"the last trade is {_duration(age)} older than it should be"


def _holes(present: NDArray[np.bool_]) -> str:
    """Whether too many of the last sessions are missing."""
    for window, allowed in ((_RECENT, _RECENT_ALLOWED), (_WINDOW, _WINDOW_ALLOWED)):
        missing = int((~present[-window:]).sum())
        if missing > allowed:
            return f"{missing} of the last {window} sessions are missing"
    return ""


def to_sound(present: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether at each session few enough of those up to it were missing: as `_holes`, over a whole past."""
    gone = np.concatenate(([0], np.cumsum(~present)))
    sound = np.ones(len(present), np.bool_)
    for window, allowed in ((_RECENT, _RECENT_ALLOWED), (_WINDOW, _WINDOW_ALLOWED)):
        before = np.maximum(np.arange(1, len(gone)) - window, 0)
        sound &= gone[1:] - gone[before] <= allowed
    return sound


def _break(moment: _Moment, subject: str) -> str:
    """Whether a price within the last year moved as no market does and stayed there."""
    begin = np.datetime64("NaT") if moment.complete == 0 else moment.panel.sessions[max(0, moment.complete - _WINDOW)]
    for name in symbols_of(subject):
        broken = moment.panel.facts[name].broken
        if broken is not None and np.datetime64(broken) >= begin:
            return f"{name} is at another level since {broken}: a split that its history does not know?"
    return ""


def _rejection(moment: _Moment, subject: str) -> str:
    """Why a quote of the subject was not used."""
    rejected = [name for name in symbols_of(subject) if name in moment.rejected]
    if not rejected:
        return ""
    return moment.rejected[subject] if subject in rejected else f"{rejected[0]}: {moment.rejected[rejected[0]]}"


def _missing(
    moment: _Moment, facts: Facts, present: NDArray[np.bool_], columns: Sequence[int]
) -> tuple[tuple[str, ...], int]:
    """Sessions without a value (ISO) and their number: those known, one filled by a quote, those since."""
    if facts.first is None:
        return (), 0
    panel = moment.panel
    known = len((panel.completed or panel).sessions)
    listed, count = facts.missing, facts.missing_count
    if listed and _is_filled(moment, columns) and listed[-1] == str(panel.sessions[-1]):
        listed, count = listed[:-1], count - 1
    since = moment.complete - known
    added = panel.sessions[known : moment.complete][~present[-since:]] if since > 0 else panel.sessions[:0]
    return (*listed, *(str(day) for day in added)), count + len(added)


def _is_filled(moment: _Moment, columns: Sequence[int]) -> bool:
    """Whether all `columns` have a value in the last row."""
    return not bool(np.isnan(moment.panel.adj[-1, list(columns)]).any())


def _is_provisional(moment: _Moment, columns: Sequence[int]) -> bool:
    """Whether the subject's last row is there and rests on a quote."""
    panel = moment.panel
    return bool(panel.provisional[list(columns)].any()) and _is_filled(moment, columns)


def _as_of(moment: _Moment, columns: Sequence[int], last: int | None, provisional: bool) -> datetime | None:
    panel = moment.panel
    if last is None:
        return None
    if not provisional:
        return to_utc(panel.closes_at[last])
    return min(panel.price_at[column] or moment.closes for column in columns if panel.provisional[column])


def _remarks(
    names: Sequence[str], facts: Facts, missing: Sequence[str], missing_count: int, legs: Mapping[str, Quality]
) -> str:
    """What is worth knowing of data that is good enough."""
    remarks = []
    if missing_count:
        remarks.append(f"{_count(missing_count, 'session')} missing, the newest {missing[-1]}")
    if facts.quarantined:
        remarks.append(f"{_count(len(facts.quarantined), 'bar')} quarantined, the newest {facts.quarantined[-1]}")
    with_dividends = [name for name in names if name in legs and legs[name].basis == "TR"]
    if len(legs) > 1 and len(with_dividends) == 1:
        other = next(name for name in names if name not in with_dividends)
        remarks.append(f"{with_dividends[0]} counts dividends, {other} does not")
    return "; ".join(remarks)


def _name(moment: _Moment, subject: str) -> str:
    quote = moment.quotes.get(subject)
    if quote and quote.name:
        return quote.name
    known = moment.panel.quality.get(subject)
    return known.name if known else ""


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"
