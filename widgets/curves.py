"""What the chart draws of a view: the curves within the lookback, the snapshot's newest values at their end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from core.snapshot import History, Measure, Snapshot, SubjectState
from widgets.axis import EPOCH
from widgets.format import format_clock, format_session, to_number
from widgets.view import View
from widgets.waiting import explain_nothing, is_failing

SESSIONS = {"3M": 63, "6M": 126, "1Y": 252, "2Y": 504, "5Y": 1_260, "10Y": 2_520}
MINUTES = "1D"
EXCHANGE_ZONE = ZoneInfo("America/New_York")

Values = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """One line; `role` is its colour in the palette, `address` that of its newest value."""

    name: str
    role: str
    values: Values
    address: str = ""

    @property
    def last(self) -> float | None:
        """The newest value there is."""
        return self.values[-1] if self.values else None


@dataclass(frozen=True, slots=True)
class Curves:
    """Curves of the same length over `times` (days or seconds since 1970); none of them and a `reason`, or some."""

    times: tuple[int, ...]
    curves: tuple[Curve, ...]
    is_minutes: bool = False
    provisional: bool = False
    reason: str = ""

    def label(self, index: int) -> str:
        """When the point at `index` is."""
        at = self.times[index]
        if self.is_minutes:
            return f"{format_clock(datetime.fromtimestamp(at, UTC).astimezone(EXCHANGE_ZONE))[:5]} ET"
        return format_session(date.fromordinal(EPOCH.toordinal() + at).isoformat())

    def nearest(self, time: int) -> int:
        """The index of the point nearest to `time`."""
        return min(range(len(self.times)), key=lambda i: abs(self.times[i] - time))


def cut_curves(view: View) -> Curves:
    """The curves to draw, or why there are none."""
    history, minutes = view.history, view.lookback == MINUTES
    if history is None or history.subject != view.pair or (history.unit == "minute") != minutes:
        return Curves((), (), minutes, reason=_why_none(view))
    times, rows, provisional = _with_newest(history, view.snapshot)
    count = len(times) if minutes else SESSIONS.get(view.lookback, len(times))
    start = max(0, len(times) - count)
    names = (view.pair, "50d", "200d")
    roles = ("ratio", "average_50", "average_200")
    kinds = ("ratio" if "/" in view.pair else "last", "sma_50", "sma_200")
    curves = tuple(
        Curve(name, role, row[start:], f"{view.pair}.{kind}")
        for name, role, kind, row in zip(names, roles, kinds, rows, strict=True)
        if any(v is not None for v in row[start:])
    )
    points = sum(v is not None for v in rows[0][start:])
    if points < 2 or not curves:
        return Curves((), (), minutes, reason=history.reason or _too_short(view, points))
    return Curves(times[start:], curves, minutes, provisional or history.provisional)


def _with_newest(history: History, snapshot: Snapshot) -> tuple[tuple[int, ...], list[Values], bool]:
    """The history with the snapshot's ratio and averages as its last point: replaced, or appended."""
    length = len(history.times)
    rows = [_filled(row, length) for row in (history.values, history.sma_50, history.sma_200)]
    at, newest = _newest(history, snapshot)
    if at is None or to_number(newest[0]) is None or (length and at < history.times[-1]):
        return history.times, rows, False
    same = length > 0 and history.times[-1] == at
    keep = length - 1 if same else length
    tails = [to_number(measure) for measure in newest]
    if same:
        tails = [row[-1] if tail is None else tail for row, tail in zip(rows, tails, strict=True)]
    return (
        (*history.times[:keep], at),
        [(*r[:keep], t) for r, t in zip(rows, tails, strict=True)],
        newest[0].provisional,
    )


def _newest(history: History, snapshot: Snapshot) -> tuple[int | None, list[Measure]]:
    subject = history.subject
    ratio = snapshot.measure(f"{subject}.{'ratio' if '/' in subject else 'last'}")
    if history.unit == "minute":
        none = Measure(None, "", None)
        return (int(ratio.as_of.timestamp()) // 60 * 60 if ratio.as_of else None), [ratio, none, none]
    session = snapshot.session.date
    day = (date.fromisoformat(session) - EPOCH).days if session else None
    return day, [ratio, snapshot.measure(f"{subject}.sma_50"), snapshot.measure(f"{subject}.sma_200")]


def _filled(row: Sequence[float | None], length: int) -> Values:
    return tuple(row) if len(row) == length else (None,) * length


def _why_none(view: View) -> str:
    """Sentences, a line each."""
    quality = view.snapshot.quality.get(view.pair)
    if quality is not None and quality.state is SubjectState.MISSING and quality.reason:
        return f"No curve of {view.pair}: {quality.reason}"
    if not view.pair or is_failing(view):
        return "\n".join(explain_nothing(view))
    what = "minutes of today" if view.lookback == MINUTES else "curves"
    return f"The {what} of {view.pair} are on their way."


def _too_short(view: View, points: int) -> str:
    if points == 0:
        return f"There is no history of {view.pair} yet."
    return f"One point of {view.pair} so far: a line needs two."
