"""A made-up market for tests and pictures: deterministic, through the real structs, no arithmetic of the core's.

`build_scene()` is 15:32 of an open session; keyword arguments of `build_view` make the other moments.
"""

import math
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from core.config import load_settings
from core.engine.link import Link, LinkState
from core.rules.level import Level
from core.settings import Settings
from core.snapshot import (
    ConeRow,
    Finding,
    Health,
    History,
    Measure,
    Phase,
    Quality,
    SessionInfo,
    Snapshot,
    SourceInfo,
    SubjectState,
    Track,
    TrackPoint,
)
from widgets.format import to_number
from widgets.view import View

NOW = datetime(2026, 11, 20, 20, 32, 8, tzinfo=UTC)
PAIR = "IWM/SPY"
LIVE = Link(LinkState.LIVE)
LOST = Link(LinkState.LOST, "The engine went away; starting another one.")

GAPS: dict[str, tuple[float, ...]] = {
    "IWM/SPY": (-0.0042, -0.0131, -0.0285, -0.0612, -0.0340, -0.0122, -0.0475),
    "IJR/SPY": (-0.0031, -0.0102, -0.0220, -0.0480, -0.0291, -0.0070, -0.0366),
    "MDY/SPY": (-0.0012, -0.0035, -0.0091, -0.0204, -0.0118, 0.0041, -0.0103),
    "IWM/RSP": (-0.0088, -0.0244, -0.0410, -0.0935, -0.0772, -0.0601, -0.1120),
    "RSP/SPY": (0.0008, -0.0020, -0.0055, -0.0162, -0.0074, -0.0033, -0.0218),
    "^RUT/^GSPC": (0.0024, 0.0066, 0.0135, 0.0271, 0.0402, 0.0315, 0.0560),
}
HORIZONS = ("1d", "5d", "20d", "63d", "126d", "ytd", "252d")
# last, states of price against 20, 50, 200, cross 50/200, and the sessions those states began
AVERAGES: dict[str, tuple[float, str, str, str, str, tuple[str, str, str]]] = {
    "IWM": (218.42, "up", "down", "down", "down", ("2026-11-18", "2026-11-03", "2026-11-17")),
    "IJR": (112.07, "down", "down", "down", "down", ("2026-10-30", "2026-11-03", "2026-11-04")),
    "MDY": (598.10, "up", "up", "down", "up", ("2026-11-12", "2026-11-13", "2026-10-06")),
    "SPY": (684.90, "up", "up", "up", "up", ("2026-08-25", "2026-08-21", "2026-05-12")),
    "IWM/SPY": (0.3190, "down", "down", "down", "up", ("2026-11-09", "2026-10-21", "2026-10-20")),
    "IJR/SPY": (0.1636, "down", "down", "up", "up", ("2026-11-09", "2026-10-21", "2026-06-09")),
}
STANDINGS = {
    "IWM": ("bounce", "2026-11-18"),
    "IJR": ("all down", "2026-11-04"),
    "MDY": ("below 200", "2026-10-06"),
    "SPY": ("all up", "2026-08-25"),
    "IWM/SPY": ("all down", "2026-11-09"),
    "IJR/SPY": ("golden", "2026-11-05"),
}
CONE = ((10, 12.0, 34.1, 29.8), (20, 12.9, 31.0, 27.4), (60, 14.1, 28.2, 24.0), (120, 15.0, 26.4, 21.9))


def build_settings(**panes: Any) -> Settings:
    """The shipped settings; keyword arguments replace keys of `[panes]`."""
    settings = load_settings()
    return msgspec.structs.replace(settings, panes=msgspec.structs.replace(settings.panes, **panes))


def walk(length: int, seed: int, start: float = 0.345, step: float = 0.0075) -> list[float]:
    """A random walk that comes back to where it began."""
    chance, level, values = random.Random(seed), 0.0, []
    for _ in range(length):
        level = level * 0.985 + chance.gauss(0, step)
        values.append(start * math.exp(level))
    return values


def to_average(values: list[float], window: int) -> tuple[float | None, ...]:
    """Plain means of the last `window` values; None until there are as many."""
    means = [sum(values[max(0, i - window + 1) : i + 1]) / window for i in range(len(values))]
    return tuple(None if i < window - 1 else mean for i, mean in enumerate(means))


def weekdays(last: date, count: int) -> list[int]:
    """Day numbers of the `count` weekdays up to `last`."""
    days: list[int] = []
    while len(days) < count:
        if last.weekday() < 5:
            days.append((last - date(1970, 1, 1)).days)
        last -= timedelta(days=1)
    return days[::-1]


def build_history(length: int = 2_500, *, pair: str = PAIR, seed: int = 11, last: date = date(2026, 11, 19)) -> History:
    """Curves of `length` sessions up to `last`, ending near the scene's ratio."""
    values = walk(length, seed)
    if length > 40:
        values[-40:] = [v * (1 - 0.0028 * i) for i, v in enumerate(values[-40:])]
        values = [v * 0.3203 / values[-1] for v in values]
    return History(
        subject=pair, unit="session", key="k1", times=tuple(weekdays(last, length)), values=tuple(values),
        sma_50=to_average(values, 50), sma_200=to_average(values, 200),
    )  # fmt: skip


