"""Side by side with other libraries, in one run and on the same prices: one pair, many symbols, a bar that moves."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench.rivals import crowd, pair, tick
from bench.rivals.made import SESSIONS, SYMBOLS, YEAR, make_closes, make_pair
from bench.rivals.peak import OURS_COLD, OURS_LIVE, measure_peak
from core.breadth.live import calc_newest, count_newest, keep
from core.market.bars import Floats

HOW = """Random walks, the same for all, in one process; of several times on the wall the least, what is above it being
the machine's other business; polars may use all cores. Every answer was compared with ours before its time was taken,
and agreed within 1e-9, shares of symbols within 1e-12. A ratio says how many times as long as ours it takes. What
cannot be imported is told with the reason. Averages are of 20, 50 and 200; volatility is of 20 log returns; strength is
the gain over 63 sessions against a benchmark's; breadth is the share of symbols above each average, at a 252-session
high or low, and risen."""
SECONDS = 1.0
"""In which calls for one figure may begin."""
W1_TIMES, W2_TIMES, W3_MICROSECONDS, PANELS = 20.0, 10.0, 100.0, 3.0
"""What is aimed at."""


@dataclass(frozen=True)
class Entry:
    """One library on one task; `note` instead of a time where it cannot be measured."""

    who: str
    seconds: float | None
    ours: float
    note: str = ""

    @property
    def times(self) -> float:
        """How many times as long as ours."""
        return (self.seconds or 0.0) / self.ours

    def row(self, unit: tuple[str, float]) -> str:
        if self.seconds is None:
            return f"| {self.who} | {self.note} | | |"
        return f"| {self.who} | {to_digits(self.seconds * unit[1])} {unit[0]} | {to_digits(self.times)} | {self.note} |"


@dataclass(frozen=True)
class Aim:
    """What was to be reached; `at_least` tells a lower limit from an upper one."""

    what: str
    value: float
    limit: float
    unit: str
    at_least: bool

    def row(self) -> str:
        held = self.value >= self.limit if self.at_least else self.value < self.limit
        words = f"{'at least' if self.at_least else 'under'} {self.limit:g} {self.unit}"
        return f"| {self.what} | {to_digits(self.value)} {self.unit} | {words} | {'held' if held else 'MISSED'} |"


MILLISECONDS, MICROSECONDS = ("ms", 1e3), ("µs", 1e6)


def measure() -> str:
    """All tables, in Markdown."""
    one, found_one = measure_pair()
    closes = make_closes(SYMBOLS, SESSIONS)
    many, found_many = measure_crowd(closes)
    moved, found_moved = measure_tick(closes)
    aims = [*found_one, *found_many, *found_moved]
    head = ["| aim | measured | wanted | |", "|---|---:|---:|---|"]
    return "\n".join([*head, *(aim.row() for aim in aims), "", one, "", many, "", moved])


def measure_pair() -> tuple[str, list[Aim]]:
    """W1: all indicators of one pair."""
    given = make_pair()
    legs = given.line.small, given.line.large
    everything = pair.answer_all(given)
    ours = time_seconds(lambda: pair.answer_all(given))
    entries = [Entry("smid, all that its studies say", ours, ours, f"{len(everything)} measures")]
    for name, module, prepare, answer in pair.RIVALS:
        if reason := crowd.find_reason(module):
            entries.append(Entry(name, None, ours, reason))
            continue
        prepared = prepare(legs)  # type: ignore[arg-type]
        found = answer(prepared)
        pair.assert_same(found, everything)
        seconds = time_seconds(lambda answer=answer, prepared=prepared: answer(prepared))  # type: ignore[misc]
        studies = pair.studies_of(set(found))
        alike = time_seconds(lambda studies=studies: pair.answer_all(given, studies))  # type: ignore[misc]
        entries.append(Entry(name, seconds, alike, f"{len(found)} of them; ours {to_digits(alike * 1e3)} ms"))
    title = (
        f"**W1: one pair, {SESSIONS:,} sessions.** Ours beside a library is every study that says one of its numbers."
    )
    naive = next(entry for entry in entries if entry.who == "plain pandas")
    aims = [
        Aim("W1, plain pandas over everything of ours", (naive.seconds or 0.0) / ours, W1_TIMES, "x", at_least=True)
    ]
    return to_table(title, entries, MILLISECONDS), aims


def measure_crowd(closes: Floats) -> tuple[str, list[Aim]]:
    """W2: the last row of many symbols, and breadth of all sessions; time and memory."""
    expected, last = crowd.answer_cold(closes), closes[:, -1].copy()
    answer_live = crowd.prepare_live(closes)
    crowd.assert_same(answer_live(last), expected)
    live, cold = time_seconds(lambda: answer_live(last)), time_seconds(lambda: crowd.answer_cold(closes))
    peaks = {name: measure_peak(name) for name in (OURS_LIVE, OURS_COLD)}
    entries = [
        Entry(name, seconds, live, _tell(peaks[name])) for name, seconds in ((OURS_LIVE, live), (OURS_COLD, cold))
    ]
    rivals = []
    for rival in crowd.RIVALS:
        if reason := crowd.find_reason(rival.module):
            entries.append(Entry(rival.name, None, live, reason))
            continue
        prepared = rival.prepare(closes)
        crowd.assert_same(rival.answer(prepared), expected)
        seconds = time_seconds(lambda rival=rival, prepared=prepared: rival.answer(prepared))  # type: ignore[misc]
        rivals.append(Entry(rival.name, seconds, live, _tell(measure_peak(rival.name))))
    best = min(rival.seconds or 0.0 for rival in rivals)
    title = (
        f"**W2: {len(closes):,} symbols, {closes.shape[1]:,} sessions.** Live is what each refresh needs, the completed"
        " sessions' counts being kept; from nothing is once a session. Memory is the peak of a process of its own"
        " (VmHWM less what was resident before the closes were there), over the size of the closes."
    )
    aims = [
        Aim("W2, the best library over ours, live", best / live, W2_TIMES, "x", at_least=True),
        Aim("W2, memory", max(peaks.values()), PANELS, "panels", at_least=False),
    ]
    return to_table(title, [*entries, *rivals], MILLISECONDS), aims


def _tell(peak: float) -> str:
    return f"{peak:.1f} panels of memory"


def measure_tick(closes: Floats) -> tuple[str, list[Aim]]:
    """W3: only the last bar changes, of one pair and of all symbols."""
    year = make_pair().line.values[-YEAR:].copy()
    live = tick.prepare_ours(year)
    expected, ratio = live(float(year[-1])), float(year[-1])
    ours = time_seconds(lambda: live(ratio))
    entries = [Entry("smid, one pair", ours, ours)]
    for name, module, prepare in tick.RIVALS:
        if reason := crowd.find_reason(module):
            entries.append(Entry(name, None, ours, reason))
            continue
        answer = prepare(year)
        np.testing.assert_allclose(answer(ratio), expected, rtol=1e-9, err_msg=name)
        entries.append(Entry(name, time_seconds(lambda answer=answer: answer(ratio)), ours))  # type: ignore[misc]
    title = "**W3: the last bar of one pair changes.** Averages, volatility and strength, of the newest ratio."
    many, seconds = _measure_all(closes)
    aims = [
        Aim("W3, one pair", ours * 1e6, W3_MICROSECONDS, "µs", at_least=False),
        Aim(f"W3, all {len(closes):,} symbols", seconds * 1e6, W3_MICROSECONDS, "µs", at_least=False),
    ]
    return "\n".join([to_table(title, entries, MICROSECONDS), "", many]), aims


def _measure_all(closes: Floats) -> tuple[str, float]:
    """Every last bar at once, with breadth; libraries are given the last 253 sessions alone."""
    kept, last = keep(closes[:, :-1]), closes[:, -1].copy()
    count_newest(kept, calc_newest(kept, last))
    ours = time_seconds(lambda: count_newest(kept, calc_newest(kept, last)))
    recent = np.ascontiguousarray(closes[:, -YEAR - 1 :])
    expected = crowd.answer_cold(recent)
    entries = [Entry("smid, all symbols", ours, ours)]
    for rival in crowd.RIVALS:
        if crowd.find_reason(rival.module) is None:
            prepared = rival.prepare(recent)
            crowd.assert_same(rival.answer(prepared), expected)
            seconds = time_seconds(lambda rival=rival, prepared=prepared: rival.answer(prepared))  # type: ignore[misc]
            entries.append(Entry(rival.name, seconds, ours))
    title = f"**W3: all {len(closes):,} last bars change at once,** and breadth is counted again."
    return to_table(title, entries, MICROSECONDS), ours


def to_table(title: str, entries: list[Entry], unit: tuple[str, float]) -> str:
    """A Markdown table under a line of text."""
    head = ["| | time | times ours | |", "|---|---:|---:|---|"]
    return "\n".join([title, "", *head, *(entry.row(unit) for entry in entries)])


def to_digits(value: float) -> str:
    """Two or three digits: 0.42, 4.3, 57, 1,787."""
    digits = 0 if value >= 20 else 1 if value >= 2 else 2
    return f"{value:,.{digits}f}"


def time_seconds(call: Callable[[], Any], seconds: float = SECONDS, most: int = 200) -> float:
    """The least time on the wall of up to `most` calls, as many as begin within `seconds`; call it once before."""
    begun = time.perf_counter()
    times: list[float] = []
    while not times or (len(times) < most and time.perf_counter() - begun < seconds):
        before = time.perf_counter()
        call()
        times.append(time.perf_counter() - before)
    return min(times)
