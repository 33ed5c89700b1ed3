"""All signals of a pair as a table: what is on first, and of those what there is most evidence for."""

import textwrap
from collections.abc import Iterator, Sequence

from core.evidence.record import Evidence, Outcome, SignalRecord
from core.evidence.words import find_main
from tui.lines import Line, join_blocks, title, to_text
from widgets.format import MISSING, format_number, format_percent

WIDTH = 78
_GRADES = ("A", "B", "C", "none")
_CUT = 24


def format_table(evidence: Evidence) -> str:
    """A page of at most 78 columns, ending in a line feed."""
    (pair,) = evidence.pairs
    label = f"  [{evidence.label}]" if evidence.label else ""
    span = f"{pair.sessions:,} sessions, {pair.first} to {pair.last}"
    head: list[Line] = [((f"EVIDENCE on {pair.pair}{label}", "bright"),), ((f"  {span}", "muted"),)]
    ordered = sorted(pair.signals, key=_rank)
    on, off = ([one for one in ordered if bool(one.is_on) is state] for state in (True, False))
    silent = [one for one in ordered if not one.outcomes]
    blocks = (
        head,
        _rows("ON AT THE LAST CLOSE", on),
        _rows("OFF", [one for one in off if one.outcomes]),
        _reasons(silent),
        _legend(pair.tests),
    )
    return to_text(join_blocks(blocks))


def _rank(record: SignalRecord) -> tuple[bool, int, float, float, str]:
    main = find_main(record)
    grade = _GRADES.index(main.grade) if main else len(_GRADES)
    q, p = (value if value is not None else 2.0 for value in ((main.q, main.p) if main else (None, None)))
    return record.is_on is not True, grade, q, p, record.name


def _rows(heading: str, records: Sequence[SignalRecord]) -> Iterator[Line]:
    if not records:
        return
    yield from title(heading, WIDTH)
    names = f"  {'signal':<{_CUT}} {'after':>5} {'epis.':>5} {'median':>6} {'hits':>4} {'95 %':>6}"
    yield ((f"{names} {'p':>5} {'q':>4} grade", "muted"),)
    for record in records:
        main = find_main(record)
        if main:
            yield ((f"  {record.name:<{_CUT}} {_cells(main, record.direction)}", "text"),)


def _cells(main: Outcome, direction: int) -> str:
    arrow = "up" if direction > 0 else "dn"
    median = format_percent(main.median) if main.median is not None else MISSING
    hits = format_percent(main.hit_rate, 0, signed=False)
    ends = (format_percent(end, 0, signed=False) for end in (main.hit_low, main.hit_high))
    between = "-".join(ends) if main.hit_rate is not None else MISSING
    chance = f"{format_number(main.p, 3):>5} {format_number(main.q):>4}"
    return f"{main.horizon:>5} {main.n_episodes:>5} {median:>6} {hits:>4} {between:>6} {chance} {main.grade:<5} {arrow}"


def _reasons(records: Sequence[SignalRecord]) -> Iterator[Line]:
    if records:
        yield from title("NO RECORD", WIDTH)
    for record in records:
        lines = textwrap.wrap(f"{record.name}: {record.reason}", WIDTH - 2, subsequent_indent="  ")
        yield from (((f"  {line}", "text"),) for line in lines)


def _legend(tests: int) -> Iterator[Line]:
    text = (
        "after: sessions after each time it came on. median: of the log return of small over large, %. hits: episodes "
        "after which small was ahead, %, with their 95 % interval. p: by circular shifts; q: among all "
        f"{tests:,} tests ever made of a pair. up, dn: what it claims. A: q under 0.05, 30 episodes, halves agree; B: "
        "q under 0.20, 15 episodes; none: under 10. 'smid evidence NAME' tells all of one."
    )
    yield from (((line, "muted"),) for line in textwrap.wrap(text, WIDTH))
