"""The outlook: six dimensions, three horizons and what would change them. A page of its own."""

import textwrap
from collections.abc import Iterator, Sequence

from core.outlook import Outlook, Turn, Verdict
from core.settings import Settings
from widgets.canvas import Row, Span, width_of
from widgets.format import format_percent, to_number
from widgets.grid import Window
from widgets.outlook_words import (
    is_empty,
    say_bias,
    say_coverage,
    say_edges,
    say_reasons,
    say_score,
    say_stars,
    say_turn,
)
from widgets.pane import ACROSS, Pane, fit_row
from widgets.spots import at
from widgets.waiting import explain_nothing

_NAME, _MARK, _BIAS, _SCORE, _COVER, _EDGES, _PUBLISHED = 12, 6, 18, 5, 6, 19, 8
_WIDE = 100
_BESIDE = 34
"""Cells of the columns after the words of a turn."""


class OutlookPane(Pane):
    NAME = "outlook"
    TITLE = "Outlook"
    HELP = (
        "What speaks for small against large, by six dimensions and three horizons, of the first pair. Every "
        "component is placed in its own past and turned so that 100 is the best for small; a dimension or horizon is "
        "their mean by weight, the risk dimension its worst. Stars are steps of 20 points, left by three points more "
        "than they are entered by. n/a: less than 60 % of the weight is there; nothing is made up for what is missing. "
        "There is no number over all of them, and none is meant: what is right for a month may be wrong for a year."
        "\n\nAt the right what speaks for the side it is on, with its score, and what clearly speaks against it; in "
        "the column `changes` the scores at which there is a star more or less. `then` are the stars of the articles "
        "that this monitor began with, of January 2026: for comparison, no input. Under a horizon stands what followed "
        "earlier times of the trend that stands for it; of few independent windows nothing is said.\n\n"
        "Below: the nearest prices and thresholds at which something turns, and what a satellite of small caps would "
        "have to weigh to carry a quarter of the book's risk: information, no advice.\n\n"
        "Keys: the arrows move, enter explains: a row goes through all its components, with right and left."
    )
    MIN_HEIGHT = 5
    IDEAL_HEIGHT = 30
    BINDINGS = ACROSS

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.window = Window()

    def content(self, width: int, height: int) -> list[Row]:
        outlook = self.view.snapshot.outlook
        if is_empty(outlook):
            self.window.fit(0, height)
            text = explain_nothing(self.view)[0]
            return [[(line, self.tone.style("muted"))] for line in textwrap.wrap(text, max(1, width))]
        rows = list(self._list(outlook, width, is_tall=height >= 28))
        self.window.rows, self.window.height = max(1, len(rows)), max(1, height)
        self.window.top = max(0, min(self.window.top, len(rows) - height))
        return rows[self.window.top : self.window.top + height]

    def title_note(self) -> Row:
        outlook = self.view.snapshot.outlook
        return [] if is_empty(outlook) else [(f"{outlook.pair}, 100 is best for small", self.tone.style("muted"))]

    def _list(self, outlook: Outlook, width: int, *, is_tall: bool) -> Iterator[Row]:
        yield self._head("dimension", "stars", _MARK, width)
        for verdict in outlook.dimensions:
            yield from self._verdict(verdict, say_stars(verdict), _MARK, width, is_tall=is_tall)
        yield []
        yield self._head("horizon", "bias", _BIAS, width)
        for verdict in outlook.horizons:
            yield from self._verdict(verdict, say_bias(verdict), _BIAS, width, is_tall=is_tall)
        yield from self._satellite(outlook.pair, width)
        yield []
        yield from self._turns(outlook.turns, width)

    def _head(self, name: str, mark: str, room: int, width: int) -> Row:
        muted = self.tone.style("muted")
        cells = [f"{name:<{_NAME}}", f"{mark:<{room}}", f"{'score':>{_SCORE}}", f"{'there':>{_COVER}}"]
        if width >= _WIDE:
            cells.append(f"{'changes':<{_EDGES}}")
            if mark == "stars":
                cells.append(f"{'then':<{_PUBLISHED}}")
        return fit_row([("  ".join([*cells, "why"]), muted)], width, muted)

    def _verdict(self, verdict: Verdict, mark: str, room: int, width: int, *, is_tall: bool) -> Iterator[Row]:
        tone, blank = self.tone, self.tone.style()
        grounds = tuple(part.address for part in verdict.parts)
        known = verdict.stars is not None
        role = "muted" if not known or verdict.bias == 0 else "up" if (verdict.bias or 0) > 0 else "down"
        cells: list[Span] = [
            (f"{verdict.title:<{_NAME}}", at(tone.style("bright" if known else "muted", bold=known), *grounds)),
            ("  ", blank),
            (f"{mark:<{room}}", at(tone.style(role), *grounds)),
            ("  ", blank),
            (f"{say_score(verdict):>{_SCORE}}", at(tone.style("text" if known else "muted"), *grounds)),
            (f"  {say_coverage(verdict):>{_COVER}}", at(tone.style("muted"), *grounds)),
        ]
        if width >= _WIDE:
            cells.append((f"  {say_edges(verdict):<{_EDGES}}", at(tone.style("muted"), *grounds)))
            if verdict.published is not None:
                cells.append((f"  {'●' * verdict.published:<{_PUBLISHED}}", tone.style("muted")))
        left = width_of(cells)
        lines = textwrap.wrap(say_reasons(verdict), max(10, width - left - 2)) or [""]
        style = at(tone.style("text" if known else "muted"), *grounds)
        shown = lines[: 2 if is_tall else 1]
        if len(shown) < len(lines):
            shown[-1] = f"{shown[-1]} …"
        yield fit_row([*cells, (f"  {shown[0]}", style)], width, blank)
        yield from (fit_row([(" " * (left + 2), blank), (line, style)], width, blank) for line in shown[1:])
        if verdict.evidence and (is_tall or width < _WIDE):
            told = (f"{'':<{_NAME}}  {verdict.evidence}", tone.style("muted"))
            yield fit_row([told], width, blank)

    def _turns(self, turns: Sequence[Turn], width: int) -> Iterator[Row]:
        tone, blank = self.tone, self.tone.style()
        room = min(70, width - _BESIDE)
        head = f"{'what would change it':<{room}}{'now':>11}{'at':>11}{'away':>11}"
        yield fit_row([(head, tone.style("muted"))], width, blank)
        for turn in turns:
            now, to, away = say_turn(turn, self.view.snapshot.measure(turn.address).unit)
            words = fit_row([(f"{turn.text:<{room}}", at(tone.style("text"), turn.address))], room, blank)
            numbers: list[Span] = [
                (f"{now:>11}", at(tone.style("muted"), turn.address)),
                (f"{to:>11}", at(tone.style("ratio"), turn.address)),
                (f"{away:>11}", at(tone.style("text"), turn.address)),
            ]
            yield fit_row([*words, *numbers], width, blank)

    def _satellite(self, pair: str, width: int) -> Iterator[Row]:
        quarter, equal = (f"{pair}.{name}" for name in ("satellite_weight", "equal_volatility_weight"))
        weights = [to_number(self.view.snapshot.measure(address)) for address in (quarter, equal)]
        if None in weights:
            return
        tone, (small, _, large) = self.tone, pair.partition("/")
        told = [format_percent(weight, 0, signed=False) for weight in weights]
        yield []
        spans: list[Span] = [
            (f"{told[0]} %", at(tone.style("ratio"), quarter)),
            (f" of {small} beside {large} carry a quarter of the risk, ", tone.style("muted")),
            (f"{told[1]} %", at(tone.style("ratio"), equal)),
            (" as much volatility as the rest. Information, no advice.", tone.style("muted")),
        ]
        yield fit_row(spans, width, tone.style())

    def bottom_note(self) -> Row:
        above, below = self.window.hidden
        words = [f"+{above} above"] * (above > 0) + [f"+{below} more"] * (below > 0)
        return [(" · ".join(words), self.tone.style("muted"))] if words else ()

    def action_scroll_rows(self, rows: int) -> None:
        self.window.top = max(0, min(self.window.top + rows, self.window.rows - self.window.height))
        self.redraw()