def build_minutes(pair: str = PAIR) -> History:
    """Today's ratio by the minute, 362 of them."""
    opens = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
    times = tuple(int(opens.timestamp()) + 60 * i for i in range(362))
    return History(
        subject=pair, unit="minute", key="m1", times=times, values=tuple(walk(362, 5, 0.3195, 0.0004)), provisional=True
    )


class _Book(dict[str, Measure]):
    """Measures by address, all of one moment."""

    def __init__(self, at: datetime, provisional: bool) -> None:
        self.at, self.provisional = at, provisional

    def put(self, address: str, value: float | str | bool, unit: str) -> None:
        self[address] = Measure(value, unit, self.at, self.provisional and unit != "date")


def _gaps(book: _Book) -> None:
    for pair, gaps in GAPS.items():
        for horizon, gap in zip(HORIZONS, gaps, strict=True):
            book.put(f"{pair}.gap_{horizon}", gap, "fraction")
            book.put(f"{pair}.small_return_{horizon}", gap + 0.021, "fraction")
            book.put(f"{pair}.large_return_{horizon}", 0.021, "fraction")
            book.put(f"{pair}.ratio_return_{horizon}", gap / 1.021, "fraction")


def _averages(book: _Book) -> None:
    for subject, (last, *states, cross, begun) in AVERAGES.items():
        unit = "ratio" if "/" in subject else "price"
        book.put(f"{subject}.{'ratio' if '/' in subject else 'last'}", last, unit)
        for n, state, since, off in zip((20, 50, 200), states, begun, (0.988, 1.021, 1.046), strict=True):
            book.put(f"{subject}.trend_{n}", str(state), "state")
            book.put(f"{subject}.trend_{n}_since", str(since), "date")
            book.put(f"{subject}.trend_{n}_turn", last * (off if state == "down" else 2 - off), unit)
        flips = {n: to_number(book[f"{subject}.trend_{n}_turn"]) for n in (20, 50, 200)}
        nearest = min(flips, key=lambda n: abs(flips[n] - last))
        book.put(f"{subject}.next_flip", flips[nearest], unit)
        book.put(f"{subject}.next_flip_days", nearest, "sessions")
        standing, began = STANDINGS[subject]
        book.put(f"{subject}.standing", standing, "state")
        book.put(f"{subject}.standing_since", began, "date")
        book.put(f"{subject}.cross_50_200", str(cross), "state")
        book.put(f"{subject}.cross_50_200_since", "2026-11-05" if subject == "IJR/SPY" else "2026-03-02", "date")
    closes = [v for v in build_history().values if v is not None]
    for n in (20, 50, 200):
        book.put(f"{PAIR}.sma_{n}", (sum(closes[1 - n :]) + AVERAGES[PAIR][0]) / n, "ratio")


def _volatility(book: _Book) -> None:
    for symbol, vol, rank in (("IWM", 0.274, 0.88), ("SPY", 0.161, 0.61)):
        book.put(f"{symbol}.volatility_20d", vol, "fraction")
        book.put(f"{symbol}.volatility_percentile_1260d", rank, "fraction")
    for address, value, unit in (
        ("volatility_ratio_20d", 1.70, "number"), ("volatility_ratio_63d", 1.62, "number"),
        ("volatility_ratio_percentile_252d", 0.96, "fraction"),
        ("ratio_z_252d", -1.9, "z"), ("ratio_z_60d", -2.2, "z"), ("pullback_63d", -0.081, "fraction"),
        ("drawdown", -0.312, "fraction"), ("streak", -4, "sessions"), ("beta_60d", 1.21, "number"),
    ):  # fmt: skip
        book.put(f"{PAIR}.{address}", value, unit)


def build_findings() -> tuple[Finding, ...]:
    """One finding of each kind, and one that the data do not allow to judge."""
    rows = (
        ("trend_break", PAIR, Level.CRITICAL, "IWM/SPY below its 200-day average, 50-day falling", "2026-11-20", False),
        ("volatility", "IWM", Level.WARN, "IWM 20-day volatility 27.4, 88th pct of five years", "2026-11-12", False),
        ("volatility", PAIR, Level.WARN, "Small moves 1.70 times as much as large, over 1.60", "2026-11-13", False),
        ("pullback", PAIR, Level.WATCH, "IWM/SPY 8.1 below its 63-day high", "2026-11-03", False),
        ("data_quality", "IWC", Level.INFO, "IWC: a session of the last 20 is missing", "2026-11-18", True),
    )  # fmt: skip
    return tuple(
        Finding(
            rule=rule,
            subject=s,
            level=level,
            text=text,
            since=since,
            blocked=blocked,
            provisional=since == "2026-11-20",
        )
        for rule, s, level, text, since, blocked in rows
    )


