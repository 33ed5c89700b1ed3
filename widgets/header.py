"""The first line: who, what, how it changed, what market this is, the session, the age of the data, the clock."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from textual.strip import Strip

from core.settings import Settings
from core.snapshot import Phase, SubjectState
from widgets.bars import to_bar
from widgets.canvas import Row, Span, width_of
from widgets.curves import EXCHANGE_ZONE
from widgets.format import (
    format_age,
    format_clock,
    format_countdown,
    format_percent,
    format_provisional,
    format_ratio,
    to_number,
)
from widgets.glyphs import DOT, DOWN, UP
from widgets.pane import Drawn, fit_row, is_doubtful

_BAR = 14
_WORDS = {Phase.OPEN: "open", Phase.PRE: "pre-market", Phase.POST: "after hours", Phase.CLOSED: "closed"}
_AGE_STEP = 5
"""Seconds: an age that moves every second would cost as much as the clock."""


class Header(Drawn):
    """`tick(now)` moves clock, countdown and age; `now` is the market's time, that of the recording in a replay.

    Slices begin at the ratio, at the age and at the clock's seconds, so that a tick sends a few cells.
    """

    DEFAULT_CSS = "Header { height: 1; width: 1fr; }"
    SLICES: ClassVar[tuple[int | str, ...]] = (20, "1fr", 13, 6)

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, id="header")
        self.now: datetime | None = None

    def tick(self, now: datetime) -> None:
        """Show the time `now`; what does not read differently is not sent."""
        self.now = now
        self.redraw()

    @property
    def time(self) -> datetime | None:
        """The time to reckon ages from."""
        return self.now or self.view.snapshot.as_of

    def draw(self, width: int, height: int) -> list[Strip]:
        blank = self.tone.style(on="surface")
        edge: Span = (" ", blank)
        left = [*self._left(width)]
        room = width - 2 - width_of(left)
        right = next((row for row in self._rights() if width_of(row) + 2 <= room), [])
        row = fit_row(left, width - 2, blank)
        row += [(" " * max(0, width - 2 - width_of(row) - width_of(right)), blank), *right]
        lines = [self.strip([edge, *row, edge] if width > 2 else row, width, blank)]
        return [*lines, *(self.strip([], width, blank) for _ in range(height - 1))]

    def _left(self, width: int) -> Row:
        tone, view = self.tone, self.view
        blank = tone.style(on="surface")
        spans: list[Span] = [(" SMID ", tone.badge("focus")), (" ", blank)]
        for text, role in self._badges():
            spans += [(f" {text} ", self.bright.style(role, on="surface", bold=True, reverse=True)), (" ", blank)]
        if view.pair:
            small, _, large = view.pair.partition("/")
            strong, muted = tone.style("bright", on="surface", bold=True), tone.style("muted", on="surface")
            spans += [(f" {small}", strong), (" vs " if width >= 60 else "/", muted), (large, strong), ("  ", blank)]
            spans += self._price()
        if not view.is_live and view.link.text:
            spans.append((f"  {view.link.text}", self.bright.style("watch", on="surface")))
        return spans

    def _badges(self) -> Iterator[tuple[str, str]]:
        """What nobody may miss: that this is not the market, or not now."""
        source = self.view.snapshot.source
        if source.label:
            yield source.label + _playing(source.paused, source.speed), "watch"
        if not self.view.is_live:
            at = self.view.snapshot.as_of
            if at is None:
                yield "STARTING" if self.view.link.state == "starting" else "NO ENGINE", "warn"
            else:
                age = format_age((self.time - at).total_seconds(), _AGE_STEP) if self.time else ""
                yield f"LAST KNOWN {age}".rstrip(), "warn"

    def _price(self) -> Row:
        tone, snapshot, pair = self.tone, self.view.snapshot, self.view.pair
        ratio, change = snapshot.measure(f"{pair}.ratio"), snapshot.measure(f"{pair}.ratio_return_1d")
        value = to_number(change)
        text = format_provisional(format_ratio(to_number(ratio)), ratio.provisional)
        doubtful = is_doubtful(snapshot, pair)
        spans: list[Span] = [(text, tone.style("muted" if doubtful else "ratio", on="surface", bold=not doubtful))]
        if value is not None:
            mark = UP if value > 0 else DOWN if value < 0 else "="
            number = format_percent(abs(value), signed=False)
            spans.append((f" {mark}{number}%", tone.style("muted" if doubtful else tone.sign(value), on="surface")))
        return spans

    def _rights(self) -> Iterator[Row]:
        """The right half from all of it to the clock alone: the first that fits is shown."""
        blank = self.tone.style(on="surface")
        gap: Span = ("  ", blank)
        clock = self._clock(" ET")
        if self.view.snapshot.as_of is not None:
            age = self._age()
            yield [*self._phase(name=True, bar=True), gap, *age, gap, *clock]
            yield [*self._phase(name=True, bar=False), gap, *age, gap, *clock]
            yield [*self._phase(name=False, bar=False), gap, *age, gap, *clock]
            yield [*self._phase(name=False, bar=False), gap, *clock]
            yield [*self._phase(name=False, bar=False), gap, *self._clock("")]
        yield clock
        yield self._clock("")

    def _clock(self, zone: str) -> Row:
        if self.time is None:
            return []
        return [
            (
                format_clock(self.time.astimezone(EXCHANGE_ZONE)) + zone,
                self.tone.style("bright", on="surface", bold=True),
            )
        ]

    def _phase(self, *, name: bool, bar: bool) -> Row:
        tone, session, now = self.tone, self.view.snapshot.session, self.time
        muted = tone.style("muted", on="surface")
        is_open = session.phase is Phase.OPEN
        role = "up" if is_open else "watch" if session.phase in (Phase.PRE, Phase.POST) else "muted"
        spans: list[Span] = [(f"{session.exchange} ", muted)] if name else []
        word = "half day" if is_open and session.is_half_day else _WORDS[session.phase]
        spans.append((f"{DOT} {word}", tone.style(role, on="surface")))
        begins, ends = session.opens, session.closes
        until = ends if is_open else session.next_open
        if bar and is_open and begins and ends and now:
            share = (now - begins) / (ends - begins)
            full, rest = tone.style("focus", on="surface"), tone.style("border", on="surface")
            spans += [(" ", muted), *to_bar(share, _BAR, full, rest)]
        if until and now:
            verb = ("closes " if is_open else "opens in ") if name else ""
            left = format_countdown((until - now).total_seconds())
            spans.append((f" {verb}{left:>4}", muted))
        return spans

    def _age(self) -> Row:
        """How old the newest price of the pair is; after the close, which close is shown."""
        tone, snapshot, now = self.tone, self.view.snapshot, self.time
        muted = tone.style("muted", on="surface")
        quality = snapshot.quality_of(self.view.pair)
        at = quality.as_of or snapshot.as_of
        if at is None or now is None:
            return []
        age = format_age(max(0.0, (now - at).total_seconds()), _AGE_STEP)
        bad = quality.state is not SubjectState.OK
        role = "watch" if bad else "up" if snapshot.session.phase is Phase.OPEN else "muted"
        word = quality.state.value if bad else "data"
        return [(f"{word} ", muted), (f"{age:<3}", tone.style(role, on="surface"))]


def _playing(paused: bool, speed: float) -> str:
    """How fast a recording runs."""
    if paused:
        return " PAUSED"
    return f" {speed:g}x" if speed not in (0, 1) else ""
