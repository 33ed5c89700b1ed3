"""Risk warnings: what the rules find now, the worst first."""

import textwrap
from collections.abc import Iterator

from rich.style import Style

from core.rules.level import Level
from core.rules.words import say_count
from core.settings import Settings
from core.snapshot import Finding
from widgets.canvas import Row, Span, width_of
from widgets.finding_address import to_address
from widgets.finding_words import has_part, say_motion, shorten
from widgets.format import MISSING, PROVISIONAL, format_day
from widgets.glyphs import DOWN_ARROW, UP_ARROW
from widgets.grid import Window
from widgets.outbox_words import list_troubles
from widgets.pane import Pane, fit_row, spread
from widgets.spots import at
from widgets.waiting import explain_nothing

WORDS = {Level.INFO: "INFO", Level.WATCH: "WATCH", Level.WARN: "WARN", Level.CRITICAL: "CRIT", Level.OK: "OK"}
_BADGE = 7
_DATED = 40
"""Cells from which on there is room for dates."""


class RiskPane(Pane):
    NAME = "risk"
    TITLE = "Risk"
    HELP = (
        "What the risk rules find now, the worst first: CRIT, WARN, WATCH, INFO. At the right the session at which "
        "it began; `~` means that it rests on a session that is not over and may go away before the close. Blocked "
        "means that the data are not good enough to judge: it stays until they are.\n\n"
        "Levels are left more slowly than they are entered: easing 1/3 (or an arrow down) has 1 of the 3 closes that "
        "it takes to go down a level, rising 1/2 (an arrow up) 1 of the 2 to the next one, and held would not enter "
        "its level again but has not passed the easier exit either. A `?` after the level: uncalibrated, it comes more "
        "or less often than such a level is meant to. A sentence that ends in … goes on on its page.\n\n"
        "The rules and their thresholds are the tables [rules.*] of the settings. A finding is a statement about "
        "prices, not advice.\n\n"
        "Under a finding, where there is room, what followed earlier ones: episodes, the median of what small did "
        "against large after them, and a grade from A to C of how far that may be chance.\n\n"
        "FAIL: a rule that raises finds nothing until it works again; a notification that did not get through is tried "
        "again.\n\n"
        "Keys: up and down move through the findings when the pane has the focus; enter opens the page of one with "
        "its evidence, right and left go on to the numbers that it rests on; `a` says that it was seen (it is not told "
        "again until it rises), `s` silences it until the exchange opens again."
    )
    MIN_HEIGHT = 4
    IDEAL_HEIGHT = 10

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.window = Window()

    def findings(self) -> list[Finding]:
        """The worst first, else in the order of the rules."""
        shown = [f for f in self.view.snapshot.findings if f.level is not Level.OK]
        return sorted(shown, key=lambda f: -f.level.rank)

    def content(self, width: int, height: int) -> list[Row]:
        findings, troubles = self.findings(), list(self._troubles(width))
        if not findings:
            self.window.fit(0, height)
            return [*self._nothing(width), *troubles]
        blocks = self._blocks(findings, width, height - len(troubles))
        rows = [*(row for block in blocks for row in block), *troubles]
        seen = self.window.fit(len(rows), height)
        return rows[seen]

    def _blocks(self, findings: list[Finding], width: int, height: int) -> list[list[Row]]:
        """The rows of each finding: the whole text where there is room, then what followed earlier ones."""
        spare = height - len(findings)
        blocks: list[list[Row]] = []
        for finding in findings:
            block = self._wrapped(finding, width)
            if len(block) - 1 > spare:
                block = [self._single(finding, width)]
            spare -= len(block) - 1
            blocks.append(block)
        for finding, block in zip(findings, blocks, strict=True):
            if not is_record(finding) or self._say_beside(finding, block, width):
                continue
            if spare > 0:
                block.append(self._evidence(finding, width))
                spare -= 1
        status = next((one.evidence for one in findings if one.evidence and not is_record(one)), "")
        if status and spare > 0:  # the same of all: once
            blocks.append([[(f"track records: {status}", self.tone.style("muted"))]])
        return blocks

    def _say_beside(self, finding: Finding, block: list[Row], width: int) -> bool:
        """Put what followed earlier ones after the last words, where they leave room; whether they do."""
        told: Span = (f"  {finding.evidence}", at(self.tone.style("muted"), *_grounds(finding)))
        words = block[-1][:2]  # badge or indent, and text
        tail = self._tail(finding, dated=width >= _DATED) if len(block) == 1 else ()
        if width_of([*words, told, *tail]) > width:
            return False
        block[-1] = spread([*words, told], tail, width, self.tone.style())
        return True

    def _evidence(self, finding: Finding, width: int) -> Row:
        style, blank = at(self.tone.style("muted"), *_grounds(finding)), self.tone.style()
        told: Row = [(finding.evidence, style)]
        # Under the text, or as far to the left as it takes: the grade is at its end.
        indent = max(2, min(_BADGE + 1, width - width_of(told)))
        return [(" " * indent, blank), *fit_row(told, width - indent, blank)]

    def _nothing(self, width: int) -> list[Row]:
        tone = self.tone
        if self.view.snapshot.as_of is None:
            words = textwrap.wrap(explain_nothing(self.view)[0], max(1, width))
            return [[(line, tone.style("muted"))] for line in words]
        states = [rule.state for rule in self.view.snapshot.rules]
        watching, silent = states.count("watching"), states.count("no data")
        more = f", {silent} have no data" if silent else ""
        count = f"  ({say_count(watching, 'rule')} watch{'es' if watching == 1 else ''}{more})" if states else ""
        text = f" nothing to warn of{count}"
        return [[(" OK ", tone.badge("up")), (text[: max(0, width - 4)], tone.style("muted"))]]

    def _troubles(self, width: int) -> Iterator[Row]:
        """What does not work: nobody is to take silence for calm."""
        blank = self.tone.style()
        for text in list_troubles(self.view.snapshot):
            badge: Span = (f"{'FAIL':^{_BADGE}}", self.tone.badge("warn"))
            yield fit_row([badge, (f" {text}", self.tone.style("text"))], width, blank)

    def _badge(self, finding: Finding) -> Span:
        word = f" {WORDS[finding.level]}{'?' if finding.uncalibrated else ''}"
        return f"{word:<{_BADGE}}", at(self.tone.badge(finding.level.value), *_grounds(finding))

    def _tail(self, finding: Finding, *, dated: bool, is_tight: bool = False) -> Row:
        """What a person or the data did to it, or where it is going, and since when."""
        done = "blocked" if finding.blocked else "snoozed" if finding.snoozed_until else ""
        done = done or ("seen" if finding.acknowledged_by else "")
        going = say_motion(finding)
        if is_tight:
            going = going.replace("easing ", DOWN_ARROW).replace("rising ", UP_ARROW)
        since = MISSING if finding.since is None else format_day(finding.since)
        mark = PROVISIONAL if finding.provisional else ""
        date = f"{mark + since:>{0 if is_tight else 7}}" if dated else ""
        parts = (part for part in (done, going, date) if part)
        return [("".join(f" {part}" for part in parts), self.tone.style("muted"))]

    def _single(self, finding: Finding, width: int) -> Row:
        """The date gives way to the end of the sentence's first part."""
        blank, room = self.tone.style(), width - _BADGE - 1
        tail, bare = (self._tail(finding, dated=dated, is_tight=True) for dated in (width >= _DATED, False))
        if not has_part(finding.text, room - width_of(tail)) and has_part(finding.text, room - width_of(bare)):
            tail = bare
        text = shorten(finding.text, max(1, room - width_of(tail)))
        return spread([self._badge(finding), (f" {text}", self._text_style(finding))], tail, width, blank)

    def _wrapped(self, finding: Finding, width: int) -> list[Row]:
        """The whole text, over several rows where it must be."""
        tail = self._tail(finding, dated=width >= _DATED)
        room = width - _BADGE - 1 - width_of(tail)
        if room < 12:
            return [self._single(finding, width)]
        style, blank = self._text_style(finding), self.tone.style()
        first, *rest = textwrap.wrap(finding.text, room) or [""]
        rows = [spread([self._badge(finding), (f" {first}", style)], tail, width, blank)]
        return [*rows, *([(" " * (_BADGE + 1), blank), (line, style)] for line in rest)]

    def _text_style(self, finding: Finding) -> Style:
        return at(self.tone.style("muted" if finding.blocked else "text"), *_grounds(finding))

    @property
    def chosen_finding(self) -> Finding | None:
        """The one under the cursor, or the first."""
        chosen = self.chosen.partition(",")[0]
        return next((finding for finding in self.findings() if to_address(finding) == chosen), None)

    def title_note(self) -> Row:
        """How many of each level."""
        findings = self.findings()
        spans: list[Span] = []
        for level in (Level.CRITICAL, Level.WARN, Level.WATCH, Level.INFO):
            count = sum(1 for f in findings if f.level is level)
            if count:
                spans.append((f"{count} {WORDS[level].lower()} ", self.tone.style(level.value, bold=True)))
        failing = sum(1 for _ in list_troubles(self.view.snapshot))
        return [*spans, (f"{failing} fail ", self.tone.style("warn", bold=True))] if failing else spans

    def bottom_note(self) -> Row:
        above, below = self.window.hidden if self.findings() else (0, 0)
        words = [f"+{above} above"] * (above > 0) + [f"+{below} more"] * (below > 0)
        return [(" · ".join(words), self.tone.style("muted"))] if words else ()

    def action_scroll_rows(self, rows: int) -> None:
        top = max(0, min(self.window.top + rows, self.window.rows - self.window.height))
        self.window.top, self.window.cursor = top, top
        self.redraw()


def is_record(finding: Finding) -> bool:
    """Whether its evidence is a track record, and not only how far that has come."""
    return "episode" in finding.evidence


def _grounds(finding: Finding) -> tuple[str, ...]:
    """Its own page, then the addresses it rests on; of one about the data themselves, that of the newest price."""
    return to_address(finding), *(finding.measures or _newest(finding))


def _newest(finding: Finding) -> tuple[str, ...]:
    return (f"{finding.subject}.{'ratio' if '/' in finding.subject else 'last'}",)
