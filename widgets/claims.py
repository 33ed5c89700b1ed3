"""What people claim, against the data: claimed, recomputed, difference, verdict, who and when. A page of its own."""

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence

from textual.message import Message

from core.claims.record import ClaimRecord, Verdict, is_invented
from widgets.canvas import Row, Span
from widgets.claim_address import to_address
from widgets.claim_cells import (
    INVENTED,
    ORDER,
    ROLES,
    SHORT,
    claimed_cell,
    difference_cell,
    recomputed_cell,
    to_ordered,
)
from widgets.grid import Column, Line, TablePane, to_rows
from widgets.spots import at

_DETAIL_ROWS = 8
_LEAST_WITH_DETAILS = 15
_ROOMY = 100
"""Cells from which the verdict is written out."""


class ClaimsWanted(Message):
    """A person looks at the claims."""


class ClaimsPane(TablePane):
    NAME = "claims"
    TITLE = "Claims"
    HELP = (
        "Figures that people publish of small and large caps, recomputed from closes: as claimed, as recomputed (of a "
        "statement without a number at how many closes it was so), the difference, and the verdict.\n\n"
        "not reproduced: no reading of it and no window that it may mean makes it true. different definition: it is "
        "true of another measure than it says, as a gap of two returns that was called a fall of the ratio. confirmed: "
        "as it says. open: a forecast, or a time, that is not over; recomputed is what is realised by now, the "
        "difference is to what the forecast requires by now. cannot be checked: a measure or a symbol is missing, "
        "or the market is simulated.\n\n"
        "Enter opens the page of a claim: its statement, every way it was read, how many windows were tried and how "
        "many fit, the nearest of them, and a forecast's path drawn over the required one. Numbers are percent unless "
        "they are counts or dates. A verdict is about arithmetic: confirmed does not make a claim important.\n\n"
        "Claims of your own go into a file of yours, see [claims] in the settings and docs/claims.md."
    )
    MIN_HEIGHT = 5
    IDEAL_HEIGHT = 20

    @property
    def records(self) -> list[ClaimRecord]:
        """All claims, by verdict."""
        ledger = self.view.claims.ledger
        return to_ordered(ledger.claims) if ledger else []

    @property
    def chosen_record(self) -> ClaimRecord | None:
        """The one that the cursor is on."""
        records = self.records
        return records[self.window.cursor] if self.window.cursor < len(records) else None

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)
        if has_focus:
            self.post_message(ClaimsWanted())

    def content(self, width: int, height: int) -> list[Row]:
        records = self.records
        if not records:
            self.window.fit(0, height)
            return self._nothing(width)
        below = _DETAIL_ROWS + 1 if height >= _LEAST_WITH_DETAILS else 0
        rows = self._list(records, width, height - below)
        if not below:
            return rows
        rows += [()] * (height - below - len(rows))
        return [*rows, *self._details(width)]

    def _list(self, records: Sequence[ClaimRecord], width: int, height: int) -> list[Row]:
        is_roomy = width >= _ROOMY
        columns = [
            Column("claim", 27, left=True, grows=False),
            Column("claimed", 15, grows=False),
            Column("recomputed", 15, grows=False),
            Column("difference", 13, gives_way=2, grows=False),
            Column("verdict", 20 if is_roomy else 10, left=True, grows=False),
            Column("said", 10, left=True, gives_way=3, grows=False),
            Column("who", max(9, width - 106), left=True, gives_way=4, grows=False),
        ]
        seen = self.window.fit(len(records), max(1, height - 1))
        self._head = 1
        lines = [self._line(record, is_roomy) for record in records[seen]]
        return to_rows(columns, lines, width, self.tone, cursor=self.window.cursor - seen.start)

    def _line(self, record: ClaimRecord, is_roomy: bool) -> Line:
        tone, address = self.tone, to_address(record)
        is_dim = record.verdict is Verdict.UNCHECKED
        text, muted = (at(tone.style(role), address) for role in ("muted" if is_dim else "text", "muted"))
        word = record.verdict.value if is_roomy else SHORT[record.verdict]
        return Line(
            [
                (record.id, at(tone.style("muted" if is_dim else "bright"), address)),
                (claimed_cell(record), text),
                (recomputed_cell(record), text),
                (difference_cell(record), text),
                (word, at(tone.style(ROLES[record.verdict], bold=not is_dim), address)),
                (record.said, muted),
                (record.who, muted),
            ]
        )

    def _details(self, width: int) -> Iterator[Row]:
        """The statement that the cursor is on, whose it is, and why the verdict is as it is."""
        yield [("─" * width, self.tone.style("border"))]
        record = self.chosen_record
        if record is None:
            return
        who = f"{record.who}, {record.said}{'; your own' if record.own else ''}"
        told = textwrap.wrap(record.says, width)[:2]
        why = textwrap.wrap(f"{record.verdict.value}: {record.reason}.", width)
        room = _DETAIL_ROWS - len(told) - 1
        if len(why) > room:
            why = [*why[: room - 1], f"{why[room - 1][: width - 9]} … enter"]
        yield from ([(line, self.tone.style("bright"))] for line in told)
        yield [(textwrap.shorten(who, width, placeholder=" …"), self.tone.style("muted"))]
        yield from ([(line, self.tone.style("text"))] for line in why)

    def _nothing(self, width: int) -> list[Row]:
        known = self.view.claims
        if known.reason:
            text = f"{known.reason[:1].upper()}{known.reason[1:]}."
        elif known.ledger is not None and known.ledger.problems:
            text = "No claim could be read:"
        elif known.ledger is not None:
            text = "No claims: the shipped ones are left out, and [claims] in the settings names no file of yours."
        else:
            waiting = "The claims are being calculated."
            text = waiting if self.view.is_live else self.view.link.text or "No engine answers."
        problems = known.ledger.problems if known.ledger else ()
        lines = [line for part in (text, *problems) for line in textwrap.wrap(part, max(1, width))]
        return [[(line, self.tone.style("muted"))] for line in lines]

    def title_note(self) -> Row:
        """How many of each verdict, and that some could not be read."""
        tone, ledger = self.tone, self.view.claims.ledger
        if ledger is None or not ledger.claims:
            return ()
        counts = Counter(record.verdict for record in ledger.claims)
        spans: list[Span] = []
        for verdict in (one for one in ORDER if counts[one]):
            spans += [(" · ", tone.style("muted"))] if spans else []
            spans.append((f"{counts[verdict]} {SHORT[verdict]}", tone.style(ROLES[verdict])))
        if ledger.problems:
            spans.append((f" · {len(ledger.problems)} unreadable", tone.style("warn")))
        return spans

    def bottom_note(self) -> Row:
        """What is out of sight; else a claim that could not be read."""
        ledger = self.view.claims.ledger
        if ledger is not None and ledger.problems:
            return [(ledger.problems[0], self.tone.style("warn"))]
        if ledger is not None and is_invented(ledger.label):
            more = self.more_note()
            return [(INVENTED, self.tone.style("watch")), *([(" · ", self.tone.style("muted")), *more] if more else [])]
        return self.more_note()
