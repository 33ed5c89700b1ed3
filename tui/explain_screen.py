"""The page of a finding, claim, entry, number or of who leads: what is known here, then what the engine says."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from core.engine.messages import Answer, Evidenced, Explained
from core.explanation import Explanation
from core.settings import Settings
from core.snapshot import Finding
from tui.claim_page import lay_out_claim
from tui.desk import Desk
from tui.entry_page import lay_out_entry
from tui.explained import lay_out
from tui.finding_page import lay_out_finding
from tui.lines import Line
from tui.page import Page
from tui.regime_page import lay_out_regime
from tui.themes import PREFIX
from widgets.claim_address import find_claim, is_claim
from widgets.entries import is_entry
from widgets.finding_address import find_finding, is_finding
from widgets.regime import REGIME
from widgets.tone import TONES

_FRAME = 7
"""Cells of frame, padding and scrollbar."""
_WIDEST = 77
"""What the page holds beside its scrollbar."""
_KINDS = {"Finding": is_finding, "Journal": is_entry, "Claim": is_claim, "Who leads": REGIME.__eq__}
"""What is no measure, by the title of its page."""
_BOLD = {"bright": " bold", "ratio": " bold"}


class ExplainScreen(Page):
    """Left and right go through `addresses`, r calculates anew."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,n", "step(1)", "Next"),
        Binding("left,p", "step(-1)", "Previous"),
        Binding("r", "step(0)", "Anew"),
    ]

    def __init__(self, addresses: Sequence[str], settings: Settings, desk: Desk) -> None:
        super().__init__(desk.view.snapshot.source.label)
        self._addresses, self._at = tuple(addresses), 0
        self._settings, self._desk = settings, desk
        self._told = self._known_here()
        self._evidenced: Evidenced | None = None

    @property
    def address(self) -> str:
        """The one that is shown."""
        return self._addresses[self._at]

    def on_mount(self) -> None:
        self.action_step(0)

    def on_resize(self) -> None:
        self._write()

    def action_step(self, steps: int) -> None:
        """Another of the addresses, round and round; 0: the same one, calculated anew."""
        self._at = (self._at + steps) % len(self._addresses)
        self._told, self._evidenced = self._known_here(), None
        self._write()
        if not any(is_it(self.address) for is_it in _KINDS.values()):
            self._desk.explain(self.address)
        elif signal := self._signal:
            self._desk.ask_evidence(*signal)

    def show(self, explained: Answer) -> None:
        """Take an answer, if it is to the question that is open."""
        if isinstance(explained, Evidenced):
            if self._signal == (explained.pair, explained.signal):
                self._evidenced = explained
                self._write()
        elif isinstance(explained, Explained) and explained.address == self.address:
            self._told = explained.explanation or self._known_here(explained.reason)
            self._write()

    def _known_here(self, note: str = "the engine has not answered yet") -> Explanation:
        """What the last snapshot says of the number."""
        snapshot = self._desk.view.snapshot
        return Explanation(
            address=self.address,
            measure=snapshot.measure(self.address),
            label=snapshot.source.label,
            quality=snapshot.quality.get(self.address.rpartition(".")[0]),
            note=note,
        )

    def _write(self) -> None:
        count = len(self._addresses)
        place = f" {self._at + 1} of {count}: left and right" if count > 1 else ""
        width = max(20, min(_WIDEST, self.app.size.width - _FRAME))
        name = next((word for word, is_it in _KINDS.items() if is_it(self.address)), "Explained")
        lines = (self._coloured(line) for line in self._lines(width))
        self.write(f"{name}{place}", Content("\n").join(lines))

    def _lines(self, width: int) -> list[Line]:
        ascii_only, snapshot = self._settings.panes.ascii, self._desk.view.snapshot
        label = snapshot.source.label
        if is_entry(self.address):
            entry = self._desk.view.journal.find(self.address)
            has_signal = self._signal is not None
            given = entry, snapshot.findings, label, self._evidenced, width
            return lay_out_entry(*given, has_signal=has_signal, ascii_only=ascii_only)
        if is_claim(self.address):
            ledger = self._desk.view.claims.ledger
            claim, until = find_claim(self.address, ledger), ledger.until if ledger else None
            return lay_out_claim(claim, label, until, width, ascii_only=ascii_only)
        if self.address == REGIME:
            return lay_out_regime(snapshot, width)
        if not is_finding(self.address):
            return lay_out(self._told, width, ascii_only=ascii_only)
        return lay_out_finding(self._finding, label, self._evidenced, width, ascii_only=ascii_only)

    @property
    def _finding(self) -> Finding | None:
        """The finding that is shown, as the newest snapshot has it."""
        return find_finding(self.address, self._desk.view.snapshot.findings)

    @property
    def _signal(self) -> tuple[str, str] | None:
        """The pair and the signal with the track record of what is shown; None where there is none."""
        if is_entry(self.address):
            journal = self._desk.view.journal
            entry = journal.find(self.address)
            return None if entry is None else journal.signals.get(entry.id)
        finding = self._finding
        return (finding.pair, finding.signal) if finding is not None and finding.signal else None

    def _coloured(self, line: Line) -> Content:
        tone = TONES[self.app.theme.removeprefix(PREFIX)]
        return Content.assemble(*((text, f"{tone.colour(role)}{_BOLD.get(role, '')}") for text, role in line))
