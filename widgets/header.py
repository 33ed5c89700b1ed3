"""The first line: who, what, how it changed, what market this is, the session, the age of the data, the clock."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import ClassVar

from textual.strip import Strip

from core.settings import Settings
from core.snapshot import Phase, SubjectState
from widgets.badge import format_badge
from widgets.bars import to_bar
from widgets.canvas import Row, Span, width_of
from widgets.curves import EXCHANGE_ZONE
from widgets.doubt import is_doubtful
from widgets.format import (
    format_age,
    format_clock,
    format_left,
    format_percent,
    format_provisional,
    format_ratio,
    to_number,
)
from widgets.glyphs import DOT, DOWN, UP
from widgets.pane import Drawn, fit_row
from widgets.regime import to_regime
from widgets.spots import at
from widgets.view import View

_BAR = 14
_WORDS = {Phase.OPEN: "open", Phase.PRE: "pre-market", Phase.POST: "after hours", Phase.CLOSED: "closed"}
_ROOMY = 100
"""From this width on nothing at the left gives way to the right half."""
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

    def show(self, view: View) -> None:
        self.now = view.now or self.now
        super().show(view)

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
        left, right = self._halves(width)
        row = fit_row(left, width - 2, blank)
        row += [(" " * max(0, width - 2 - width_of(row) - width_of(right)), blank), *right]
        lines = [self.strip([edge, *row, edge] if width > 2 else row, width, blank)]
        return [*lines, *(self._regime(width) for _ in range(height - 1))]

    def _regime(self, width: int) -> Strip:
        """Who leads, where there is a line for it."""
        blank = self.tone.style(on="surface")
        rows = to_regime(self.view.snapshot, self.tone)
        row: Row = next((row for row in rows if width_of(row) <= width - 4), ())
        return self.strip([("  ", blank), *row], width, blank)

    def _halves(self, width: int) -> tuple[Row, Row]:
        """Left and right as they fit: on a narrow screen name, change and price go before the age of the data."""
        tries: list[tuple[Row, int, int | None]] = [(self._left(width), 0, None)]
        if width < _ROOMY:
            least = (self._left(width, name=False, prices=prices) for prices in (2, 1, 0))
            tries = [(tries[0][0], 0, 5), *((left, 2, None) for left in least)]
        for left, first, last in tries:
            room = width - 4 - width_of(left)
            for right in islice(self._rights(), first, last):
                if width_of(right) <= room:
                    return left, right
        return tries[min(1, len(tries) - 1)][0], ()

    def _left(self, width: int, *, name: bool = True, prices: int = 2) -> Row:
        """Program, badges, pair, and as many as `prices` of its ratio and the change of that."""
        tone, view = self.tone, self.view
        blank = tone.style(on="surface")
        spans: list[Span] = [(" SMID ", tone.badge("focus")), (" ", blank)] if name else []
        for text, role in self._badges():
            spans += [(f" {text} ", self.bright.style(role, on="surface", bold=True, reverse=True)), (" ", blank)]
        if view.pair:
            small, _, large = view.pair.partition("/")
            strong, muted = tone.style("bright", on="surface", bold=True), tone.style("muted", on="surface")
            spans += [
                (f" {small}", strong),
                (" vs " if width >= _ROOMY else "/", muted),
                (large, strong),
            ]
            spans += [("  ", blank), *self._price()[:prices]] if prices else []
        if not view.is_live and view.link.text:
            spans.append((f"  {view.link.text}", self.bright.style("watch", on="surface")))
        return spans

    def _badges(self) -> Iterator[tuple[str, str]]:
        """What nobody may miss: that this is not the market, or not now."""
        source = self.view.snapshot.source
        if source.label:
            yield format_badge(self.view.snapshot, self.time), "watch"
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
        style = tone.style("muted" if doubtful else "ratio", on="surface", bold=not doubtful)
        spans: list[Span] = [(text, at(style, f"{pair}.ratio"))]
        if value is not None:
            mark = UP if value > 0 else DOWN if value < 0 else "="
            number = format_percent(abs(value), signed=False)
            style = tone.style("muted" if doubtful else tone.sign(value), on="surface")
            spans.append((f" {mark}{number}%", at(style, f"{pair}.ratio_return_1d")))
        return spans

    def _rights(self) -> Iterator[Row]:
        """The right half from all of it down to the age of the data: the first that fits is shown."""
        blank = self.tone.style(on="surface")
        gap: Span = ("  ", blank)
        if self.view.snapshot.as_of is None:
            if not self.view.snapshot.source.label:  # another market's time is not known yet
                yield self._clock(" ET")
                yield self._clock()
            return
        age, short = self._age(), self._phase(name=False, bar=False)
        yield [*self._phase(name=True, bar=True), gap, *age, gap, *self._clock(" ET")]
        yield [*self._phase(name=True, bar=False), gap, *age, gap, *self._clock(" ET")]
        yield [*short, gap, *age, gap, *self._clock(" ET")]
        yield [*short, gap, *age, gap, *self._clock()]
        yield [*short, gap, *age, gap, *self._clock(seconds=False)]
        yield [*short[:1], gap, *age, gap, *self._clock(seconds=False)]
        yield [*age, gap, *self._clock(seconds=False)]
        yield age
        if self.view.snapshot.quality_of(self.view.pair).state is SubjectState.OK:
            yield age[-1:]

    def _clock(self, zone: str = "", *, seconds: bool = True) -> Row:
        if self.time is None:
            return []
        text = format_clock(self.time.astimezone(EXCHANGE_ZONE))
        return [((text if seconds else text[:5]) + zone, self.tone.style("bright", on="surface", bold=True))]

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
            left = format_left((until - now).total_seconds())
            spans.append((f" {verb}{left}", muted))
        return spans

    def _age(self) -> Row:
        """How old the newest price of the pair is, or what is wrong with it."""
        tone, snapshot, now = self.tone, self.view.snapshot, self.time
        quality = snapshot.quality_of(self.view.pair)
        state, at = quality.state, quality.as_of
        word = "data" if state is SubjectState.OK else state.value
        doubtful = state is not SubjectState.OK or is_doubtful(snapshot, self.view.pair)
        role = "watch" if doubtful else "up" if snapshot.session.phase is Phase.OPEN else "muted"
        if at is None or now is None:
            return [(word, tone.style(role, on="surface"))]
        age = format_age(max(0.0, (now - at).total_seconds()), _AGE_STEP)
        return [(f"{word} ", tone.style("muted", on="surface")), (f"{age:<3}", tone.style(role, on="surface"))]