# Where each way ends on the map and how it turned there, by pair; the rest is a part of a circle.
WAYS = {
    "IWM/SPY": (101.2, 101.1, "leading"), "IJR/SPY": (100.9, 99.2, "weakening"), "MDY/SPY": (98.4, 98.9, "lagging"),
    "IWC/SPY": (98.8, 100.7, "improving"), "RSP/SPY": (101.3, 101.05, "leading"), "QQQ/SPY": (99.9, 100.5, "leading"),
}  # fmt: skip


def build_tracks(at: datetime = NOW, *, provisional: bool = True) -> tuple[Track, ...]:
    """The weekly map of sizes: 8 Fridays to the running week; IWC has no history, the others' maps are empty."""
    days = [date(2026, 11, 20) - timedelta(weeks=back) for back in range(7, -1, -1)]
    tracks = []
    for pair, (level, momentum, quadrant) in WAYS.items():
        turns = [(math.cos(0.3 * back) - 1, math.sin(0.3 * back)) for back in range(7, -1, -1)]
        points = tuple(
            TrackPoint(str(day), level + x, momentum - y) for day, (x, y) in zip(days, turns, strict=True)
        )  # fmt: skip
        fields: dict[str, Any] = {"pair": pair, "group": "sizes", "against": "pairs", "pace": "weekly", "as_of": at}
        if pair == "IWC/SPY":
            tracks.append(Track(**fields, reason="needs 28 weeks, has 12"))
            continue
        distance = math.hypot(level - 100, momentum - 100)
        fields |= {"provisional": provisional, "since": "2026-10-23", "heading": 93.0, "distance": distance}
        tracks.append(Track(**fields, quadrant=quadrant, points=points))
    return tuple(tracks)


def build_quality(at: datetime, provisional: bool = True, **states: SubjectState) -> dict[str, Quality]:
    """Everything is fine but what `states` says (`IJR_SPY=SubjectState.STALE`)."""
    subjects = (*GAPS, *AVERAGES, *(leg for pair in (*GAPS, *WAYS) for leg in pair.split("/")))
    changed = {name.replace("_", "/"): state for name, state in states.items()}
    return {
        s: Quality(
            state=changed.get(s, SubjectState.OK), as_of=at - timedelta(seconds=12), provisional=provisional,
            reason="" if s not in changed else f"{s} last traded 7 minutes ago",
        )
        for s in subjects
    }  # fmt: skip


def build_session(phase: Phase = Phase.OPEN) -> SessionInfo:
    """The session of 20 November 2026, in one of its phases."""
    return SessionInfo(
        phase=phase, date="2026-11-20", opens=datetime(2026, 11, 20, 14, 30, tzinfo=UTC),
        closes=datetime(2026, 11, 20, 21, 0, tzinfo=UTC), next_open=datetime(2026, 11, 23, 14, 30, tzinfo=UTC),
        is_final=phase is Phase.CLOSED, reason="" if phase is Phase.OPEN else "after hours",
    )  # fmt: skip


def build_scene(
    *, phase: Phase = Phase.OPEN, source: SourceInfo | None = None, at: datetime = NOW, **states: SubjectState
) -> Snapshot:
    """The snapshot of one moment."""
    provisional = phase is Phase.OPEN
    book = _Book(at, provisional)
    for fill in (_gaps, _averages, _volatility):
        fill(book)
    live = SourceInfo(
        name="yahoo", is_live=True, health=Health.OK, last_success=at - timedelta(seconds=3),
        next_poll=at + timedelta(seconds=12), fresh=38, total=38,
    )  # fmt: skip
    cone = tuple(
        ConeRow(window=n, low=p10 * 0.008, p10=p10 / 100, p25=p10 * 0.0125, p50=(p10 + p90) / 200, p75=p90 * 0.0085,
                p90=p90 / 100, high=p90 * 0.016, now=now / 100)
        for n, p10, p90, now in CONE
    )  # fmt: skip
    return Snapshot(
        program="1.0", sequence=7, as_of=at, source=source or live, session=build_session(phase), benchmark="SPY",
        pairs=tuple(GAPS), symbols=("IWM", "SPY", "IJR", "MDY", "RSP"), measures=dict(book), findings=build_findings(),
        quality=build_quality(at, provisional, **states), cones={"IWM": cone}, history_key="k1",
        tracks=build_tracks(at, provisional=provisional),
        series={
            "IWM.volatility_20d": tuple(walk(60, 3, 0.22, 0.06)), "SPY.volatility_20d": tuple(walk(60, 4, 0.15, 0.06)),
        },
    )  # fmt: skip


def build_view(snapshot: Snapshot | None = None, **changes: Any) -> View:
    """A live view of the scene with two years of curves; keyword arguments replace fields of `View`."""
    fields: dict[str, Any] = {"pair": PAIR, "lookback": "2Y", "history": build_history(), "link": LIVE} | changes
    return View(snapshot=snapshot or build_scene(), **fields)


SIMULATED = SourceInfo(
    name="simulated", label="SIMULATED", health=Health.OK, last_success=NOW, next_poll=NOW, fresh=38, total=38
)
