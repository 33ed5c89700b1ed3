"""The last line: the keys at the left, the source's health and the next poll at the right."""

from datetime import datetime
from typing import ClassVar

from textual.strip import Strip

from core.settings import Settings
from core.snapshot import Health
from widgets.canvas import Row, Span, width_of
from widgets.format import format_left
from widgets.keys import to_key
from widgets.pane import Drawn, fit_row
from widgets.view import View

# Action, word and rank, in the order in which they stand; on a narrow screen those of the highest rank go first.
_KEYS = (
    ("next_pair", "pair", 4),
    ("longer", "lookback", 5),
    ("explain", "explain", 7),
    ("maximize", "zoom", 3),
    ("crosshair", "crosshair", 8),
    ("pause", "pause", 1),
    ("faster", "faster", 9),
    ("palette", "palette", 6),
    ("help", "help", 2),
    ("quit", "quit", 0),
)
_FIRST_RANK = 5
"""Keys up to this rank do not go for the sake of a reason."""
_PLAYBACK = ("pause", "faster")
_WORDS = {
    Health.WAITING: ("waiting", "muted"),
    Health.OK: ("ok", "up"),
    Health.DEGRADED: ("degraded", "watch"),
    Health.RATE_LIMITED: ("rate limited", "warn"),
    Health.ERROR: ("error", "critical"),
}
_FAILING = (Health.RATE_LIMITED, Health.ERROR)
_STEP = 5
_KEPT = 16
"""Cells that the keys keep in any case: enough for help and quit."""
_LEAST, _ENOUGH, _WHOLE = 16, 20, 36
"""Cells of a reason still worth reading; those for which keys of the second rank go; a reason never cut for them."""

Entry = tuple[str, str, int]
"""A key, its word and its rank."""


class Footer(Drawn):
    """`tick(now)` moves the countdown to the next poll; `now` is the time the source reckons with."""

    DEFAULT_CSS = "Footer { height: 1; width: 1fr; }"
    SLICES: ClassVar[tuple[int | str, ...]] = ("1fr", 6)

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, id="footer")
        self.now: datetime | None = None

    def show(self, view: View) -> None:
        self.now = view.now or self.now
        super().show(view)

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

    def _entries(self) -> list[Entry]:
        """The keys that do something here."""
        playable = self.view.snapshot.source.ends is not None
        shown = [k for k in _KEYS if k[0] in self.settings.keys and (playable or k[0] not in _PLAYBACK)]
        entries = [(to_key(self.settings.keys[action]), word, rank) for action, word, rank in shown]
        return [(f"1-{min(9, len(self.settings.panes.names))}", "pane", 2), *entries]

    def _keys(self, width: int) -> Row:
        """As many keys as fit."""
        entries = self._entries()
        while entries and _width_of(entries) > width:
            entries.remove(_last_of(entries))
        spans: list[Span] = []
        for key, word, _ in entries:
            spans.append((f"{'  ' if spans else ''}{key}", self.tone.style("watch", on="surface", bold=True)))
            spans.append((f" {word}", self.tone.style("muted", on="surface")))
        return spans

    def _right(self, room: int) -> Row:
        """The source's health, with as much of the reason for it as the keys leave: the whole of it is in the help."""
        source = self.view.snapshot.source
        muted = self.tone.style("muted", on="surface")
        health, count, following = self._health(), self._count(), self._next()
        if source.reason and self.view.is_live:
            reason: Row = [(f" · {source.reason}", muted)]
            bare = width_of([*health, *following])
            whole = width_of(reason)
            left = self._room_beside_keys(room, bare + (whole if whole <= _WHOLE else _ENOUGH)) - bare
            if width_of([*reason, *count]) <= left:
                return [*health, *reason, *count, *following]
            if left >= min(width_of(reason), _LEAST):
                return [*health, *fit_row(reason, left, muted), *following]
            count = []  # first what the source does and when it is asked again
        limit = room - _KEPT if source.reason else room * 2 // 3
        rows = ([*health, *count, *following], [*health, *following], health)
        return next((row for row in rows if width_of(row) <= limit), ())

    def _room_beside_keys(self, room: int, wanted: int) -> int:
        """Cells left by the keys: those of the second rank go until there are `wanted`, others only for half a line."""
        entries = self._entries()
        while (left := room - _width_of(entries) - 2) < wanted and _last_of(entries)[2] > _FIRST_RANK:
            entries.remove(_last_of(entries))
        return left if left >= wanted else max(left, room // 2)

    def _health(self) -> list[Span]:
        """The source and how it does, in a word."""
        source, muted = self.view.snapshot.source, self.tone.style("muted", on="surface")
        if not source.name:
            return [("no source yet", muted)]
        word, role = _WORDS[source.health]
        style = self.tone.style(role, on="surface", bold=True)
        if not self.view.is_live:
            word = "starting" if self.view.link.state == "starting" else "no engine"
            style = self.bright.style("watch", on="surface", bold=True)
        return [(f"{source.name} ", muted), (word, style)]

    def _count(self) -> list[Span]:
        """How many symbols the last poll answered for, and how many have no history yet."""
        source, muted = self.view.snapshot.source, self.tone.style("muted", on="surface")
        if not source.name or not self.view.is_live:
            return []
        words = f" · {source.fresh}/{source.total} fresh" if source.total else ""
        return [(words + (f" · {source.loading} loading" if source.loading else ""), muted)]

    def _next(self) -> list[Span]:
        source, muted = self.view.snapshot.source, self.tone.style("muted", on="surface")
        now = self.now or self.view.snapshot.as_of
        if source.next_poll is None or now is None or not (source.is_live and self.view.is_live):
            return []
        left = format_left((source.next_poll - now).total_seconds(), _STEP)
        return [(f" · next {'try ' if source.health in _FAILING else ''}{left:>3}", muted)]


def _last_of(entries: list[Entry]) -> Entry:
    """The one to go first."""
    return max(entries, key=lambda entry: entry[2])


def _width_of(entries: list[Entry]) -> int:
    return sum(len(key) + len(word) + 3 for key, word, _ in entries) - 2
