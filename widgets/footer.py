"""The last line: the keys at the left, the source's health and the next poll at the right."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from textual.strip import Strip

from core.settings import Settings
from core.snapshot import Health
from widgets.canvas import Row, Span, width_of
from widgets.format import format_age, format_seconds
from widgets.pane import Drawn, fit_row

# Action and word, in the order in which they stand; the number is the order in which they give way.
_KEYS = (
    ("next_pair", "pair", 4),
    ("longer", "lookback", 5),
    ("maximize", "zoom", 3),
    ("crosshair", "crosshair", 6),
    ("pause", "pause", 1),
    ("faster", "faster", 8),
    ("palette", "palette", 7),
    ("help", "help", 2),
    ("quit", "quit", 0),
)
_PLAYBACK = ("pause", "faster")
_SIGNS = {
    "question_mark": "?", "full_stop": ".", "comma": ",", "plus": "+", "minus": "-", "slash": "/",
    "left_square_bracket": "[", "right_square_bracket": "]", "escape": "esc",
}  # fmt: skip
_WORDS = {
    Health.WAITING: ("waiting", "muted"),
    Health.OK: ("ok", "up"),
    Health.DEGRADED: ("degraded", "watch"),
    Health.RATE_LIMITED: ("rate limited", "warn"),
    Health.ERROR: ("error", "critical"),
}
_FAILING = (Health.RATE_LIMITED, Health.ERROR)
_STEP = 5
_MINUTE = 60
_KEPT = 16
"""Cells that the keys keep beside a reason: enough for help and quit."""
_LEAST = 16
"""Cells of a reason that are still worth reading."""


def to_key(keys: str) -> str:
    """The first of an action's keys as one reads it: `question_mark,f1` is `?`, `ctrl+p` is `^p`."""
    first = keys.split(",")[0].strip()
    if first.startswith("ctrl+"):
        return "^" + to_key(first.removeprefix("ctrl+"))
    return _SIGNS.get(first, first)


class Footer(Drawn):
    """`tick(now)` moves the countdown to the next poll; `now` is the time the source reckons with."""

    DEFAULT_CSS = "Footer { height: 1; width: 1fr; }"
    SLICES: ClassVar[tuple[int | str, ...]] = ("1fr", 6)

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, id="footer")
        self.now: datetime | None = None

    def tick(self, now: datetime) -> None:
        """Show the time left at `now`; what does not read differently is not sent."""
        before = self._next()
        self.now = now
        if self._next() != before:
            self.redraw()

    def draw(self, width: int, height: int) -> list[Strip]:
        blank = self.tone.style(on="surface")
        room = max(0, width - 2)
        right = self._right(room)
        keys = self._keys(room - width_of(right) - 2)
        gap = " " * max(0, room - width_of(keys) - width_of(right))
        row = fit_row([*keys, (gap, blank), *right], room, blank)
        lines = [self.strip([(" ", blank), *row], width, blank)]
        return [*lines, *(self.strip([], width, blank) for _ in range(height - 1))]

    def _keys(self, width: int) -> Row:
        """As many keys as fit, those that give way first left out."""
        recorded = self.view.snapshot.source.ends is not None or self.view.snapshot.source.speed != 1
        shown = [k for k in _KEYS if k[0] in self.settings.keys and (recorded or k[0] not in _PLAYBACK)]
        entries = [(to_key(self.settings.keys[action]), word, order) for action, word, order in shown]
        entries.insert(0, (f"1-{len(self.settings.panes.show)}", "pane", 2))
        while entries and sum(len(k) + len(w) + 3 for k, w, _ in entries) - 2 > width:
            entries.remove(max(entries, key=lambda entry: entry[2]))
        spans: list[Span] = []
        for key, word, _ in entries:
            spans.append((f"{'  ' if spans else ''}{key}", self.tone.style("watch", on="surface", bold=True)))
            spans.append((f" {word}", self.tone.style("muted", on="surface")))
        return spans

    def _right(self, room: int) -> Row:
        """As much of the source's health as fits; what is wrong with it is worth more than the keys."""
        troubled = self.view.snapshot.source.health in (*_FAILING, Health.DEGRADED)
        limit = room - _KEPT if troubled else room * 2 // 3
        return next((row for row in self._rights(limit) if width_of(row) <= limit), ())

    def _rights(self, limit: int) -> Iterator[Row]:
        """The source's health from everything to one word."""
        source = self.view.snapshot.source
        muted = self.tone.style("muted", on="surface")
        word, role = _WORDS[source.health]
        if not source.name:
            yield [("no source yet", muted)]
            return
        if not self.view.is_live:
            word = "starting" if self.view.link.state == "starting" else "no engine"
            yield [(f"{source.name} ", muted), (word, self.bright.style("watch", on="surface", bold=True))]
            return
        health: list[Span] = [(f"{source.name} ", muted), (word, self.tone.style(role, on="surface", bold=True))]
        count: list[Span] = [(f" · {source.fresh}/{source.total} fresh", muted)] if source.total else []
        if source.loading:
            count.append((f" · {source.loading} loading", muted))
        reason: list[Span] = [(f" · {source.reason}", muted)] if source.reason else []
        following = self._next()
        yield [*health, *reason, *count, *following]
        if source.health in (*_FAILING, Health.DEGRADED):
            left = limit - width_of([*health, *following])
            if left >= _LEAST:
                yield [*health, *fit_row(reason, left, muted), *following]
        yield [*health, *count, *following]
        yield [*health, *following]
        yield health

    def _next(self) -> list[Span]:
        source, muted = self.view.snapshot.source, self.tone.style("muted", on="surface")
        now = self.now or self.view.snapshot.as_of
        if source.next_poll is None or now is None or not source.is_live:
            return []
        left = (source.next_poll - now).total_seconds()
        text = format_seconds(left, _STEP) if left <= _MINUTE else format_age(left)
        return [(f" · next {'try ' if source.health in _FAILING else ''}{text:>4}", muted)]
