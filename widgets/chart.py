"""The relative-strength chart: ratio and averages within the lookback, tags, crosshair, readout on the frame."""

import textwrap
from typing import ClassVar

from rich.cells import cell_len
from textual.events import Leave, MouseMove

from core.settings import Settings
from core.snapshot import Snapshot
from widgets.canvas import Row, Span
from widgets.crosshair import Crosshair, to_index, to_leap
from widgets.curves import MINUTES, Curves, cut_curves
from widgets.doubt import is_doubtful
from widgets.format import MISSING, format_percent, format_provisional, format_ratio, format_z, to_number
from widgets.pane import Pane
from widgets.plot import Frame, Plot, fit_frame
from widgets.raster import is_loaded, load
from widgets.spots import at
from widgets.strokes import stroke_of
from widgets.tone import Tone
from widgets.view import View

_MEASURE = 76
"""Cells of a line of sentences that reads well."""
# From this size on the legend has room for values.
_ROOMY = (100, 26)


class ChartPane(Pane):
    NAME = "chart"
    TITLE = "Relative strength"
    HELP = (
        "The ratio of the pair, small over large, with its averages over 50 and 200 sessions. It rises when small "
        "caps do better than large ones, whatever the market does. Prices are adjusted for splits and dividends; "
        "only sessions that both legs have are joined.\n\n"
        "At the right the last value of each line; `~` says that the session is not over. Below: the lookback, the "
        "z-score (how many standard deviations the ratio is from its mean of 252 sessions), and how far it is under "
        "its highest close of 63 sessions.\n\n"
        "Keys: longer and shorter lookback, next pair, crosshair and its steps of one session (with shift larger "
        "ones), as the footer and the palette name them. With the mouse, point at the chart. Up and down move through "
        "the numbers on the frame, enter explains one."
    )
    MIN_HEIGHT = 6
    IDEAL_HEIGHT = 20
    SLICES: ClassVar[tuple[int | str, ...]] = ("1fr",) * 7 + (16,)  # the tags apart

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.crosshair = Crosshair()
        self.curves = Curves((), ())
        self._plot = Plot()
        self._frame: Frame | None = None

    @property
    def marker(self) -> str:
        return "*" if self.ascii_only else "braille"

    def show(self, view: View) -> None:
        if (view.pair, view.lookback) != (self.view.pair, self.view.lookback):
            self.crosshair.off()
        self.curves = cut_curves(view)
        super().show(view)

    def content(self, width: int, height: int) -> list[Row]:
        if not self.curves.curves:
            self._frame = None
            return _calm(self.curves.reason or "Waiting for the first numbers.", width, height, self.tone)
        self._frame = fit_frame(self.curves, width, height, self.marker)
        if not is_loaded():  # the numbers are not to wait for it: the curves come with the frame after them
            self.call_after_refresh(self._load_curves)
            return self._plot.draw_axes(self.curves, self._frame, self._shade)
        cross = self.crosshair.index(self.curves)
        return self._plot.draw(self.curves, self._frame, self._shade, self.marker, cross)

    def _load_curves(self) -> None:
        load()
        self.redraw()

    @property
    def _shade(self) -> Tone:
        """The palette of curves and tags: faded where the pair's newest value is not of now."""
        is_old = self.view.is_live and is_doubtful(self.view.snapshot, self.view.pair)
        return self.tone.faded() if is_old else self.tone

    def title_note(self) -> Row:
        """The legend, with values where there is room for them."""
        roomy = self.size.width >= _ROOMY[0] and self.size.height >= _ROOMY[1]
        spans: list[Span] = []
        for curve in self.curves.curves:
            style = at(self._shade.style(curve.role), curve.address)
            value = f" {format_provisional(format_ratio(curve.last), self.curves.provisional)}" if roomy else ""
            stroke = stroke_of(curve.role)
            mark = stroke.letter if self.ascii_only else stroke.mark
            spans += [(f"{mark} ", style), (f"{curve.name}{value}  ", style)]
        return spans

    def bottom_note(self) -> Row:
        cross = self.crosshair.index(self.curves)
        return self._readout(cross) if cross is not None else self._summary()

    def _readout(self, index: int) -> Row:
        """Date and values under the crosshair."""
        spans: list[Span] = [(self.curves.label(index), self.tone.style("muted"))]
        last = index == len(self.curves.times) - 1
        for curve in reversed(self.curves.curves):
            value = curve.values[index]
            text = MISSING if value is None else format_ratio(value)
            text = format_provisional(text, last and self.curves.provisional)
            spans.append((f"  {curve.name} {text}", self.tone.style(curve.role)))
        return spans

    def _summary(self) -> Row:
        """Lookback, and where the ratio stands."""
        view = self.view
        kind = "by the minute" if view.lookback == MINUTES else "daily"
        muted = self.tone.style("muted")
        words = [(text, at(muted, address)) for text, address in describe(view.snapshot, view.pair)]
        spans: Row = [(f"{view.lookback} {kind}", muted)]
        for word in words:
            spans = [*spans, (" · ", muted), word]
        return spans if view.pair else ()

    def toggle_crosshair(self) -> None:
        """On at the newest point, or off."""
        if self.crosshair.is_on:
            self.crosshair.off()
        else:
            self.crosshair.put(self.curves, len(self.curves.times) - 1)
        self.redraw()

    def move_crosshair(self, steps: int) -> None:
        """Move by `steps` points, backwards where negative; turns it on where it was off."""
        self.crosshair.move(self.curves, steps)
        self.redraw()

    def leap_crosshair(self, steps: int) -> None:
        """Move by `steps` large steps."""
        self.move_crosshair(steps * to_leap(len(self.curves.times)))

    def on_mouse_move(self, event: MouseMove) -> None:
        frame = self._frame
        if frame is None or not self.settings.panes.mouse:
            return
        column = int(event.screen_x) - self.region.x - 2
        if not 0 <= column < frame.width:
            return
        index = to_index(column, len(self.curves.times), frame.width)
        if index != self.crosshair.index(self.curves):
            self.crosshair.put(self.curves, index, by_mouse=True)
            self.redraw()

    def on_leave(self, event: Leave) -> None:
        if self.crosshair.by_mouse and not self.is_mouse_over:
            self.crosshair.off()
            self.redraw()


def describe(snapshot: Snapshot, pair: str) -> list[tuple[str, str]]:
    """Where the ratio stands against its own past: words, and the address they rest on."""
    words: list[tuple[str, str]] = []
    deviation = to_number(snapshot.measure(f"{pair}.ratio_z_252d"))
    if deviation is not None:
        words.append((f"252d z {format_z(deviation)}", f"{pair}.ratio_z_252d"))
    pullback = to_number(snapshot.measure(f"{pair}.pullback_63d"))
    if pullback is not None:
        text = "at its 63d high" if pullback >= 0 else f"{format_percent(pullback, 1)}% from 63d high"
        words.append((text, f"{pair}.pullback_63d"))
    return words


def _calm(text: str, width: int, height: int, tone: Tone) -> list[Row]:
    """Sentences in the middle of the room, a paragraph a line."""
    fold = textwrap.TextWrapper(max(1, min(width, _MEASURE)), break_on_hyphens=False)
    rows = [row for line in text.split("\n") for row in fold.wrap(line)]
    lines: list[Row] = [[(" " * ((width - cell_len(row)) // 2) + row, tone.style("muted"))] for row in rows[:height]]
    return [()] * ((height - len(lines)) // 2) + lines
